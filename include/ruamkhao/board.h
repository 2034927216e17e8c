/*
 * The coverage board: all sources and agencies, how they fare, and what operators are told.
 * Read by the store, completed by the daemon with what only the configuration knows,
 * rendered by publish/. Immutable then; everything is in the arena or lives as long.
 */
#ifndef RUAMKHAO_BOARD_H
#define RUAMKHAO_BOARD_H

#include <ruamkhao/health.h>
#include <ruamkhao/timeline.h>

struct rk_arena;

#define RK_NO_SCORE (-1)
#define RK_NO_MONTH INT64_MIN

struct rk_board_source {
	struct rk_str id, title, url;
	struct rk_str site;   /* page of its site, as the feed says, or empty */
	enum rk_health health;
	int64_t since;        /* RK_NO_TIME: not known */
	struct rk_str why, advice; /* of trouble: in the words of then */
	struct rk_str moved;  /* the address that is asked, where url redirects for good */
	unsigned days, good;  /* of the month, rk_score_month */
	int64_t position;     /* in the configuration */
	/* completed by the daemon; empty: has none */
	const struct rk_node *province;
	const struct rk_node *agency;
	enum rk_kind kind;
};

struct rk_board {
	struct rk_arena *arena; /* holds all of it */
	const struct rk_site *site;
	const struct rk_regions *regions;
	int64_t generation;     /* rises with every change of what is shown */
	int64_t published;      /* the one that counts as published */
	int64_t month;          /* last closed one, of the scores; RK_NO_MONTH: none yet */
	struct rk_board_source *sources; /* configured ones, in that order */
	size_t n_sources;
	const struct rk_node **agencies; /* described, or only named by a source; by id */
	size_t n_agencies;
	struct rk_event *events; /* newest first */
	size_t n_events;
};

#endif
