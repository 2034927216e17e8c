/* Form bodies, both ways. */
#include <ruamkhao/form.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>

static int
digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static struct rk_str
decode(struct rk_str s, struct rk_arena *arena)
{
	char *out = rk_arena_array(arena, s.n + 1, 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int high = s.p[i] == '%' && i + 2 < s.n ? digit(s.p[i + 1]) : -1;
		int low = high >= 0 ? digit(s.p[i + 2]) : -1;

		if (low >= 0) {
			out[n++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	out[n] = '\0';
	return rk_strn(out, n);
}

bool
rk_form_next(
    struct rk_str *rest, struct rk_arena *arena, struct rk_str *name, struct rk_str *value)
{
	struct rk_str pair;
	size_t equals;

	while (rk_str_split(rest, '&', &pair)) {
		if (pair.n == 0)
			continue;
		equals = rk_str_chr(pair, '=');
		*name = decode(equals == SIZE_MAX ? pair : rk_strn(pair.p, equals), arena);
		*value = decode(equals == SIZE_MAX ? rk_strn(pair.p, 0)
						   : rk_str_from(pair, equals + 1),
		    arena);
		return true;
	}
	return false;
}

void
rk_form_encode(struct rk_buf *b, struct rk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '.' || c == '_' || c == '~')
			(void)rk_buf_addc(b, (char)c);
		else
			(void)rk_buf_addf(b, "%%%02X", c);
	}
}
