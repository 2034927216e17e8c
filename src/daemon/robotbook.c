/*
 * What each site's robots.txt said (RFC 9309). One that answers 4xx allows everything,
 * one that cannot be had forbids everything for now; after RK_ROBOTS_LOST_S of that it is
 * taken for none. Rules that were had before it was lost go on (RFC 9309 2.4).
 */
#include "poll_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/map.h>
#include <ruamkhao/robots.h>
#include <ruamkhao/url.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct robotbook {
	struct rk_arena *arena; /* sites' names */
	struct rk_map *sites;   /* by authority */
	struct robot *first;
};

static struct robot *
site(struct robotbook *book, struct rk_str authority, struct rk_str host)
{
	struct robot *r = rk_map_get(book->sites, authority);

	if (r != NULL)
		return r;
	r = RK_NEW(book->arena, struct robot);
	r->authority = rk_arena_str(book->arena, authority);
	r->host = rk_arena_str(book->arena, host);
	r->expires = r->lost_since = RK_NO_TIME;
	r->next = book->first;
	book->first = r;
	(void)rk_map_put(book->sites, r->authority, r);
	return r;
}

struct robot *
robotbook_site(struct robotbook *book, struct rk_str url)
{
	char authority[sizeof("https://[]:65535") + sizeof(((struct rk_url *)0)->host)];
	struct rk_url u;
	bool v6;

	if (rk_url_parse(url, &u, NULL) != 0)
		return NULL;
	v6 = strchr(u.host, ':') != NULL;
	(void)snprintf(authority, sizeof(authority), "http%s://%s%s%s:%u", u.https ? "s" : "",
	    v6 ? "[" : "", u.host, v6 ? "]" : "", u.port);
	return site(book, rk_str(authority), rk_str(u.host));
}

/* ---- what it says */

static void
set_rules(struct robot *r, struct rk_str text)
{
	rk_arena_free(r->arena);
	r->arena = rk_arena_new(0);
	r->rules = rk_robots_parse(text, RK_ROBOTS_AGENT, r->arena);
}

enum robot_says
robot_says(const struct robot *r, struct rk_str url, int64_t now)
{
	/* an expiry that lies too far away: a clock was wrong */
	if (r->expires == RK_NO_TIME || r->expires <= now || r->expires > now + RK_ROBOTS_S)
		return ROBOT_UNKNOWN;
	if (r->rules != NULL)
		return rk_robots_allowed(r->rules, url) ? ROBOT_ALLOWS : ROBOT_FORBIDS;
	return r->lost_since != RK_NO_TIME && now - r->lost_since >= RK_ROBOTS_LOST_S ? ROBOT_ALLOWS
	                                                                          : ROBOT_LOST;
}

uint64_t
robot_gap_ms(const struct robot *r)
{
	return r->rules == NULL ? 0 : (uint64_t)rk_robots_delay(r->rules) * 1000;
}

/* It answered, if only that it is not there. */
static bool
is_had(const struct rk_fetch_result *r)
{
	if (r->kind == RK_FETCH_OK)
		return true;
	/* too many redirects, or one that is not followed (2.3.1.2) */
	if (r->kind == RK_FETCH_REFUSED && r->status >= 300 && r->status < 400)
		return true;
	/* 429 is no word about what may be asked, but a request to wait */
	return r->kind == RK_FETCH_HTTP && r->status >= 400 && r->status < 500 && r->status != 429;
}

void
robot_answered(struct robot *r, const struct rk_fetch_result *result, int64_t now)
{
	r->changed = true;
	r->status = result->status;
	r->retry_after = result->retry_after;
	r->refused = false;
	if (is_had(result)) {
		set_rules(r, result->kind == RK_FETCH_OK ? rk_buf_view(&result->body) : rk_str(""));
		r->expires = now + RK_ROBOTS_S;
		r->lost_since = RK_NO_TIME;
		return;
	}
	r->refused = result->kind == RK_FETCH_REFUSED;
	(void)snprintf(r->why, sizeof(r->why), "%s", result->err.text);
	if (r->lost_since == RK_NO_TIME)
		r->lost_since = now;
	r->expires = now + RK_ROBOTS_AGAIN_S;
}

/* ---- from and to the database */

static int
on_row(void *cookie, const struct rk_robots_row *row)
{
	struct robotbook *book = cookie;
	struct robot *r = robotbook_site(book, row->authority);

	if (r == NULL)
		return 0;
	r->expires = row->expires;
	r->lost_since = row->lost_since;
	if (row->found)
		set_rules(r, row->rules);
	return 0;
}

int
robotbook_load(struct robotbook *book, struct rk_store *store, struct rk_err *err)
{
	return rk_store_robots(store, on_row, book, err);
}

size_t
robotbook_news(struct robotbook *book, struct rk_arena *arena, struct rk_robots_row **out)
{
	struct rk_robots_row *rows;
	struct rk_buf text;
	size_t n = 0;

	for (const struct robot *r = book->first; r != NULL; r = r->next)
		n += r->changed;
	*out = rows = rk_arena_array(arena, n + 1, sizeof(*rows));
	n = 0;
	rk_buf_init(&text, SIZE_MAX);
	for (struct robot *r = book->first; r != NULL; r = r->next) {
		if (!r->changed)
			continue;
		r->changed = false;
		rk_buf_reset(&text);
		if (r->rules != NULL)
			(void)rk_robots_print(r->rules, &text);
		rows[n].authority = r->authority;
		/* the next process asks at once for what is lost */
		rows[n].expires =
		    r->expires - (r->lost_since != RK_NO_TIME ? RK_ROBOTS_AGAIN_S : 0);
		rows[n].lost_since = r->lost_since;
		rows[n].found = r->rules != NULL;
		rows[n].rules = rk_arena_str(arena, rk_buf_view(&text));
		n++;
	}
	rk_buf_release(&text);
	return n;
}

/* ---- life */

struct robotbook *
robotbook_new(void)
{
	struct robotbook *book = rk_xcalloc(1, sizeof(*book));

	book->arena = rk_arena_new(0);
	book->sites = rk_map_new();
	return book;
}

void
robotbook_free(struct robotbook *book)
{
	if (book == NULL)
		return;
	for (struct robot *r = book->first; r != NULL; r = r->next)
		rk_arena_free(r->arena);
	rk_map_free(book->sites);
	rk_arena_free(book->arena);
	free(book);
}
