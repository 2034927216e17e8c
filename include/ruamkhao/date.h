/*
 * Dates as feeds and Thai pages print them, and the calendar. DOMAIN.md 3.
 */
#ifndef RUAMKHAO_DATE_H
#define RUAMKHAO_DATE_H

#include <ruamkhao/clock.h>
#include <ruamkhao/str.h>

#define RK_BANGKOK 25200 /* +07:00 in seconds; no daylight saving */

enum rk_precision { RK_BY_SECOND, RK_BY_MINUTE, RK_BY_DAY };

struct rk_date {
	int64_t utc;                /* seconds; of a day-only date its local midnight */
	enum rk_precision precision;
	bool buddhist;              /* the year was printed in the Buddhist era */
	bool weekday_wrong;         /* the printed weekday fits no reading */
	bool zone_assumed;          /* none, or an unknown one, was printed */
};

/*
 * The date that the text tells, or -1 ("reject" of DOMAIN.md 3.2: ranges of days,
 * fiscal years, counters, telephone numbers, impossible days ...). Labels before
 * and counters after it are passed over. now: settles two-digit years; offset:
 * seconds east of UTC where no zone is printed. Linear in the text; at most
 * the first 4 KiB are looked at. Years 1900-2199 after the era is resolved.
 */
int rk_date_parse(struct rk_str text, int64_t now, int offset, struct rk_date *);

/* "2012-10-02T02:44:00Z" and a NUL; out holds 32 bytes. Years 0-9999. */
char *rk_date_rfc3339(int64_t utc, char out[32]);
/* "Tue, 02 Oct 2012 02:44:00 GMT", as HTTP and RSS print it; out holds 40 bytes. */
char *rk_date_http(int64_t utc, char out[40]);
/* An HTTP date (RFC 9110 5.6.7, the obsolete forms too). 0 or -1. */
int rk_date_parse_http(struct rk_str, int64_t *utc);
/* "2 ตุลาคม 2555 09:44 น." in Bangkok; without the time where time is false.
 * out holds 96 bytes. */
char *rk_date_thai(int64_t utc, bool time, char out[96]);

/* Days since 1970-01-01 of a proleptic Gregorian date, and back. */
int64_t rk_days_from_civil(int64_t year, unsigned month, unsigned day);
void rk_civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day);

#endif
