/*
 * Search texts: compare keys with a space wherever Thai begins or ends.
 */
#include <ruamkhao/query.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/thai.h>
#include <ruamkhao/utf8.h>

#include <string.h>

/* U+0E00 to U+0E7F, which UTF-8 begins with E0 B8 or E0 B9. */
static bool
is_thai(const char *p, size_t n)
{
	return n >= 3 && (unsigned char)p[0] == 0xE0 && ((unsigned char)p[1] & 0xFE) == 0xB8;
}

int
rk_search_key(struct rk_str text, struct rk_buf *out)
{
	struct rk_buf key;
	size_t run = 0, i = 0;
	bool thai = false;
	int rc = -1;

	rk_buf_init(&key, out->max);
	if (rk_thai_key(text, &key) != 0)
		goto out;
	while (i < key.n) {
		bool here = is_thai(key.p + i, key.n - i);

		if (i > run && here != thai) {
			if (rk_buf_add(out, key.p + run, i - run) != 0 ||
			    rk_buf_addc(out, ' ') != 0)
				goto out;
			run = i;
		}
		thai = here;
		i++;
		while (i < key.n && ((unsigned char)key.p[i] & 0xC0) == 0x80)
			i++;
	}
	rc = key.n > 0 ? rk_buf_add(out, key.p + run, key.n - run) : 0;
out:
	rk_buf_release(&key);
	return rc;
}

int
rk_search_text(struct rk_str title, struct rk_str html, struct rk_buf *out)
{
	struct rk_buf text;
	struct rk_str cut;
	int rc = -1;

	rk_buf_init(&text, html.n + 1);
	if (rk_html_plain(html, &text) != 0)
		goto out;
	cut = rk_utf8_cut(rk_buf_view(&text), RK_SEARCH_TEXT);
	if (rk_search_key(title, out) == 0 && rk_buf_addc(out, '\n') == 0)
		rc = rk_search_key(cut, out);
out:
	rk_buf_release(&text);
	return rc;
}
