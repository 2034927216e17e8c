/*
 * Searches that are asked for by HTTP: the page, and the same as a feed. On a thread of
 * the pool, over a connection that only reads; bounded in time.
 */
#include "daemon_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/search.h>
#include <ruamkhao/serve.h>
#include <ruamkhao/utf8.h>

struct asked_for {
	struct rk_search_view view;
	struct rk_query query;
	struct rk_site site; /* with the host that ids are made of */
	struct rk_timeline *found;
	struct rk_arena *arena;
};

static bool
is_late(void *cookie)
{
	return uv_hrtime() >= *(const uint64_t *)cookie;
}

/* A form sends spaces as plus signs, and strangers send whatever they like. */
static struct rk_str
text_arg(const struct rk_page_call *call, const char *name, struct rk_arena *arena)
{
	struct rk_str value = rk_page_arg(call, name), out;
	struct rk_buf b;

	rk_buf_init(&b, RK_KIB(32));
	(void)rk_utf8_repair(value, &b);
	out = rk_arena_str(arena, rk_buf_view(&b));
	rk_buf_release(&b);
	return out;
}

/* What was asked; view.problem where it cannot be searched for. */
static void
read_call(const struct rk_config *config, const struct rk_page_call *call, struct asked_for *a)
{
	struct rk_search_view *v = &a->view;
	struct rk_err why = { 0 };
	uint64_t page;

	v->typed = text_arg(call, "q", a->arena);
	v->region = text_arg(call, "region", a->arena);
	v->page = rk_str_u64(rk_page_arg(call, "page"), RK_SEARCH_PAGES, &page) == 0 && page > 0
	    ? (unsigned)page : 1;
	if (v->region.n > 0 && !rk_str_is(v->region, "national")
	    && rk_regions_find(config->regions, v->region) == NULL) {
		v->region = RK_STR("");
		v->problem = "ไม่มีพื้นที่นี้ / There is no such region.";
		return;
	}
	if (rk_str_trim(v->typed).n == 0)
		return;
	if (rk_query_parse(v->typed, a->arena, &a->query, &why) == 0)
		v->query = &a->query;
	else if (why.kind == RK_E_LIMIT)
		v->problem = "คำค้นยาวเกินไป / This search is too long.";
	else
		v->problem = "ไม่มีคำให้ค้น / There is no word to search for.";
	if (why.kind == RK_E_LIMIT)
		v->typed = RK_STR("");
}

static int
search(const struct rk_config *config, struct rk_store *store, struct asked_for *a,
    unsigned offset, unsigned limit, struct rk_err *err)
{
	static const struct rk_node node = { .id = { "search", 6 } };
	uint64_t until = uv_hrtime() + (uint64_t)RK_SEARCH_MS * 1000000;
	struct rk_search what = { .query = a->view.query, .offset = offset, .limit = limit,
		.stop = is_late, .cookie = &until };
	struct rk_search_end end;

	if (a->view.region.n > 0)
		what.places = (struct rk_node_list){ &a->view.region, 1 };
	if (rk_store_host(store, a->site.host, a->arena, &a->site.host, err) != 0
	    || rk_store_search(store, &what, &node, &a->site, config->regions, &a->found, &end,
	        err) != 0)
		return -1;
	a->view.found = a->found;
	a->view.more = end.more && a->view.page < RK_SEARCH_PAGES;
	a->view.cut = end.cut;
	return 0;
}

static void
begin(const struct rk_config *config, const struct rk_site *site,
    const struct rk_page_call *call, struct asked_for *a)
{
	*a = (struct asked_for){ .site = *site, .arena = rk_arena_new(0) };
	a->view.site = &a->site;
	a->view.regions = config->regions;
	read_call(config, call, a);
}

static int
finish(struct asked_for *a, int rc)
{
	rk_timeline_free(a->found);
	rk_arena_free(a->arena);
	return rc;
}

int
made_search(const struct rk_config *config, const struct rk_site *site, struct rk_store *store,
    const struct rk_page_call *call, struct rk_page_reply *reply, struct rk_err *err)
{
	struct asked_for a;
	int rc = 0;

	begin(config, site, call, &a);
	if (a.view.query != NULL)
		rc = search(config, store, &a, (a.view.page - 1) * RK_SEARCH_PAGE, RK_SEARCH_PAGE,
		    err);
	if (rc == 0) {
		reply->status = a.view.problem != NULL ? 400 : 200;
		rc = rk_search_html(&a.view, &reply->body, err);
	}
	return finish(&a, rc);
}

int
made_search_feed(const struct rk_config *config, const struct rk_site *site,
    struct rk_store *store, const struct rk_page_call *call, struct rk_page_reply *reply,
    struct rk_err *err)
{
	struct asked_for a;
	int rc = 0;

	begin(config, site, call, &a);
	if (a.view.query == NULL || a.view.problem != NULL) {
		reply->status = 400;
		reply->type = "text/plain; charset=utf-8";
		(void)rk_buf_adds(&reply->body, "expected search.atom?q=WORDS, and perhaps "
		    "&region=NODE\n");
		return finish(&a, 0);
	}
	rc = search(config, store, &a, 0, RK_SEARCH_FEED, err);
	if (rc == 0) {
		reply->status = 200;
		reply->type = "application/atom+xml; charset=utf-8";
		rc = rk_search_atom(&a.view, &reply->body, err);
	}
	return finish(&a, rc);
}
