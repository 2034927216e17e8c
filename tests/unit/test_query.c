/* What people search for: the language, search texts, trigrams; and expressions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/pattern.h>
#include <ruamkhao/query.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
show(const struct rk_query_node *q, struct rk_buf *b)
{
	static const char *const names[] = {"", "and", "or", "not"};

	if (q->op == RK_Q_TERM) {
		(void)rk_buf_addf(b, "[%.*s]", RK_FMT(q->key));
		return;
	}
	(void)rk_buf_addf(b, "%s(", names[q->op]);
	show(q->a, b);
	if (q->b != NULL) {
		(void)rk_buf_addc(b, ' ');
		show(q->b, b);
	}
	(void)rk_buf_addc(b, ')');
}

static void
language(void **state)
{
	static const struct {
		const char *typed, *tree; /* NULL: nothing to look for */
	} cases[] = {
	    {"flood", "[flood]"},
	    {"  Flood   WATER ", "and([flood] [water])"},
	    {"a b c", "and(and([a] [b]) [c])"},
	    {"a AND b", "and([a] [b])"},
	    {"a OR b", "or([a] [b])"},
	    {"a b OR c d", "or(and([a] [b]) and([c] [d]))"},
	    {"(a OR b) c", "and(or([a] [b]) [c])"},
	    {"a -b", "and([a] not([b]))"},
	    {"a NOT b", "and([a] not([b]))"},
	    {"-a", "not([a])"},
	    {"NOT NOT a", "[a]"},
	    {"NOT (a b)", "not(and([a] [b]))"},
	    {"covid-19", "[covid19]"},
	    {"a - b", "and([a] [b])"},
	    {"--a", "[a]"},
	    {"\"a b\" c", "and([ab] [c])"},
	    {"\xE2\x80\x9C" "a b\xE2\x80\x9D c", "and([ab] [c])"},
	    {"\"a b", "[ab]"},
	    {"a\"b\"c", "and(and([a] [b]) [c])"},
	    {"\"OR\"", "[or]"},
	    {"or", "[or]"},
	    {"OR a OR", "[a]"},
	    {"a OR OR b", "or([a] [b])"},
	    {"AND", NULL},
	    {"a AND AND b", "and([a] [b])"},
	    {") a )) b (", "and([a] [b])"},
	    {"((a", "[a]"},
	    {"() a", "[a]"},
	    {"a NOT", "[a]"},
	    {"a (NOT) b", "and([a] [b])"},
	    {"'; DROP TABLE entry; --", "and(and([drop] [table]) [entry])"},
	    {"a* ^b {c}:d", "and(and([a] [b]) [cd])"},
	    {"", NULL},
	    {" \t ", NULL},
	    {"-", NULL},
	    {"\"\"", NULL},
	    {"...", NULL},
	    {"\xFF\xFE", NULL},
	    {"น้ำท่วม OR อุทกภัย", "or([น้ำท่วม] [อุทกภัย])"},
	    {"น้ํา", "[น้ำ]"}, /* nikhahit and aa, as PDF text has it */
	    {"เเพร่", "[แพร่]"},
	    {"ปี ๒๕๖๙", "and([ปี] [2569])"},
	    {"โควิด-๑๙", "[โควิด 19]"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rk_arena *arena = rk_arena_new(0);
		struct rk_query q;
		struct rk_err err = {0};
		struct rk_buf b;
		int rc = rk_query_parse(rk_str(cases[i].typed), arena, &q, &err);

		if (cases[i].tree == NULL) {
			assert_int_equal(rc, -1);
			assert_int_equal(err.kind, RK_E_INPUT);
		} else {
			if (rc != 0)
				fail_msg("%s: %s", cases[i].typed, err.text);
			rk_buf_init(&b, 4096);
			show(q.root, &b);
			assert_string_equal(b.p, cases[i].tree);
			rk_buf_release(&b);
		}
		rk_arena_free(arena);
	}
}

