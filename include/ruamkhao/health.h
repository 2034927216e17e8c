/*
 * How a source fares, as it is told to offices and operators; what operators are told of;
 * how much of a month it fared well. Pure: the times are passed in.
 *
 * A source's standing (source.h) is what the last poll said; its health is what that and
 * the polls before come to. One failed poll is no news, three are.
 */
#ifndef RUAMKHAO_HEALTH_H
#define RUAMKHAO_HEALTH_H

#include <ruamkhao/source.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Stored as numbers: add at the end only. */
enum rk_health {
	RK_HEALTH_NEW,     /* not read yet */
	RK_HEALTH_WORKING,
	RK_HEALTH_LATE,    /* it should have been asked long ago: our fault, not its */
	RK_HEALTH_SILENT,  /* it can be read, but has told nothing for longer than usual */
	RK_HEALTH_BROKEN,  /* several polls failed */
	RK_HEALTH_GONE,    /* its site took it away for good */
	RK_HEALTH_HELD,    /* entries wait for the operator: was its site broken into? */
	RK_HEALTH_OFF,     /* disabled in the configuration */
	RK_HEALTH_REMOVED, /* not in the configuration any more */
	RK_N_HEALTH
};
const char *rk_health_name(enum rk_health); /* "working": in status.json */

#define RK_BROKEN_FAILURES 3             /* in a row */
#define RK_BROKEN_S        86400         /* or failing for so long: some are asked daily */
#define RK_LATE_S          ((int64_t)6 * 3600) /* hosts with many sources take their time */

struct rk_health_in {
	bool configured;
	enum rk_source_standing standing;
	unsigned failures;
	int64_t standing_since, last_success, next_due; /* RK_NO_TIME none */
	int64_t held;          /* entries that wait */
	int64_t silent_from;   /* without news it is silent from then on; RK_NO_TIME: never */
	enum rk_health was;
	int64_t now;
	int64_t began; /* polls are made since then: what is due had no chance before */
};
enum rk_health rk_health_decide(const struct rk_health_in *);

/* Does it need anybody's attention? */
bool rk_health_is_trouble(enum rk_health);

/* ---- what operators are told of */

/* Stored as numbers: add at the end only. */
enum rk_event_kind {
	RK_EVENT_ADDED,
	RK_EVENT_REMOVED,
	RK_EVENT_OFF,
	RK_EVENT_ON,
	RK_EVENT_MOVED,    /* detail: the address that is asked now */
	RK_EVENT_BROKEN,   /* detail: the error */
	RK_EVENT_REPAIRED,
	RK_EVENT_SILENT,
	RK_EVENT_SPEAKS,   /* news again */
	RK_EVENT_HELD,
	RK_N_EVENTS
};
const char *rk_event_name(enum rk_event_kind); /* "broken": category of its entry */

struct rk_event {
	int64_t id; /* never used again */
	int64_t at;
	enum rk_event_kind kind;
	struct rk_str source, title; /* id and name at that time; empty where n > 1 */
	struct rk_str detail, advice;
	int64_t since; /* when it began, RK_NO_TIME: not said */
	unsigned n;    /* sources that it tells of */
};

#define RK_EVENTS      100 /* newest kept: with one pair a source and day weeks of them */
#define RK_EVENTS_MANY 20  /* more of a kind at once are told as one */
#define RK_EVENT_DAMP_S 86400 /* between two that tell of trouble of the same source */

/* ---- advice: what to do, in the words that the database has, and in Thai */

enum rk_advice {
	RK_ADVICE_NONE,
	RK_ADVICE_NEW_FEED,
	RK_ADVICE_NEW_PAGE,
	RK_ADVICE_FEED_LOST,
	RK_ADVICE_PAGE_LOST,
	RK_ADVICE_REFUSES,
	RK_ADVICE_WAIT,
	RK_ADVICE_NO_FEED,
	RK_ADVICE_PAGE_RULES,
	RK_ADVICE_HOST_NAME,
	RK_ADVICE_TLS,
	RK_ADVICE_BIG_FEED,
	RK_ADVICE_BIG_PAGE,
	RK_ADVICE_URL,
	RK_ADVICE_BY_ITSELF,
	RK_ADVICE_ROBOTS,
	RK_ADVICE_ROBOTS_LOST,
	RK_N_ADVICE
};
const char *rk_advice_en(enum rk_advice); /* static, "" for NONE */
/* The same in Thai, found by the English words; "" for what is not ours. Static. */
const char *rk_advice_th(struct rk_str en);
/* What of it may stand on public pages, which tell strangers neither what a name led to nor
 * what a connection came to (RELIABILITY 1.5 case 12): itself, that it is tried again, or ""
 * for what is not ours. */
struct rk_str rk_advice_public(struct rk_str en);

/* ---- months, in Thailand: year * 12 + month - 1 */

int64_t rk_month_of(int64_t t);
int64_t rk_month_begin(int64_t month);          /* its first second */
const char *rk_month_text(int64_t month, char out[16]); /* "2026-10" */

struct rk_health_turn {
	int64_t at; /* it fared so from then on */
	enum rk_health health;
};

/*
 * Days of a month on which the source was to be read, and of those the ones on which it
 * worked for the better half. Changes by time; what it was before the first of them is not
 * known. Days on which it was disabled, new, or not asked by our own fault count for nothing.
 */
void rk_score_month(const struct rk_health_turn *, size_t n, int64_t month, unsigned *days,
    unsigned *good);

#endif
