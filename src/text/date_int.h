/*
 * Shared by the files of the date reader. They work on the folded text: one byte a
 * character, Thai letters as in TIS-620 (U+0E01 is 0xA1), digits and lower case
 * ASCII, any white space one space, any dash '-', other characters 0x01; it ends with
 * NUL, so that looking ahead needs no length.
 *
 * A reader gets where it stands and gives where it ended, or NULL when the thing
 * is not there. None looks further ahead than about 200 bytes: the whole is linear.
 */
#ifndef RUAMKHAO_DATE_INT_H
#define RUAMKHAO_DATE_INT_H

#include <ruamkhao/date.h>

#define RK_DATE_WINDOW 4096 /* bytes of a text that are looked at */
#define RK_DATE_OTHER  0x01 /* a character that is neither ASCII nor Thai */

typedef const unsigned char *rk_date_at; /* a place in the folded text */

/* date_fold.c: out holds RK_DATE_WINDOW + 1 bytes. The length without the NUL. */
size_t rk_date_fold(struct rk_str in, unsigned char *out);

static inline bool
rk_date_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
rk_date_alpha(unsigned char c)
{
	return c >= 'a' && c <= 'z';
}

/* A consonant, vowel or mark, not a digit, baht sign or punctuation. */
static inline bool
rk_date_thai_letter(unsigned char c)
{
	return (c >= 0xa1 && c <= 0xda && c != 0xcf) ||
	       (c >= 0xe0 && c <= 0xee && c != 0xe6);
}

/* date_words.c */
unsigned char rk_date_literal(const char **utf8);     /* the next character, folded */
rk_date_at rk_date_lit(rk_date_at, const char *utf8); /* this very word */
rk_date_at rk_date_any(rk_date_at, const char *const *words, int *which); /* the longest
				   of a list that ends with NULL; which may be NULL */
rk_date_at rk_date_spaces(rk_date_at);
rk_date_at rk_date_num(rk_date_at, unsigned *value, unsigned *digits); /* at most 9 */
/* date_months.c: a month's name, 1-12. guess: also names with a slip or two (not in
 * running text). */
rk_date_at rk_date_month(rk_date_at, bool guess, unsigned *month);
/* A weekday's name, 0 = Sunday, with "วัน" before and "ที่" after. */
rk_date_at rk_date_weekday(rk_date_at, unsigned *day);
/* The weekday printed before `at`, or -1. */
int rk_date_weekday_before(rk_date_at start, rk_date_at at);
/* Seconds east of UTC of a zone's name; false: unknown. */
bool rk_date_zone_name(rk_date_at name, size_t n, int *offset);
rk_date_at rk_date_era(rk_date_at); /* "พ.ศ.", "ค.ศ.", "B.E." ...: only passed over */
extern const char *const rk_thai_months[12]; /* as printed, UTF-8 */

/* date_time.c */
struct rk_date_time {
	unsigned hour, minute, second;
	bool seconds; /* were printed */
	bool bad;     /* hour 25, minute 61, offset +99:00: the stamp is not trusted */
	bool zone;    /* a known one was printed: offset is set */
	int offset;   /* seconds east of UTC */
};

enum rk_date_hint {
	RK_DATE_CUE = 1, /* behind "เวลา": what follows is a time, good or bad */
	RK_DATE_ISO = 2,     /* behind the T of ISO 8601 */
	RK_DATE_MACHINE = 4, /* in a y-m-d stamp: "-05:00" is an offset, not a range */
	RK_DATE_PM = 8,      /* "PM" or "หลังเที่ยง" stood before */
	RK_DATE_AM = 16
};

/* A time of day with its unit, its range ("09.30 - 12.00 น.": the start counts) and
 * its zone. */
rk_date_at rk_date_time(rk_date_at, unsigned hints, struct rk_date_time *);
/* What may stand between a date and its time; where a time could begin. */
rk_date_at rk_date_gap(rk_date_at, unsigned *hints);
/* An offset or a zone name; sets bad for an impossible offset. */
rk_date_at rk_date_zone(rk_date_at, unsigned hints, struct rk_date_time *);

/* date_day.c */
enum rk_date_found {
	RK_DATE_NONE, /* no date begins here */
	RK_DATE_GOOD,
	RK_DATE_BAD /* a date, but not one to take: impossible, a range, a list */
};

struct rk_date_day {
	int64_t days; /* since 1970 */
	bool buddhist;
	bool machine; /* y-m-d */
	bool timed;   /* the time stood inside, as in asctime */
	struct rk_date_time time;
	rk_date_at end;
};

/* The year that the printed number means (DOMAIN.md 3.2, rules 2 and 3), or -1.
 * this_year is CE and settles two digits. */
int rk_date_year(unsigned printed, unsigned digits, int this_year, bool *buddhist);
/* A date that begins with this number; whole: nothing stands before it. */
enum rk_date_found rk_date_from_number(
    rk_date_at, int this_year, bool whole, struct rk_date_day *);
/* A date whose month comes first. */
enum rk_date_found rk_date_from_month(
    rk_date_at, bool guess, int this_year, struct rk_date_day *);
/* "- 18 พ.ค. 2566", "ถึงวันที่ 18 ...": where the other end of a range of days ends. */
rk_date_at rk_date_range(rk_date_at, int this_year);

/* date_exact.c: the text as a whole is RFC 3339 or RFC 822 to the letter; 20 bytes or
 * more. False tells nothing about other forms. */
bool rk_date_exact(struct rk_str, struct rk_date *);

/* calendar.c */
unsigned rk_month_days(int64_t year, unsigned month);
unsigned rk_weekday(int64_t days); /* 0 = Sunday */

#endif
