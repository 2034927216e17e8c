/*
 * The text of markup that the cleaner wrote. It knows five references and closes every
 * tag, so no parser is needed.
 */
#include <ruamkhao/html.h>

#include <ruamkhao/buf.h>

#include <string.h>

static const struct {
	const char *ref;
	char is;
} refs[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};

/* Elements that stand inside a line. */
static bool
is_inline(struct rk_str name)
{
	static const char *const names[] = {"a", "abbr", "b", "bdi", "bdo", "cite", "code",
	    "del", "dfn", "em", "i", "img", "ins", "kbd", "mark", "q", "s", "samp", "small",
	    "span", "strong", "sub", "sup", "time", "u", "var", "wbr"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (rk_str_is(name, names[i]))
			return true;
	return false;
}

static struct rk_str
tag_name(struct rk_str tag)
{
	struct rk_str name = rk_str_from(tag, tag.n > 1 && tag.p[1] == '/' ? 2 : 1);
	size_t n = 0;

	while (n < name.n && strchr(" \t\n/>", name.p[n]) == NULL)
		n++;
	return rk_strn(name.p, n);
}

int
rk_html_plain(struct rk_str html, struct rk_buf *out)
{
	size_t from = out->n, i = 0;
	bool full = false;

	while (i < html.n && !full) {
		struct rk_str rest = rk_str_from(html, i);
		size_t n = 1;

		if (html.p[i] == '<') { /* attribute values hold no ">" */
			size_t end = rk_str_chr(rest, '>');
			struct rk_str tag = rk_strn(rest.p, end == SIZE_MAX ? rest.n : end + 1);

			if (!is_inline(tag_name(tag)) && out->n > from &&
			    out->p[out->n - 1] != '\n')
				full = rk_buf_addc(out, '\n') != 0;
			i += tag.n;
			continue;
		}
		if (html.p[i] == '&') {
			char is = '&';

			for (size_t k = 0; k < sizeof(refs) / sizeof(refs[0]); k++)
				if (rk_str_starts(rest, refs[k].ref)) {
					is = refs[k].is;
					n = strlen(refs[k].ref);
					break;
				}
			full = rk_buf_addc(out, is) != 0;
		} else {
			while (n < rest.n && rest.p[n] != '<' && rest.p[n] != '&')
				n++;
			full = rk_buf_add(out, rest.p, n) != 0;
		}
		i += n;
	}
	return full ? -1 : 0;
}
