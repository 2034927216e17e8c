/*
 * What a document is that is no feed: the feeds that a page names, the system that
 * made it, and whether it is a page at all or stands in the place of one. One walk
 * over its tags without a tree; nothing here knows how a feed is read.
 */
#include <ruamkhao/discover.h>

#include "parse_int.h"

#include <ruamkhao/charset.h>
#include <ruamkhao/html.h>
#include <ruamkhao/url.h>
#include <ruamkhao/utf8.h>

#include <string.h>

#define MAX_QUOTED   RK_KIB(2) /* a value that is longer is an accident */
#define MAX_TAG      RK_KIB(8)
#define SIGNS        RK_KIB(64) /* of the page, looked through for signs */
#define MAX_TITLE    300        /* bytes kept of a title */
#define FEW_LINKS    8          /* an entrance page has no more */
#define LITTLE       400        /* bytes of text that are next to nothing */
#define MAX_RESOLVED 2000       /* addresses: each costs microseconds */

struct page {
	struct rk_str text; /* of the page, UTF-8 */
	struct rk_arena *arena;
	struct rk_look *look;
	struct rk_str base;
	struct rk_str forward; /* where a meta element or a frame sends */
	struct rk_str enter;   /* first link to the same site, while there are few */
	struct rk_url site;    /* of base */
	bool sited, based;     /* site is there; a base element was met */
	struct rk_buf scratch, url, lower;
	unsigned resolved;
	bool scripts;
	bool said; /* a link says that it enters the site: enter is its */
};

