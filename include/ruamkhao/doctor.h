/*
 * The source doctor: what was asked of a site and what came -> what a careful
 * colleague would say about it. Pure: `now` is passed, nothing is fetched or printed.
 *
 * A visit is filled by the daemon (rk_probe), or by hand in tests; all strings of a
 * visit and of a diagnosis live in the arena they were made with.
 */
#ifndef RUAMKHAO_DOCTOR_H
#define RUAMKHAO_DOCTOR_H

#include <ruamkhao/entry.h>
#include <ruamkhao/fetch.h>
#include <ruamkhao/look.h>

struct rk_arena;
struct rk_regions;

#define RK_MAX_CANDIDATES 12 /* addresses tried beside the one that was given */
#define RK_MAX_ASKED      (RK_MAX_CANDIDATES + 4)
#define RK_MAX_FINDINGS   64
#define RK_MAX_FACTS      24

/* One request and what came; of a file only the document. Fields as in rk_fetch_result.
 */
struct rk_asked {
	enum rk_how how;
	struct rk_str url, announced; /* announced: the title that a page gave it */
	enum rk_fetch_kind kind;
	enum rk_fault fault;
	int status;
	struct rk_str effective_url, etag, last_modified, content_type, error;
	unsigned redirects;
	bool moved, compressed;
	char address[64];
	int64_t retry_after, fresh_for, date;
	uint64_t size, wire_bytes, elapsed_ms,
	    answer_ms; /* size: of the body, decoded */
	uint64_t body_hash;
	int64_t at;                     /* our clock when it was answered */
	const struct rk_ingest *ingest; /* NULL: no document, or it was refused */
	struct rk_str refusal;          /* why it was refused; empty: it was not */
	bool died;                      /* ... because it killed its worker */
};

struct rk_visit {
	struct rk_str target; /* as the operator wrote it */
	bool is_file;
	int64_t now;
	struct rk_asked asked[RK_MAX_ASKED];
	size_t n_asked;
	/* indexes into asked, SIZE_MAX for none */
	size_t feed;            /* the document that is proposed as a source */
	size_t again;           /* the second request for it */
	size_t page;            /* the page that the ready rules were tried on */
	struct rk_str preset;   /* those rules, or empty */
	size_t page_items;      /* entries that they gave */
	struct rk_str page_err; /* or why they gave none */
	/* of the configuration, or the defaults */
	int64_t every;
	uint64_t max_body;
	struct rk_str contact;    /* signs the letter; may be empty */
	struct rk_str configured; /* id of the source that has this url, or empty */
	const struct rk_str *ids; /* that are taken */
	size_t n_ids;
};

enum rk_severity {
	RK_SEV_ERROR,   /* it cannot be used as it is */
	RK_SEV_WARNING, /* it can, and something is lost or has to be set */
	RK_SEV_NOTE     /* good to know */
};
const char *rk_severity_name(enum rk_severity);

struct rk_finding {
	const char *id; /* stable: for scripts and for docs/check.md */
	enum rk_severity severity;
	bool mend;             /* the site's webmaster can mend it */
	struct rk_str en, th;  /* one sentence each */
	struct rk_str setting; /* "distrust: [id]", or empty */
};

struct rk_fact {
	const char *name;
	struct rk_str value;
};

struct rk_diagnosis {
	bool usable;           /* a source was found that can be polled */
	struct rk_str verdict; /* one sentence */
	struct rk_finding findings[RK_MAX_FINDINGS]; /* worst first */
	size_t n_findings;
	struct rk_fact facts[RK_MAX_FACTS];
	size_t n_facts;
	struct rk_str id, title, url, province; /* of the proposed source */
	struct rk_str stanza;                   /* YAML; empty when it is not usable */
	struct rk_str letter_th, letter_en; /* empty when there is nothing to mend */
};

/* regions: for names of provinces in hosts. */
void rk_diagnose(const struct rk_visit *, const struct rk_regions *, struct rk_arena *,
    struct rk_diagnosis *);

/* One line: "RSS 2.0 with 10 entries", "a login page", "404 Not Found ...". */
struct rk_str rk_asked_text(const struct rk_asked *, struct rk_arena *);

/* The table of findings, for its documentation: the i-th, false behind the last. The
 * sentences hold {1} {2} {3} for what differs. */
bool rk_finding_kind(size_t i, struct rk_finding *);

#endif
