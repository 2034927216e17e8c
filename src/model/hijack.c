/* How much speaks for it that an entry is not its publisher's. */
#include <ruamkhao/hijack.h>

#define BURST        3  /* suspects in one document: one is news, three are a campaign */
#define SURGE        10 /* new entries at least, and */
#define SURGE_FACTOR 5  /* times what a poll of the source brings */

uint32_t
rk_signals_pack(const struct rk_signals *s)
{
	return (s->title_words & 15) | (s->body_words & 15) << 4 | (s->links & 15) << 8 |
	       (uint32_t)s->title_promo << 12 | (uint32_t)s->body_promo << 13 |
	       (uint32_t)s->hidden << 14 | (uint32_t)s->law << 15;
}

struct rk_signals
rk_signals_unpack(uint32_t v)
{
	return (struct rk_signals){.title_words = v & 15,
	    .body_words = v >> 4 & 15,
	    .links = v >> 8 & 15,
	    .title_promo = (v >> 12 & 1) != 0,
	    .body_promo = (v >> 13 & 1) != 0,
	    .hidden = (v >> 14 & 1) != 0,
	    .law = (v >> 15 & 1) != 0};
}

bool
rk_hijack_suspect(const struct rk_signals *s)
{
	return !s->law && (s->title_words > 1 || (s->title_words > 0 && s->title_promo));
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned
rk_hijack_score(const struct rk_signals *s, const struct rk_hijack_news *news,
    unsigned *reasons)
{
	unsigned score = 0, why = 0, kinds = 0;
	bool many = news->fresh >= SURGE &&
		    (int64_t)news->fresh * news->polls >= SURGE_FACTOR * news->entries;

	if (s->title_words > 0 || s->body_words > 1) {
		why |= RK_HIJACK_WORDS;
		score += least(20 * s->title_words, 40) + least(5 * s->body_words, 15);
		score += (s->title_promo ? 15U : 0U) + (s->body_promo ? 10U : 0U);
	}
	if (s->links > 0) {
		why |= RK_HIJACK_LINKS;
		score += s->links > 2 ? 50 : 40;
	}
	if (s->hidden) {
		why |= RK_HIJACK_HIDDEN;
		score += 45;
	}
	if (news->known && rk_hijack_suspect(s) && news->suspects >= BURST) {
		why |= RK_HIJACK_BURST;
		score += 40;
	}
	for (unsigned bits = why; bits != 0; bits >>= 1)
		kinds += bits & 1;
	if (news->known && many && why != 0) { /* never a kind of its own: sites move */
		why |= RK_HIJACK_SURGE;
		score += 10;
	}
	if (s->law)
		score = score > 50 ? score - 50 : 0;
	*reasons = why;
	return kinds > 1 ? score : least(score, RK_HIJACK_HOLD - 1);
}