struct tag {
	struct rk_str name, attrs;
	bool end;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The '>' of the tag whose attributes begin at i; quoted values may hold one. */
static size_t
tag_end(struct rk_str t, size_t i)
{
	size_t from = i;
	char before = '\0';

	for (; i < t.n && i - from < MAX_TAG; i++) {
		const char *q = NULL;

		if (t.p[i] == '>')
			return i;
		if (before == '=' && (t.p[i] == '"' || t.p[i] == '\''))
			q = memchr(t.p + i + 1, t.p[i],
			    t.n - i - 1 < MAX_QUOTED ? t.n - i - 1 : MAX_QUOTED);
		if (q != NULL)
			i = (size_t)(q - t.p);
		if (!is_space(t.p[i]))
			before = t.p[i];
	}
	for (i = from; i < t.n && i - from < MAX_TAG; i++)
		if (t.p[i] == '>')
			break;
	return i;
}

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

static struct rk_str
kept(struct page *p, struct rk_str href)
{
	return rk_arena_str(p->arena, resolve(p, href));
}

static void
set_base(struct page *p, struct rk_str url)
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
		set_base(p, kept(p, attr(tag, "href")));
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
	p->forward = kept(p, s);
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
		set_base(p, kept(p, content));
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

static void
on_tag(struct page *p, const struct tag *tag, struct rk_str behind)
{
	if (rk_str_iis(tag->name, "a") || rk_str_iis(tag->name, "area")) {
		on_anchor(p, tag, behind);
	} else if (rk_str_iis(tag->name, "link")) {
		on_link(p, tag);
	} else if (rk_str_iis(tag->name, "meta")) {
		on_meta(p, tag);
	} else if (rk_str_iis(tag->name, "base") && !p->based) {
		struct rk_str url = kept(p, attr(tag, "href"));

		p->based = true;
		if (url.n > 0 && p->base.n > 0)
			p->base = url; /* the site stays the one that was asked */
		else if (url.n > 0)
			set_base(p, url);
	} else if (rk_str_iis(tag->name, "frame") && p->forward.n == 0) {
		p->forward = kept(p, attr(tag, "src"));
	} else if (rk_str_iis(tag->name, "title") && p->look->title.n == 0) {
		size_t end = rk_str_chr(behind, '<');

		p->look->title = rk_arena_str(p->arena,
		    plain(p, rk_strn(behind.p, end < behind.n ? end : behind.n),
			MAX_TITLE));
	}
}

/* Elements whose content is no text of the page. */
static bool
is_raw(struct rk_str name)
{
	static const char *const raw[] = {
	    "script", "style", "template", "textarea", "noscript"};

	for (size_t i = 0; i < sizeof(raw) / sizeof(*raw); i++)
		if (rk_str_iis(name, raw[i]))
			return true;
	return false;
}

/* Where </name begins, from i on; the end of the text where it does not. */
static size_t
find_end(struct rk_str t, size_t i, struct rk_str name)
{
	while (i < t.n) {
		const char *lt = memchr(t.p + i, '<', t.n - i);

		if (lt == NULL)
			return t.n;
		i = (size_t)(lt - t.p);
		if (i + 2 + name.n <= t.n && t.p[i + 1] == '/' &&
		    rk_str_ieq(rk_strn(t.p + i + 2, name.n), name))
			return i;
		i++;
	}
	return t.n;
}

static void
walk(struct page *p)
{
	struct rk_str t = p->text;
	size_t i = 0;

	while (i < t.n) {
		struct tag tag = {.end = false};
		size_t from, at;

		if (t.p[i] != '<') {
			p->look->text += !is_space(t.p[i]);
			i++;
			continue;
		}
		if (rk_str_starts(rk_str_from(t, i), "<!--")) {
			at = rk_str_find(rk_str_from(t, i + 4), RK_STR("-->"));
			i = at == SIZE_MAX ? t.n : i + 4 + at + 3;
			continue;
		}
		from = i + 1;
		tag.end = from < t.n && t.p[from] == '/';
		from += tag.end;
		for (at = from;
		     at < t.n && at - from < 32 &&
		     (is_letter(t.p[at]) || (t.p[at] >= '0' && t.p[at] <= '9'));
		     at++)
			;
		if (at == from &&
		    !(from < t.n && (t.p[from] == '!' || t.p[from] == '?'))) {
			i++;
			continue;
		}
		tag.name = rk_strn(t.p + from, at - from);
		i = tag_end(t, at);
		tag.attrs = rk_strn(t.p + at, i - at);
		i += i < t.n;
		if (tag.end)
			continue;
		on_tag(p, &tag, rk_str_from(t, i));
		if (rk_str_iis(tag.name, "script"))
			p->scripts = true;
		if (is_raw(tag.name))
			i = find_end(t, i, tag.name);
		else if (rk_str_iis(tag.name, "title"))
			i = find_end(t, i, tag.name);
	}
}

/* ---- signs; tables in signs.c */

/* location.href = "main.php" in a page that says nothing else */
static void
script_forward(struct page *p)
{
	struct rk_str low = rk_buf_view(&p->lower);
	size_t at = rk_str_find(low, RK_STR("location"));

	if (at == SIZE_MAX || p->look->text >= LITTLE || p->forward.n > 0)
		return;
	for (size_t i = at; i < low.n && i < at + 40; i++) {
		if (low.p[i] == '"' || low.p[i] == '\'') {
			const char *q = memchr(low.p + i + 1, low.p[i], low.n - i - 1);

			/* the same offsets hold in the text itself */
			if (q != NULL)
				p->forward = kept(p, rk_strn(p->text.p + i + 1,
							 (size_t)(q - low.p) - i - 1));
			return;
		}
		if (low.p[i] == ';' || low.p[i] == '\n')
			return;
	}
}

static void
set_kind(struct page *p, enum rk_look_kind kind, const char *what)
{
	p->look->kind = kind;
	p->look->what = rk_arena_str(p->arena, rk_str(what));
}

static void
judge(struct page *p)
{
	struct rk_look *l = p->look;
	const struct rk_sign *sign;

	for (size_t i = 0; i < p->text.n && i < SIGNS; i++) {
		char c = p->text.p[i];

		(void)rk_buf_addc(&p->lower, c >= 'A' && c <= 'Z' ? (char)(c | 32) : c);
	}
	l->system = rk_system_of(rk_buf_view(&p->lower), l->generator);
	if ((sign = rk_sign_of(rk_buf_view(&p->lower), l)) != NULL) {
		set_kind(p, sign->kind, sign->what);
		return;
	}
	script_forward(p);
	if (p->forward.n > 0 && !rk_str_eq(p->forward, p->base) && l->text < LITTLE) {
		set_kind(p, RK_LOOK_FORWARD, "a page that only sends on to another");
	} else if (l->text < LITTLE && l->links == 0 && p->scripts) {
		set_kind(p, RK_LOOK_APP,
		    "a page that is only a program: nothing to read without "
		    "JavaScript");
	} else if (p->enter.n > 0 && l->text < LITTLE && l->links <= FEW_LINKS &&
		   l->n_places == 0 && (p->said || l->system == RK_SYSTEM_UNKNOWN)) {
		p->forward = p->enter;
		set_kind(p, RK_LOOK_FORWARD, "an entrance page");
	} else {
		p->forward = RK_STR("");
		set_kind(p, RK_LOOK_PAGE, "an HTML page");
	}
	if (l->kind == RK_LOOK_FORWARD) {
		if (l->n_places == RK_MAX_PLACES)
			l->n_places--;
		memmove(&l->places[1], &l->places[0], l->n_places * sizeof(*l->places));
		l->places[0] =
		    (struct rk_place){p->forward, RK_STR(""), RK_HOW_FORWARD};
		l->n_places++;
	}
}

static void
look_at_page(
    struct rk_str text, struct rk_str url, struct rk_arena *arena, struct rk_look *look)
{
	struct page p = {.arena = arena, .look = look};

