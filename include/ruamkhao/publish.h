/*
 * Rendering a timeline into the bytes of one published file.
 *
 * Pure: no files, no clock, no database. The same timeline gives the same bytes on
 * every call; repair after a crash relies on it (docs/architecture.md).
 */
#ifndef RUAMKHAO_PUBLISH_H
#define RUAMKHAO_PUBLISH_H

#include <ruamkhao/timeline.h>

struct rk_arena;
struct rk_board;
struct rk_buf;
struct rk_err;
struct rk_ingest;

struct rk_format {
	const char *name;         /* "atom": in config and in logs */
	const char *suffix;       /* ".atom": in file names */
	const char *content_type;
	int (*render)(const struct rk_timeline *, struct rk_buf *, struct rk_err *);
};
extern const struct rk_format rk_formats[]; /* ends with .name == NULL */
const struct rk_format *rk_format_find(struct rk_str name); /* NULL: not built */

/* Take the texts out: a story without a summary gets an excerpt of its text for one. */
void rk_timeline_summarise(struct rk_timeline *);

/* One published node, as the index pages list it. */
struct rk_index_node {
	struct rk_node node;
	int64_t updated;  /* of its feed; RK_NO_TIME when empty */
	size_t n_stories;
};
struct rk_index {
	const struct rk_site *site;
	const struct rk_index_node *nodes; /* grouped by scheme, in display order */
	size_t n_nodes;
	const struct rk_format *const *formats; /* that are published; ends with NULL */
	const struct rk_regions *regions; /* may be NULL: no map, no provinces by region */
};
/* index.html (Thai first, no script, works from any folder) and index.opml. */
int rk_index_html(const struct rk_index *, struct rk_buf *, struct rk_err *);
int rk_index_opml(const struct rk_index *, struct rk_buf *, struct rk_err *);

/* index.csv: the same for spreadsheets (docs/status.md). */
int rk_index_csv(const struct rk_index *, struct rk_buf *, struct rk_err *);

/* The coverage board for people and for programs, and what is aggregated, for readers and
 * for spreadsheets (docs/status.md). No secret of an address or an error is in them. */
int rk_status_html(const struct rk_board *, struct rk_buf *, struct rk_err *);
int rk_status_json(const struct rk_board *, struct rk_buf *, struct rk_err *);
int rk_sources_opml(const struct rk_board *, struct rk_buf *, struct rk_err *);
int rk_sources_csv(const struct rk_board *, struct rk_buf *, struct rk_err *);
/* What operators are told, as the stories of the node "operator"; freed by
 * rk_timeline_free, lives no longer than the board. */
struct rk_timeline *rk_operator_timeline(const struct rk_board *);

struct rk_query;
/* Append one line of the story's text, around what was searched for (NULL: from its
 * beginning). *at, *n: where in out that stands; n 0: nowhere. 0; -1 when out is full. */
int rk_snippet(const struct rk_story *, const struct rk_query *, struct rk_buf *out,
    size_t *at, size_t *n);

/* A story's own page, which stands at "story?id=" below the root; and the one that says
 * that there is none. */
int rk_story_html(const struct rk_story_page *, struct rk_buf *, struct rk_err *);
int rk_story_none_html(const struct rk_site *, struct rk_buf *, struct rk_err *);

/* What somebody searched for, and what was found. */
struct rk_search_view {
	const struct rk_site *site;
	const struct rk_regions *regions;
	struct rk_str typed;             /* valid UTF-8 */
	struct rk_str region;            /* id of the node it was searched in, or empty */
	const struct rk_query *query;    /* NULL: nothing was searched for */
	const struct rk_timeline *found; /* NULL likewise */
	unsigned page;                   /* from 1 on */
	bool more;                       /* there is another one */
	bool cut;                        /* the oldest stories were not looked at */
	const char *problem;             /* why nothing was searched for, markup; NULL: none */
};
/* The page at "search" below the root; the feed at "search.atom"; and how browsers and
 * readers come to both (OpenSearch 1.1), "opensearch.xml". */
int rk_search_html(const struct rk_search_view *, struct rk_buf *, struct rk_err *);
int rk_search_atom(const struct rk_search_view *, struct rk_buf *, struct rk_err *);
int rk_opensearch(const struct rk_site *, struct rk_buf *, struct rk_err *);

/* "tag:HOST,2026:/NODE" and "tag:HOST,2026:/scheme/SCHEME" (CONTRACTS 3). */
int rk_tag_node(struct rk_str host, struct rk_str node, struct rk_buf *);
int rk_tag_scheme(struct rk_str host, enum rk_scheme, struct rk_buf *);

/* A parsed document as JSON Feed 1.1: the output of `parse` (CONTRACTS 1). */
int rk_ingest_json(const struct rk_ingest *, struct rk_arena *, struct rk_buf *,
    struct rk_err *);

/* A JSON string literal, quotes included, for line formats; valid UTF-8 in. */
int rk_json_string(struct rk_str, struct rk_buf *);

#endif
