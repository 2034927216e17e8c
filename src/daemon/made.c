/*
 * Pages that are made when they are asked for. Each is read from a connection of its own,
 * which is read-only and waits for nobody; those stay open for the next page.
 */
#include "daemon_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/serve.h>

#include <errno.h>
#include <stdlib.h>

struct maker {
	uv_rwlock_t lock; /* of the configuration: read while a page is made */
	const struct rk_config *config;
	const struct rk_site *site;
	uv_mutex_t kept_lock;
	struct rk_store *kept[RK_PAGES_AT_ONCE]; /* open and idle; NULL: none */
};

/* ---- connections */

static struct rk_store *
take(struct maker *m, struct rk_err *err)
{
	struct rk_store *store = NULL;

	uv_mutex_lock(&m->kept_lock);
	for (size_t i = 0; i < RK_PAGES_AT_ONCE && store == NULL; i++) {
		store = m->kept[i];
		m->kept[i] = NULL;
	}
	uv_mutex_unlock(&m->kept_lock);
	if (store == NULL)
		(void)rk_store_open(
		    rk_cstr(m->config->storage.state), RK_STORE_READ, &store, err);
	return store;
}

static void
keep(struct maker *m, struct rk_store *store)
{
	uv_mutex_lock(&m->kept_lock);
	for (size_t i = 0; i < RK_PAGES_AT_ONCE && store != NULL; i++) {
		if (m->kept[i] == NULL) {
			m->kept[i] = store;
			store = NULL;
		}
	}
	uv_mutex_unlock(&m->kept_lock);
	rk_store_close(store);
}

/* ---- pages */

/* What a page is made from; err: why it could not be. */
typedef int make_fn(struct maker *, struct rk_store *, const struct rk_page_call *,
    struct rk_page_reply *, struct rk_err *err);

static int
story(struct maker *m, struct rk_store *store, const struct rk_page_call *call,
    struct rk_page_reply *reply, struct rk_err *err)
{
	struct rk_story_page *page = NULL;
	int rc;

	if (rk_store_story(store, rk_page_arg(call, "id"), m->site, m->config->regions, &page,
		err) != 0)
		return -1;
	reply->status = page == NULL ? 404 : page->withdrawn ? 410 : 200;
	rc = page != NULL ? rk_story_html(page, &reply->body, err)
			  : rk_story_none_html(m->site, &reply->body, err);
	rk_story_page_free(page);
	return rc;
}

static int
search(struct maker *m, struct rk_store *store, const struct rk_page_call *call,
    struct rk_page_reply *reply, struct rk_err *err)
{
	return made_search(m->config, m->site, store, call, reply, err);
}

static int
search_feed(struct maker *m, struct rk_store *store, const struct rk_page_call *call,
    struct rk_page_reply *reply, struct rk_err *err)
{
	return made_search_feed(m->config, m->site, store, call, reply, err);
}

static int
opensearch(struct maker *m, struct rk_store *store, const struct rk_page_call *call,
    struct rk_page_reply *reply, struct rk_err *err)
{
	(void)store;
	(void)call;
	reply->status = 200;
	reply->type = "application/opensearchdescription+xml; charset=utf-8";
	return rk_opensearch(m->site, &reply->body, err);
}

static const char *const names[] = {
    "/story", "/search", "/search.atom", "/opensearch.xml", NULL};
static make_fn *const makers[] = {story, search, search_feed, opensearch};

static void
make(void *cookie, const struct rk_page_call *call, struct rk_page_reply *reply)
{
	struct maker *m = cookie;
	struct rk_store *store = NULL;
	struct rk_err err = {0};
	size_t which = 0;
	int rc = -1;

	uv_rwlock_rdlock(&m->lock);
	while (names[which] != NULL && !rk_str_is(call->path, names[which]))
		which++;
	if (m->config != NULL && names[which] != NULL && (store = take(m, &err)) != NULL)
		rc = makers[which](m, store, call, reply, &err);
	if (rc == 0) {
		keep(m, store);
	} else {
		rk_store_close(store);
		rk_buf_reset(&reply->body);
		reply->status = 503;
		/* none yet: nothing was ever polled */
		if (err.kind != RK_E_NONE && err.sys != ENOENT)
			rk_log(RK_ERROR, "a page cannot be made", "page",
			    rk_cstr(call->path), "error", err.text, NULL);
	}
	uv_rwlock_rdunlock(&m->lock);
}

/* ---- life */

struct maker *
maker_new(void)
{
	struct maker *m = rk_xcalloc(1, sizeof(*m));

	rk_assert(uv_rwlock_init(&m->lock) == 0 && uv_mutex_init(&m->kept_lock) == 0);
	return m;
}

void
maker_serve(struct maker *m, struct rk_serve_opts *opts)
{
	opts->page = make;
	opts->pages = names;
	opts->page_cookie = m;
}

void
maker_use(struct maker *m, const struct rk_config *config, const struct rk_site *site)
{
	uv_rwlock_wrlock(&m->lock);
	m->config = config;
	m->site = site;
	uv_rwlock_wrunlock(&m->lock);
}

void
maker_free(struct maker *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < RK_PAGES_AT_ONCE; i++)
		rk_store_close(m->kept[i]);
	uv_mutex_destroy(&m->kept_lock);
	uv_rwlock_destroy(&m->lock);
	free(m);
}
