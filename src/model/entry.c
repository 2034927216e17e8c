/*
 * How an entry was found, as one number. Must not know who makes or keeps it.
 *
 *   bits 0-1 precision, 2 buddhist, 3 weekday_wrong, 4 zone_assumed, 5 text_unread,
 *   8-11 basis, 12-14 guid, 15-17 url
 *
 * Stored: a bit keeps its meaning for ever. A number from before there were more than
 * the precision reads as that, with all else unknown.
 */
#include <ruamkhao/entry.h>

#define USED ((uint32_t)0x3ff3f)

static uint32_t
bit(bool set, unsigned at)
{
	return set ? (uint32_t)1 << at : 0;
}

uint32_t
rk_found_pack(const struct rk_found *f)
{
	return (f->precision & 3u) | bit(f->buddhist, 2) | bit(f->weekday_wrong, 3) |
	       bit(f->zone_assumed, 4) | bit(f->text_unread, 5) |
	       (f->basis & 15u) << 8 | (f->guid & 7u) << 12 | (f->url & 7u) << 15;
}

bool
rk_found_unpack(uint32_t v, struct rk_found *out)
{
	struct rk_found f = {
	    .precision = v & 3,
	    .buddhist = (v & 1 << 2) != 0,
	    .weekday_wrong = (v & 1 << 3) != 0,
	    .zone_assumed = (v & 1 << 4) != 0,
	    .text_unread = (v & 1 << 5) != 0,
	    .basis = v >> 8 & 15,
	    .guid = v >> 12 & 7,
	    .url = v >> 15 & 7,
	};

	*out = (struct rk_found){0};
	if ((v & ~USED) != 0 || f.precision > 2 || f.basis > RK_BASIS_DISTRUSTED ||
	    f.guid > RK_USE_SITE || f.url > RK_USE_SITE)
		return false;
	*out = f;
	return true;
}
