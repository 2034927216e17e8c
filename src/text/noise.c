/*
 * The lines of a page from the top and from the bottom: what stands before the first
 * sentence and behind the last is judged by what it says and by its neighbours, what
 * stands between only where it cannot be text.
 */
#include "noise_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/date.h>
#include <ruamkhao/thai.h>

#include <string.h>

#define HEAD_MAX  14  /* lines that may stand before the text */
#define PARTS_MAX 4   /* lines that a headline is broken into */
#define SHORT     300 /* bytes: longer lines are text, whatever stands below them */

struct noise {
	struct rk_line *lines;
	size_t n;
	const struct rk_line_facts *facts;
	struct rk_line_found *found;
	int64_t now;
	int offset;
	struct rk_buf title, author, category, date; /* keys of the facts */
	struct rk_buf key, joined;
};

static bool
is_blank(const struct rk_line *l)
{
	return rk_noise_trim(l->text).n == 0;
}

static struct rk_str
key_of(struct noise *x, size_t i)
{
	return rk_noise_key(x->lines[i].text, &x->key);
}

/* ---- lines that are no text wherever they stand */

static void
cut_plain(struct noise *x)
{
	bool list = false;

	for (size_t i = 0; i < x->n; i++) {
		struct rk_line *l = &x->lines[i];
		struct rk_str key;

		if (is_blank(l))
			continue;
		if (l->text.n > RK_NOISE_LINE) {
			list = false;
			continue;
		}
		key = key_of(x, i);
		if (rk_thai_is_noise(l->text) || rk_noise_is_rule(l->text) ||
		    rk_noise_is_boiler(key)) {
			l->cut = true;
			list = list || rk_noise_opens_list(key);
		} else if (list && l->linked) {
			l->cut = true;
		} else {
			list = false;
		}
	}
}

/* ---- names and dates */

static bool
note_date(struct noise *x, size_t i)
{
	struct rk_str text = x->lines[i].text, key;
	struct rk_date date;

	if (text.n > SHORT)
		return false;
	key = key_of(x, i);
	if (key.n == 0)
		return false;
	if (rk_str_eq(key, rk_buf_view(&x->date)))
		return true;
	if (!rk_noise_is_date(
		key, rk_buf_view(&x->author), rk_buf_view(&x->category)) ||
	    rk_date_parse(text, x->now, x->offset, &date) != 0)
		return false;
	if (x->facts->date.n == 0 && x->found->date.n == 0)
		x->found->date = text;
	return true;
}

/* A line that says who wrote it. */
static bool
note_author(struct noise *x, size_t i)
{
	struct rk_str text = x->lines[i].text, name, key;

	if (text.n > SHORT)
		return false;
	key = key_of(x, i);
	if (key.n > 0 && (rk_str_eq(key, rk_buf_view(&x->author)) ||
			     rk_str_eq(key, rk_buf_view(&x->category))))
		return true;
	name = rk_credit_name(text, false);
	if (name.n == 0)
		return false;
	if (x->found->author.n == 0)
		x->found->author = name;
	return true;
}

/* ---- above the text */

/* How many lines from i on are the headline once more; 0: none. */
static size_t
headline(struct noise *x, size_t i)
{
	struct rk_str title = rk_buf_view(&x->title);
	size_t parts = 0;

	if (title.n == 0)
		return 0;
	rk_buf_reset(&x->joined);
	for (size_t j = i; j < x->n && parts < PARTS_MAX; j++) {
		struct rk_str key;

		if (is_blank(&x->lines[j]) || x->lines[j].cut)
			continue;
		if (x->lines[j].text.n > title.n * 2 + SHORT)
			return 0;
		key = key_of(x, j);
		if (rk_buf_str(&x->joined, key) != 0 || x->joined.n > title.n * 3 / 2)
			return 0;
		parts++;
		if (rk_noise_same(title, rk_buf_view(&x->joined)))
			return j - i + 1;
	}
	return 0;
}

static void
cut_lines(struct noise *x, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		x->lines[i].cut = true;
}

/* What stands above the text, up to the headline if it is there. */
static void
cut_head(struct noise *x)
{
	size_t seen = 0, n, from = 0;

	for (size_t i = 0; i < x->n && seen < HEAD_MAX; i++) {
		if (is_blank(&x->lines[i]) || x->lines[i].cut)
			continue;
		seen++;
		if ((n = headline(x, i)) > 0) {
			/* banner, office, section: above a headline is no text */
			cut_lines(x, 0, i + n);
			from = i + n;
			i += n - 1;
		} else if (x->lines[i].text.n > SHORT) {
			break;
		}
	}
	for (size_t i = from; i < x->n; i++) {
		if (is_blank(&x->lines[i]) || x->lines[i].cut)
			continue;
		if (!note_date(x, i) && !note_author(x, i))
			break;
		x->lines[i].cut = true;
	}
}

/* ---- below the text */

/* The kept or cut line above i that is not blank, SIZE_MAX: none. */
static size_t
above(const struct noise *x, size_t i)
{
	while (i-- > 0)
		if (!is_blank(&x->lines[i]))
			return i;
	return SIZE_MAX;
}

static void
cut_tail(struct noise *x)
{
	bool phone = false;

	for (size_t i = x->n; i-- > 0;) {
		struct rk_line *l = &x->lines[i];
		size_t up;

		if (is_blank(l) || l->cut)
			continue;
		/* the text itself stays, whatever it looks like */
		if ((up = above(x, i)) == SIZE_MAX)
			break;
		if (rk_noise_is_phone(l->text)) {
			l->cut = phone = true;
			continue;
		}
		if (note_date(x, i) || note_author(x, i)) {
			l->cut = true;
			continue;
		}
		/* an office signs: below a drawn rule, or above its telephone */
		if (!rk_noise_is_unit(l->text) ||
		    !(phone || rk_noise_is_rule(x->lines[up].text)))
			break;
		if (x->found->author.n == 0)
			x->found->author = rk_noise_trim(l->text);
		l->cut = true;
	}
}

/* Blank lines at both ends. */
static void
cut_blank(struct noise *x)
{
	size_t i = 0, j = x->n;

	while (i < x->n && (x->lines[i].cut || is_blank(&x->lines[i])))
		x->lines[i++].cut = true;
	while (j > i && (x->lines[j - 1].cut || is_blank(&x->lines[j - 1])))
		x->lines[--j].cut = true;
}

void
rk_noise_cut(struct rk_line *lines, size_t n, const struct rk_line_facts *facts,
    int64_t now, int offset, struct rk_line_found *found)
{
	struct noise x = {.lines = lines,
	    .n = n,
	    .facts = facts,
	    .found = found,
	    .now = now,
	    .offset = offset};
	struct rk_buf *bufs[] = {
	    &x.title, &x.author, &x.category, &x.date, &x.key, &x.joined};

	*found = (struct rk_line_found){{"", 0}, {"", 0}};
	for (size_t i = 0; i < sizeof(bufs) / sizeof(*bufs); i++)
		rk_buf_init(bufs[i], SIZE_MAX / 2);
	(void)rk_noise_key(facts->title, &x.title);
	(void)rk_noise_key(facts->author, &x.author);
	(void)rk_noise_key(facts->category, &x.category);
	(void)rk_noise_key(facts->date, &x.date);
	for (size_t i = 0; i < n; i++)
		lines[i].cut = false;
	cut_plain(&x);
	cut_head(&x);
	cut_tail(&x);
	cut_blank(&x);
	for (size_t i = 0; i < sizeof(bufs) / sizeof(*bufs); i++)
		rk_buf_release(bufs[i]);
}
