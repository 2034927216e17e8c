/*
 * Where to look for a feed: what a page names, then the known addresses of its system
 * (DOMAIN.md 4.1), then those where many sites have one. Knows addresses only.
 */
#include <ruamkhao/discover.h>

#include "parse_int.h"

#include <ruamkhao/url.h>

#include <string.h>

/*
 * {site} "https://host/", {dir} the folder that the address stands in, {page} the
 * address without its query.
 */
static const struct {
	enum rk_system system;
	const char *form;
} known[] = {
    {RK_SYSTEM_WORDPRESS, "{dir}feed/"},
    {RK_SYSTEM_WORDPRESS, "{site}feed/"},
    {RK_SYSTEM_WORDPRESS, "{site}?feed=rss2"},
    {RK_SYSTEM_WORDPRESS, "{site}wp-json/wp/v2/posts"},
    {RK_SYSTEM_JOOMLA, "{page}?format=feed&type=rss"},
    {RK_SYSTEM_JOOMLA, "{site}index.php?format=feed&type=rss"},
    {RK_SYSTEM_DRUPAL, "{site}rss.xml"},
    {RK_SYSTEM_EWT, "{dir}rss/group1.xml"},
    {RK_SYSTEM_EWT, "{site}rss/group1.xml"},
    {RK_SYSTEM_PRD_MAIN, "{site}th/rss"},
    {RK_SYSTEM_TYPO3, "{site}?type=100"},
    {RK_SYSTEM_TYPO3, "{site}publish.xml"},
    {RK_SYSTEM_BLOGGER, "{site}feeds/posts/default"},
    {RK_SYSTEM_WIX, "{site}blog-feed.xml"},
    {RK_SYSTEM_ASPNET, "{site}rss.aspx"},
    /* any system, also an unknown one */
    {RK_SYSTEM_UNKNOWN, "{site}rss"},
    {RK_SYSTEM_UNKNOWN, "{site}feed"},
    {RK_SYSTEM_UNKNOWN, "{site}rss.xml"},
    {RK_SYSTEM_UNKNOWN, "{site}feed.xml"},
    {RK_SYSTEM_UNKNOWN, "{site}atom.xml"},
    {RK_SYSTEM_UNKNOWN, "{site}rss.php"},
    {RK_SYSTEM_UNKNOWN, "{site}index.xml"},
    {RK_SYSTEM_UNKNOWN, "{site}feed.json"},
};

/* An address that is made of the one at hand: the part before `from` stays, `to` comes
 * in the place of `from`, the number behind it stays, and {cid} is the one behind that.
 */
static const struct {
	const char *from, *to;
	bool cid;
} changes[] = {
    {"/content/category/detail/id/", "/content/category/xml/id/", false},
    {"/content/category/index/id/", "/content/category/xml/id/", false},
    {"/content/page/index/id/", "/rss/page/content/id/", true},
    {"/content/page/index/id/", "/rss/page/contentjson/id/", true},
};

struct list {
	struct rk_arena *arena;
	struct rk_str url, site, dir, page;
	struct rk_place *out;
	size_t n, max;
};

static void
add(struct list *l, struct rk_str url, struct rk_str title, enum rk_how how)
{
	if (l->n == l->max || url.n == 0 || url.n > RK_MAX_URL ||
	    rk_str_eq(url, l->url))
		return;
	for (size_t i = 0; i < l->n; i++)
		if (rk_str_eq(l->out[i].url, url))
			return;
	l->out[l->n++] = (struct rk_place){rk_arena_str(l->arena, url),
	    title.n > 0 ? rk_arena_str(l->arena, title) : RK_STR(""), how};
}

