/* Writing XML into a buffer. libxml2's writer lets forbidden characters through. */
#include "publish_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/eight.h>
#include <ruamkhao/err.h>
#include <ruamkhao/utf8.h>

#include <string.h>

/* What a byte needs before it may be copied. */
enum {
	PLAIN,
	ESCAPE, /* & < > " */
	DROP,   /* a control character: XML forbids it, or nobody wants it */
	SPACE,  /* \t \n: in an attribute parsers make spaces of them, and so do we;
		  one-line texts  likewise */
	LEAD    /* may begin U+0080-9F or U+FFFE, U+FFFF */
};
static const unsigned char needs[256] = {
    [0x00] = DROP,
    [0x01] = DROP,
    [0x02] = DROP,
    [0x03] = DROP,
    [0x04] = DROP,
    [0x05] = DROP,
    [0x06] = DROP,
    [0x07] = DROP,
    [0x08] = DROP,
    ['\t'] = SPACE,
    ['\n'] = SPACE,
    [0x0b] = DROP,
    [0x0c] = DROP,
    ['\r'] = DROP,
    [0x0e] = DROP,
    [0x0f] = DROP,
    [0x10] = DROP,
    [0x11] = DROP,
    [0x12] = DROP,
    [0x13] = DROP,
    [0x14] = DROP,
    [0x15] = DROP,
    [0x16] = DROP,
    [0x17] = DROP,
    [0x18] = DROP,
    [0x19] = DROP,
    [0x1a] = DROP,
    [0x1b] = DROP,
    [0x1c] = DROP,
    [0x1d] = DROP,
    [0x1e] = DROP,
    [0x1f] = DROP,
    ['"'] = ESCAPE,
    ['&'] = ESCAPE,
    ['<'] = ESCAPE,
    ['>'] = ESCAPE,
    [0x7f] = DROP,
    [0xc2] = LEAD,
    [0xef] = LEAD,
};

static const char *
escape_of(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	default:
		return "&quot;";
	}
}

/* Bytes of the character at p that must not be copied, 0 for a good one. */
static size_t
forbidden(const unsigned char *p, size_t n)
{
	if (p[0] == 0xc2 && n >= 2 && p[1] < 0xa0)
		return 2;
	if (p[0] == 0xef && n >= 3 && p[1] == 0xbf && p[2] >= 0xbe)
		return 3;
	return 0;
}

/* Where bytes end, from i on, that are copied as they are. Thai text, three bytes a letter,
 * is most of what is published: eight at a time. */
static size_t
plain_end(const unsigned char *p, size_t i, size_t n)
{
	uint64_t eight;

	while (i < n && needs[p[i]] == PLAIN) {
		if (p[i] < 0x80 || n - i < sizeof(eight)) {
			i++;
			continue;
		}
		memcpy(&eight, p + i, sizeof(eight));
		i += rk_eight_high(eight) && !rk_eight_hold(eight, 0xc2) &&
			     !rk_eight_hold(eight, 0xef)
			 ? sizeof(eight)
			 : 1;
	}
	return i;
}

static void
escaped(struct rk_buf *b, struct rk_str s, bool one_line)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t from = 0, i = 0;

	while ((i = plain_end(p, i, s.n)) < s.n) {
		unsigned char need = needs[p[i]];
		size_t skip = need == LEAD ? forbidden(p + i, s.n - i) : 1;

		if (skip == 0 || (need == SPACE && !one_line)) {
			i++;
			continue;
		}
		(void)rk_buf_add(b, s.p + from, i - from);
		if (need == ESCAPE)
			(void)rk_buf_adds(b, escape_of(p[i]));
		else if (need == SPACE)
			(void)rk_buf_addc(b, ' ');
		from = i += skip;
	}
	if (s.n > from)
		(void)rk_buf_add(b, s.p + from, s.n - from);
}

static void
text_or_value(struct rk_buf *b, struct rk_str s, bool one_line)
{
	struct rk_buf repaired;

	if (rk_utf8_valid(s)) {
		escaped(b, s, one_line);
		return;
	}
	rk_buf_init(&repaired, s.n * 3 + 3);
	(void)rk_utf8_repair(s, &repaired);
	escaped(b, rk_buf_view(&repaired), one_line);
	rk_buf_release(&repaired);
}

void
xml_text(struct rk_buf *b, struct rk_str s)
{
	text_or_value(b, s, false);
}

void
xml_line(struct rk_buf *b, struct rk_str s)
{
	text_or_value(b, s, true);
}

void
xml_element(struct rk_buf *b, const char *name, struct rk_str text)
{
	if (text.n == 0)
		return;
	(void)rk_buf_addc(b, '<');
	(void)rk_buf_adds(b, name);
	(void)rk_buf_addc(b, '>');
	xml_line(b, text);
	(void)rk_buf_adds(b, "</");
	(void)rk_buf_adds(b, name);
	(void)rk_buf_adds(b, ">\n");
}

void
xml_attr(struct rk_buf *b, const char *name, struct rk_str value)
{
	if (value.n == 0)
		return;
	(void)rk_buf_addc(b, ' ');
	(void)rk_buf_adds(b, name);
	(void)rk_buf_adds(b, "=\"");
	text_or_value(b, value, true);
	(void)rk_buf_addc(b, '"');
}

void
xml_time(struct rk_buf *b, const char *name, int64_t t)
{
	char text[32];

	if (t != RK_NO_TIME)
		xml_element(b, name, rk_str(rk_date_rfc3339(t, text)));
}

int
render_end(const struct rk_buf *b, const char *what, struct rk_err *err)
{
	if (!b->full)
		return 0;
	return rk_err_set(
	    err, RK_E_LIMIT, "%s would be larger than %zu bytes", what, b->max);
}

void
node_title(struct rk_buf *b, const struct rk_site *site, const struct rk_node *node)
{
	if (node->scheme != RK_SCHEME_ALL) {
		xml_line(b, node->th.n > 0 ? node->th : node->id);
		(void)rk_buf_adds(b, " | ");
	}
	xml_line(b, site->title);
}

int
rk_tag_node(struct rk_str host, struct rk_str node, struct rk_buf *b)
{
	(void)rk_buf_adds(b, "tag:");
	(void)rk_buf_str(b, host);
	(void)rk_buf_adds(b, ",2026:/");
	return rk_buf_str(b, node);
}

int
rk_tag_scheme(struct rk_str host, enum rk_scheme scheme, struct rk_buf *b)
{
	(void)rk_buf_adds(b, "tag:");
	(void)rk_buf_str(b, host);
	(void)rk_buf_adds(b, ",2026:/scheme/");
	return rk_buf_adds(b, rk_scheme_name(scheme));
}

bool
xml_web_address(struct rk_str url)
{
	return rk_str_starts(url, "http://") || rk_str_starts(url, "https://");
}