static void
limits(void **state)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_query q;
	struct rk_err err = {0};
	struct rk_buf b;

	(void)state;
	rk_buf_init(&b, RK_MIB(1));
	for (int i = 0; i < RK_QUERY_TERMS; i++)
		(void)rk_buf_addf(&b, "w%d ", i);
	assert_int_equal(rk_query_parse(rk_buf_view(&b), arena, &q, &err), 0);
	assert_int_equal(q.n_terms, RK_QUERY_TERMS);
	(void)rk_buf_adds(&b, "more");
	assert_int_equal(rk_query_parse(rk_buf_view(&b), arena, &q, &err), -1);
	assert_int_equal(err.kind, RK_E_LIMIT);
	rk_buf_reset(&b);
	while (b.n <= RK_QUERY_BYTES)
		(void)rk_buf_addc(&b, '(');
	assert_int_equal(rk_query_parse(rk_buf_view(&b), arena, &q, &err), -1);
	assert_int_equal(err.kind, RK_E_LIMIT);
	b.n = RK_QUERY_BYTES - 1;
	(void)rk_buf_addc(&b, 'x');
	assert_int_equal(rk_query_parse(rk_buf_view(&b), arena, &q, &err), 0);
	rk_buf_reset(&b);
	for (int i = 0; i < 250; i++)
		(void)rk_buf_adds(&b, "NOT ");
	(void)rk_buf_adds(&b, "x");
	assert_int_equal(rk_query_parse(rk_buf_view(&b), arena, &q, &err), 0);
	assert_int_equal(q.root->op, RK_Q_TERM);
	rk_buf_release(&b);
	rk_arena_free(arena);
}

static bool
found(const char *query, const char *title, const char *html)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_query q;
	struct rk_buf text;
	bool yes;

	rk_buf_init(&text, RK_MIB(1));
	assert_int_equal(rk_query_parse(rk_str(query), arena, &q, NULL), 0);
	assert_int_equal(rk_search_text(rk_str(title), rk_str(html), &text), 0);
	yes = rk_query_matches(&q, rk_buf_view(&text));
	rk_buf_release(&text);
	rk_arena_free(arena);
	return yes;
}

static void
texts(void **state)
{
	(void)state;
	assert_true(found("แพ", "จังหวัดแพร่", "")); /* shorter than a trigram */
	assert_true(found("หัวหน้า", "หัว หน้าส่วนราชการ", ""));
	assert_true(found("2569", "ปี ๒๕๖๙", ""));
	assert_true(found("๒๕๖๙", "ปี 2569", ""));
	assert_true(found("สำนักงาน", "", "<p>ส\xE0\xB9\x8D\xE0\xB8\xB2นักงาน</p>"));
	assert_true(found("open data", "Open <Data>", ""));
	assert_true(found("\"a b\"", "x", "<p>a</p><p>b</p>"));
	assert_true(found("น้ำท่วม -กรุงเทพ", "น้ำท่วมภูเก็ต", ""));
	assert_false(found("น้ำท่วม -ภูเก็ต", "น้ำท่วมภูเก็ต", ""));
	assert_true(found("ลมแรง OR น้ำท่วม", "น้ำท่วมภูเก็ต", ""));
	assert_true(found("-กรุงเทพ", "น้ำท่วมภูเก็ต", ""));
	assert_false(found("href", "x", "<a href=\"https://a.example/\">y</a>"));
	assert_true(found("R&D", "x", "<b>R</b>&amp;D"));
	assert_false(found("xy", "x", "y")); /* not across title and text */
}

