/*
 * Dates in whatever style come back as the instant they were printed from, and broken
 * text never does harm. The seed is printed; PROP_SEED repeats a run.
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

#define ROUNDS 20000

static const char *const full[12] = {"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม",
    "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"};
static const char *const brief[12] = {"ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."};
static const char *const english[12] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const thai_days[7] = {
    "อาทิตย์", "จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์"};
static const char *const english_days[7] = {
    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

static uint64_t seed;

static uint64_t
next(void)
{
	seed += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
	uint64_t z = seed;

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static unsigned
below(unsigned n)
{
	return (unsigned)(next() % n);
}

struct parts {
	int year;
	unsigned month, day, hour, minute, second, weekday;
};

static struct parts
local(int64_t t)
{
	struct parts p;
	int64_t year, days = t / 86400;

	rk_civil_from_days(days, &year, &p.month, &p.day);
	p.year = (int)year;
	p.hour = (unsigned)(t % 86400 / 3600);
	p.minute = (unsigned)(t / 60 % 60);
	p.second = (unsigned)(t % 60);
	p.weekday = (unsigned)((days + 4) % 7);
	return p;
}

enum exact { SECONDS, MINUTES, DAYS };

#define STYLES 16

/* One of the styles; era is 0 or 543. How exact the printed form is. */
static enum exact
print(unsigned style, const struct parts *p, int era, char *out, size_t size)
{
	int y = p->year + era;
	unsigned m = p->month - 1;

	switch (style) {
	case 0:
		(void)snprintf(out, size, "%04d-%02u-%02uT%02u:%02u:%02u+07:00", y,
		    p->month, p->day, p->hour, p->minute, p->second);
		return SECONDS;
	case 1:
		(void)snprintf(out, size, "%s, %02u %s %04d %02u:%02u:%02u +0700",
		    english_days[p->weekday], p->day, english[m], y, p->hour, p->minute,
		    p->second);
		return SECONDS;
	case 2:
		(void)snprintf(out, size, "วัน%sที่ %u %s พ.ศ. %d เวลา %02u.%02u น.",
		    thai_days[p->weekday], p->day, full[m], y, p->hour, p->minute);
		return MINUTES;
	case 3:
		(void)snprintf(out, size, "%u %s %d %02u:%02u น.", p->day, brief[m], y,
		    p->hour, p->minute);
		return MINUTES;
	case 4:
		(void)snprintf(out, size, "%02u/%02u/%d %02u:%02u:%02u", p->day,
		    p->month, y, p->hour, p->minute, p->second);
		return SECONDS;
	case 5:
		(void)snprintf(out, size, "%s %u, %d", full[m], p->day, y);
		return DAYS;
	case 6:
		(void)snprintf(out, size, "เมื่อเวลา %02u.%02u น. วันที่ %u %s %d", p->hour,
		    p->minute, p->day, full[m], y);
		return MINUTES;
	case 7:
		(void)snprintf(out, size, "%u%s%d", p->day, full[m], y);
		return DAYS;
	case 8:
		(void)snprintf(out, size, "%04d-%02u-%02u%02u:%02u:%02u", y, p->month,
		    p->day, p->hour, p->minute, p->second);
		return SECONDS;
	case 9:
		(void)snprintf(out, size, "%s %s %2u %02u:%02u:%02u %d",
		    english_days[p->weekday], english[m], p->day, p->hour, p->minute,
		    p->second, y);
		return SECONDS;
	case 10:
		(void)snprintf(out, size, "%04d%02u%02uT%02u%02u%02u", y, p->month,
		    p->day, p->hour, p->minute, p->second);
		return SECONDS;
	case 11:
		(void)snprintf(out, size, "%s %u, %d %u:%02u %s", english[m], p->day, y,
		    p->hour % 12 == 0 ? 12 : p->hour % 12, p->minute,
		    p->hour < 12 ? "AM" : "PM");
		return MINUTES;
	case 12:
		(void)snprintf(out, size, "%02u.%02u.%d", p->day, p->month, y);
		return DAYS;
	case 13:
		(void)snprintf(out, size, "ข่าวประชาสัมพันธ์ (%u %s%02d) อ่าน %u ครั้ง",
		    p->day, brief[m], y % 100, below(9999));
		return DAYS;
	case 14:
		(void)snprintf(out, size, "%u-%s-%d เวลา %02u.%02u - 23.59 น.", p->day,
		    english[m], y, p->hour, p->minute);
		return MINUTES;
	default:
		(void)snprintf(out, size, "%02u/%02u/%02d", p->day, p->month, y % 100);
		return DAYS;
	}
}

/* Digits as Thai ones, spaces doubled or no-break, hyphens as en dashes. */
static void
disguise(const char *in, char *out, bool thai, unsigned spaces)
{
	for (; *in != '\0'; in++) {
		if (thai && *in >= '0' && *in <= '9') {
			*out++ = '\xe0';
			*out++ = '\xb9';
			*out++ = (char)(0x90 + (*in - '0'));
		} else if (*in == ' ' && spaces == 1) {
			memcpy(out, "  ", 2);
			out += 2;
		} else if (*in == ' ' && spaces == 2) {
			memcpy(out, "\xc2\xa0", 2);
			out += 2;
		} else if (*in == '-' && thai) {
			memcpy(out, "\xe2\x80\x93", 3);
			out += 3;
		} else {
			*out++ = *in;
		}
	}
	*out = '\0';
}

