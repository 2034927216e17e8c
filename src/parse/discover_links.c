/*
 * What the elements of a page name: feeds, the page that it sends on to, its title and
 * what made it. Sees one tag at a time; what the page as a whole is, discover.c judges.
 */
#include "discover_int.h"

#include <ruamkhao/html.h>
#include <ruamkhao/utf8.h>

#include <string.h>

#define MAX_TITLE    300  /* bytes kept of a title */
#define MAX_RESOLVED 2000 /* addresses: each costs microseconds */

/* The value of an attribute as it stands, or empty. */
static struct rk_str
attr(const struct tag *tag, const char *name)
{
	struct rk_str s = tag->attrs;
	size_t i = 0, from, len = strlen(name);

	while (i < s.n) {
		struct rk_str key, value = RK_STR("");

		while (i < s.n && (is_space(s.p[i]) || s.p[i] == '/'))
			i++;
		for (from = i; i < s.n && !is_space(s.p[i]) && s.p[i] != '='; i++)
			;
		key = rk_strn(s.p + from, i - from);
		while (i < s.n && is_space(s.p[i]))
			i++;
		if (i < s.n && s.p[i] == '=') {
			for (i++; i < s.n && is_space(s.p[i]);)
				i++;
			if (i < s.n && (s.p[i] == '"' || s.p[i] == '\'')) {
				char q = s.p[i++];

				for (from = i; i < s.n && s.p[i] != q; i++)
					;
				value = rk_strn(s.p + from, i - from);
				i += i < s.n;
			} else {
				for (from = i; i < s.n && !is_space(s.p[i]); i++)
					;
				value = rk_strn(s.p + from, i - from);
			}
		} else if (key.n == 0) {
			i++; /* a quote that closes nothing */
		}
		if (key.n == len && rk_str_iis(key, name))
			return rk_str_trim(value);
	}
	return RK_STR("");
}

/* References resolved, one line; in p->scratch until the next call. */
static struct rk_str
plain(struct page *p, struct rk_str s, size_t max)
{
	rk_buf_reset(&p->scratch);
	if (s.n > MAX_QUOTED)
		s = rk_utf8_cut(s, MAX_QUOTED);
	(void)rk_html_line(s, &p->scratch);
	return rk_str_trim(rk_utf8_cut(rk_buf_view(&p->scratch), max));
}

/* An address as written to an absolute one without fragment, in p->url until the next
 * call; empty: none. */
static struct rk_str
resolve(struct page *p, struct rk_str href)
{
	struct rk_str url;
	size_t hash;

	href = plain(p, href, RK_MAX_URL);
	rk_buf_reset(&p->url);
	if (href.n == 0 || p->resolved++ >= MAX_RESOLVED ||
	    rk_url_resolve(p->base, href, &p->url) != 0)
		return RK_STR("");
	url = rk_buf_view(&p->url);
	hash = rk_str_chr(url, '#');
	return hash != SIZE_MAX ? rk_strn(url.p, hash) : url;
}

struct rk_str
rk_look_kept(struct page *p, struct rk_str href)
{
	return rk_arena_str(p->arena, resolve(p, href));
}

void
rk_look_base(struct page *p, struct rk_str url)
{
	p->base = url;
	p->sited = url.n > 0 && rk_url_parse(url, &p->site, NULL) == 0;
}

static const char *
without_www(const char *host)
{
	return strncmp(host, "www.", 4) == 0 ? host + 4 : host;
}

static bool
is_own_site(struct page *p, struct rk_str url)
{
	struct rk_url parts;

	return !p->sited ||
	       (rk_url_parse(url, &parts, NULL) == 0 &&
		   strcmp(without_www(parts.host), without_www(p->site.host)) == 0);
}

static bool
holds(struct rk_str s, const char *needle)
{
	return rk_str_find(s, rk_str(needle)) != SIZE_MAX;
}

