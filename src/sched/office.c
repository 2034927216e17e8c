/*
 * Thai working days and office hours. The holidays are holidays.tsv, compiled in, read in
 * place: some sixty lines, looked at for each poll that is planned. So each thread keeps
 * what it found of the last days it asked for: polls ask for the same few.
 */
#include <ruamkhao/sched.h>

#include <ruamkhao/date.h>

#include <stdio.h>
#include <string.h>

#define DAY     86400
#define BANGKOK (7 * 3600)
#define OPENS   (8 * 3600)
#define CLOSES  (18 * 3600) /* notices are put up after the counters close, too */

extern const unsigned char rk_holidays_tsv[];
extern const size_t rk_holidays_tsv_size;

static bool
weekend(int64_t day)
{
	int64_t w = (day + 4) % 7; /* 1970-01-01 was a Thursday */

	return w == 0 || w == 6;
}

/* The line whose date is `when`; NULL. */
static const char *
line_of(const char *when, size_t n)
{
	const char *p = (const char *)rk_holidays_tsv, *end = p + rk_holidays_tsv_size;

	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));

		if ((size_t)(end - p) > n && p[n] == '\t' && memcmp(p, when, n) == 0)
			return p + n + 1;
		p = eol != NULL ? eol + 1 : end;
	}
	return NULL;
}

/* Its name, if the day itself is one. */
static struct rk_str
holiday(int64_t day)
{
	const char *name;
	char when[24];
	int64_t year;
	unsigned month, mday;

	rk_civil_from_days(day, &year, &month, &mday);
	(void)snprintf(when, sizeof(when), "%04d-%02u-%02u", (int)(year % 10000), month, mday);
	name = line_of(when + 5, 5);
	if (name == NULL)
		name = line_of(when, 10);
	return name == NULL ? rk_str("") : rk_strn(name, strcspn(name, "\t\n"));
}

/*
 * A holiday on a Saturday or Sunday is made up for by the next working day; several in a
 * row by one day.
 */
static struct rk_str
in_lieu(int64_t day)
{
	struct rk_str name = rk_str("");

	if (weekend(day) || holiday(day).n > 0)
		return name;
	for (int64_t d = day - 1; weekend(d) || holiday(d).n > 0; d--) {
		struct rk_str of = holiday(d);

		if (weekend(d) && of.n > 0)
			name = of;
	}
	return name;
}

struct day {
	int64_t day;
	struct rk_str holiday; /* empty: none */
	bool known, lieu;
};

static const struct day *
look_up(int64_t day)
{
	static _Thread_local struct day days[16];
	struct day *d = &days[(uint64_t)day % 16];

	if (!d->known || d->day != day) {
		d->known = true;
		d->day = day;
		d->holiday = holiday(day);
		d->lieu = d->holiday.n == 0;
		if (d->lieu)
			d->holiday = in_lieu(day);
		d->lieu = d->lieu && d->holiday.n > 0;
	}
	return d;
}

bool
rk_working_day(int64_t day, struct rk_str *name, bool *lieu)
{
	const struct day *d = look_up(day);

	if (name != NULL)
		*name = d->holiday;
	if (lieu != NULL)
		*lieu = d->lieu;
	return d->holiday.n == 0 && !weekend(day);
}

int64_t
rk_thai_day(int64_t t)
{
	int64_t local = t + BANGKOK;

	return local >= 0 ? local / DAY : -((-local + DAY - 1) / DAY);
}

bool
rk_office_open(int64_t t)
{
	int64_t day = rk_thai_day(t), second = t + BANGKOK - day * DAY;

	return second >= OPENS && second < CLOSES && rk_working_day(day, NULL, NULL);
}