static void
plain(void **state)
{
	static const struct {
		const char *html, *text;
	} cases[] = {
	    {"<p>a <b>b</b>c</p><p>d</p>", "a bc\nd\n"},
	    {"&lt;p&gt; &amp;amp; &quot;&#39;", "<p> &amp; \"'"},
	    {"a<br>b<img src=\"x\">c", "a\nbc"},
	    {"<", ""},
	    {"a<b", "a"},
	    {"a&b", "a&b"},
	    {"", ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rk_buf b;

		rk_buf_init(&b, strlen(cases[i].html) + 1);
		assert_int_equal(rk_html_plain(rk_str(cases[i].html), &b), 0);
		assert_int_equal(b.n, strlen(cases[i].text));
		if (b.n > 0)
			assert_string_equal(b.p, cases[i].text);
		rk_buf_release(&b);
	}
}

static void
trigrams(void **state)
{
	static const struct {
		const char *typed, *expression; /* NULL: not narrowed */
	} cases[] = {
	    {"abc", "(\"abc\")"},
	    {"ab", NULL},
	    {"แพ", NULL},
	    {"ตาก", "(\"ตาก\")"},
	    {"abcd", "(\"abc\" AND \"bcd\")"},
	    {"abc de", "((\"abc\"))"},
	    {"de abc", "((\"abc\"))"},
	    {"abc OR de", NULL},
	    {"abc OR def", "((\"abc\") OR (\"def\"))"},
	    {"abc -def", "((\"abc\"))"},
	    {"-abc", NULL},
	    {"(abc OR de) fgh", "((\"fgh\"))"},
	    {"โควิด-19", "(\"โคว\" AND \"ควิ\" AND \"วิด\" AND \"ิด \" AND \"ด 1\" AND \" 19\")"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rk_arena *arena = rk_arena_new(0);
		struct rk_query q;
		struct rk_buf b;

		rk_buf_init(&b, 4096);
		assert_int_equal(rk_query_parse(rk_str(cases[i].typed), arena, &q, NULL), 0);
		assert_int_equal(
		    rk_query_trigrams(&q, &b), cases[i].expression != NULL);
		if (cases[i].expression != NULL)
			assert_string_equal(b.p, cases[i].expression);
		else
			assert_int_equal(b.n, 0);
		rk_buf_release(&b);
		rk_arena_free(arena);
	}
}

static void
spots(void **state)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_query q;
	size_t at, n;

	(void)state;
	assert_int_equal(rk_query_parse(rk_str("-data OPEN"), arena, &q, NULL), 0);
	assert_true(rk_query_spot(&q, rk_str("data, Open"), &at, &n));
	assert_int_equal(at, 6);
	assert_int_equal(n, 4);
	assert_false(rk_query_spot(&q, rk_str("data, Ope"), &at, &n));
	rk_arena_free(arena);
}

static int
finds(const char *expression, const char *text)
{
	struct rk_pattern *p;
	struct rk_err err = {0};
	int rc;

	if (rk_pattern_new(rk_str(expression), &p, &err) != 0)
		fail_msg("%s: %s", expression, err.text);
	rc = rk_pattern_find(p, rk_str(text));
	assert_int_equal(rk_pattern_find(p, rk_str(text)), rc); /* as often as wanted */
	rk_pattern_free(p);
	return rc;
}

static void
patterns(void **state)
{
	static const char *const wrong[] = {"(", "a)", "[a", "*a", "\\p{nothing}", "a{3,2}", "(?<x", ""};
	struct rk_buf b;

	(void)state;
	assert_int_equal(finds("จัดซื้อ|จัดจ้าง", "ประกาศจัดจ้าง"), 1);
	assert_int_equal(finds("จัดซื้อ|จัดจ้าง", "ประกาศรับสมัคร"), 0);
	assert_int_equal(finds("^ประกาศ", "ข่าว\nประกาศ"), 0);
	assert_int_equal(finds("(?m)^ประกาศ", "ข่าว\nประกาศ"), 1);
	assert_int_equal(finds("FLOOD", "flood"), 0);
	assert_int_equal(finds("(?i)FLOOD", "flood"), 1);
	assert_int_equal(finds("ส\xE0\xB9\x8D\xE0\xB8\xB2นัก", "สำนักงาน"), 1); /* as stored */
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct rk_pattern *p = NULL;
		struct rk_err err = {0};

		assert_int_equal(rk_pattern_new(rk_str(wrong[i]), &p, &err), -1);
		assert_int_equal(err.kind, RK_E_CONFIG);
		assert_true(strlen(err.text) > 0);
		assert_null(p);
	}
	rk_buf_init(&b, RK_MIB(1));
	for (int i = 0; i < 60; i++)
		(void)rk_buf_addc(&b, 'a');
	assert_int_equal(finds("(a*)*b", b.p), -1); /* exponential */
	for (int i = 0; i < 200000; i++)
		(void)rk_buf_addc(&b, 'a');
	assert_int_not_equal(finds("(?:a|b)*c", b.p), 1); /* deep */
	rk_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(language), cmocka_unit_test(limits), cmocka_unit_test(texts),
	    cmocka_unit_test(plain), cmocka_unit_test(trigrams), cmocka_unit_test(spots),
	    cmocka_unit_test(patterns)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
