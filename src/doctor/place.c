/*
 * What stands where a feed should be.
 */
#include <ruamkhao/doctor.h>

#include "doctor_int.h"

#include <string.h>

static bool
holds(struct rk_str s, const char *needle)
{
	return rk_str_find(s, rk_str(needle)) != SIZE_MAX;
}

/* Does the address, or what the server calls it, promise a feed? */
static bool
promises_feed(const struct rk_asked *a)
{
	struct rk_str u = a->url, t = a->content_type;

	return a->how == RK_HOW_ANNOUNCED || holds(t, "xml") || holds(t, "rss") ||
	       holds(t, "atom") || rk_str_ends(u, ".xml") || rk_str_ends(u, "/rss") ||
	       rk_str_ends(u, "/feed") || rk_str_ends(u, "/feed/") ||
	       rk_str_ends(u, ".rss") || rk_str_ends(u, ".rdf") ||
	       rk_str_ends(u, ".atom") || holds(u, "format=feed") ||
	       holds(u, "feed=rss");
}

static struct rk_str
upper(struct doctor *d, struct rk_str s)
{
	struct rk_str copy = rk_arena_str(d->arena, s);

	if (copy.n > 0 && copy.p[0] >= 'a' && copy.p[0] <= 'z')
		*(char *)(uintptr_t)copy.p = (char)(copy.p[0] - 32);
	return copy;
}

/* The words in brackets: "a challenge page (Cloudflare)" -> Cloudflare. */
static struct rk_str
maker(struct doctor *d, struct rk_str what)
{
	size_t open = rk_str_chr(what, '(');

	if (open == SIZE_MAX || !rk_str_ends(what, ")"))
		return what;
	return rk_arena_str(d->arena, rk_strn(what.p + open + 1, what.n - open - 2));
}

static void
judge_page(struct doctor *d, const struct rk_asked *a, bool last)
{
	const struct rk_look *l = a->ingest->look;

	if (promises_feed(a) && a->kind == RK_FETCH_OK)
		found(d, F_HTML, true, same(a->url), NONE, NONE);
	else if (last && l->links >= 5 && d->visit->preset.n == 0)
		found(d, F_PAGE_RULES, true, number(d, l->links), NONE, NONE);
}

void
judge_place(struct doctor *d, const struct rk_asked *a, bool last)
{
	static const enum code codes[] = {
	    [RK_LOOK_CHALLENGE] = F_CHALLENGE,
	    [RK_LOOK_BLOCK] = F_BLOCK,
	    [RK_LOOK_CAPTCHA] = F_CAPTCHA,
	    [RK_LOOK_LOGIN] = F_LOGIN,
	    [RK_LOOK_PARKED] = F_PARKED,
	    [RK_LOOK_DIRECTORY] = F_DIRECTORY,
	    [RK_LOOK_APP] = F_APP,
	    [RK_LOOK_CONSTRUCTION] = F_CONSTRUCTION,
	    [RK_LOOK_ERROR] = F_ERROR_PAGE,
	    [RK_LOOK_FORWARD] = F_FORWARD,
	    [RK_LOOK_EMPTY] = F_EMPTY,
	    [RK_LOOK_XML] = F_NOT_FEED,
	    [RK_LOOK_JSON] = F_NOT_FEED,
	    [RK_LOOK_TEXT] = F_NOT_FEED,
	    [RK_LOOK_BINARY] = F_NOT_FEED,
	};
	const struct rk_look *l = a->ingest != NULL ? a->ingest->look : NULL;
	struct rk_str what;

	if (a->refusal.n > 0)
		found(
		    d, a->died ? F_DIED : F_LIMIT, true, same(a->refusal), NONE, NONE);
	if (l == NULL)
		return;
	if (a->kind == RK_FETCH_HTTP && l->kind != RK_LOOK_CHALLENGE &&
	    l->kind != RK_LOOK_BLOCK && l->kind != RK_LOOK_CAPTCHA)
		return; /* its status says it */
	if (l->kind == RK_LOOK_PAGE) {
		judge_page(d, a, last);
		return;
	}
	if (l->kind == RK_LOOK_LOGIN && a->redirects > 0) {
		found(d, F_TO_LOGIN, true, same(a->effective_url), NONE, NONE);
		return;
	}
	if (!last && (l->kind == RK_LOOK_APP || l->kind >= RK_LOOK_XML))
		return;
	what = l->kind == RK_LOOK_CHALLENGE || l->kind == RK_LOOK_BLOCK
		   ? upper(d, l->what)
		   : l->what;
	if (l->kind == RK_LOOK_FORWARD && l->n_places > 0)
		what = l->places[0].url;
	found(d, codes[l->kind], true, same(what), same(maker(d, l->what)), NONE);
}
