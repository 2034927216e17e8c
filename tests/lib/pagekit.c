/*
 * See pagekit.h.
 */
#include "pagekit.h"

#include <stdio.h>

void
pagekit_begin(struct pagekit *l)
{
	l->n = (size_t)snprintf(l->text, sizeof(l->text),
	    "<!doctype html><html><head><meta charset=\"utf-8\"><title>ข่าวประชาสัมพันธ์</title>"
	    "</head><body><h2>ข่าว</h2><ul id=\"news\">\n");
}

void
pagekit_link(struct pagekit *l, const char *href, const char *title)
{
	l->n += (size_t)snprintf(l->text + l->n, sizeof(l->text) - l->n,
	    "<li><a href=\"%s\">%s</a></li>\n", href, title);
}

void
pagekit_items(struct pagekit *l, int from, int to)
{
	for (int i = from; i >= to; i--) {
		char href[32], title[128];

		(void)snprintf(href, sizeof(href), "/n/%d", i);
		(void)snprintf(title, sizeof(title), "หัวข้อข่าวที่ %d", i);
		pagekit_link(l, href, title);
	}
}

void
pagekit_serve(struct pagekit *l, struct origin *o, const char *path, const char *etag)
{
	struct origin_answer a = { .conditional = true };
	char headers[128];

	l->n += (size_t)snprintf(l->text + l->n, sizeof(l->text) - l->n, "</ul></body></html>");
	(void)snprintf(headers, sizeof(headers),
	    "Content-Type: text/html; charset=utf-8\nETag: %s\n", etag);
	a.headers = headers;
	a.body = l->text;
	origin_route(o, path, &a, 1);
}

void
pagekit_serve_list(struct origin *o, int from, int to, const char *etag)
{
	struct pagekit l;

	pagekit_begin(&l);
	pagekit_items(&l, from, to);
	pagekit_serve(&l, o, "/news", etag);
}

void
pagekit_article(char *out, size_t size, int i)
{
	(void)snprintf(out, size,
	    "<!doctype html><html><head><meta charset=\"utf-8\"></head><body>"
	    "<h1>หัวข้อเต็มของข่าวที่ %d</h1><div id=\"body\"><p>เนื้อหาของข่าวที่ %d ทั้งหมด</p></div>"
	    "</body></html>",
	    i, i);
}

void
pagekit_serve_article(struct origin *o, int i, unsigned delay_ms)
{
	struct origin_answer a = { .headers = "Content-Type: text/html; charset=utf-8\n",
		.delay_ms = delay_ms };
	char path[32], body[1024];

	(void)snprintf(path, sizeof(path), "/n/%d", i);
	pagekit_article(body, sizeof(body), i);
	a.body = body;
	origin_route(o, path, &a, 1);
}

void
pagekit_serve_articles(struct origin *o, int from, int to)
{
	for (int i = from; i >= to; i--)
		pagekit_serve_article(o, i, 0);
}

void
pagekit_config(struct program *w, struct origin *o)
{
	program_config(w,
	    PAGEKIT_FETCH "sources:\n- id: one\n  url: %s\n" PAGEKIT_RULES PAGEKIT_ARTICLE,
	    origin_url(o, "/news"));
}

size_t
pagekit_asked(struct origin *o, int i)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/n/%d", i);
	return origin_count(o, path);
}

void
pagekit_robots(struct origin *o, unsigned status, const char *text)
{
	struct origin_answer a = { .status = status, .headers = "Content-Type: text/plain\n",
		.body = text };

	origin_route(o, "/robots.txt", &a, 1);
}