static void
printed_dates_come_back(void **state)
{
	int64_t now = rk_days_from_civil(2026, 12, 31) * 86400;

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		unsigned style = i % STYLES;
		/* Two digits tell a year only in 1990-2027. */
		bool brief_year = style == 13 || style == 15;
		int64_t from =
		    rk_days_from_civil(brief_year ? 2000 : 1970, 1, 1) * 86400;
		int64_t to =
		    rk_days_from_civil(brief_year ? 2027 : 2199, 12, 1) * 86400;
		int64_t at = from + (int64_t)(next() % (uint64_t)(to - from));
		int era = below(2) != 0 ? 543 : 0;
		struct parts p = local(at);
		char plain[256], text[1024];
		struct rk_date d;
		enum exact exact = print(style, &p, era, plain, sizeof(plain));
		int64_t want = at - (exact == DAYS         ? at % 86400
					: exact == MINUTES ? at % 60
							   : 0);

		disguise(plain, text, below(2) != 0, below(3));
		if (rk_date_parse(rk_str(text), now, RK_BANGKOK, &d) != 0)
			fail_msg("rejected: %s", text);
		if (d.utc != want - RK_BANGKOK ||
		    d.precision != (enum rk_precision)exact ||
		    d.buddhist != (era != 0) || d.weekday_wrong)
			fail_msg("wrong: %s (%lld)", text, (long long)d.utc);
	}
}

/* Our own printed forms too. */
static void
own_forms_come_back(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		int64_t at = rk_days_from_civil(1901, 1, 1) * 86400 +
			     (int64_t)(next() % (uint64_t)(298 * 31556952LL)),
			back;
		char out[96];
		struct rk_date d;

		assert_int_equal(
		    rk_date_parse(rk_str(rk_date_rfc3339(at, out)), 0, 0, &d), 0);
		assert_int_equal(d.utc, at);
		assert_int_equal(
		    rk_date_parse(rk_str(rk_date_http(at, out)), 0, 0, &d), 0);
		assert_int_equal(d.utc, at);
		assert_false(d.weekday_wrong);
		assert_int_equal(rk_date_parse_http(rk_str(out), &back), 0);
		assert_int_equal(back, at);
		assert_int_equal(rk_date_parse(rk_str(rk_date_thai(at, true, out)), 0,
				     RK_BANGKOK, &d),
		    0);
		assert_int_equal(d.utc, at - ((at % 60) + 60) % 60);
	}
}

/* Impossible days are never taken for the day after. */
static void
impossible_days_are_rejected(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct parts p = {
		    .year = 1990 + (int)below(60), .month = 1 + below(12)};
		bool leap =
		    p.year % 4 == 0; /* 2000 is one, 1900 and 2100 are out of reach */
		unsigned last =
		    p.month == 2 ? (leap ? 29U : 28U)
		    : p.month == 4 || p.month == 6 || p.month == 9 || p.month == 11
			? 30U
			: 31U;
		char text[256];
		struct rk_date d;

		p.day = last + 1 + below(99 - last);
		p.hour = below(24);
		print(i % 13, &p, below(2) != 0 ? 543 : 0, text, sizeof(text));
		if (rk_date_parse(rk_str(text), 0, RK_BANGKOK, &d) == 0)
			fail_msg("taken: %s", text);
	}
}

/* Cut, changed and repeated text: any answer, but within the range of years. */
static void
broken_text_is_harmless(void **state)
{
	static const char *const scraps[] = {"\xe0", "\xff", "พ.ศ.", "เวลา", "-", "น.",
	    ":", "99", "2566", "ถึง", " ", "\xe2\x80\x93", "วัน", "(", "+07:00", "T", "Z",
	    "/", "มกราคม"};
	int64_t low = rk_days_from_civil(1899, 12, 30) * 86400;
	int64_t high = rk_days_from_civil(2200, 1, 3) * 86400;

	(void)state;
	for (unsigned i = 0; i < ROUNDS * 2; i++) {
		struct parts p = local((int64_t)(next() % UINT64_C(7000000000)));
		char text[1024];
		struct rk_date d;
		size_t n;

		print(below(STYLES), &p, 543, text, 512);
		n = strlen(text);
		for (unsigned k = below(4); k-- > 0;) {
			const char *s =
			    scraps[below(sizeof(scraps) / sizeof(scraps[0]))];
			size_t at = below((unsigned)n + 1), len = strlen(s);

			if (below(2) != 0 && n > 0) {
				text[below((unsigned)n)] = (char)below(256);
			} else {
				memmove(text + at + len, text + at, n - at);
				memcpy(text + at, s, len);
				n += len;
			}
		}
		n = below((unsigned)n + 1) < n / 4 ? below((unsigned)n + 1) : n;
		/* A block of just the size, so that every read beyond it is seen. */
		char *block = malloc(n > 0 ? n : 1);

		assert_non_null(block);
		memcpy(block, text, n);
		if (rk_date_parse(
			(struct rk_str){block, n}, 1798650000, RK_BANGKOK, &d) == 0)
			assert_true(d.utc > low && d.utc < high);
		free(block);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(printed_dates_come_back),
	    cmocka_unit_test(own_forms_come_back),
	    cmocka_unit_test(impossible_days_are_rejected),
	    cmocka_unit_test(broken_text_is_harmless),
	};
	const char *given = getenv("PROP_SEED");

	seed = given != NULL ? strtoull(given, NULL, 10) : 20260101;
	printf("PROP_SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
