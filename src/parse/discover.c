/*
 * What a document is that is no feed: whether it is a page at all or stands in the place
 * of one, and the system that made it. One walk over its tags without a tree, then the
 * judgement; nothing here knows how a feed is read, nor what an element names
 * (discover_links.c).
 */
#include <ruamkhao/discover.h>

#include "discover_int.h"

#include <ruamkhao/charset.h>
#include <ruamkhao/utf8.h>

#include <string.h>

#define MAX_TAG RK_KIB(8)
#define SIGNS   RK_KIB(64) /* of the page, looked through for signs */
#define LITTLE  400        /* bytes of text that are next to nothing */

/* ---- the walk */

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
		rk_look_tag(p, &tag, rk_str_from(t, i));
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
				p->forward = rk_look_kept(p, rk_strn(p->text.p + i + 1,
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

	rk_look_base(&p, url);
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
