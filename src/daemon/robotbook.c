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

/*
 * Links lead to many sites once and never again, so entries end: by robotbook_tidy, which
 * looks at two of them in turn, or for a new one when there are too many.
 */
struct robotbook {
	struct rk_map *sites;       /* by authority */
	struct robot *first, *last; /* as they are looked at, whether they are still of use */
	struct robot *news;         /* not stored yet, chained by next_news */
	size_t most;
};

#define LOOKED_AT 8 /* for one that may go */

static struct robot *
robot_new(struct rk_str authority, struct rk_str host)
{
	struct robot *r = rk_xcalloc(1, sizeof(*r) + authority.n + host.n + 2);
	char *p = (char *)(r + 1);

	memcpy(p, authority.p, authority.n);
	r->authority = rk_strn(p, authority.n);
	p += authority.n + 1;
	memcpy(p, host.p, host.n);
	r->host = rk_strn(p, host.n);
	r->expires = r->lost_since = RK_NO_TIME;
	return r;
}

static void
robot_free(struct robot *r)
{
	rk_arena_free(r->arena);
	free(r->why);
	free(r);
}

static void
append(struct robotbook *book, struct robot *r)
{
	r->next = NULL;
	if (book->first == NULL)
		book->first = r;
	else
		book->last->next = r;
	book->last = r;
}

static struct robot *
pop(struct robotbook *book)
{
	struct robot *r = book->first;

	book->first = r->next;
	return r;
}

/* Nobody is at work with it, and the database has what it says. */
static bool
is_loose(const struct robot *r)
{
	return r->uses == 0 && !r->changed && !r->asking;
}

static void
drop(struct robotbook *book, struct robot *r)
{
	(void)rk_map_drop(book->sites, r->authority);
	robot_free(r);
}

static void
make_room(struct robotbook *book)
{
	for (unsigned i = 0; i < LOOKED_AT && rk_map_count(book->sites) >= book->most; i++) {
		struct robot *r = pop(book);

		if (is_loose(r))
			drop(book, r);
		else
			append(book, r);
	}
}

void
robotbook_tidy(struct robotbook *book, int64_t now)
{
	for (unsigned i = 0; i < 2 && book->first != NULL; i++) {
		struct robot *r = pop(book);

		/* as long as the database keeps it; one of a clock that was wrong, too */
		if (is_loose(r) && (r->used < now - 2 * (int64_t)RK_ROBOTS_LOST_S
		        || r->used > now + RK_ROBOTS_S))
			drop(book, r);
		else
			append(book, r);
	}
}

void
robot_use(struct robot *r, int64_t now)
{
	r->uses++;
	r->used = now;
}

void
robot_leave(struct robot *r)
{
	if (r == NULL)
		return;
	rk_assert(r->uses > 0);
	r->uses--;
}

static struct robot *
site(struct robotbook *book, struct rk_str authority, struct rk_str host)
{
	struct robot *r = robot_new(authority, host);

	make_room(book);
	r->book = book;
	append(book, r);
	(void)rk_map_put(book->sites, r->authority, r);
	return r;
}

/* ---- sites */

struct named {
	char authority[sizeof("https://[]:65535") + sizeof(((struct rk_url *)0)->host)];
	struct rk_url url;
};

static bool
name_of(struct rk_str url, struct named *n)
{
	bool v6;

	if (rk_url_parse(url, &n->url, NULL) != 0)
		return false;
	v6 = strchr(n->url.host, ':') != NULL;
	(void)snprintf(n->authority, sizeof(n->authority), "http%s://%s%s%s:%u",
	    n->url.https ? "s" : "", v6 ? "[" : "", n->url.host, v6 ? "]" : "", n->url.port);
	return true;
}

const struct robot *
robotbook_known(const struct robotbook *book, struct rk_str url)
{
	struct named n;

	return name_of(url, &n) ? rk_map_get(book->sites, rk_str(n.authority)) : NULL;
}

struct robot *
robotbook_site(struct robotbook *book, struct rk_str url)
{
	struct named n;
	struct robot *r;

	if (!name_of(url, &n))
		return NULL;
	r = rk_map_get(book->sites, rk_str(n.authority));
	return r != NULL ? r : site(book, rk_str(n.authority), rk_str(n.url.host));
}

size_t
robotbook_count(const struct robotbook *book)
{
	return rk_map_count(book->sites);
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
	if (!r->changed) {
		r->changed = true;
		r->next_news = r->book->news;
		r->book->news = r;
	}
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
	free(r->why);
	r->why = rk_xstrdup(result->err.text);
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
	r->used = row->expires - RK_ROBOTS_S; /* near enough */
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

	for (const struct robot *r = book->news; r != NULL; r = r->next_news)
		n++;
	*out = rows = rk_arena_array(arena, n + 1, sizeof(*rows));
	n = 0;
	rk_buf_init(&text, SIZE_MAX);
	for (struct robot *r; (r = book->news) != NULL;) {
		book->news = r->next_news;
		r->changed = false;
		rk_buf_reset(&text);
		if (r->rules != NULL)
			(void)rk_robots_print(r->rules, &text);
		rows[n].authority = rk_arena_str(arena, r->authority); /* r may end meanwhile */
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
robotbook_new(size_t most)
{
	struct robotbook *book = rk_xcalloc(1, sizeof(*book));

	book->sites = rk_map_new();
	book->most = most;
	return book;
}

void
robotbook_free(struct robotbook *book)
{
	if (book == NULL)
		return;
	while (book->first != NULL)
		robot_free(pop(book));
	rk_map_free(book->sites);
	free(book);
}
