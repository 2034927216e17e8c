/*
 * What the first bytes of a document give away: a byte order mark, the zeros of wide
 * characters, a sample for a detector.
 */
#include "charset_int.h"

#include <string.h>

const struct rk_cs *
rk_cs_by_bom(struct rk_str *in)
{
	static const struct {
		const char *bytes;
		size_t n;
		enum rk_cs_kind kind;
	} boms[] = {
	    {"\xEF\xBB\xBF", 3, RK_CS_UTF8},
	    {"\xFF\xFE\0\0", 4, RK_CS_UTF32LE},
	    {"\0\0\xFE\xFF", 4, RK_CS_UTF32BE},
	    {"\xFF\xFE", 2, RK_CS_UTF16LE},
	    {"\xFE\xFF", 2, RK_CS_UTF16BE},
	};

	for (size_t i = 0; i < sizeof(boms) / sizeof(boms[0]); i++)
		if (in->n >= boms[i].n &&
		    memcmp(in->p, boms[i].bytes, boms[i].n) == 0) {
			*in = rk_str_from(*in, boms[i].n);
			return rk_cs_kind(boms[i].kind);
		}
	return NULL;
}

const struct rk_cs *
rk_cs_by_zeros(struct rk_str in)
{
	unsigned zeros = 0;

	if (in.n < 4)
		return NULL;
	for (unsigned i = 0; i < 4; i++) {
		if ((unsigned char)in.p[i] >= 0x80)
			return NULL;
		zeros |= in.p[i] == '\0' ? 1U << i : 0;
	}
	switch (zeros) {
	case 0xA: /* x 0 x 0 */
		return rk_cs_kind(RK_CS_UTF16LE);
	case 0x5: /* 0 x 0 x */
		return rk_cs_kind(RK_CS_UTF16BE);
	case 0xE: /* x 0 0 0 */
		return rk_cs_kind(RK_CS_UTF32LE);
	case 0x7: /* 0 0 0 x */
		return rk_cs_kind(RK_CS_UTF32BE);
	default:
		return NULL;
	}
}

const struct rk_cs *
rk_cs_with_order(const struct rk_cs *cs, struct rk_str in)
{
	size_t odd = 0, even = 0, n = in.n < RK_CS_SAMPLE ? in.n : RK_CS_SAMPLE;

	if (cs->kind != RK_CS_UTF16 && cs->kind != RK_CS_UTF32)
		return cs;
	for (size_t i = 0; i < n; i++) {
		odd += in.p[i] == '\0' && i % 4 == 3;
		even += in.p[i] == '\0' && i % 4 == 0;
	}
	if (cs->kind == RK_CS_UTF16)
		return rk_cs_kind(odd >= even ? RK_CS_UTF16LE : RK_CS_UTF16BE);
	return rk_cs_kind(odd >= even ? RK_CS_UTF32LE : RK_CS_UTF32BE);
}

size_t
rk_cs_sample(struct rk_str in, char out[RK_CS_SAMPLE], size_t *high)
{
	size_t i = 0, n = 0;
	bool tag = false;

	*high = 0;
	while (i < in.n && (unsigned char)in.p[i] < 0x80)
		i++;
	for (; i < in.n && n < RK_CS_SAMPLE; i++) {
		if (in.p[i] == '<')
			tag = true;
		if (!tag) {
			out[n++] = in.p[i];
			*high += (unsigned char)in.p[i] >= 0x80;
		}
		if (in.p[i] == '>')
			tag = false;
	}
	return n;
}
