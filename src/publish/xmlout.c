/* Writing XML into a buffer. libxml2's writer lets forbidden characters through. */
#include "publish_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/err.h>
#include <ruamkhao/utf8.h>

#include <string.h>

/* What must not be copied as it is: the five escapes, controls, and lead bytes of what
 * XML forbids or what may be ill-formed (checked more closely then). */
static const unsigned char special[256] = {
	[0x00] = 1, [0x01] = 1, [0x02] = 1, [0x03] = 1, [0x04] = 1, [0x05] = 1, [0x06] = 1,
	[0x07] = 1, [0x08] = 1, [0x0b] = 1, [0x0c] = 1, [0x0d] = 1, [0x0e] = 1, [0x0f] = 1,
	[0x10] = 1, [0x11] = 1, [0x12] = 1, [0x13] = 1, [0x14] = 1, [0x15] = 1, [0x16] = 1,
	[0x17] = 1, [0x18] = 1, [0x19] = 1, [0x1a] = 1, [0x1b] = 1, [0x1c] = 1, [0x1d] = 1,
	[0x1e] = 1, [0x1f] = 1, ['&'] = 1, ['<'] = 1, ['>'] = 1, ['"'] = 1,
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
	case '"':
		return "&quot;";
	default:
		return ""; /* a control character: left out */
	}
}

static void
escaped(struct rk_buf *b, struct rk_str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		/* U+FFFE and U+FFFF are the only others that XML forbids */
		if (c == 0xef && s.n - i >= 3 && (unsigned char)s.p[i + 1] == 0xbf
		    && (unsigned char)s.p[i + 2] >= 0xbe) {
			(void)rk_buf_add(b, s.p + from, i - from);
			i += 2;
			from = i + 1;
			continue;
		}
		if (!special[c])
			continue;
		(void)rk_buf_add(b, s.p + from, i - from);
		(void)rk_buf_adds(b, escape_of(c));
		from = i + 1;
	}
	if (s.n > from)
		(void)rk_buf_add(b, s.p + from, s.n - from);
}

void
xml_text(struct rk_buf *b, struct rk_str s)
{
	struct rk_buf repaired;

	if (rk_utf8_valid(s)) {
		escaped(b, s);
		return;
	}
	rk_buf_init(&repaired, s.n * 3 + 3);
	(void)rk_utf8_repair(s, &repaired);
	escaped(b, rk_buf_view(&repaired));
	rk_buf_release(&repaired);
}

void
xml_element(struct rk_buf *b, const char *name, struct rk_str text)
{
	if (text.n == 0)
		return;
	(void)rk_buf_addc(b, '<');
	(void)rk_buf_adds(b, name);
	(void)rk_buf_addc(b, '>');
	xml_text(b, text);
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
	xml_text(b, value);
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
	return rk_err_set(err, RK_E_LIMIT, "%s would be larger than %zu bytes", what, b->max);
}

void
node_title(struct rk_buf *b, const struct rk_site *site, const struct rk_node *node)
{
	if (node->scheme != RK_SCHEME_ALL) {
		xml_text(b, node->th.n > 0 ? node->th : node->id);
		(void)rk_buf_adds(b, " | ");
	}
	xml_text(b, site->title);
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
