/*
 * rk_doc -> rk_ingest, and places in text. Pure; `now` is passed.
 */
#ifndef RUAMKHAO_NORMALISE_H
#define RUAMKHAO_NORMALISE_H

#include <ruamkhao/entry.h>

struct rk_arena;
struct rk_buf;

struct rk_normalise_opts {
	struct rk_str url;   /* the document's own address, or empty */
	int timezone;        /* seconds east of UTC, for dates without a zone */
	unsigned distrust;   /* RK_DISTRUST_* of source.h */
	int64_t now;         /* UTC seconds */
};

/*
 * Titles to plain text, bodies cleaned, addresses resolved, dates read, identity
 * keys made (shared guids and addresses recognised within the document). Items that
 * say nothing of their own (no title, text, link, id, date, medium, term or author) are
 * left out; a second item with the same identity in one document is left out too (the
 * first, newest, stays), with a warning. In the arena.
 */
struct rk_ingest *rk_normalise(const struct rk_doc *, const struct rk_normalise_opts *,
    struct rk_arena *);

/*
 * The id that `parse` prints and that an entry is known by outside (CONTRACTS 1): the
 * guid when usable, else the url, else "urn:sha256:" of title and text.
 */
struct rk_str rk_entry_id(const struct rk_entry *, struct rk_arena *);

/* What entries at that absolute address have as url_hash (unless the address is that of a
 * site, or of several items); 0: it is none. */
uint64_t rk_entry_url_hash(struct rk_str url);

/*
 * ISO codes of the provinces for which the text gives evidence (DOMAIN.md 2.2), in
 * code order, joined by commas; nothing appended when there is none. 0, -1: full.
 */
int rk_places(struct rk_str text, struct rk_buf *out);

/* Build the tables of rk_places now; else its first call does. Not thread safe. */
void rk_places_warm(void);
void rk_places_release(void);

/* The same for the signs of hijack.h. */
void rk_hijack_warm(void);
void rk_hijack_release(void);

#endif
