/*
 * The folded text that the date reader works on (date_int.h). Thai and typographic
 * variants are made one here, so that the grammar need not know them.
 */
#include <ruamkhao/date.h>

#include "date_int.h"

#include <string.h>

enum { DROP = -1, SPACE = ' ', DASH = '-' };

/* One character outside ASCII: what becomes of it, and how many bytes it had. */
static int
fold_wide(const unsigned char *p, size_t n, size_t *len)
{
	*len = 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf && n >= 2 && (p[1] & 0xc0) == 0x80) {
		unsigned cp = (unsigned)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);

		*len = 2;
		return cp == 0xa0 || cp == 0x85 ? SPACE
		       : cp == 0xad             ? DROP
						: RK_DATE_OTHER;
	}
	if (p[0] >= 0xe0 && p[0] <= 0xef && n >= 3 && (p[1] & 0xc0) == 0x80 &&
	    (p[2] & 0xc0) == 0x80) {
		unsigned cp = (unsigned)(p[0] & 0xf) << 12 |
			      (unsigned)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);

		*len = 3;
		if (cp >= 0xe50 && cp <= 0xe59)
			return '0' + (int)(cp - 0xe50);
		if (cp >= 0xe01 && cp <= 0xe5b)
			return (int)(cp - 0xe00 + 0xa0);
		if ((cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) ||
		    (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff)
			return DROP;
		if ((cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f || cp == 0x205f ||
		    cp == 0x3000 || cp == 0x1680 || cp == 0x2028 || cp == 0x2029)
			return SPACE;
		if ((cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212 || cp == 0xff0d)
			return DASH;
		if (cp >= 0xff10 && cp <= 0xff19) /* full width */
			return '0' + (int)(cp - 0xff10);
		if (cp == 0xff1a || cp == 0x2236)
			return ':';
		if (cp == 0xff0f || cp == 0x2044)
			return '/';
		if (cp == 0x2019 || cp == 0x2018)
			return '\'';
		return RK_DATE_OTHER;
	}
	if (p[0] >= 0xf0 && p[0] <= 0xf4 && n >= 4)
		*len = 4;
	return RK_DATE_OTHER;
}

static bool
is_mark(unsigned char c)
{
	return c == 0xd1 || (c >= 0xd4 && c <= 0xda) || (c >= 0xe7 && c <= 0xee);
}

/* Put one folded character; typing slips that look right on a screen are undone. */
static unsigned char *
put(unsigned char *out, unsigned char *w, unsigned char c)
{
	unsigned char last = w > out ? w[-1] : ' ';

	if (c == ' ' && last == ' ')
		return w;
	if (is_mark(c) && last == c) /* วันทีี่ */
		return w;
	if (c == 0xd2 && last == 0xed) { /* nikhahit and aa are sara am */
		w[-1] = 0xd3;
		return w;
	}
	if (c == 0xe0 && last == 0xe0) { /* two sara e are sara ae */
		w[-1] = 0xe1;
		return w;
	}
	*w++ = c;
	return w;
}

size_t
rk_date_fold(struct rk_str in, unsigned char *out)
{
	const unsigned char *p = (const unsigned char *)in.p;
	size_t n = in.n < RK_DATE_WINDOW ? in.n : RK_DATE_WINDOW;
	unsigned char *w = out;
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		unsigned char c = p[i];
		int to = c;

		len = 1;
		if (c >= 0x80)
			to = fold_wide(p + i, n - i, &len);
		else if (c <= ' ' || c == 0x7f)
			to = ' ';
		else if (c >= 'A' && c <= 'Z')
			to = c | 0x20;
		else if (c == '&' && n - i >= 6 && memcmp(p + i, "&nbsp;", 6) == 0) {
			to = ' ';
			len = 6;
		}
		if (to != DROP)
			w = put(out, w, (unsigned char)to);
	}
	/* A number cut in two would be another number. */
	if (in.n > n)
		while (w > out && w[-1] != ' ' && w[-1] < 0x80)
			w--;
	while (w > out && w[-1] == ' ')
		w--;
	*w = '\0';
	return (size_t)(w - out);
}
