/*
 * Any bytes as markup. What comes out holds no bracket that is not of a tag of ours,
 * and is a fixed point; the one-line and plain readings end as well.
 */
#include <ruamkhao/buf.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/utf8.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Brackets pair up, tags match, values hold no bracket: counted, not parsed. */
static void
check(struct rk_str html)
{
	long depth = 0;
	bool in_tag = false, in_value = false;

	for (size_t i = 0; i < html.n; i++) {
		char c = html.p[i];

		if (in_value) {
			if (c == '<' || c == '>' || c == '\'')
				abort();
			in_value = c != '"';
		} else if (in_tag) {
			if (c == '<' || c == '\'')
				abort();
			in_value = c == '"';
			in_tag = c != '>';
			if (c == '>' && html.p[i - 1] == '/')
				depth--;
		} else {
			if (c == '>' || c == '"' || c == '\'')
				abort();
			if (c == '<') {
				in_tag = true;
				depth += html.p[i + 1] == '/' ? -1 : 1;
			}
		}
		if (depth < 0)
			abort();
	}
	if (depth != 0 || in_tag || in_value)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_buf in, once, twice, text;
	struct rk_html_out out = {.html = &once, .text = &text};
	struct rk_html_out second = {.html = &twice};
	struct rk_str base = RK_STR("https://www.example.go.th/news/");

	rk_buf_init(&in, RK_MIB(16));
	rk_buf_init(&once, RK_MIB(16));
	rk_buf_init(&twice, RK_MIB(16));
	rk_buf_init(&text, RK_MIB(16));
	if (rk_utf8_repair(rk_strn((const char *)data, size), &in) != 0)
		goto out;
	if (rk_html_clean(rk_buf_view(&in), base, &out) != 0)
		abort();
	check(rk_buf_view(&once));
	if (!rk_utf8_valid(rk_buf_view(&once)) || !rk_utf8_valid(rk_buf_view(&text)))
		abort();
	if (rk_html_clean(rk_buf_view(&once), base, &second) != 0 || second.cut ||
	    second.dropped || !rk_str_eq(rk_buf_view(&once), rk_buf_view(&twice)))
		abort();
	rk_buf_reset(&text);
	if (rk_html_line(rk_buf_view(&in), &text) != 0 ||
	    rk_str_chr(rk_buf_view(&text), '\n') != SIZE_MAX)
		abort();
	rk_buf_reset(&once);
	rk_buf_reset(&twice);
	if (rk_html_from_text(rk_buf_view(&in), &once) != 0)
		abort();
	check(rk_buf_view(&once));
	(void)rk_html_looks_like(rk_buf_view(&in));
out:
	rk_buf_release(&in);
	rk_buf_release(&once);
	rk_buf_release(&twice);
	rk_buf_release(&text);
	rk_html_release();
	return 0;
}
