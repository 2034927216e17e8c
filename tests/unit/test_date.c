/*
 * Dates as feeds and Thai pages write them: the vectors of tests/data/thai_dates.tsv
 * and more of the same families, HTTP dates, printing, and the calendar.
 */
#include <ruamkhao/date.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW 1798650000 /* 2026-12-31 in Bangkok */

enum { BE = 1, WD = 2, ZONE = 4 };

static const struct {
	const char *text;
	const char *utc; /* NULL: to be rejected */
	enum rk_precision precision;
	unsigned flags;
} vectors[] = {
    {"Sat, 01 Jan 2010 19:48:21 GMT", "2010-01-01T19:48:21Z", RK_BY_SECOND, WD | ZONE},
    {"Tue, 15 Nov 2022 20:15:04 Z", "2022-11-15T20:15:04Z", RK_BY_SECOND, ZONE},
    {"20041231T235555Z", "2004-12-31T23:55:55Z", RK_BY_SECOND, ZONE},
    {"Sun Jan  4 16:29:06 2004", "2004-01-04T09:29:06Z", RK_BY_SECOND, 0},
    {"Sun Jan 04 16:29:06 ICT 2004", "2004-01-04T09:29:06Z", RK_BY_SECOND, ZONE},
    {"Thu Oct  2 09:44:00 +07 2012", "2012-10-02T02:44:00Z", RK_BY_SECOND, WD | ZONE},
    {"Tue Oct 02 2012 09:44:00 GMT+0700 (Indochina Time)", "2012-10-02T02:44:00Z",
	RK_BY_SECOND, ZONE},
    {"2012-10-02t02:44:00z", "2012-10-02T02:44:00Z", RK_BY_SECOND, ZONE},
    {"2012-10-02T02:44Z", "2012-10-02T02:44:00Z", RK_BY_MINUTE, ZONE},
    {"2012-10-02T02:44:00+07", "2012-10-01T19:44:00Z", RK_BY_SECOND, ZONE},
    {"2012-10-02T02:44:00+0700", "2012-10-01T19:44:00Z", RK_BY_SECOND, ZONE},
    {"2012-10-02T02:44:00-05:00", "2012-10-02T07:44:00Z", RK_BY_SECOND, ZONE},
    {"2012-10-02 02:44:00 -05:00", "2012-10-02T07:44:00Z", RK_BY_SECOND, ZONE},
    {"2012-10-02T02:44:00,123+07:00", "2012-10-01T19:44:00Z", RK_BY_SECOND, ZONE},
    {"2012-10-02T24:00:00Z", "2012-10-03T00:00:00Z", RK_BY_SECOND, ZONE},
    {"2012-10-02T24:00:01Z", NULL, 0, 0},
    {"2012-12-31T23:59:60Z", "2012-12-31T23:59:59Z", RK_BY_SECOND, ZONE},
    {"2012-10-02T12:30:60Z", NULL, 0, 0},
    {"2012-10-02T02:44:00+99:00", NULL, 0, 0},
    {"2003", NULL, 0, 0},
    {"2003-12", NULL, 0, 0},
    {"2003-12-31", "2003-12-30T17:00:00Z", RK_BY_DAY, 0},
    {"2003-12-31T10", "2003-12-31T03:00:00Z", RK_BY_MINUTE, 0},
    {"20041231", "2004-12-30T17:00:00Z", RK_BY_DAY, 0},
    {"20041231235555", "2004-12-31T16:55:55Z", RK_BY_SECOND, 0},
    {"Mon, 26 January 2004 16:31:00 EST", "2004-01-26T21:31:00Z", RK_BY_SECOND, ZONE},
    {"Mon, 26 Jan 2004 16:31:00 PDT", "2004-01-26T23:31:00Z", RK_BY_SECOND, ZONE},
    {"Mon, 26 Jan 2004 16:31:00 -0000", "2004-01-26T16:31:00Z", RK_BY_SECOND, ZONE},
    {"Mon, 26 Jan 2004 16:31:00 +2500", NULL, 0, 0},
    {"Monday, 26-Jan-04 16:31:00 GMT", "2004-01-26T16:31:00Z", RK_BY_SECOND, ZONE},
    {"Sun, 06-Nov-94 08:49:37 GMT", NULL, 0, 0},
    {"Thu,  5 Apr 2012 10:00:00 GMT", "2012-04-05T10:00:00Z", RK_BY_SECOND, ZONE},
    {"Thu, 5 Apr 2012 10:00:00 GMT (a comment)", "2012-04-05T10:00:00Z", RK_BY_SECOND,
	ZONE},
    {"Thu, 5 Apr 2012 (c) 10:00:00 GMT", "2012-04-05T10:00:00Z", RK_BY_SECOND, ZONE},
    {"5 Apr 2012", "2012-04-04T17:00:00Z", RK_BY_DAY, 0},
    {"Thu, 01 Jan 2004", "2003-12-31T17:00:00Z", RK_BY_DAY, 0},
    {"วันจันทร์ ที่ 16 เดือนพฤษภาคม พ.ศ. 2566 เวลา 9.30 น.", "2023-05-16T02:30:00Z",
	RK_BY_MINUTE, BE | WD},
    {"16 พฤษภาคม 2566 เวลา 9 น.", "2023-05-16T02:00:00Z", RK_BY_MINUTE, BE},
    {"16 พฤษภาคม 2566 เวลา 0930 น.", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"16 พฤษภาคม 2566 14 นาฬิกา 30 นาที", "2023-05-16T07:30:00Z", RK_BY_MINUTE, BE},
    {"16 พฤษภาคม 2566 09.30-16.30 น.", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"16 พฤษภาคม 2566 09:30 -16:30 น.", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"16 พฤษภาคม 2566 09:30-16:30", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"16 พฤษภาคม 2566 9:30 หลังเที่ยง", "2023-05-16T14:30:00Z", RK_BY_MINUTE, BE},
    {"16 พ.ค. 2566 ก่อนเที่ยง 12:05", "2023-05-15T17:05:00Z", RK_BY_MINUTE, BE},
    {"16 พ.ค. 66 : 09:30 น.", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"วันที่ : 16 พ.ค. 2566 | เวลา : 09:30", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"16/05/2566 (09:30)", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"16/05/2566 9:30 PM", "2023-05-16T14:30:00Z", RK_BY_MINUTE, BE},
    {"16/05/2566 12:30 AM", "2023-05-15T17:30:00Z", RK_BY_MINUTE, BE},
    {"16/05/2566 14:30 PM", "2023-05-16T07:30:00Z", RK_BY_MINUTE, BE},
    {"16/05/2566 14:30 AM", NULL, 0, 0},
    {"16 / 05 / 2566", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16-พ.ค.-66", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16-May-2566", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16/พ.ค./2566 09:30", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"16 พฤษภาคม ปี 2566", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 พฤษภาคม ปี พ.ศ. 2566", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"May 16th, 2023", "2023-05-15T17:00:00Z", RK_BY_DAY, 0},
    {"2nd of October 2012", "2012-10-01T17:00:00Z", RK_BY_DAY, 0},
    {"Febuary 2, 2012", "2012-02-01T17:00:00Z", RK_BY_DAY, 0},
    {"2 Sept. 2012", "2012-09-01T17:00:00Z", RK_BY_DAY, 0},
    {"ระหว่างวันที่ 9-15 ธันวาคม 2560", NULL, 0, 0},
    {"วันที่ 5, 12 และ 19 ธันวาคม 2560", NULL, 0, 0},
    {"30 ธ.ค. 2565 - 2 ม.ค. 2566", NULL, 0, 0},
    {"30 ธันวาคม - 2 มกราคม 2566", NULL, 0, 0},
    {"30 ธันวาคม 2565 ถึงวันที่ 2 มกราคม 2566", NULL, 0, 0},
    {"16 พ.ค. 66 09:00 น. - 17 พ.ค. 66 16:00 น.", NULL, 0, 0},
    {"May 16-18, 2023", NULL, 0, 0},
    {"May 30 - June 2, 2023", NULL, 0, 0},
    {"2023-05-16/2023-05-18", NULL, 0, 0},
    {"16/05/2566-18/05/2566", NULL, 0, 0},
    {"16/05/2566 - 18/05/2566", NULL, 0, 0},
    {"01-02-2566 ถึง 03-02-2566", NULL, 0, 0},
    {"เผยแพร่ 5 พ.ค. 2566 | แก้ไข 7 พ.ค. 2566", "2023-05-04T17:00:00Z", RK_BY_DAY, BE},
    {"02-618-2323", NULL, 0, 0},
    {"โทร 02-04-2563", NULL, 0, 0},
    {"192.168.1.1", NULL, 0, 0},
    {"เวลา 25.00 น. วันที่ 16 พฤษภาคม 2566", NULL, 0, 0},
    {"เวลา 10.10.15 น.", NULL, 0, 0},
    {"เวลา 09.30 น. ของวันที่ 18 กันยายน 2552", "2009-09-18T02:30:00Z", RK_BY_MINUTE, BE},
    {"09:30 น. 16 พ.ค. 66", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"09:30, 16 May 2023", "2023-05-16T02:30:00Z", RK_BY_MINUTE, 0},
    {"10.00-12.00 น. วันที่ 16 พฤษภาคม 2566", "2023-05-16T03:00:00Z", RK_BY_MINUTE, BE},
    {"วันนี้ (9 ก.ย.68) เวลา 10.00 น.", "2025-09-09T03:00:00Z", RK_BY_MINUTE, BE},
    {"16 พฤศจิกา ยน 2555", "2012-11-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 พฤศจิกายณ 2555", "2012-11-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 กุมพาพันธ์ 2555", "2012-02-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 กุมภาพัน 2555", "2012-02-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 มินุนายน 2555", "2012-06-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 มิถุมนายน 2555", "2012-06-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 พฤกษภาคม 2555", "2012-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 เมษยน 2555", "2012-04-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 สิงหา 2555", "2012-08-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 กรกดาคม 2555", "2012-07-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 มกราคมพ.ศ.2555", "2012-01-15T17:00:00Z", RK_BY_DAY, BE},
    {"มกราคม 16 2555", "2012-01-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 มกราคม", NULL, 0, 0},
    {"16 มกราคม 255", NULL, 0, 0},
    {"16 มกราคม 25555", NULL, 0, 0},
    {"สถานการณ์โควิด-19 ธันวาคม 2564", NULL, 0, 0},
    {"ปีงบประมาณ พ.ศ. 2566 (1 ตุลาคม 2565 - 30 กันยายน 2566)", NULL, 0, 0},
    {"16 พ.ค. 2566 12.50", "2023-05-16T05:50:00Z", RK_BY_MINUTE, BE},
    {"16 พ.ค. 2566 12.50 บาท", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 พ.ค. 2566 1234", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 พ.ค. 2566 (2023)", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 May 2023 (พ.ศ. 2566)", "2023-05-15T17:00:00Z", RK_BY_DAY, 0},
    {"2566/05/16 09:30", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"2023.05.16", "2023-05-15T17:00:00Z", RK_BY_DAY, 0},
    {"2023 May 16", "2023-05-15T17:00:00Z", RK_BY_DAY, 0},
    {"2012-Oct-02", "2012-10-01T17:00:00Z", RK_BY_DAY, 0},
    {"16 May 2023 GMT", "2023-05-16T00:00:00Z", RK_BY_DAY, ZONE},
    {"2023-05-16Z", "2023-05-16T00:00:00Z", RK_BY_DAY, ZONE},
    {"2023-05-16+07:00", "2023-05-15T17:00:00Z", RK_BY_DAY, ZONE},
    {"Oct 2, 2012 9:44:00 AM", "2012-10-02T02:44:00Z", RK_BY_SECOND, 0},
    {"02/10/2555 9:44:00", "2012-10-02T02:44:00Z", RK_BY_SECOND, BE},
    {"16/05/256609:30", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"2 ตุลาคม 2555 09:44 น. (GMT+7)", "2012-10-02T02:44:00Z", RK_BY_MINUTE, BE | ZONE},
    {"Tue, 02 Oct 2012 09:44:00 UTC+7", "2012-10-02T02:44:00Z", RK_BY_SECOND, ZONE},
    {"Tue, 02 Oct 2012 09:44:00 UTC +07:00", "2012-10-02T02:44:00Z", RK_BY_SECOND,
	ZONE},
    {"อังคาร, 02 ต.ค. 2012 09:44:00 +0700", "2012-10-02T02:44:00Z", RK_BY_SECOND, ZONE},
    {"02 ตุลาคม 2012 09:44:00 +0700", "2012-10-02T02:44:00Z", RK_BY_SECOND, ZONE},
    {"อ. 2 ต.ค. 55", "2012-10-01T17:00:00Z", RK_BY_DAY, BE},
    {"31/02/2566", NULL, 0, 0},
    {"00/00/0000", NULL, 0, 0},
    {"99/99/9999", NULL, 0, 0},
    {"32 มกราคม 2566", NULL, 0, 0},
    {"2 ม.ค. 2566 เวลา 10.75 น.", NULL, 0, 0},
    {"2 ม.ค. 2566 25:00", NULL, 0, 0},
    {"2021-11-2909:23:55", "2021-11-29T02:23:55Z", RK_BY_SECOND, 0},
    {"2021-11-29T09:23:55.123456789Z", "2021-11-29T09:23:55Z", RK_BY_SECOND, ZONE},
    {"2021-11-29T9:23:55Z", "2021-11-29T09:23:55Z", RK_BY_SECOND, ZONE},
    {"2021-11-29 09:23:55 UTC", "2021-11-29T09:23:55Z", RK_BY_SECOND, ZONE},
    {"2021-11-29 09:23:55 ICT", "2021-11-29T02:23:55Z", RK_BY_SECOND, ZONE},
    {"2021-11-29 09:23:55 น.", "2021-11-29T02:23:55Z", RK_BY_SECOND, 0},
    {"Tue, 2 Oct 2555 09:44 GMT", "2012-10-02T09:44:00Z", RK_BY_MINUTE, BE | ZONE},
    {"Tue, 02 Oct 2012 9:44:00 am +0700", "2012-10-02T02:44:00Z", RK_BY_SECOND, ZONE},
    {"Jan 1, 1970", "1969-12-31T17:00:00Z", RK_BY_DAY, 0},
    {"16/5/66", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16-5-66", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16.5.66", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16.5.66 เวลา 09.30 น.", "2023-05-16T02:30:00Z", RK_BY_MINUTE, BE},
    {"16 พค. 66", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 ม.ค. 66 น.", "2023-01-15T17:00:00Z", RK_BY_DAY, BE},
    {"2012-10-02 09:44:00+07", "2012-10-02T02:44:00Z", RK_BY_SECOND, ZONE},
    {"2012-10-02 09:44:00.123456+07", "2012-10-02T02:44:00Z", RK_BY_SECOND, ZONE},
    {"10/02/2012 09:44:00 +07:00", "2012-02-10T02:44:00Z", RK_BY_SECOND, ZONE},
    {"ตุลาคม 2, 2012 at 9:44 am", "2012-10-02T02:44:00Z", RK_BY_MINUTE, 0},
    {"วันอังคาร, ตุลาคม 2, 2555", "2012-10-01T17:00:00Z", RK_BY_DAY, BE},
    {"2 ตุลาคม 2555 @ 09:44", "2012-10-02T02:44:00Z", RK_BY_MINUTE, BE},
    {"2 ตุลาคม 2555 เวลา 09:44 น. - อ่าน 12 ครั้ง", "2012-10-02T02:44:00Z", RK_BY_MINUTE,
	BE},
    {"2 ตุลาคม 2555 - 12 ครั้ง", "2012-10-01T17:00:00Z", RK_BY_DAY, BE},
    {"2 ตุลาคม 2555 เวลา 10 โมงเช้า", "2012-10-01T17:00:00Z", RK_BY_DAY, BE},
    {"2 ตุลาคม 2555 เวลา 123:45", NULL, 0, 0},
    {"ลงวันที่ 2 ต.ค. 55 และ 3 ต.ค. 55", "2012-10-01T17:00:00Z", RK_BY_DAY, BE},
    {"๒ ต.ค.๕๕", "2012-10-01T17:00:00Z", RK_BY_DAY, BE},
    {"02Oct2012", "2012-10-01T17:00:00Z", RK_BY_DAY, 0},
    {"Tue, 02 Oct 2012 02:44:00 +00:00", "2012-10-02T02:44:00Z", RK_BY_SECOND, ZONE},
    {"Tue, 02 Oct 2012 02:44:00 -07:00", "2012-10-02T09:44:00Z", RK_BY_SECOND, ZONE},
    {"Tue, 02 Oct 2012 24:00:00 GMT", "2012-10-03T00:00:00Z", RK_BY_SECOND, ZONE},
    {"0001-01-01T00:00:00Z", NULL, 0, 0},
    {"1899-12-31", NULL, 0, 0},
    {"2443-01-01", "1899-12-31T17:00:00Z", RK_BY_DAY, BE},
    {"2742-12-31", "2199-12-30T17:00:00Z", RK_BY_DAY, BE},
    {"2743-01-01", NULL, 0, 0},
    {"1 - 31 ตุลาคม 2555", NULL, 0, 0},
    {"1–31 ต.ค. 55", NULL, 0, 0},
    {"1 ต.ค. – 30 ก.ย. 66", NULL, 0, 0},
    {"ไตรมาส 1/2566", NULL, 0, 0},
    {"5/66", NULL, 0, 0},
    {"เดือนตุลาคม 2565", NULL, 0, 0},
    {"08-1234-5678", NULL, 0, 0},
    {"0-2141-1234 ต่อ 12", NULL, 0, 0},
    {"02 141 1234", NULL, 0, 0},
    {"12:30", NULL, 0, 0},
    {"12:30:45", NULL, 0, 0},
    {"ม.ค.-มี.ค. 2566", NULL, 0, 0},
    {"ม.ค. 1 - มี.ค. 31, 2566", NULL, 0, 0},
    {"มกราคม 2566 16", NULL, 0, 0},
    {"31 ธันวาคม 2566 24.00 น.", "2023-12-31T17:00:00Z", RK_BY_MINUTE, BE},
    {"2 ชั่วโมงที่แล้ว", NULL, 0, 0},
    {"วันอังคารที่ 2 ตุลาคม พุทธศักราช ๒๕๕๕ เวลา ๙ นาฬิกา ๔๔ นาที", "2012-10-02T02:44:00Z",
	RK_BY_MINUTE, BE},
    {"วันพฤหัสบดีที่ 21 เมษายน 2554", "2011-04-20T17:00:00Z", RK_BY_DAY, BE},
    {"วันพุธที่ 21 เมษายน 2554", "2011-04-20T17:00:00Z", RK_BY_DAY, BE | WD},
    {"โพสต์เมื่อ: 2 ต.ค. 2555 09:44:00 โดย: admin | เข้าชม: 1,234", "2012-10-02T02:44:00Z",
	RK_BY_SECOND, BE},
    {"ผู้ชม 1234 ครั้ง วันที่ 2 ตุลาคม 2555", "2012-10-01T17:00:00Z", RK_BY_DAY, BE},
    {"อ่าน 12 ครั้ง 2 ต.ค. 55", "2012-10-01T17:00:00Z", RK_BY_DAY, BE},
    {"ณ วันที่ 30 กันยายน 2566", "2023-09-29T17:00:00Z", RK_BY_DAY, BE},
    {"วันที่ประกาศ 02/10/2569 ถึง 12/10/2569", NULL, 0, 0},
    {"2/10/69 8:30", "2026-10-02T01:30:00Z", RK_BY_MINUTE, BE},
    {"30 ก.พ. 2566 1 มี.ค. 2566", "2023-02-28T17:00:00Z", RK_BY_DAY, BE},
    {"2566-13-01", NULL, 0, 0},
    {"2566-00-10", NULL, 0, 0},
    {"1/1/1", NULL, 0, 0},
    {"1/1/001", NULL, 0, 0},
    {"12-12-12", "2012-12-11T17:00:00Z", RK_BY_DAY, 0},
    {"01-01-00", "1999-12-31T17:00:00Z", RK_BY_DAY, 0},
    {"01-01-28", NULL, 0, 0},
    {"01-01-32", NULL, 0, 0},
    {"01-01-33", "1989-12-31T17:00:00Z", RK_BY_DAY, BE},
    {"01-01-70", "2026-12-31T17:00:00Z", RK_BY_DAY, BE},
    {"01-01-71", NULL, 0, 0},
    {"01-01-99", NULL, 0, 0},
    {"2012-10-02T02:44:00 Asia/Tokyo", "2012-10-01T19:44:00Z", RK_BY_SECOND, 0},
    {"2012-10-02T02:44:00Z 2013-10-02", "2012-10-02T02:44:00Z", RK_BY_SECOND, ZONE},
    {"2012-10-02-09:44", "2012-10-02T02:44:00Z", RK_BY_MINUTE, 0},
    {"2012-10-02_09:44", "2012-10-02T02:44:00Z", RK_BY_MINUTE, 0},
    {"date: 2012-10-02, time: 09:44", "2012-10-02T02:44:00Z", RK_BY_MINUTE, 0},
    {"16 May 2023 12.30 PM", "2023-05-16T05:30:00Z", RK_BY_MINUTE, 0},
    {"16 May 2023 12:30 p.m. ICT", "2023-05-16T05:30:00Z", RK_BY_MINUTE, ZONE},
    {"16พ.ค.66", "2023-05-15T17:00:00Z", RK_BY_DAY, BE},
    {"16พค66 เวลา1000น.", "2023-05-16T03:00:00Z", RK_BY_MINUTE, BE},
    {"16 พ.ค. 66 เวลา 10.00-12.00 น. และ 13.00-16.00 น.", "2023-05-16T03:00:00Z",
	RK_BY_MINUTE, BE},
    {"16 พ.ค. 66 (13.30น.)", "2023-05-16T06:30:00Z", RK_BY_MINUTE, BE},
    {"วันที่ ๑๖ พ.ค. ๖๖ เวลา ๑๓.๓๐ – ๑๖.๓๐ น.", "2023-05-16T06:30:00Z", RK_BY_MINUTE, BE},
    {"16 เมย 66", "2023-04-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 มิย. 66", "2023-06-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 มี.ค 66", "2023-03-15T17:00:00Z", RK_BY_DAY, BE},
    {"16 กย. 66", "2023-09-15T17:00:00Z", RK_BY_DAY, BE},
    {"Wednesday, May 17, 2023", "2023-05-16T17:00:00Z", RK_BY_DAY, 0},
    {"Wed 17 May 2566 09:00", "2023-05-17T02:00:00Z", RK_BY_MINUTE, BE},
    {"17 พฤษภาคม ค.ศ. 2566", "2023-05-16T17:00:00Z", RK_BY_DAY, BE},
    {"17 พฤษภาคม พ.ศ. 2023", "2023-05-16T17:00:00Z", RK_BY_DAY, 0},
    {"17 พฤษภาคม ร.ศ. 112", NULL, 0, 0},
    {"17 พฤษภาคม '66", "2023-05-16T17:00:00Z", RK_BY_DAY, BE},
    {"May 17 '23", "2023-05-16T17:00:00Z", RK_BY_DAY, 0},
};

static int
parse(const char *text, struct rk_date *d)
{
	memset(d, 0xa5, sizeof(*d));
	return rk_date_parse(rk_str(text), NOW, RK_BANGKOK, d);
}

static void
vectors_hold(void **state)
{
	unsigned bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct rk_date d;
		char got[32] = "reject";
		unsigned flags = 0;

		if (parse(vectors[i].text, &d) == 0) {
			(void)rk_date_rfc3339(d.utc, got);
			flags = (d.buddhist ? BE : 0U) | (d.weekday_wrong ? WD : 0U) |
				(d.zone_assumed ? 0U : ZONE);
			if (vectors[i].utc != NULL &&
			    (flags != vectors[i].flags ||
				d.precision != vectors[i].precision)) {
				print_error("%s: flags %u precision %d\n",
				    vectors[i].text, flags, (int)d.precision);
				bad++;
			}
		}
		if (strcmp(got, vectors[i].utc != NULL ? vectors[i].utc : "reject") !=
		    0) {
			print_error("%s: got %s\n", vectors[i].text, got);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

/* Rows of a table: text, what is to come of it, a note. */
static void
table(const char *path, unsigned want_rows)
{
	FILE *f = fopen(path, "r");
	char line[2048];
	unsigned bad = 0, rows = 0;

	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f)); /* the heading */
	while (fgets(line, sizeof(line), f) != NULL) {
		char *want = strchr(line, '\t'), *end, got[32] = "reject";
		struct rk_date d;

		assert_non_null(want);
		*want++ = '\0';
		end = strchr(want, '\t');
		assert_non_null(end);
		*end = '\0';
		if (parse(line, &d) == 0)
			(void)rk_date_rfc3339(d.utc, got);
		if (strcmp(got, want) != 0) {
			print_error("%s: got %s, want %s\n", line, got, want);
			bad++;
		}
		rows++;
	}
	(void)fclose(f);
	assert_int_equal(rows, want_rows);
	assert_int_equal(bad, 0);
}

static void
the_table_holds(void **state)
{
	(void)state;
	table(RK_TEST_DATA "/data/thai_dates.tsv", 103);
}

static void
our_table_holds(void **state)
{
	(void)state;
	table(RK_TEST_DATA "/data/thai_dates_more.tsv", 111);
}

/*
 * The number alone settles the era: four digits lie in one range only, and of the two
 * years that two digits can mean, 43 years apart, never both lie in the window, in
 * whatever year it is. So the weekday is left to tell that the printed day is wrong; it
 * has to agree with the real date where the year was printed in the Buddhist era.
 */
static void
one_era_only(void **state)
{
	(void)state;
	for (int now = 1990; now < 2190; now++)
		for (int yy = 0; yy < 100; yy++) {
			int low = now - 41 > 1990 ? now - 41 : 1990;
			bool ce = 2000 + yy >= low && 2000 + yy <= now + 1;
			bool be = 1957 + yy >= low && 1957 + yy <= now + 1;
			int64_t at = rk_days_from_civil(now, 7, 1) * 86400, year;
			unsigned month, day;
			char text[32];
			struct rk_date d;

			assert_false(ce && be);
			(void)snprintf(text, sizeof(text), "15/06/%02d", yy);
			if (rk_date_parse(rk_str(text), at, 0, &d) != 0) {
				assert_false(ce || be);
				continue;
			}
			rk_civil_from_days(d.utc / 86400, &year, &month, &day);
			assert_int_equal(year, ce ? 2000 + yy : 1957 + yy);
			assert_int_equal(d.buddhist, be);
		}
	/* The weekday of 2569 as a year of our era is another one in all these years. */
	for (int year = 2005; year <= 2030; year++)
		for (unsigned month = 1; month <= 12; month++) {
			static const char *const days[] = {
			    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
			static const char *const names[] = {"Jan", "Feb", "Mar", "Apr",
			    "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
			int64_t real = rk_days_from_civil(year, month, 15);
			int64_t far = rk_days_from_civil(year + 543, month, 15);
			char text[64];
			struct rk_date d;

			(void)snprintf(text, sizeof(text), "%s, 15 %s %d 09:00:00 GMT",
			    days[(real + 4) % 7], names[month - 1], year + 543);
			assert_int_equal(parse(text, &d), 0);
			assert_true(d.utc == real * 86400 + 32400 && !d.weekday_wrong);
			(void)snprintf(text, sizeof(text), "%s, 15 %s %d 09:00:00 GMT",
			    days[(far + 4) % 7], names[month - 1], year + 543);
			assert_int_equal(parse(text, &d), 0);
			assert_true(d.utc == real * 86400 + 32400 && d.weekday_wrong);
		}
}

static int64_t
utc_of(const char *text)
{
	struct rk_date d;

	if (parse(text, &d) != 0)
		fail_msg("rejected: %s", text);
	return d.utc;
}

/* The exact forms take another way through the code than the same text with a space. */
static void
both_ways_agree(void **state)
{
	static const char *const texts[] = {"2012-10-02T02:44:00Z",
	    "2012-10-02T02:44:00+07:00", "2555-10-02T02:44:00-09:30",
	    "Tue, 02 Oct 2012 02:44:00 GMT", "Wed, 02 Oct 2555 02:44:00 +0545",
	    "Tue, 02 Oct 2012 02:44:00 -1200", "2568-02-29T00:00:00Z",
	    "2567-02-29T00:00:00Z", "1899-12-31T00:00:00Z", "2012-10-02T25:00:00Z",
	    "2012-10-02T24:00:00Z", "2012-13-02T00:00:00Z"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rk_date a, b;
		char wide[64];
		int ra, rb;

		(void)snprintf(wide, sizeof(wide), " %s", texts[i]);
		ra = parse(texts[i], &a);
		rb = parse(wide, &b);
		assert_int_equal(ra, rb);
		if (ra != 0)
			continue;
		assert_int_equal(a.utc, b.utc);
		assert_int_equal(a.precision, b.precision);
		assert_int_equal(a.buddhist, b.buddhist);
		assert_int_equal(a.weekday_wrong, b.weekday_wrong);
		assert_int_equal(a.zone_assumed, b.zone_assumed);
	}
}

/* The source's own zone is used where none is printed, and only there. */
static void
offset_is_the_sources(void **state)
{
	struct rk_date d;

	(void)state;
	assert_int_equal(rk_date_parse(RK_STR("2012-10-02 09:44:00"), NOW, 0, &d), 0);
	assert_int_equal(d.utc, utc_of("2012-10-02T09:44:00Z"));
	assert_int_equal(rk_date_parse(RK_STR("2012-10-02"), NOW, -18000, &d), 0);
	assert_int_equal(d.utc, utc_of("2012-10-02T05:00:00Z"));
	assert_int_equal(
	    rk_date_parse(RK_STR("2012-10-02 09:44:00 +0700"), NOW, -18000, &d), 0);
	assert_int_equal(d.utc, utc_of("2012-10-02T02:44:00Z"));
}

/* Rule 3 of DOMAIN.md 3.2 at both ends of its windows, and in later years. */
static void
two_digit_years(void **state)
{
	static const struct {
		int now, printed, year;
	} cases[] = {{2026, 0, 2000}, {2026, 27, 2027}, {2026, 28, -1}, {2026, 32, -1},
	    {2026, 33, 1990}, {2026, 70, 2027}, {2026, 71, -1}, {2026, 99, -1},
	    {2031, 32, 2032}, {2031, 33, 1990}, {2032, 33, 2033}, {2032, 34, 1991},
	    {2040, 41, 2041}, {2040, 42, 1999}, {2040, 41 + 43, 2041}, {1999, 45, -1},
	    {1999, 42, 1999}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[32];
		struct rk_date d;
		int64_t now = rk_days_from_civil(cases[i].now, 7, 1) * 86400, year = -1;
		unsigned m, day;

		(void)snprintf(text, sizeof(text), "15/06/%02d", cases[i].printed);
		if (rk_date_parse(rk_str(text), now, 0, &d) == 0)
			rk_civil_from_days(d.utc / 86400, &year, &m, &day);
		if (year != cases[i].year)
			fail_msg("%s in %d: %d", text, cases[i].now, (int)year);
	}
}

/* Every month in every spelling that a site's array of names may have. */
static void
months(void **state)
{
	static const char *const spellings[12][10] = {
	    {"มกราคม", "มกรา", "ม.ค.", "มค", "มค.", "ม.ค", "ม. ค.", "January", "Jan",
		NULL},
	    {"กุมภาพันธ์", "กุมภาพันธุ์", "กุมภาพัน", "กุมพาพันธ์", "กุมภา", "ก.พ.", "กพ",
		"February", "Feb.", NULL},
	    {"มีนาคม", "มีนา", "มินาคม", "มี.ค.", "มีค", "มีค.", "มี. ค.", "March", "Mar",
		NULL},
	    {"เมษายน", "เมษา", "เมศายน", "เม.ย.", "เมย", "เมย.", "เมสายน", "April",
		"Apr", NULL},
	    {"พฤษภาคม", "พฤษภา", "พฤศภาคม", "พฤกษภาคม", "พ.ค.", "พค", "พ.ค", "พรึษภาคม",
		"May", NULL},
	    {"มิถุนายน", "มิถุนา", "มินุนายน", "มิถุมนายน", "มิ.ย.", "มิย", "มิย.", "มิถุนาย",
		"June", NULL},
	    {"กรกฎาคม", "กรกฏาคม", "กรกฎา", "กรกดาคม", "กรกฎคม", "ก.ค.", "กค", "กค.",
		"Jul", NULL},
	    {"สิงหาคม", "สิงหา", "สิ่งหาคม", "ส.ค.", "สค", "ส.ค", "ส. ค.", "August", "Aug",
		NULL},
	    {"กันยายน", "กันยา", "กันยายณ", "กัญยายน", "ก.ย.", "กย", "กย.", "September",
		"Sept.", NULL},
	    {"ตุลาคม", "ตุลา", "ตุลาตม", "ต.ค.", "ตค", "ต. ค.", "ต.ค", "October", "Oct",
		NULL},
	    {"พฤศจิกายน", "พฤษจิกายน", "พฤสจิกายน", "พฤจิกายน", "พฤศจิกา", "พ.ย.", "พย",
		"พฤศจิกายณ", "Nov", NULL},
	    {"ธันวาคม", "ธันวา", "ทันวาคม", "ธ.ค.", "ธค", "ธค.", "ธ. ค.", "December",
		"Dec", NULL}};

	(void)state;
	for (unsigned m = 0; m < 12; m++)
		for (unsigned i = 0; spellings[m][i] != NULL; i++) {
			static const char *const forms[] = {"15 %s 2566", "15%s2566",
			    "15-%s-66", "15 %s พ.ศ. 2566 เวลา 09.30 น.",
			    "วันที่ ๑๕ %s ๖๖"};
			int64_t day =
			    rk_days_from_civil(2023, m + 1, 15) * 86400 - RK_BANGKOK;

			for (unsigned f = 0; f < 5; f++) {
				char text[256];
				struct rk_date d;
				int n = snprintf(text, sizeof(text), "%.*s%s%s",
				    (int)(strstr(forms[f], "%s") - forms[f]), forms[f],
				    spellings[m][i], strstr(forms[f], "%s") + 2);

				assert_true(n > 0 && (size_t)n < sizeof(text));
				if (parse(text, &d) != 0)
					fail_msg("rejected: %s", text);
				if (d.utc != day + (f == 3 ? 34200 : 0))
					fail_msg("wrong: %s", text);
			}
		}
}

/* Words that are near a month and are none. */
static void
not_months(void **state)
{
	static const char *const texts[] = {"16 ตำบล 2566", "16 มกนาคม 2566",
	    "16 คน 2566", "16 พ.ศ. 2566", "16 ก.ศ. 2566", "16 พคกก 2566",
	    "16 marble 2012", "16 mayor 2012", "16 ma 2012", "16 มาตรา 2566",
	    "16 สมาคม 2566", "16 มหาคม 66 คน", "16 ม.ย. 2566"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rk_date d;

		if (parse(texts[i], &d) == 0)
			fail_msg("taken: %s", texts[i]);
	}
}

static void
http_dates(void **state)
{
	static const struct {
		const char *text, *utc;
	} cases[] = {{"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},
	    {"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
	    {"Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z"},
	    {"Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"},
	    {"Tue, 19 Jan 2038 03:14:08 GMT", "2038-01-19T03:14:08Z"},
	    {"Sat, 29 Feb 2020 23:59:59 GMT", "2020-02-29T23:59:59Z"},
	    {"Wednesday, 01-Jan-69 00:00:00 GMT", "2069-01-01T00:00:00Z"},
	    {"Thursday, 01-Jan-70 00:00:00 GMT", "1970-01-01T00:00:00Z"},
	    {"Sun, 6 Nov 1994 08:49:37 UTC", "1994-11-06T08:49:37Z"},
	    {"Sun, 06 Nov 1994 08:49:37 +0000", "1994-11-06T08:49:37Z"},
	    {" Sun, 06 Nov 1994 08:49:37 GMT ", "1994-11-06T08:49:37Z"},
	    {"Sun, 31 Feb 1994 08:49:37 GMT", NULL},
	    {"Sun, 06 Nov 1994 24:00:00 GMT", NULL},
	    {"Sun, 06 Nov 1994 08:61:37 GMT", NULL},
	    {"Sun, 06 Nov 1994 08:49:37", NULL},
	    {"Sun, 06 Nov 1994 08:49:37 GMT x", NULL},
	    {"Sun, 06 Nov 1994 08:49 GMT", NULL},
	    {"Sun, 06 Foo 1994 08:49:37 GMT", NULL}, {"1994-11-06T08:49:37Z", NULL},
	    {"Sun, 06 Nov 1994 08:49:37 +0700", NULL}, {"120", NULL}, {"-1", NULL},
	    {"0", NULL}, {"", NULL}, {"Sun", NULL}, {"Sun,", NULL},
	    {"Sun, 06 Nov", NULL}, {"Sun, 00 Nov 1994 08:49:37 GMT", NULL},
	    {"Sun Nov  6 08:49:37", NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t utc = 7;
		char got[32] = "reject";

		if (rk_date_parse_http(rk_str(cases[i].text), &utc) == 0)
			(void)rk_date_rfc3339(utc, got);
		if (strcmp(got, cases[i].utc != NULL ? cases[i].utc : "reject") != 0)
			fail_msg("%s: got %s", cases[i].text, got);
	}
}

static void
printing(void **state)
{
	char a[32], b[40], c[96];

	(void)state;
	assert_string_equal(rk_date_rfc3339(0, a), "1970-01-01T00:00:00Z");
	assert_string_equal(rk_date_rfc3339(-1, a), "1969-12-31T23:59:59Z");
	assert_string_equal(rk_date_rfc3339(1349145840, a), "2012-10-02T02:44:00Z");
	assert_string_equal(rk_date_rfc3339(253402300799, a), "9999-12-31T23:59:59Z");
	assert_string_equal(
	    rk_date_http(1349145840, b), "Tue, 02 Oct 2012 02:44:00 GMT");
	assert_string_equal(rk_date_http(-1, b), "Wed, 31 Dec 1969 23:59:59 GMT");
	assert_string_equal(rk_date_thai(1349145840, true, c), "2 ตุลาคม 2555 09:44 น.");
	assert_string_equal(rk_date_thai(1349145840, false, c), "2 ตุลาคม 2555");
	/* Midnight in Bangkok is the day before in UTC. */
	assert_string_equal(
	    rk_date_thai(1704041999, true, c), "31 ธันวาคม 2566 23:59 น.");
	assert_string_equal(
	    rk_date_thai(1704042000, true, c), "1 มกราคม 2567 00:00 น.");
	(void)rk_date_rfc3339(INT64_MAX, a);
	(void)rk_date_rfc3339(INT64_MIN, a);
	(void)rk_date_http(INT64_MIN, b);
	(void)rk_date_thai(INT64_MAX, true, c);
	(void)rk_date_thai(INT64_MIN, true, c);
}

static void
calendar(void **state)
{
	static const unsigned char length[12] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t days = -25567; /* 1900-01-01 */

	(void)state;
	assert_int_equal(rk_days_from_civil(1970, 1, 1), 0);
	assert_int_equal(rk_days_from_civil(2000, 3, 1), 11017);
	assert_int_equal(rk_days_from_civil(0, 3, 1), -719468);
	assert_int_equal(rk_days_from_civil(1600, 2, 29), -135081);
	/* Counted day by day through all the years that a date may have. */
	for (int64_t y = 1900; y < 2200; y++)
		for (unsigned m = 1; m <= 12; m++) {
			bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
			unsigned last = length[m - 1] + (m == 2 && leap ? 1U : 0U);

			for (unsigned d = 1; d <= last; d++, days++) {
				int64_t year;
				unsigned month, day;

				assert_int_equal(rk_days_from_civil(y, m, d), days);
				rk_civil_from_days(days, &year, &month, &day);
				assert_true(year == y && month == m && day == d);
			}
		}
	assert_int_equal(days, 84006); /* 2200-01-01 */
}

/* Only the first 4 KiB count, and a number cut there is not read as another. */
static void
window(void **state)
{
	char text[8192];
	struct rk_date d;

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text + 4080, "16/05/2566 09:30", 16);
	assert_int_equal(
	    rk_date_parse((struct rk_str){text, 4096}, NOW, RK_BANGKOK, &d), 0);
	memset(text, '.', sizeof(text));
	for (size_t at = 4060; at < 4100; at++) {
		memset(text, ' ', sizeof(text));
		memcpy(text + at, "16/05/2566", 10);
		if (rk_date_parse(
			(struct rk_str){text, sizeof(text)}, NOW, RK_BANGKOK, &d) == 0)
			assert_int_equal(d.utc, utc_of("2023-05-16"));
		else
			assert_true(at > 4085);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_table_holds),
	    cmocka_unit_test(our_table_holds),
	    cmocka_unit_test(vectors_hold),
	    cmocka_unit_test(one_era_only),
	    cmocka_unit_test(both_ways_agree),
	    cmocka_unit_test(offset_is_the_sources),
	    cmocka_unit_test(two_digit_years),
	    cmocka_unit_test(months),
	    cmocka_unit_test(not_months),
	    cmocka_unit_test(http_dates),
	    cmocka_unit_test(printing),
	    cmocka_unit_test(calendar),
	    cmocka_unit_test(window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