static size_t
digits(struct rk_str s)
{
	size_t n = 0;

	while (n < s.n && n < 12 && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

static void
add_changed(struct list *l)
{
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		size_t at = rk_str_find(l->url, rk_str(changes[i].from)), n, m;
		struct rk_str rest, more = RK_STR("");

		if (at == SIZE_MAX)
			continue;
		rest = rk_str_from(l->url, at + strlen(changes[i].from));
		if ((n = digits(rest)) == 0)
			continue;
		if (changes[i].cid) {
			more = rk_str_from(rest, n);
			if (!rk_str_starts(more, "/cid/") ||
			    (m = digits(rk_str_from(more, 5))) == 0)
				continue;
			more = rk_strn(more.p, 5 + m);
		}
		add(l,
		    rk_arena_fmt(l->arena, "%.*s%s%.*s%.*s", (int)at, l->url.p,
			changes[i].to, (int)n, rest.p, RK_FMT(more)),
		    RK_STR(""), RK_HOW_SYSTEM);
	}
}

static void
add_known(struct list *l, enum rk_system system)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct rk_str form = rk_str(known[i].form), head;
		size_t close;

		if (known[i].system != system || l->site.n == 0)
			continue;
		close = rk_str_chr(form, '}');
		head = rk_str_starts(form, "{dir}")    ? l->dir
		       : rk_str_starts(form, "{page}") ? l->page
						       : l->site;
		add(l,
		    rk_arena_fmt(l->arena, "%.*s%.*s", RK_FMT(head),
			RK_FMT(rk_str_from(form, close + 1))),
		    RK_STR(""),
		    system == RK_SYSTEM_UNKNOWN ? RK_HOW_USUAL : RK_HOW_SYSTEM);
	}
}

/* scheme://host/ and the folder of an address. */
static void
take_apart(struct list *l)
{
	size_t host = rk_str_find(l->url, RK_STR("://")), slash, end;
	struct rk_str rest;

	l->site = l->dir = l->page = RK_STR("");
	if (host == SIZE_MAX)
		return;
	rest = rk_str_from(l->url, host + 3);
	for (end = 0; end < rest.n && rest.p[end] != '?' && rest.p[end] != '#'; end++)
		;
	l->page = rk_strn(l->url.p, host + 3 + end);
	rest = rk_str_from(l->page, host + 3);
	slash = rk_str_chr(rest, '/');
	if (slash == SIZE_MAX) {
		l->site = l->dir = l->page =
		    rk_arena_fmt(l->arena, "%.*s/", RK_FMT(l->page));
		return;
	}
	l->site = rk_strn(l->page.p, host + 3 + slash + 1);
	for (end = l->page.n; end > l->site.n && l->page.p[end - 1] != '/'; end--)
		;
	l->dir = rk_strn(l->page.p, end);
}

static bool
ihas(struct rk_str s, const char *lower)
{
	size_t n = strlen(lower);

	for (size_t i = 0; i + n <= s.n; i++)
		if (rk_str_istarts(rk_str_from(s, i), lower))
			return true;
	return false;
}

bool
rk_is_comment_feed(struct rk_str url, struct rk_str title)
{
	return ihas(url, "/comments/feed") || ihas(url, "comments-rss") ||
	       ihas(url, "feed=comments") || ihas(url, "feeds/comments") ||
	       ihas(url, "/oembed") || ihas(title, "comments feed") ||
	       ihas(title, "ความเห็น");
}

size_t
rk_places_to_try(const struct rk_look *look, struct rk_str url, struct rk_arena *arena,
    struct rk_place *out, size_t max)
{
	struct list l = {.arena = arena, .url = url, .out = out, .max = max};

	take_apart(&l);
	for (uint32_t i = 0; look != NULL && i < look->n_places; i++) {
		const struct rk_place *p = &look->places[i];

		if (!rk_is_comment_feed(p->url, p->title))
			add(&l, p->url, p->title, p->how);
	}
	add_changed(&l);
	if (look != NULL && look->system != RK_SYSTEM_UNKNOWN)
		add_known(&l, look->system);
	add_known(&l, RK_SYSTEM_UNKNOWN);
	return l.n;
}
