/*
 * Markup of feeds to markup that cannot hurt, and to text: the stages put together.
 *
 * html_scrub.c -> libxml2's HTML parser as events -> html_sink.c. This file is the
 * only one of the module that knows libxml2; nothing is kept as a tree, and nothing
 * that libxml2 could get wrong is written: all output is made and escaped by the sink.
 */
#include <ruamkhao/html.h>

#include "text_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/thai.h>

#include <libxml/HTMLparser.h>

#include <stdlib.h>
#include <string.h>

/* With it text at the top is in an element, and libxml2 implies no p around it. */
#define PREFIX "<html><body>"

/* What one thread keeps from fragment to fragment: mostly grown buffers. */
struct cleaner {
	struct rk_html_sink sink;
	struct rk_buf input;      /* tags, and marks for the pieces of text */
	struct rk_buf decoded;    /* one piece */
	struct rk_buf pieces;     /* struct rk_str, into the fragment */
	size_t next;              /* the piece that the next mark stands for */
	htmlParserCtxtPtr parser; /* of the fragment at hand */
	bool stopped;
};

static _Thread_local struct cleaner *kept;

static void
on_start(void *user, const xmlChar *name, const xmlChar **attrs)
{
	struct cleaner *c = user;

	if (c->stopped)
		return;
	if (rk_html_sink_start(
		&c->sink, (const char *)name, (const char **)(uintptr_t)attrs) == 0)
		return;
	/* Too many are open: libxml2 gets slow. The rest is taken as text. */
	c->stopped = true;
	xmlStopParser(c->parser);
}

static void
on_end(void *user, const xmlChar *name)
{
	struct cleaner *c = user;

	(void)name;
	if (!c->stopped)
		rk_html_sink_end(&c->sink);
}

/* The next piece of text, references resolved; false: there is none. */
static bool
take_piece(struct cleaner *c)
{
	struct rk_str piece;

	if (c->next >= c->pieces.n / sizeof(piece))
		return false;
	memcpy(&piece, c->pieces.p + c->next * sizeof(piece), sizeof(piece));
	c->next++;
	if (rk_str_chr(piece, '&') != SIZE_MAX) {
		rk_buf_reset(&c->decoded);
		rk_html_decode(piece, &c->decoded);
		piece = rk_buf_view(&c->decoded);
	}
	rk_html_sink_text(&c->sink, piece.p, piece.n);
	return true;
}

static void
on_text(void *user, const xmlChar *text, int n)
{
	struct cleaner *c = user;

	for (int i = 0; i < n && !c->stopped; i++)
		if (text[i] == RK_HTML_MARK)
			(void)take_piece(c);
}

static struct cleaner *
take_cleaner(void)
{
	if (kept == NULL) {
		kept = rk_xcalloc(1, sizeof(*kept));
		rk_buf_init(&kept->input, RK_MAX_HTML * 4);
		rk_buf_init(&kept->pieces, RK_MAX_HTML * sizeof(struct rk_str));
		rk_buf_init(&kept->decoded, RK_MAX_HTML * 4);
	}
	return kept;
}

/* libxml2 over the scrubbed input. */
static void
parse(struct cleaner *c)
{
	htmlSAXHandler sax;

	memset(&sax, 0, sizeof(sax));
	sax.startElement = on_start;
	sax.endElement = on_end;
	sax.characters = on_text;
	sax.ignorableWhitespace = on_text;
	sax.cdataBlock = on_text;
	c->parser =
	    htmlCreatePushParserCtxt(&sax, c, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (c->parser == NULL)
		rk_oom(sizeof(*c->parser));
	(void)htmlCtxtUseOptions(
	    c->parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
			   HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	(void)htmlParseChunk(c->parser, c->input.p, (int)c->input.n, 1);
	htmlFreeParserCtxt(c->parser);
	c->parser = NULL;
}

/* To libxml2 NUL is an end. */
static struct rk_str
without_nul(struct rk_str in, struct rk_buf *out)
{
	struct rk_str piece;

	rk_buf_reset(out);
	while (rk_str_split(&in, '\0', &piece))
		(void)rk_buf_str(out, piece);
	return rk_buf_view(out);
}

static int
clean(struct rk_str fragment, struct rk_str base, struct rk_html_out *out, bool line)
{
	struct cleaner *c = take_cleaner();

	out->links = 0;
	out->cut = out->dropped = false;
	rk_html_sink_init(&c->sink, out, base);
	c->sink.line = line;
	c->stopped = false;
	if (fragment.n == 0)
		return rk_html_sink_finish(&c->sink);
	if (memchr(fragment.p, '\0', fragment.n) != NULL)
		fragment = without_nul(fragment, &c->sink.hold);
	rk_buf_reset(&c->input);
	rk_buf_reset(&c->pieces);
	c->next = 0;
	(void)rk_buf_adds(&c->input, PREFIX);
	rk_html_scrub(fragment, out, &c->input, &c->pieces);
	if (memchr(c->input.p + sizeof(PREFIX) - 1, '<',
		c->input.n - (sizeof(PREFIX) - 1)) != NULL)
		parse(c);
	/* All of it where there are no tags, else what lies beyond the limit. */
	while (take_piece(c))
		if (c->stopped)
			rk_html_sink_text(&c->sink, " ", 1);
	return rk_html_sink_finish(&c->sink);
}

int
rk_html_clean(struct rk_str fragment, struct rk_str base, struct rk_html_out *out)
{
	return clean(fragment, base, out, false);
}

int
rk_html_line(struct rk_str fragment, struct rk_buf *text)
{
	struct rk_html_out out = {.text = text};

	return clean(fragment, rk_strn("", 0), &out, true);
}

void
rk_html_warm(void)
{
	struct rk_buf html;
	struct rk_html_out out = {.html = &html};

	xmlInitParser();
	rk_thai_warm();
	rk_buf_init(&html, RK_KIB(1));
	(void)rk_html_clean(RK_STR("<p>&eacute;<a href='http://a.example/'>a</a></p>"),
	    rk_strn("", 0), &out);
	rk_buf_release(&html);
}

void
rk_html_release(void)
{
	struct rk_html_sink *s;

	if (kept == NULL)
		return;
	s = &kept->sink;
	rk_buf_release(&s->run);
	rk_buf_release(&s->tags);
	rk_buf_release(&s->tag);
	rk_buf_release(&s->hold);
	rk_buf_release(&s->fixed);
	rk_buf_release(&s->tmp);
	rk_buf_release(&s->url);
	rk_buf_release(&kept->input);
	rk_buf_release(&kept->pieces);
	rk_buf_release(&kept->decoded);
	free(kept);
	kept = NULL;
}