static void
add_place(struct page *p, struct rk_str url, struct rk_str title, enum rk_how how)
{
	struct rk_look *l = p->look;
	uint32_t at = l->n_places;

	if (url.n == 0)
		return;
	for (uint32_t i = 0; i < l->n_places; i++)
		if (rk_str_eq(l->places[i].url, url))
			return;
	/* announced ones stand before linked ones and push the last out */
	if (how == RK_HOW_ANNOUNCED)
		for (at = 0; at < l->n_places && l->places[at].how == how; at++)
			;
	if (at == RK_MAX_PLACES)
		return;
	if (l->n_places < RK_MAX_PLACES)
		l->n_places++;
	memmove(&l->places[at + 1], &l->places[at],
	    (l->n_places - 1 - at) * sizeof(*l->places));
	l->places[at] = (struct rk_place){
	    rk_arena_str(p->arena, url), rk_arena_str(p->arena, title), how};
}

/* ---- elements */

static void
on_link(struct page *p, const struct tag *tag)
{
	struct rk_str rel = attr(tag, "rel"), type = attr(tag, "type"), url, title;
	bool rest = rk_str_starts(rel, "https://api.w.org");

	if (rk_str_iis(rel, "canonical") && p->base.n == 0) {
		rk_look_base(p, rk_look_kept(p, attr(tag, "href")));
		return;
	}
	if (rest) {
		url = resolve(p, attr(tag, "href"));
		rk_buf_reset(&p->scratch);
		if (url.n > 0 &&
		    rk_buf_addf(&p->scratch, "%.*s%swp/v2/posts", RK_FMT(url),
			rk_str_ends(url, "/") ? "" : "/") == 0)
			add_place(
			    p, rk_buf_view(&p->scratch), RK_STR(""), RK_HOW_SYSTEM);
		return;
	}
	if (!rk_str_iis(rel, "alternate") && !rk_str_iis(rel, "feed") &&
	    !rk_str_istarts(rel, "alternate "))
		return;
	if (!rk_str_istarts(type, "application/rss") &&
	    !rk_str_istarts(type, "application/atom") &&
	    !rk_str_istarts(type, "application/rdf") &&
	    !rk_str_istarts(type, "application/feed+json") &&
	    !rk_str_istarts(type, "text/xml") &&
	    !rk_str_istarts(type, "application/xml") && !rk_str_iis(rel, "feed"))
		return;
	url = resolve(p, attr(tag, "href"));
	title = plain(p, attr(tag, "title"), MAX_TITLE);
	add_place(p, url, title, RK_HOW_ANNOUNCED);
}

/* "5; url=main.php" */
static void
on_refresh(struct page *p, struct rk_str content)
{
	size_t at;
	uint64_t seconds = 0;
	struct rk_str s = content;

	while (s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9' && seconds < 1000) {
		seconds = seconds * 10 + (uint64_t)(s.p[0] - '0');
		s = rk_str_from(s, 1);
	}
	/* a news page that loads itself again is none */
	if (seconds > 20 || (at = rk_str_chr(s, '=')) == SIZE_MAX || p->forward.n > 0)
		return;
	s = rk_str_trim(rk_str_from(s, at + 1));
	if (s.n > 1 && (s.p[0] == '"' || s.p[0] == '\''))
		s = rk_strn(s.p + 1, s.n - 2);
	p->forward = rk_look_kept(p, s);
}

static void
on_meta(struct page *p, const struct tag *tag)
{
	struct rk_str content = attr(tag, "content");

	if (rk_str_iis(attr(tag, "name"), "generator") && p->look->generator.n == 0)
		p->look->generator =
		    rk_arena_str(p->arena, plain(p, content, MAX_TITLE));
	else if (rk_str_iis(attr(tag, "http-equiv"), "refresh"))
		on_refresh(p, content);
	else if (p->base.n == 0 && rk_str_iis(attr(tag, "property"), "og:url")) {
		rk_look_base(p, rk_look_kept(p, content));
	}
}

