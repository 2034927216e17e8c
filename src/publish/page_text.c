/*
 * Texts of stories on pages of ours, which load nothing from anywhere: excerpts without
 * markup, and our cleaned markup with links where images were.
 */
#include "publish_int.h"

#include <ruamkhao/excerpt.h>

#include <string.h>

/* Text of cleaned markup, of which only the five references and tags are known, as far as
 * an excerpt may need it. */
static void
strip(struct rk_str html, size_t most, struct rk_buf *text)
{
	static const struct {
		const char *ref, *is;
	} refs[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};

	for (size_t i = 0; i < html.n && text->n < most;) {
		struct rk_str rest = rk_str_from(html, i);
		const char *is = NULL;

		if (html.p[i] == '<') { /* attribute values hold no ">" */
			size_t end = rk_str_chr(rest, '>');

			(void)rk_buf_addc(text, ' ');
			i = end == SIZE_MAX ? html.n : i + end + 1;
			continue;
		}
		for (size_t k = 0; html.p[i] == '&' && k < sizeof(refs) / sizeof(refs[0]); k++) {
			if (!rk_str_starts(rest, refs[k].ref))
				continue;
			is = refs[k].is;
			i += rk_str(refs[k].ref).n;
			break;
		}
		if (is != NULL)
			(void)rk_buf_adds(text, is);
		else
			(void)rk_buf_addc(text, html.p[i++]);
	}
}

void
page_excerpt(struct rk_buf *b, const struct rk_story *s, size_t code_points)
{
	struct rk_buf text, cut;

	rk_buf_init(&text, code_points * 8 + 64);
	rk_buf_init(&cut, code_points * 8 + 64);
	if (s->summary.n > 0) {
		(void)rk_excerpt(s->summary, code_points, &cut);
	} else {
		strip(s->html, code_points * 4, &text);
		(void)rk_excerpt(rk_buf_view(&text), code_points, &cut);
	}
	xml_line(b, rk_buf_view(&cut));
	rk_buf_release(&text);
	rk_buf_release(&cut);
}

/* ---- markup */

static bool
is_tag(struct rk_str tag, const char *name)
{
	size_t n = strlen(name);

	return rk_str_starts(tag, name) &&
	       (tag.n == n || tag.p[n] == ' ' || tag.p[n] == '/');
}

/* The value as it stands in a tag of the cleaner's: always in double quotes. */
static struct rk_str
value_of(struct rk_str tag, const char *name)
{
	size_t at = rk_str_find(tag, rk_str(name)), end;
	struct rk_str value = {"", 0};

	if (at == SIZE_MAX)
		return value;
	value = rk_str_from(tag, at + strlen(name));
	end = rk_str_chr(value, '"');
	return end == SIZE_MAX ? (struct rk_str){"", 0} : rk_strn(value.p, end);
}

/* What would be loaded: an image, sound, a film. */
static void
medium(struct rk_buf *b, struct rk_str tag, const char *th, const char *en, bool in_link)
{
	struct rk_str src = value_of(tag, " src=\""), alt = value_of(tag, " alt=\"");
	bool linked = !in_link && xml_web_address(src);

	if (linked) {
		(void)rk_buf_adds(b, "<a href=\"");
		(void)rk_buf_str(b, src);
		(void)rk_buf_adds(b, "\">");
	}
	(void)rk_buf_addc(b, '[');
	page_both(b, th, en);
	if (alt.n > 0) {
		(void)rk_buf_adds(b, ": ");
		(void)rk_buf_str(b, alt);
	}
	(void)rk_buf_adds(b, linked ? "]</a>" : "]");
}

/* One tag without its < and >. */
static void
one_tag(struct rk_buf *b, struct rk_str tag, unsigned *links)
{
	bool closing = rk_str_starts(tag, "/");
	struct rk_str name = closing ? rk_str_from(tag, 1) : tag;

	if (is_tag(name, "img")) {
		medium(b, tag, "ภาพ", "image", *links > 0);
		return;
	}
	if (is_tag(name, "audio") || is_tag(name, "video") || is_tag(name, "source")) {
		if (value_of(tag, " src=\"").n > 0)
			medium(b, tag, "เสียงหรือวิดีโอ", "sound or film", *links > 0);
		return;
	}
	if (is_tag(name, "a"))
		*links += closing ? (*links > 0 ? -1u : 0) : 1;
	(void)rk_buf_adds(b, closing ? "</" : "<");
	if (name.n >= 2 && name.p[0] == 'h' && name.p[1] >= '1' && name.p[1] <= '5') {
		(void)rk_buf_addc(b, 'h');
		(void)rk_buf_addc(b, (char)(name.p[1] + 1));
		name = rk_str_from(name, 2);
	}
	(void)rk_buf_str(b, name);
	(void)rk_buf_addc(b, '>');
}

void
page_markup(struct rk_buf *b, struct rk_str html)
{
	unsigned links = 0;

	while (html.n > 0) {
		size_t at = rk_str_chr(html, '<'), end;

		if (at == SIZE_MAX)
			at = html.n;
		(void)rk_buf_str(b, rk_strn(html.p, at));
		html = rk_str_from(html, at);
		if (html.n == 0)
			return;
		if ((end = rk_str_chr(html, '>')) == SIZE_MAX)
			return; /* the cleaner makes no such */
		one_tag(b, rk_strn(html.p + 1, end - 1), &links);
		html = rk_str_from(html, end + 1);
	}
}
