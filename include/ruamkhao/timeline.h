/*
 * A node's stories in order: the input of every renderer. Immutable, in its
 * own arena, read by the store, handed to a pool thread as a whole.
 */
#ifndef RUAMKHAO_TIMELINE_H
#define RUAMKHAO_TIMELINE_H

#include <ruamkhao/clock.h>
#include <ruamkhao/diff.h>
#include <ruamkhao/region.h>

struct rk_arena;

/* The site as the renderers need it. Lives as long as what is rendered. */
struct rk_site {
	struct rk_str title, base_url; /* base_url ends with '/' */
	struct rk_str contact, language;
	struct rk_str rights; /* said of all texts; empty: nothing */
	struct rk_str host; /* of tag: ids; fixed in the database at first publication */
	struct rk_str suffixes; /* of the formats that are published: ".atom .html"; empty:
	                           not said, no file links to another */
	bool served; /* by our own server, which makes pages that are no files: "story?id=",
	                "search?q=" can be linked to */
	struct rk_str hub;      /* that feeds announce; empty: none */
};

/* Another publisher of the same story. */
struct rk_copy {
	struct rk_copy *next;
	struct rk_str url;          /* its own page, or empty */
	struct rk_str source_title; /* publisher's name */
	struct rk_str source_id;
};

/* Another story that tells of the same event. */
struct rk_related {
	struct rk_related *next;
	struct rk_str id, url, title, source_title; /* id: that it is published under */
};

/* One published entry: the lead copy of a story. Times: UTC seconds. */
struct rk_story {
	struct rk_str id;       /* published id: an absolute IRI, never changes */
	struct rk_str url, title, html, summary, author, lang, image;
	struct rk_str tags, enclosures; /* as in entry.h */
	int64_t published;      /* as stated, RK_NO_TIME when none */
	int64_t first_seen;
	int64_t updated;        /* moves only when content does; never in the future of
	                           the moment it was seen */
	int64_t changed;        /* when we last stored a change of content */
	struct rk_str source_id, source_title, source_url, source_link; /* the true origin:
	                           configured id, title, feed address, site address */
	struct rk_str route;    /* canonical, of all copies */
	struct rk_copy *copies; /* other publishers, by first seen */
	struct rk_related *related; /* other stories, by first seen */
};

/* A story that left the node: a tombstone is published for a while. */
struct rk_removed {
	struct rk_str id; /* that it was published under */
	int64_t at;
};

struct rk_timeline {
	struct rk_arena *arena; /* holds all of it; freed with rk_timeline_free */
	const struct rk_site *site;
	const struct rk_regions *regions; /* names of route nodes; may be NULL */
	struct rk_node node;
	int64_t generation;
	struct rk_story *stories; /* newest first */
	size_t n_stories;
	int64_t updated;        /* newest change of content, RK_NO_TIME when empty */
	struct rk_removed *removed; /* newest first, at most RK_TOMBSTONES */
	size_t n_removed;
	/* RFC 5005: files below the published tree, "archive/NODE/2026-01.atom". */
	struct rk_str archive; /* this is that document, not the node's feed; else empty */
	struct rk_str prev_archive, next_archive; /* empty: there is none */
};

/* One story and its life: the input of its page. In its own arena, as a timeline. */
struct rk_story_page {
	struct rk_arena *arena;
	const struct rk_site *site;
	const struct rk_regions *regions; /* may be NULL */
	struct rk_story story;
	bool withdrawn;         /* by all its publishers, or by the operator: nothing of its
	                           text is to be shown */
	int64_t left_at;        /* when; RK_NO_TIME: not known */
	struct rk_str evidence; /* of places, decided (evidence.h); empty: none kept */
	struct rk_version *versions; /* of the text that is shown: oldest first, the last
	                           one holds */
	size_t n_versions;
};
void rk_story_page_free(struct rk_story_page *);

void rk_timeline_free(struct rk_timeline *);

/* The newest changed/updated of the stories, or the newest removal: sets t->updated. */
void rk_timeline_seal(struct rk_timeline *);

#endif
