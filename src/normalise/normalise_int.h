/*
 * Inside the module normalise: a document on its way to entries.
 *
 * normalise.c walks the document, fields.c makes single fields, identity.c decides
 * which items are which. (place_int.h is of place.c and its kin.)
 */
#ifndef RUAMKHAO_NORMALISE_INT_H
#define RUAMKHAO_NORMALISE_INT_H

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/source.h>

/* What identity.c needs of an entry beside the entry itself. */
struct rk_facts {
	uint64_t guid;  /* hash, 0: none that could be a key */
	uint64_t url;   /* hash of the canonical key, 0: none that could be a key */
	uint64_t title; /* hash of the compare key */
	uint64_t text;  /* hash of the compare keys of title and body */
	bool weak_guid; /* names a whole site: only believed where there is no url */
	bool left_out;
};

/* One document at work. */
struct rk_norm {
	const struct rk_doc *doc;
	const struct rk_normalise_opts *opts;
	struct rk_arena *arena;
	struct rk_ingest *out;
	struct rk_facts *facts; /* as many as entries */
	struct rk_str
	    bases[2];        /* where nothing nearer holds, best first; may be empty */
	uint64_t own_url[2]; /* hashes of the keys of the feed's link and address */
	unsigned warned;     /* bits: kinds of warnings that were given */
	bool lang_each;      /* the feed's language does not hold for every entry */
	struct rk_buf html, text, media, key, tmp, line; /* scratch */
};

enum {
	RK_WARNED_DATE = 1,
	RK_WARNED_WEEKDAY = 2,
	RK_WARNED_GUID = 4,
	RK_WARNED_TWICE = 8,
	RK_WARNED_CUT = 16,
	RK_WARNED_RANGE = 32
};

/* ---- fields.c; all results are in the arena */

/* A warning of its kind, once a document. */
void rk_norm_warn(struct rk_norm *, unsigned kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ref, which may be relative, as an absolute http(s) address; empty: none. */
struct rk_str rk_norm_url(struct rk_norm *, struct rk_str base, struct rk_str ref);
/* One line of plain text, at most RK_MAX_TITLE bytes. */
struct rk_str rk_norm_line(struct rk_norm *, struct rk_str text, enum rk_text_kind);
struct rk_str rk_norm_lang(struct rk_norm *, struct rk_str lang);
struct rk_str rk_norm_guid(struct rk_norm *, struct rk_str guid);
/* Names joined by ", "; lines of "name \t url" where wanted; *sole: the url of the only
 * author. */
struct rk_str rk_norm_authors(struct rk_norm *, const struct rk_person *,
    struct rk_str *lines, struct rk_str *sole);
struct rk_str rk_norm_tags(struct rk_norm *, const struct rk_category *);
/* *image: the first one that is an image, untouched when there is none. */
struct rk_str rk_norm_enclosures(
    struct rk_norm *, const struct rk_item *, struct rk_str *image);
/* published and updated, RK_NO_TIME where there is none that can be believed; how they
 * were found. */
void rk_norm_dates(struct rk_norm *, const struct rk_item *, struct rk_entry *);
/* A time that is no entry's, without a word about it. */
int64_t rk_norm_moment(struct rk_norm *, struct rk_str printed);
int64_t rk_norm_hint(const struct rk_doc *);

/* ---- evidence.c */

/* e->evidence; its other fields are there, its text in n->text. */
void rk_norm_evidence(struct rk_norm *, struct rk_entry *);

/* ---- hijack.c */

/* e->signals; raw: the markup as it came. */
void rk_norm_signals(struct rk_norm *, struct rk_entry *, struct rk_str raw);

/* ---- identity.c */

/* What the document says was taken away. */
void rk_norm_removals(struct rk_norm *);
/* Facts of entry i; its fields are there, title and body keys in n->key. */
void rk_norm_facts(struct rk_norm *, size_t i, const struct rk_item *);
/* Keys of all entries; entries that are others again are left out. */
void rk_norm_identify(struct rk_norm *);

#endif
