/*
 * The order of the Royal Institute's dictionary, as far as names need it: a vowel that is
 * written before its consonant counts behind it, tone marks and other signs only where
 * all else is equal.
 */
#include <ruamkhao/thai.h>

#include <ruamkhao/utf8.h>

struct order {
	struct rk_str rest;
	uint32_t held; /* the vowel that its consonant has overtaken */
};

static bool
is_leading(uint32_t cp)
{
	return cp >= 0xe40 && cp <= 0xe44;
}

static bool
is_sign(uint32_t cp)
{
	return cp >= 0xe47 && cp <= 0xe4e;
}

/* 0: the end. */
static uint32_t
next(struct order *o)
{
	uint32_t cp, after;
	struct rk_str ahead;

	if ((cp = o->held) != 0) {
		o->held = 0;
		return cp;
	}
	do {
		if (!rk_utf8_next(&o->rest, &cp))
			return 0;
	} while (is_sign(cp));
	ahead = o->rest;
	if (is_leading(cp) && rk_utf8_next(&ahead, &after) && after >= 0xe01 &&
	    after <= 0xe2e) {
		o->rest = ahead;
		o->held = cp;
		return after;
	}
	if (cp >= 'A' && cp <= 'Z')
		cp += 'a' - 'A';
	return cp;
}

int
rk_thai_compare(struct rk_str a, struct rk_str b)
{
	struct order x = {a, 0}, y = {b, 0};
	uint32_t p, q;

	do {
		p = next(&x);
		q = next(&y);
	} while (p == q && p != 0);
	if (p != q)
		return p < q ? -1 : 1;
	return rk_str_cmp(a, b);
}
