/*
 * Texts that come again and again, filled in anew, and all shingles of one. Pure.
 */
#include <ruamkhao/print.h>

#include <ruamkhao/utf8.h>

#include "print_int.h"

#include <string.h>

/* The letter at p as one of 64; of Thai ones the last byte tells most. */
static uint64_t
letter_bit(const char *p)
{
	unsigned char c = (unsigned char)((unsigned char)p[0] == 0xe0 ? p[2] : p[0]);

	return UINT64_C(1) << (c & 63);
}

/* What is published again and again in the same words, as titles say it in a compare
 * key: how often, or what. */
bool
print_is_routine(struct rk_str title_key)
{
	static const char *const words[] = {"ประจำวัน", "ประจำสัปดาห์", "ประจำเดือน",
	    "ประจำงวด", "ประจำไตรมาส", "ปริมาณน้ำ", "ปริมาณฝน", "รายวัน", "รายสัปดาห์",
	    "รายเดือน", "รายไตรมาส", "รายงานสถานการณ์", "ระดับน้ำ", "ราคายาง", "ราคาน้ำมัน",
	    "ราคาทอง", "ราคาปาล์ม", "ราคาผลปาล์ม", "ราคาข้าวเปลือก", "ราคาผลผลิต",
	    "ราคาสินค้า", "ราคาพืชผล", "ราคาขายปลีก", "ราคารับซื้อ", "พยากรณ์", "คาดหมายลักษณะ",
	    "คุณภาพอากาศ", "คุณภาพน้ำ", "สรุปสถานการณ์", "สถานการณ์น้ำ", "สลากกินแบ่ง",
	    "ออกรางวัล", "อัตราแลกเปลี่ยน", "ผลสลาก", "ผู้ชนะการเสนอราคา", "งบทดลอง",
	    "bulletin", "forecast", "daily", "weekly", "monthly"};
	const size_t n = sizeof(words) / sizeof(*words);
	uint64_t letters = 0; /* that words begin with, by six bits */

	for (size_t i = 0; i < n; i++)
		letters |= letter_bit(words[i]);
	for (size_t at = 0, step; at < title_key.n; at += step) {
		struct rk_str rest = rk_str_from(title_key, at);

		step = (unsigned char)rest.p[0] == 0xe0 ? 3 : 1;
		if (rest.n < step || (letters & letter_bit(rest.p)) == 0)
			continue;
		for (size_t i = 0; i < n; i++)
			if (words[i][0] == rest.p[0] &&
			    words[i][step - 1] == rest.p[step - 1] &&
			    rk_str_starts(rest, words[i]))
				return true;
	}
	return false;
}

/* The shingles of a key, as bits. */
void
print_mark(struct rk_str key, uint8_t bits[RK_PRINT_BITS])
{
	uint64_t h = 0, last[SHINGLE] = {0};
	uint32_t count = 0, cp;

	memset(bits, 0, RK_PRINT_BITS);
	while (count < RK_PRINT_SHORT && rk_utf8_next(&key, &cp)) {
		last[count % SHINGLE] = (uint64_t)cp + 1;
		if (++count < SHINGLE)
			continue;
		h = 0;
		for (uint32_t i = 0; i < SHINGLE; i++)
			h = print_mix(h + last[(count + i) % SHINGLE]);
		bits[h / 8 % RK_PRINT_BITS] |= (uint8_t)(1 << h % 8);
	}
}
