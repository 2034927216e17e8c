/* A line that was typed, and a text: any line is a search or is refused in one of two
 * ways, its stored form is the same search, and what narrows it is well-formed. */
#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/query.h>
#include <ruamkhao/utf8.h>

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Quoted pieces of three characters, brackets that close, AND and OR. */
static void
check_expression(struct rk_str s)
{
	int depth = 0;

	while (s.n > 0) {
		if (s.p[0] == '"') {
			size_t end = rk_str_chr(rk_str_from(s, 1), '"');

			rk_assert(end != SIZE_MAX);
			rk_assert(rk_utf8_count(rk_strn(s.p + 1, end)) == 3);
			s = rk_str_from(s, end + 2);
			continue;
		}
		depth += (s.p[0] == '(') - (s.p[0] == ')');
		rk_assert(depth >= 0);
		if (s.p[0] == '(' || s.p[0] == ')') {
			s = rk_str_from(s, 1);
		} else {
			size_t n = rk_str_starts(s, " AND ") ? 5 : 4;

			rk_assert(n == 5 || rk_str_starts(s, " OR "));
			s = rk_str_from(s, n);
		}
	}
	rk_assert(depth == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_str text = rk_strn((const char *)data, size), typed = {"", 0};
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_query q, again;
	struct rk_buf key, expression, clean;
	struct rk_err err = {0};
	size_t at, n;

	(void)rk_str_split(&text, '\n', &typed);
	rk_buf_init(&key, SIZE_MAX / 8);
	rk_buf_init(&clean, SIZE_MAX / 8);
	rk_buf_init(&expression, RK_MIB(1));
	rk_assert(rk_utf8_repair(text, &clean) == 0);
	rk_assert(rk_search_text(typed.n < 100 ? RK_STR("title") : rk_buf_view(&clean),
	    rk_buf_view(&clean), &key) == 0);
	if (rk_query_parse(typed, arena, &q, &err) != 0) {
		rk_assert(err.kind == RK_E_INPUT || err.kind == RK_E_LIMIT);
		goto out;
	}
	rk_assert(q.n_terms > 0 && q.n_terms <= RK_QUERY_TERMS && q.root != NULL);
	if (q.text.n <= RK_QUERY_BYTES) {
		rk_assert(rk_query_parse(q.text, arena, &again, NULL) == 0);
		rk_assert(again.n_terms == q.n_terms && rk_str_eq(again.text, q.text));
	}
	if (rk_query_trigrams(&q, &expression))
		check_expression(rk_buf_view(&expression));
	(void)rk_query_matches(&q, rk_buf_view(&key));
	if (rk_query_spot(&q, rk_buf_view(&clean), &at, &n))
		rk_assert(at + n <= clean.n);
out:
	rk_buf_release(&key);
	rk_buf_release(&clean);
	rk_buf_release(&expression);
	rk_arena_free(arena);
	return 0;
}
