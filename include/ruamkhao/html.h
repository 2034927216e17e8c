/*
 * Markup of feeds to markup that cannot hurt, and to plain text, in one pass.
 *
 * libxml2's HTML parser as events; our own serialiser writes an allow-list of
 * elements and attributes and escapes everything else (RELIABILITY 1.5 cases
 * 13-24). Output is well-formed, closed, a fixed point of the cleaner, and
 * safe inside any element; no style, no class, no event handler, no comment.
 */
#ifndef RUAMKHAO_HTML_H
#define RUAMKHAO_HTML_H

#include <ruamkhao/str.h>

struct rk_buf;

struct rk_html_out {
	struct rk_buf *html; /* cleaned markup is appended; NULL: not wanted */
	struct rk_buf *text; /* its text is appended: blocks on lines of their own, white
	                        space collapsed, no-break spaces kept; NULL: not wanted */
	struct rk_buf *media; /* absolute addresses of images, each ended by \n, in order;
	                         NULL: not wanted */
	uint64_t links;       /* result: hash over the addresses of links, in order; one
	                         that changes is an edit although the text is the same */
	bool cut;             /* result: a limit (RK_MAX_HTML, RK_MAX_HTML_OPEN) was met */
	bool dropped;         /* result: something active was left out */
};

/*
 * Clean a fragment of valid UTF-8. Addresses are resolved against base (empty:
 * relative ones are dropped), tracking parameters removed, tracking pixels (1x1, size 0,
 * by attribute or style) dropped, stored-form repairs (rk_thai_repair) done on text.
 * Raw-text, foreign and plaintext elements go with their content, and so does what
 * nobody is to see: `hidden`, and inline styles that hide an element (display,
 * visibility) or shrink a piece of a line to nothing (font-size). Images stay images, of
 * http and https only; sound and film are links with a player that loads nothing before
 * it is asked to. 0; -1 when a buffer is full. Linear in the fragment.
 */
int rk_html_clean(struct rk_str fragment, struct rk_str base, struct rk_html_out *);

/* Append the text of markup that rk_html_clean wrote, blocks on lines of their own. 0; -1
 * when out is full. Never longer than the markup. */
int rk_html_plain(struct rk_str cleaned, struct rk_buf *text);

/* Text that is not markup, as cleaned markup: escaped, lines as <br>. */
int rk_html_from_text(struct rk_str text, struct rk_buf *html);

/* True where a text that may be either looks like markup: a known tag or an
 * entity reference. */
bool rk_html_looks_like(struct rk_str text);

/* One-line plain text of markup or of text with entity references (titles, names):
 * tags out, references resolved, white space collapsed, trimmed. */
int rk_html_line(struct rk_str fragment, struct rk_buf *text);

/* A named character reference without & and ; -> its code points as UTF-8, or NULL.
 * The table of HTML 4 and a few more; used for undefined entities in XML too. */
const char *rk_html_entity(struct rk_str name);

/* One-line plain text of text that is no markup: repaired, white space collapsed. */
int rk_html_plain_line(struct rk_str text, struct rk_buf *out);

void rk_html_warm(void); /* libxml2's tables, before a sandbox closes */

/* Give back the buffers that rk_html_clean and rk_html_line keep for this thread; they
 * may be called again. For a thread that ends, and for tests. */
void rk_html_release(void);

#endif