	set_base(&p, url);
	p.text = rk_utf8_cut(text, RK_MAX_LOOK);
	rk_buf_init(&p.scratch, MAX_QUOTED * 4);
	rk_buf_init(&p.lower, SIGNS);
	rk_buf_init(&p.url, RK_MAX_URL + 1);
	walk(&p);
	judge(&p);
	rk_buf_release(&p.scratch);
	rk_buf_release(&p.url);
	rk_buf_release(&p.lower);
}

/* What the refusal of the parser calls it, without "no feed but". */
static void
look_at_rest(struct rk_str text, const struct rk_sniffed *s, struct rk_arena *arena,
    struct rk_look *look)
{
	static const enum rk_look_kind kinds[] = {
	    [RK_KIND_EMPTY] = RK_LOOK_EMPTY,
	    [RK_KIND_XML] = RK_LOOK_XML,
	    [RK_KIND_JSON] = RK_LOOK_JSON,
	    [RK_KIND_HTML] = RK_LOOK_PAGE,
	    [RK_KIND_OTHER_XML] = RK_LOOK_XML,
	    [RK_KIND_TEXT] = RK_LOOK_TEXT,
	    [RK_KIND_BINARY] = RK_LOOK_BINARY,
	};
	struct rk_err why = {0};
	const char *what;

	look->kind = kinds[s->kind];
	if (s->kind == RK_KIND_JSON) {
		look->what = RK_STR("JSON that is no feed");
		return;
	}
	(void)rk_sniff_refuse(text, s, &why);
	what = strncmp(why.text, "no feed but ", 12) == 0 ? why.text + 12 : why.text;
	look->what = rk_arena_str(arena, rk_str(what));
}

struct rk_look *
rk_look(struct rk_str bytes, const struct rk_parse_hints *hints, struct rk_arena *arena)
{
	struct rk_look *look = RK_NEW(arena, struct rk_look);
	struct rk_charset_hints labels = {.forced = hints->charset};
	struct rk_charset_result decoded = {.name = "utf-8"};
	struct rk_sniffed sniffed = {0};
	struct rk_buf text;
	bool sure;

	rk_parse_setup();
	look->title = look->generator = look->what = RK_STR("");
	look->charset = RK_STR("utf-8");
	rk_buf_init(&text, bytes.n * 3 + RK_KIB(64));
	if ((sniffed.binary = rk_sniff_binary(bytes)) != NULL) {
		sniffed.kind = RK_KIND_BINARY;
		look_at_rest(bytes, &sniffed, arena, look);
		goto out;
	}
	labels.http = rk_sniff_http_charset(hints->content_type);
	labels.document = rk_sniff_label(bytes, &sure);
	if (sure && labels.forced.n == 0)
		labels.forced = labels.document;
	if (rk_charset_decode(bytes, &labels, &text, &decoded, NULL) != 0) {
		labels.forced =
		    RK_STR(""); /* an unknown one is no reason to be blind */
		(void)rk_charset_decode(bytes, &labels, &text, &decoded, NULL);
	}
	look->charset = rk_arena_str(arena, rk_str(decoded.name));
	look->charset_mislabelled = decoded.mislabelled;
	rk_sniff(decoded.text, &sniffed);
	if (sniffed.kind == RK_KIND_HTML)
		look_at_page(decoded.text, hints->url, arena, look);
	else
		look_at_rest(decoded.text, &sniffed, arena, look);
out:
	rk_buf_release(&text);
	return look;
}
