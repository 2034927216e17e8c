/*
 * A site that was broken into shows in what its feed says: gambling advertised in
 * titles, links to gambling sites, text that no visitor sees. Such entries are held for
 * the operator instead of published. Pure.
 *
 * Police, courts and ministries publish about gambling too: no kind of sign is enough
 * by itself, and words of the law speak against it. Holding news of an honest office is
 * worse than letting an advertisement through.
 */
#ifndef RUAMKHAO_HIJACK_H
#define RUAMKHAO_HIJACK_H

#include <stdbool.h>
#include <stdint.h>

/* What a worker saw in one entry; one number on the wire and in the store. */
struct rk_signals {
	unsigned title_words, body_words; /* different words of gambling, at most 15 */
	unsigned links;    /* to gambling sites elsewhere, at most 15 */
	bool title_promo, body_promo; /* it advertises: "credit free", "apply now" */
	bool hidden;       /* gambling in markup that hides it */
	bool law;          /* it is about crime, courts, warnings */
};
uint32_t rk_signals_pack(const struct rk_signals *);
struct rk_signals rk_signals_unpack(uint32_t);

/* What else came with it. */
struct rk_hijack_news {
	bool known;        /* the source had a document before */
	unsigned fresh;    /* new entries of this document */
	unsigned suspects; /* of those the ones for which rk_hijack_suspect holds */
	int64_t entries, polls; /* of the source until now */
};

enum {
	RK_HIJACK_WORDS = 1,
	RK_HIJACK_LINKS = 2,
	RK_HIJACK_HIDDEN = 4,
	RK_HIJACK_BURST = 8,  /* several such entries at once */
	RK_HIJACK_SURGE = 16, /* far more new entries than the source ever has */
	RK_HIJACK_EDIT = 32 /* beside the others: an edit of a published entry waits */
};

/* Gambling advertised in the title and nothing of the law: several at once are a burst. */
bool rk_hijack_suspect(const struct rk_signals *);

/* The score, and why as RK_HIJACK_*. It is to be held from RK_HIJACK_HOLD on. */
unsigned rk_hijack_score(
    const struct rk_signals *, const struct rk_hijack_news *, unsigned *reasons);

#define RK_HIJACK_HOLD 70 /* no single kind of sign reaches it */

#endif