/* Does an address look like a feed's? */
static bool
looks_like_feed(struct rk_str url)
{
	static const char *const parts[] = {"/rss/", "/rss.", "rss.xml", "rss.php",
	    "rss.asp", "rss2", "feed=", "format=feed", "/feed/", "/feeds/", "feed.xml",
	    "atom.xml", "/xml/id/", "/rss/page/content", "listfeed.aspx", "rss/group",
	    "feed.json", "type=rss", "rss_", "getrss", "news.rdf"};
	static const char *const ends[] = {
	    "/rss", "/feed", "/atom", ".rss", ".rdf", ".atom", "/rss2", "=rss"};
	static const char *const not [] = {"share", "login", ".css", ".js", ".png",
	    ".gif", ".jpg", ".pdf", "/category/detail/", "feedback", "facebook.com"};

	for (size_t i = 0; i < sizeof(not ) / sizeof(*not ); i++)
		if (holds(url, not [i]))
			return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (rk_str_ends(url, ends[i]))
			return true;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (holds(url, parts[i]))
			return true;
	return false;
}

/* The feed of the category that an address of PRD's CMS shows (DOMAIN.md 4.1), in
 * p->scratch; empty: it is none. */
static struct rk_str
prd_category(struct page *p, struct rk_str url)
{
	static const char *const marks[] = {
	    "/category/detail/id/", "/category/index/id/"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		size_t at = rk_str_find(url, rk_str(marks[i])), n = 0;
		struct rk_str id;

		if (at == SIZE_MAX)
			continue;
		id = rk_str_from(url, at + strlen(marks[i]));
		while (n < id.n && n < 12 && id.p[n] >= '0' && id.p[n] <= '9')
			n++;
		rk_buf_reset(&p->scratch);
		if (n > 0 && rk_buf_addf(&p->scratch, "%.*s/category/xml/id/%.*s",
				 (int)at, url.p, (int)n, id.p) == 0)
			return rk_buf_view(&p->scratch);
	}
	return RK_STR("");
}

static void
on_anchor(struct page *p, const struct tag *tag, struct rk_str behind)
{
	struct rk_str href = attr(tag, "href"), url, feed;
	bool enters, said;

	if (href.n == 0 || href.p[0] == '#' || rk_str_istarts(href, "javascript:") ||
	    rk_str_istarts(href, "mailto:") || rk_str_istarts(href, "tel:"))
		return;
	p->look->links++;
	behind = rk_strn(behind.p, behind.n < 300 ? behind.n : 300);
	said = holds(behind, "เข้าสู่เว็บไซต์") || holds(behind, "เข้าสู่เว็บไซด์") ||
	       holds(behind, "เข้าสู่หน้าหลัก");
	enters = said || p->look->links <= FEW_LINKS;
	if (!enters && !looks_like_feed(href) && !holds(href, "/category/"))
		return;
	url = resolve(p, href);
	if (url.n == 0 || !is_own_site(p, url))
		return; /* another site's feed is another source */
	if (looks_like_feed(url))
		add_place(p, url, RK_STR(""), RK_HOW_LINKED);
	else if ((feed = prd_category(p, url)).n > 0)
		add_place(p, feed, RK_STR(""), RK_HOW_SYSTEM);
	else if (enters && !p->said && (said || p->enter.n == 0) &&
		 !rk_str_eq(url, p->base)) {
		p->enter = rk_arena_str(p->arena, url);
		p->said = said;
	}
}

void
rk_look_tag(struct page *p, const struct tag *tag, struct rk_str behind)
{
	if (rk_str_iis(tag->name, "a") || rk_str_iis(tag->name, "area")) {
		on_anchor(p, tag, behind);
	} else if (rk_str_iis(tag->name, "link")) {
		on_link(p, tag);
	} else if (rk_str_iis(tag->name, "meta")) {
		on_meta(p, tag);
	} else if (rk_str_iis(tag->name, "base") && !p->based) {
		struct rk_str url = rk_look_kept(p, attr(tag, "href"));

		p->based = true;
		if (url.n > 0 && p->base.n > 0)
			p->base = url; /* the site stays the one that was asked */
		else if (url.n > 0)
			rk_look_base(p, url);
	} else if (rk_str_iis(tag->name, "frame") && p->forward.n == 0) {
		p->forward = rk_look_kept(p, attr(tag, "src"));
	} else if (rk_str_iis(tag->name, "title") && p->look->title.n == 0) {
		size_t end = rk_str_chr(behind, '<');

		p->look->title = rk_arena_str(p->arena,
		    plain(p, rk_strn(behind.p, end < behind.n ? end : behind.n),
			MAX_TITLE));
	}
}
