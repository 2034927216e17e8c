/*
 * Where an entry belongs by its own words, and the route that follows.
 *
 * A worker finds the evidence (normalise/), the daemon decides by the table of regions
 * and by the source, the store keeps both as one text: a line for each piece,
 *
 *   KIND '!'|'.' PLACES ' ' WORDS
 *
 * KIND is a letter, a capital where the piece decided something; '!' strong: a cue
 * stands there, '.' a bare name. PLACES: ISO codes or node ids joined by '+'. WORDS: as
 * they stand in the text, one line, at most RK_MAX_EVIDENCE_WORDS bytes.
 */
#ifndef RUAMKHAO_EVIDENCE_H
#define RUAMKHAO_EVIDENCE_H

#include <ruamkhao/region.h>

enum rk_evidence_kind {
	RK_EVIDENCE_TITLE,  /* t */
	RK_EVIDENCE_BYLINE, /* b: author, agency, credit */
	RK_EVIDENCE_LEAD,   /* l: the first sentence of the body */
	RK_EVIDENCE_LAST    /* v: its last clause, mostly where something was held: a tag */
};

struct rk_evidence {
	enum rk_evidence_kind kind;
	bool strong, counted;
	bool group;           /* a word for a group, not a province's name */
	struct rk_str places; /* as above, never empty */
	struct rk_str words;
};

/* One piece as text, without the line's end. */
struct rk_buf;
int rk_evidence_put(struct rk_buf *, const struct rk_evidence *);
/* The next piece; lines that are none are passed over. False: no more. */
bool rk_evidence_next(struct rk_str *rest, struct rk_evidence *);

/*
 * The route of an entry of a source (canonical route `of_source`, home province or empty)
 * with that evidence, at the instant `at`. DOMAIN.md 2.3:
 *
 * A source without a place is routed by title, byline and lead: bare names count in the
 * first two, the lead needs a cue. A source with a place keeps it; only strong words of
 * the title add to it. A group that is named has the entry, and so have the groups that
 * hold most of it; of its members only one that is named alone has it too. More than
 * RK_MAX_ROUTED provinces are replaced by the groups they are in.
 *
 * *decided: the evidence with what counted marked. Both in the arena, or as given.
 */
struct rk_str rk_route_decide(const struct rk_regions *, struct rk_arena *,
    struct rk_str of_source, struct rk_str evidence, int64_t at,
    struct rk_str *decided);

#endif
