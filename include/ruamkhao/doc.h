/*
 * What one document says, nothing repaired but the encoding.
 *
 * Made by parse/ in an arena, read by normalise/. Strings are valid UTF-8 with a
 * NUL behind. Dates are kept as printed, addresses as written with the base
 * that holds for them. Lists keep document order.
 */
#ifndef RUAMKHAO_DOC_H
#define RUAMKHAO_DOC_H

#include <ruamkhao/str.h>

struct rk_arena;

enum rk_format_in {
	RK_IN_NONE,
	RK_IN_RSS, /* 0.9x, 2.0 and what calls itself rss */
	RK_IN_RDF, /* RSS 0.90, 1.0, 1.1 */
	RK_IN_ATOM,
	RK_IN_ATOM03,
	RK_IN_JSONFEED,
	RK_IN_WORDPRESS, /* wp-json/wp/v2/posts */
	RK_IN_PAGE       /* HTML by rules */
};
const char *rk_format_in_name(enum rk_format_in); /* "rss", "atom" ... */

/* How much had to be forgiven before the document could be read. */
enum rk_rung {
	RK_RUNG_STRICT,
	RK_RUNG_CLEANED,   /* prolog, control characters, raw & ... were repaired first */
	RK_RUNG_RECOVERED, /* the parser had to skip something */
	RK_RUNG_HTML
};
const char *rk_rung_name(enum rk_rung);

enum rk_text_kind {
	RK_TEXT_PLAIN,  /* characters, no markup */
	RK_TEXT_HTML,   /* markup as text (Atom type="html", content_html, content:encoded) */
	RK_TEXT_XHTML,  /* markup that stood as elements, serialised again */
	RK_TEXT_UNKNOWN /* either, as RSS titles and descriptions are */
};

struct rk_text {
	struct rk_str s;
	struct rk_str base; /* xml:base in force, absolute, or empty */
	enum rk_text_kind kind;
};

struct rk_person {
	struct rk_person *next;
	struct rk_str name, email, url;
};

struct rk_category {
	struct rk_category *next;
	struct rk_str term, label, scheme;
};

struct rk_enclosure {
	struct rk_enclosure *next;
	struct rk_str url, base, type, title;
	int64_t length; /* bytes, -1 unknown */
};

/*
 * How a date was found (DOMAIN.md 3.2.12). Of an item only what parse/ knows: where on
 * a page the printed date stood, or UNKNOWN for the date field of a format. Of an entry
 * the whole: what normalise/ made of it. Stored as numbers: add at the end only.
 */
enum rk_basis {
	RK_BASIS_UNKNOWN,      /* item: a field that is there for dates; entry: not kept */
	RK_BASIS_FEED,         /* the feed's date of publication */
	RK_BASIS_FEED_UPDATED, /* the feed tells only when it was changed */
	RK_BASIS_PAGE_RULE,    /* page: what the rule for the date pointed at */
	RK_BASIS_PAGE_LINE,    /* page: a line that is only a date */
	RK_BASIS_PAGE_UPDATED, /* page: a date labelled as that of the last change */
	RK_BASIS_BODY,         /* page: the first date in the text, perhaps of an event:
	                          low trust */
	RK_BASIS_NONE,         /* from here on no date is stated: none was printed, */
	RK_BASIS_UNREADABLE,   /* something was that is no date (DOMAIN.md 3.2.10), */
	RK_BASIS_BEYOND,       /* or a date outside of 1970-2100, */
	RK_BASIS_DISTRUSTED    /* or the operator does not believe the source's dates */
};

struct rk_item {
	struct rk_item *next;
	struct rk_str guid;
	int guid_permalink; /* RSS isPermaLink: 1, 0, -1 not said */
	struct rk_str link, link_base;
	struct rk_text title, summary, content;
	struct rk_str published, updated; /* as printed */
	enum rk_basis date_basis;         /* of published, see there */
	struct rk_str lang;               /* xml:lang in force, or the item's own */
	bool lang_unsaid;                 /* xml:lang="" takes back what the feed says */
	struct rk_person *authors;
	struct rk_category *categories;
	struct rk_enclosure *enclosures;
	struct rk_str image, image_base;
	struct rk_str source_title, source_url; /* RSS source, Atom source: true origin */
};

/* What the document says was taken away (RFC 6721), as printed. */
struct rk_tombstone {
	struct rk_tombstone *next;
	struct rk_str ref;  /* id of the entry */
	struct rk_str when; /* may be empty */
};

struct rk_doc {
	enum rk_format_in format;
	struct rk_str version; /* "2.0", "0.91", "1.1" ... or empty */
	struct rk_text title, subtitle;
	struct rk_str id, link, self, hub, lang, image, base;
	struct rk_person *authors;
	struct rk_str ttl;            /* RSS, minutes as printed */
	struct rk_str update_period, update_frequency; /* sy: */
	uint32_t skip_hours;          /* bit h: hour h GMT is skipped */
	uint8_t skip_days;            /* bit 0 Monday ... bit 6 Sunday */
	bool complete;                /* fh:complete (RFC 5005) */
	struct rk_str built;          /* when it says it was made, as printed */
	bool article;                 /* its item is the document itself: the document's
	                                 address is the item's own */
	struct rk_str prev_archive;   /* rel=prev-archive (RFC 5005), as written */
	struct rk_item *items;
	size_t n_items;
	/* how it was read */
	enum rk_rung rung;
	bool truncated;          /* the end was missing */
	const char *charset;     /* static */
	bool charset_mislabelled;
	struct rk_str charset_label; /* of the answer, else of the document; or empty */
	bool double_encoded;         /* as UTF-8 twice, undone */
	size_t replaced;             /* places that are no text in charset */
	size_t n_warnings;       /* kept: at most RK_MAX_WARNINGS */
	struct rk_str warnings[20];
	struct rk_tombstone *tombstones; /* in no order, at most RK_MAX_TOMBSTONES */
	size_t n_tombstones;
};

/* Adds a warning while there is room. */
void rk_doc_warn(struct rk_doc *, struct rk_arena *, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
