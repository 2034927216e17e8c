/*
 * Which entries tell the same: what the store shows of them, and the function that
 * decides. The store finds, cluster/ decides; neither knows the other.
 */
#ifndef RUAMKHAO_STORY_H
#define RUAMKHAO_STORY_H

#include <ruamkhao/entry.h>
#include <ruamkhao/print.h>

/* What ties two entries, the weakest first. Stored as numbers: add at the end only. */
enum rk_tie {
	RK_TIE_NONE,
	RK_TIE_EVENT,   /* accounts of one event: two stories, linked */
	RK_TIE_EXCERPT, /* one is a part of the other */
	RK_TIE_NEAR,    /* the same text but for small edits */
	RK_TIE_URL,     /* the same address */
	RK_TIE_TEXT     /* the same text */
};

/* What kept two entries apart that are much alike. Stored as numbers, as above. */
enum rk_guard {
	RK_GUARD_NONE,
	RK_GUARD_DATE,    /* too many days between them */
	RK_GUARD_SERIAL,  /* number 1 and number 2 of a series */
	RK_GUARD_NUMBERS, /* each has numbers that the other has not */
	RK_GUARD_TITLE,   /* titles of one mould, filled in differently */
	RK_GUARD_SHORT,   /* too little text to tell */
	RK_GUARD_HEAD,    /* a part of the other, but not its beginning */
	RK_GUARD_FILLED,  /* of a routine text: each says something of its own */
	RK_GUARD_VAGUE    /* perhaps too many days: one states no date, and the texts do
	                     not tell by themselves */
};

/* An entry as the decision sees it. Lives as long as the call. */
struct rk_telling {
	int64_t row;    /* of the entry, 0: the new one */
	int64_t story;  /* row of its lead; 0: the new one has none yet */
	bool settled;   /* its story was shown: it stays there */
	bool shown;     /* the lead of its story stays */
	int64_t source; /* row */
	int64_t date;   /* stated, else first seen */
	bool vague;     /* it stood in its source's first document and states none: it is
	                   from `date` or from long before */
	int64_t first_seen;
	int priority;
	uint64_t url_hash, merge_hash, text_hash;
	struct rk_str title, url, author, origin_title, origin_url;
	struct rk_str source_title, source_url;
	struct rk_print print; /* length 0: has none */

	/* the decision */
	size_t lead;        /* index of the one that leads its story */
	enum rk_tie tie;    /* why it is there; NONE: nothing it hangs on */
	enum rk_guard guard; /* of a tie NONE: what kept it from tied_to */
	size_t tied_to;     /* SIZE_MAX: nothing to say */
	unsigned overlap;   /* per cent of the shorter text that is in the longer */
};

/* Two entries of different stories that tell of the same. */
struct rk_link {
	size_t a, b;
	enum rk_tie tie;
	unsigned overlap;
};

#define RK_MAX_LINKS 8

/*
 * Parts the entries into stories and names the lead of each. Those that are settled stay
 * together and apart from other settled ones, whatever ties them. Pure, and the order of
 * the array does not matter but for what only the moment of first sight decides. Returns
 * the number of links, at most RK_MAX_LINKS. Called on the store thread.
 */
typedef size_t rk_decide_fn(struct rk_telling *, size_t n, struct rk_link *links);

#endif
