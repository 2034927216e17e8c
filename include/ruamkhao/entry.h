/*
 * One item of a document in our terms, and the unit of one transaction.
 *
 * Every field is valid UTF-8, repaired, within limits.h, with a NUL behind; markup
 * is cleaned. Made by normalise/ in an arena or by wire decoding (then the strings
 * point into the message).
 */
#ifndef RUAMKHAO_ENTRY_H
#define RUAMKHAO_ENTRY_H

#include <ruamkhao/clock.h>
#include <ruamkhao/doc.h>
#include <ruamkhao/str.h>

/* What an identity key was made of; part of the hash, so that kinds never meet. */
enum rk_key_kind {
	RK_KEY_NONE,
	RK_KEY_GUID,
	RK_KEY_URL,
	RK_KEY_TEXT,
	RK_KEY_TITLE /* with its date; never the strongest */
};

#define RK_MAX_KEYS 4

/* The keys of an entry's text, dated (RK_NO_TIME: whatever its date), and of its title and
 * date. The hashes are those of the compare keys. Never 0. */
uint64_t rk_key_text(uint64_t text_hash, int64_t published);
uint64_t rk_key_title(uint64_t title_hash, int64_t published);
/* A key of a kind and bytes. Never 0. */
uint64_t rk_key_of(enum rk_key_kind, struct rk_str);

/* What became of the id the document gave, and of the address, as identity keys.
 * Stored as numbers: add at the end only. */
enum rk_use {
	RK_USE_UNKNOWN,    /* not kept */
	RK_USE_ABSENT,     /* there was none, or none that can be used */
	RK_USE_KEY,        /* the entry is known by it */
	RK_USE_DISTRUSTED, /* by the configuration */
	RK_USE_SHARED,     /* several items of the document carry it */
	RK_USE_SITE        /* it names the whole site */
};

/*
 * How date and identity were found, for people who ask. One number on the wire and in
 * the store (model/entry.c), so that it costs a row next to nothing. precision to
 * zone_assumed are about the date that counts: published, or updated with
 * RK_BASIS_FEED_UPDATED.
 */
struct rk_found {
	uint8_t precision; /* enum rk_precision */
	uint8_t basis;     /* enum rk_basis */
	uint8_t guid, url; /* enum rk_use */
	bool buddhist;      /* the year was printed in the Buddhist era */
	bool weekday_wrong; /* the printed weekday is not that of the date */
	bool zone_assumed;  /* no known zone was printed: the source's own */
	bool text_unread;   /* the printed text that is kept could not be read */
	bool first;         /* it stood in the first document of its source, so that its
	                       first sight says little of its age. Set by the store */
};
#define RK_FOUND_FIRST (1 << 6) /* `first` in the number, for statements */
uint32_t rk_found_pack(const struct rk_found *);
/* False: no such number is ever made; *out is all zero then. */
bool rk_found_unpack(uint32_t, struct rk_found *out);

struct rk_entry {
	struct rk_str guid;  /* as the feed gave it, also when it is not trusted */
	struct rk_str url;   /* absolute, without tracking; empty when none is usable */
	struct rk_str title; /* plain, one line */
	struct rk_str html;  /* cleaned body: content, else summary */
	struct rk_str summary; /* plain, when the feed gave both, else empty */
	struct rk_str author;  /* names joined by ", " */
	struct rk_str author_url; /* of a sole author, absolute, or empty */
	struct rk_str lang;    /* BCP 47, lower case, or empty */
	struct rk_str image;   /* absolute or empty */
	struct rk_str tags;    /* terms joined by \n */
	struct rk_str enclosures; /* lines: url \t type \t length \t title */
	struct rk_str authors; /* lines: name \t url; for parse's output */
	struct rk_str source_title, source_url; /* the true origin a feed names, or empty */
	int64_t published;   /* as stated, RK_NO_TIME when none was */
	int64_t updated;     /* as stated, RK_NO_TIME when none was */
	struct rk_found found;
	struct rk_str date_text; /* the date as printed, at most RK_MAX_DATE_TEXT bytes, where
	                            that helps to explain it; else empty */
	bool guid_is_url;    /* the guid is the url (permalink) */
	/* identity: strongest first; scoped to the source (RELIABILITY 0.8) */
	struct {
		uint64_t hash;
		enum rk_key_kind kind;
	} keys[RK_MAX_KEYS];
	unsigned n_keys;
	uint64_t url_hash;   /* of the canonical key of url; 0: cannot tell stories apart */
	uint64_t text_hash;  /* of the compare keys of title and body: an edit changes it */
	uint64_t merge_hash; /* text_hash where it is long enough to tell that two sources
	                        carry the same text, else 0 */
	uint64_t meta_hash;  /* links, media, dates, author: changes that are no edit */
	uint32_t position;   /* in the document, 0 first */
	struct rk_str evidence; /* of places, see evidence.h; at most RK_MAX_EVIDENCE bytes */
	uint32_t signals;       /* of a hijacked site, see hijack.h */
	struct rk_str route;    /* decided by the daemon from it; empty: its source's. Not
	                           on the wire */
	struct rk_str print; /* fingerprint, packed bytes (print.h); empty: has none */
};

/* What was seen of the items, counted before any was left out. */
struct rk_counts {
	uint32_t items;
	uint32_t unreadable_dates; /* printed, and none */
	uint32_t zoneless_dates;
	uint32_t wrong_weekdays;
	uint32_t relative_links;
	uint32_t shared_ids; /* items whose id another item, or the whole site, has too */
	uint32_t twice;      /* left out: another item is the same */
};

/* What the source says it took away (RFC 6721). */
struct rk_removal {
	struct rk_str ref;  /* the entry's id */
	int64_t when;       /* as stated, RK_NO_TIME when that could not be read */
	uint64_t keys[2];   /* of the id as a guid; of it as an address, or 0 */
};

struct rk_look;

struct rk_ingest {
	struct rk_look *look; /* it is no feed, this is what it is (see rk_work.look);
				 else NULL */
	struct rk_counts counts;
	enum rk_format_in format;
	enum rk_rung rung;
	bool truncated;
	bool charset_mislabelled;
	bool complete;           /* fh:complete */
	struct rk_str charset;   /* name */
	struct rk_str charset_label; /* as in rk_doc */
	bool double_encoded;
	uint32_t replaced;
	int64_t built;           /* when the feed says it was made, RK_NO_TIME none */
	struct rk_str version;
	struct rk_str title, description, link, self, hub, lang, image, author; /* of the feed */
	struct rk_str authors; /* of the feed, lines as those of an entry */
	int64_t hint_seconds;    /* largest of ttl and sy:, 0 none */
	uint32_t skip_hours;
	uint8_t skip_days;
	struct rk_entry *entries; /* document order */
	size_t n_entries;
	struct rk_str warnings[20];
	size_t n_warnings;
	struct rk_str prev_archive; /* RFC 5005: the document that holds the entries before
				       these, absolute, or empty */
	struct rk_removal *removals; /* at most RK_MAX_TOMBSTONES */
	size_t n_removals;
	bool partial;            /* the news alone (RFC 3229): what is absent is not gone. Set
				    by who fetched it */
};

#endif
