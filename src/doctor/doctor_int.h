/*
 * Inside the module doctor. diagnose.c goes through a visit; reach.c judges how the
 * site answers, place.c what stood where a feed should be, feed.c the document,
 * manners.c how it behaves as a thing to poll; stanza.c and letter.c write.
 */
#ifndef RK_DOCTOR_INT_H
#define RK_DOCTOR_INT_H

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/doctor.h>

/* In the order of the table in findings.c. */
enum code {
	F_DNS,
	F_CONNECT,
	F_TIMEOUT,
	F_TLS_EXPIRED,
	F_TLS_NOT_YET,
	F_TLS_NAME,
	F_TLS_SELF,
	F_TLS_MIDDLE,
	F_TLS_ROOT,
	F_TLS_REVOKED,
	F_TLS_CA_FILE,
	F_TLS_OTHER,
	F_ADDRESS,
	F_REFUSED,
	F_LOOP,
	F_HOPS,
	F_DOWNGRADE,
	F_PORT,
	F_TARGET,
	F_MOVED,
	F_ELSEWHERE,
	F_TO_LOGIN,
	F_401,
	F_403,
	F_404,
	F_410,
	F_429,
	F_451,
	F_5XX,
	F_HTTP,
	F_304,
	F_CUT,
	F_TOO_BIG,
	F_CODING,
	F_NOT_HTTP,
	F_RETRY,
	F_CHALLENGE,
	F_BLOCK,
	F_CAPTCHA,
	F_LOGIN,
	F_PARKED,
	F_DIRECTORY,
	F_APP,
	F_CONSTRUCTION,
	F_ERROR_PAGE,
	F_FORWARD,
	F_EMPTY,
	F_NOT_FEED,
	F_HTML,
	F_DIED,
	F_LIMIT,
	F_NO_FEED,
	F_ANNOUNCED,
	F_ANNOUNCED_FAILS,
	F_NOT_ANNOUNCED,
	F_PAGE_RULES,
	F_PRESET,
	F_PRESET_EMPTY,
	F_WORDPRESS,
	F_FEED_EMPTY,
	F_CLEANED,
	F_RECOVERED,
	F_TRUNCATED,
	F_MISLABELLED,
	F_UNDECLARED,
	F_DOUBLE,
	F_DAMAGED,
	F_FEED_TITLE,
	F_NO_DATES,
	F_SOME_DATES,
	F_BAD_DATES,
	F_BUDDHIST,
	F_FUTURE,
	F_ZONELESS,
	F_DAY_ONLY,
	F_SAME_DATE,
	F_DATE_MOVES,
	F_UPDATED_MOVES,
	F_WEEKDAY,
	F_STALE,
	F_BUILT_NOW,
	F_BODY_MOVES,
	F_NO_ID,
	F_SHARED_ID,
	F_ID_MOVES,
	F_NOT_IRI,
	F_NO_LINK,
	F_RELATIVE,
	F_HTTP_LINK,
	F_SHARED_LINK,
	F_NUMERIC,
	F_FOREIGN,
	F_NO_TITLE,
	F_SAME_TITLE,
	F_TWICE,
	F_NO_TEXT,
	F_SELF,
	F_NO_VALIDATORS,
	F_ETAG_MOVES,
	F_IGNORED,
	F_MODIFIED_MOVES,
	F_UNCOMPRESSED,
	F_BIG,
	F_SLOW,
	F_WINDOW,
	F_TTL,
	F_TYPE,
	F_CLOCK,
	F_PLAIN,
	F_CONFIGURED,
	F_COUNT
};

/* A diagnosis being made. */
struct doctor {
	const struct rk_visit *visit;
	const struct rk_regions *regions;
	struct rk_arena *arena;
	struct rk_diagnosis *out;
	enum code codes[RK_MAX_FINDINGS]; /* of out->findings */
};

/* A value in a sentence, in both languages; in settings the English one stands. */
struct word {
	struct rk_str en, th;
};
#define NONE ((struct word){{"", 0}, {"", 0}})

/* findings.c. {1} {2} {3} are a, b, c; each finding once. set: it proposes its setting.
 */
void found(
    struct doctor *, enum code, bool set, struct word a, struct word b, struct word c);
void found_plain(struct doctor *, enum code); /* without anything that differs */
void sort_findings(struct doctor *);

/* words.c */
struct word same(struct rk_str); /* in both languages */
struct word number(struct doctor *, uint64_t);
struct word entries(struct doctor *, uint64_t n);          /* "3 entries" */
struct word places(struct doctor *, uint64_t n);           /* "3 places" */
struct word some(struct doctor *, uint64_t k, uint64_t n); /* k of n entries, all n */
struct word duration(struct doctor *, int64_t seconds);    /* "3 hours", rounded */
struct rk_str size_text(struct doctor *, uint64_t bytes);
struct rk_str host_of(
    struct doctor *, struct rk_str url); /* lower case; may be empty */

void judge_reach(struct doctor *, const struct rk_asked *);
/* A document that is no feed; last: nothing better was found in its place. */
void judge_place(struct doctor *, const struct rk_asked *, bool last);
void judge_feed(struct doctor *, const struct rk_asked *, const struct rk_asked *again);
void judge_manners(
    struct doctor *, const struct rk_asked *, const struct rk_asked *again);

void write_facts(struct doctor *);
void write_stanza(struct doctor *);
/* The sentence without what is for the operator alone. */
struct rk_str for_webmaster(struct doctor *, struct rk_str en);
void write_letter(struct doctor *);

#endif
