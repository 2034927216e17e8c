/* What all formats say of a story in the same way. */
#include "publish_int.h"

void
story_copy(struct rk_buf *html, const struct rk_copy *c)
{
	bool linked = xml_web_address(c->url);

	if (linked) {
		(void)rk_buf_adds(html, "<a href=\"");
		xml_line(html, c->url);
		(void)rk_buf_adds(html, "\">");
	}
	xml_line(html, c->source_title.n > 0 ? c->source_title : c->source_id);
	if (linked)
		(void)rk_buf_adds(html, "</a>");
}

void
story_related(struct rk_buf *html, const struct rk_related *r)
{
	struct rk_copy as = {.url = r->url,
	    .source_title = r->title.n > 0 ? r->title : r->source_title};

	story_copy(html, &as);
	if (r->title.n > 0 && r->source_title.n > 0) {
		(void)rk_buf_adds(html, " (");
		xml_line(html, r->source_title);
		(void)rk_buf_addc(html, ')');
	}
}

/* Other accounts of the same event: stories of their own. */
static void
related_line(struct rk_buf *html, const struct rk_related *first)
{
	(void)rk_buf_adds(html, "<p>เหตุการณ์เดียวกัน / same event: ");
	for (const struct rk_related *r = first; r != NULL; r = r->next) {
		if (r != first)
			(void)rk_buf_adds(html, "; ");
		story_related(html, r);
	}
	(void)rk_buf_adds(html, "</p>");
}

void
story_html(struct rk_buf *html, const struct rk_story *s)
{
	(void)rk_buf_str(html, s->html);
	if (s->copies != NULL) {
		(void)rk_buf_adds(html, "<p>เผยแพร่โดย / also published by: ");
		for (const struct rk_copy *c = s->copies; c != NULL; c = c->next) {
			if (c != s->copies)
				(void)rk_buf_adds(html, ", ");
			story_copy(html, c);
		}
		(void)rk_buf_adds(html, "</p>");
	}
	if (s->related != NULL)
		related_line(html, s->related);
}

bool
story_has_body(const struct rk_story *s)
{
	return s->html.n > 0 || s->copies != NULL || s->related != NULL;
}

void
story_body(struct rk_buf *b, const struct rk_story *s)
{
	struct rk_buf html;

	if (s->copies == NULL && s->related == NULL) {
		xml_text(b, s->html);
		return;
	}
	rk_buf_init(&html, b->max);
	story_html(&html, s);
	b->full |= html.full;
	xml_text(b, rk_buf_view(&html));
	rk_buf_release(&html);
}

struct rk_str
story_author(const struct rk_story *s)
{
	return s->author.n > 0	       ? s->author
	       : s->source_title.n > 0 ? s->source_title
				       : s->source_id;
}

bool
story_enclosure(struct rk_str *lines, struct story_file *f)
{
	struct rk_str line;

	while (rk_str_split(lines, '\n', &line)) {
		*f = (struct story_file){{"", 0}, {"", 0}, {"", 0}, {"", 0}};
		(void)(rk_str_split(&line, '\t', &f->url) &&
		       rk_str_split(&line, '\t', &f->type) &&
		       rk_str_split(&line, '\t', &f->length) &&
		       rk_str_split(&line, '\t', &f->title));
		if (f->length.n > 0 && f->length.p[0] == '-')
			f->length.n = 0;
		if (xml_web_address(f->url))
			return true;
	}
	return false;
}

/* A query parameter that carries a secret, by its name. */
static bool
is_secret(struct rk_str name)
{
	static const char *const whole[] = {"key", "pwd", "auth", "sid", "sig"};
	static const char *const part[] = {"token", "secret", "passw", "apikey",
	    "api_key", "signature", "session", "credential"};

	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		if (rk_str_iis(name, whole[i]))
			return true;
	}
	for (size_t at = 0; at < name.n; at++) {
		for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
			if (rk_str_istarts(rk_str_from(name, at), part[i]))
				return true;
		}
	}
	return false;
}

/* Whether a source's configured address may be shown: no user info, no secret in its
 * query (RELIABILITY 1.5 case 43). */
bool
story_shows_address(struct rk_str url)
{
	struct rk_str query = rk_str_from(url, rk_str_chr(url, '?')), pair;
	struct rk_str rest = rk_str_from(url, rk_str_find(url, RK_STR("://")) + 3),
		      host;

	(void)rk_str_split(&rest, '/', &host);
	if (rk_str_chr(host, '@') != SIZE_MAX)
		return false;
	query = rk_str_from(query, 1);
	while (rk_str_split(&query, '&', &pair)) {
		struct rk_str name = pair;

		(void)rk_str_split(&pair, '=', &name);
		if (is_secret(name))
			return false;
	}
	return true;
}
