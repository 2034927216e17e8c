/*
 * The Link header (RFC 8288): "<target>; rel=\"a b\"; title=\"x, y; z\", <...>". Several
 * headers and several links in one, quoted strings with escapes, lists of relations,
 * names in any case. Knows nothing of what links mean.
 */
#include "fetch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>

#include <string.h>

static void
skip_space(struct rk_str *s)
{
	while (s->n > 0 && (s->p[0] == ' ' || s->p[0] == '\t'))
		*s = rk_str_from(*s, 1);
}

static bool
skip_char(struct rk_str *s, char c)
{
	skip_space(s);
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = rk_str_from(*s, 1);
	return true;
}

/* Up to one of these, or the end. */
static struct rk_str
take_until(struct rk_str *s, const char *ends)
{
	size_t n = 0;
	struct rk_str piece;

	while (n < s->n && strchr(ends, s->p[n]) == NULL)
		n++;
	piece = rk_str_trim(rk_strn(s->p, n));
	*s = rk_str_from(*s, n);
	return piece;
}

/* A token, or a quoted string without its quotes. Escapes are taken back in `out`. */
static struct rk_str
take_value(struct rk_str *s, struct rk_buf *out)
{
	rk_buf_reset(out);
	if (!skip_char(s, '"'))
		return take_until(s, ";, \t");
	while (s->n > 0 && s->p[0] != '"') {
		size_t escaped = s->p[0] == '\\' && s->n > 1;

		(void)rk_buf_addc(out, s->p[escaped]);
		*s = rk_str_from(*s, 1 + escaped);
	}
	*s = rk_str_from(*s, 1);
	return rk_buf_view(out);
}

static bool
lists(struct rk_str rels, const char *rel)
{
	struct rk_str one;

	while (rk_str_split(&rels, ' ', &one)) {
		if (rk_str_iis(one, rel))
			return true;
	}
	return false;
}

void
rk_links(
    struct rk_str value, struct rk_arena *arena, struct rk_str *hub, struct rk_str *self)
{
	struct rk_buf text;

	rk_buf_init(&text, RK_MAX_HEADERS);
	do {
		struct rk_str target, name, param;
		bool is_hub = false, is_self = false, is_anchored = false, has_rel = false;

		if (!skip_char(&value, '<')) {
			(void)take_until(&value, ",");
			continue;
		}
		target = take_until(&value, ">");
		value = rk_str_from(value, 1);
		while (skip_char(&value, ';')) {
			skip_space(&value);
			name = take_until(&value, "=;, \t");
			if (!skip_char(&value, '='))
				continue;
			param = take_value(&value, &text);
			if (rk_str_iis(name, "rel") && !has_rel) { /* the first counts, 3.3 */
				has_rel = true;
				is_hub = lists(param, "hub");
				is_self = lists(param, "self");
			} else if (rk_str_iis(name, "anchor")) {
				is_anchored = true; /* of another resource */
			}
		}
		(void)take_until(&value, ","); /* what is no parameter */
		if (target.n == 0 || target.n > RK_MAX_URL || is_anchored)
			continue;
		if (is_hub && hub->n == 0)
			*hub = rk_arena_str(arena, target);
		if (is_self && self->n == 0)
			*self = rk_arena_str(arena, target);
	} while (skip_char(&value, ','));
	rk_buf_release(&text);
}

struct rk_str
rk_link_absolute(struct rk_fetch *t, struct rk_str target)
{
	struct rk_str found = {0};
	struct rk_buf url;

	if (target.n == 0)
		return found;
	rk_buf_init(&url, RK_MAX_URL + 1);
	if (rk_url_resolve(t->at, target, &url) == 0)
		found = rk_arena_str(t->arena, rk_buf_view(&url));
	rk_buf_release(&url);
	return found;
}
