/*
 * A configured source, and what we remember of it between polls.
 */
#ifndef RUAMKHAO_SOURCE_H
#define RUAMKHAO_SOURCE_H

#include <ruamkhao/clock.h>
#include <ruamkhao/page.h>
#include <ruamkhao/str.h>

enum rk_kind { RK_KIND_FEED, RK_KIND_PAGE, RK_KIND_WORDPRESS };

/* Fields of a source that are not to be believed (config key `distrust`). */
enum {
	RK_DISTRUST_ID = 1,
	RK_DISTRUST_DATE = 2,
	RK_DISTRUST_UPDATED = 4,
	RK_DISTRUST_AUTHOR = 8,
	RK_DISTRUST_LANGUAGE = 16
};

/* Which entries of a source are published: expressions as pattern.h has them, looked for
 * in the title, \n, and the text. Empty: none. */
struct rk_filter {
	struct rk_str keep, drop;
};

/* How a source is asked otherwise than the others. */
struct rk_source_request {
	struct rk_str user_agent, ca_file, proxy; /* empty: the program's own */
	const struct rk_str *headers;             /* "Name: value" */
	size_t n_headers;
};

/* Of a source that says nothing of it: all empty. */
extern const struct rk_source_request rk_source_plain;

/* What the operator wrote, checked, defaults filled in. Lives in the config. There may be a
 * hundred thousand of them: what few sources say stands behind a pointer. */
struct rk_source {
	struct rk_str id;       /* [a-z0-9-]{1,64}: part of its entries' identity */
	struct rk_str title;    /* the id where none was given */
	struct rk_str url;      /* absolute, http(s), or file: below the configuration */
	struct rk_str host;     /* of url, lower case, no brackets */
	struct rk_str province; /* ISO code or empty */
	struct rk_str agency;   /* id or empty */
	struct rk_str *regions; /* further node ids, NULL where there are none */
	struct rk_str charset;  /* forced, or empty */
	const struct rk_source_request *request; /* never NULL */
	const struct rk_page_rules *page; /* RK_KIND_PAGE: completed from the preset and
	                                     checked; else NULL */
	const struct rk_filter *filter; /* NULL: all is published */
	const char *file; /* where it is written, for messages: "sources/x.yml" */
	unsigned line, column;
	unsigned n_regions;
	int32_t every;               /* seconds between polls; default filled in */
	int32_t every_unconditional; /* for a source that sends no validator */
	int32_t timezone;            /* seconds east of UTC */
	int16_t priority;            /* from -1000 to 1000 */
	uint8_t distrust;            /* RK_DISTRUST_* */
	bool own_every; /* `every` stands with the source itself: it is meant as written */
	bool enabled;
	enum rk_kind kind;
};

/* Where a source stands. Stored in the database, shown by status. */
enum rk_source_standing {
	RK_STANDING_NEW,     /* never polled */
	RK_STANDING_OK,
	RK_STANDING_FAILING, /* the last poll failed */
	RK_STANDING_GONE,    /* 410 or 451: not polled again until its url changes */
	RK_STANDING_OFF      /* disabled in the configuration */
};
const char *rk_standing_name(enum rk_source_standing);

/* Hash of the settings that decide what is read in a document (kind, charset, timezone,
 * distrust, page rules); never 0. */
uint64_t rk_source_reading(const struct rk_source *);

struct rk_source_state;

/* The same document is to be read again: the next poll asks for it whole. */
void rk_source_reread(struct rk_source_state *);

struct rk_buf;

/*
 * Append the address to ask for a source: its url; of RK_KIND_WORDPRESS, where that names
 * a site and not its interface (no /wp-json/ and no rest_route= in it), the site's posts:
 * "https://a.example/x" gives "https://a.example/x/wp-json/wp/v2/posts". 0; -1: full.
 */
int rk_source_address(const struct rk_source *, struct rk_buf *out);

/* How often it posts: decayed counts of new entries in thousandths, as they were at `at`
 * (RK_NO_TIME: nothing is known yet). See sched/pace.c. */
struct rk_source_pace {
	uint32_t all, office; /* office: of those found in office hours */
	int64_t at;           /* of the last new entry, or of the first document */
};

/*
 * A feed whose address answers with permanent redirects. They are believed after a
 * probation only; then the new address is asked directly, though the configuration still
 * names the old one, and no longer when it fails.
 */
struct rk_moved {
	struct rk_str url;      /* asked instead of the configured one; empty: not yet */
	int64_t at;             /* since */
	unsigned failures;      /* of it, in a row */
	struct rk_str leads_to; /* on probation; empty: nothing is */
	int64_t leads_since;
	unsigned leads_polls;   /* good ones */
};

/*
 * The state that one poll leaves for the next, written in the same transaction
 * as the entries. Strings belong to whoever made the struct. Times: UTC seconds,
 * RK_NO_TIME for never.
 */
struct rk_source_state {
	int64_t row;               /* of the source in the database, 0 unknown */
	enum rk_source_standing standing;
	struct rk_str url;         /* the configured url this state belongs to */
	struct rk_str effective_url; /* that gave the last 200; the validators are its */
	struct rk_str etag, last_modified; /* byte for byte, empty when none */
	uint64_t body_hash;        /* of the last good body, 0 none */
	int64_t next_due;          /* not before: persisted schedule */
	int64_t not_before;        /* Retry-After: binds `once` too; RK_NO_TIME none */
	int64_t last_poll, last_success, last_change; /* change: a body with news */
	int64_t standing_since;
	int64_t fresh_until;       /* by max-age or Expires, RK_NO_TIME none */
	int64_t hint_seconds;      /* largest of ttl, sy: ... of the last document, 0 none */
	uint32_t skip_hours;       /* as in rk_doc */
	uint8_t skip_days;
	unsigned failures;         /* in a row */
	unsigned same_body_crashes; /* the same body killed a worker so often */
	int http_status;           /* of the last answer, 0 none */
	struct rk_str error;       /* of the last failed poll, empty when it succeeded */
	struct rk_str advice;      /* what to do, empty */
	struct rk_str why_next;    /* one sentence: why next_due is when it is */
	struct rk_str format, charset; /* of the last good document */
	struct rk_str feed_title, feed_link; /* what the document calls itself */
	uint64_t polls, not_modified; /* counters for status */
	bool imported;             /* a first document was stored */
	const struct rk_moved *moved; /* lives as the strings do; NULL: nothing of it */
	bool moved_changed;        /* and is to be written */
	struct rk_str address;     /* that its host was connected to; empty: as is kept */
	struct rk_source_pace pace;
};

#endif
