/*
 * How an entry was found, as one number; the hashes that are its keys. Must not know who
 * makes or keeps it.
 *
 *   bits 0-1 precision, 2 buddhist, 3 weekday_wrong, 4 zone_assumed, 5 text_unread,
 *   6 first, 8-11 basis, 12-14 guid, 15-17 url
 *
 * Stored: a bit keeps its meaning for ever. A number from before there were more than
 * the precision reads as that, with all else unknown.
 */
#include <ruamkhao/entry.h>

#include <ruamkhao/hash.h>

#define USED ((uint32_t)0x3ff7f)

static uint32_t
bit(bool set, unsigned at)
{
	return set ? (uint32_t)1 << at : 0;
}

uint32_t
rk_found_pack(const struct rk_found *f)
{
	return (f->precision & 3u) | bit(f->buddhist, 2) | bit(f->weekday_wrong, 3) |
	       bit(f->zone_assumed, 4) | bit(f->text_unread, 5) | bit(f->first, 6) |
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
	    .first = (v & RK_FOUND_FIRST) != 0,
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

/* ---- keys: stored, so the same bytes give the same number for ever */

static uint64_t
some(uint64_t hash)
{
	return hash != 0 ? hash : 1;
}

uint64_t
rk_key_of(enum rk_key_kind kind, struct rk_str s)
{
	const char k = (char)('0' + kind);

	return some(rk_hash64_more(rk_hash64(rk_strn(&k, 1)), s));
}

static uint64_t
dated(enum rk_key_kind kind, uint64_t hash, int64_t published)
{
	uint64_t key = rk_key_of(kind, rk_strn((const char *)&hash, sizeof(hash)));

	return some(rk_hash64_more(
	    key, rk_strn((const char *)&published, sizeof(published))));
}

uint64_t
rk_key_text(uint64_t text_hash, int64_t published)
{
	return dated(RK_KEY_TEXT, text_hash, published);
}

uint64_t
rk_key_title(uint64_t title_hash, int64_t published)
{
	return dated(RK_KEY_TITLE, title_hash, published);
}
