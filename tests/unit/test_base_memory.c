/*
 * Arena, growing bytes, table, and what happens when memory runs out.
 */
#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/map.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a child that runs `act` ends, with its stderr in text. */
static int
end_of(void (*act)(void), char *text, size_t size)
{
	int ends[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)signal(SIGABRT, SIG_DFL);
		(void)dup2(ends[1], STDERR_FILENO);
		(void)close(ends[0]);
		act();
		_exit(0);
	}
	(void)close(ends[1]);
	while (n < size - 1 && (got = read(ends[0], text + n, size - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	(void)close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
arena_memory_is_zeroed_and_aligned(void **state)
{
	struct rk_arena *a = rk_arena_new(0);

	(void)state;
	/* Twice: memory that was used before must be zero again. */
	for (int round = 0; round < 2; round++) {
		for (size_t n = 0; n < 3000; n++) {
			unsigned char *p = rk_arena_alloc(a, n);

			assert_non_null(p);
			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xAA, n);
			(void)rk_arena_str(a, RK_STR("odd"));
		}
		rk_arena_reset(a);
		assert_int_equal(rk_arena_used(a), 0);
	}
	rk_arena_free(a);
	rk_arena_free(NULL);
}

static void
arena_allocations_do_not_overlap(void **state)
{
	static const size_t sizes[] = {
	    1, 7, 16, 100, 4000, 17000, 70000, 3, 2000000, 5};
	enum { N = 500 };
	struct rk_arena *a = rk_arena_new(0);
	unsigned char *p[N];
	size_t n[N], sum = 0;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		n[i] = sizes[i % (sizeof(sizes) / sizeof(sizes[0]))];
		if (n[i] > 100000 && i > 20)
			n[i] = 9;
		p[i] = rk_arena_alloc(a, n[i]);
		memset(p[i], (int)(i & 0xFF), n[i]);
		sum += n[i];
	}
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < n[i]; j++)
			if (p[i][j] != (i & 0xFF))
				fail_msg("allocation %zu changed at %zu", i, j);
	assert_in_range(rk_arena_used(a), sum, sum + N * sizeof(max_align_t));
	rk_arena_free(a);
}

static void
arena_strings(void **state)
{
	struct rk_arena *a = rk_arena_new(0);
	struct rk_str s, empty;
	char big[5000];

	(void)state;
	s = rk_arena_str(a, rk_strn("ข่าว ignored", strlen("ข่าว")));
	assert_string_equal(s.p, "ข่าว");
	assert_int_equal(s.n, strlen("ข่าว"));
	empty = rk_arena_str(a, rk_strn(NULL, 0));
	assert_non_null(empty.p);
	assert_int_equal(empty.n, 0);
	assert_int_equal(empty.p[0], 0);
	s = rk_arena_fmt(a, "%s-%d", "a", 7);
	assert_string_equal(s.p, "a-7");
	assert_int_equal(s.n, 3);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	s = rk_arena_join(a, "it posts ", "", big, NULL);
	assert_int_equal(s.n, 9 + strlen(big));
	assert_int_equal(memcmp(s.p, "it posts ", 9), 0);
	assert_string_equal(s.p + 9, big);
	assert_string_equal(rk_arena_join(a, "", NULL).p, "");
	s = rk_arena_fmt(a, "<%s>", big);
	assert_int_equal(s.n, sizeof(big) + 1);
	assert_int_equal(s.p[0], '<');
	assert_int_equal(s.p[s.n - 1], '>');
	assert_int_equal(s.p[s.n], 0);
	rk_arena_free(a);
}

static void
over_the_limit(void)
{
	struct rk_arena *a = rk_arena_new(10000);

	(void)rk_arena_alloc(a, 9000);
	if (write(STDERR_FILENO, "first fits\n", 11) != 11)
		_exit(3);
	(void)rk_arena_alloc(a, 2000);
}

static void
product_too_large(void)
{
	(void)rk_arena_array(rk_arena_new(0), SIZE_MAX / 2, 3);
}

static void
end_with_own_status(size_t wanted)
{
	_exit(wanted == 2000 ? 12 : 13);
}

static void
over_the_limit_with_handler(void)
{
	rk_oom_handler(end_with_own_status);
	over_the_limit();
}

static void
exhaustion_ends_the_process(void **state)
{
	char text[256];
	int status;

	(void)state;
	status = end_of(over_the_limit, text, sizeof(text));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_string_equal(text, "first fits\nout of memory: 2000 bytes wanted\n");
	status = end_of(product_too_large, text, sizeof(text));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_non_null(strstr(text, "out of memory"));
	status = end_of(over_the_limit_with_handler, text, sizeof(text));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 12);
}

static void
break_a_rule(void)
{
	rk_assert_context("cnx-pr");
	rk_assert(1 + 1 == 3);
}

static void
keep_a_rule(void)
{
	rk_assert(1 + 1 == 2);
}

static void
assert_names_condition_and_source(void **state)
{
	char text[512];
	int status;

	(void)state;
	status = end_of(break_a_rule, text, sizeof(text));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_non_null(strstr(text, "assertion failed: 1 + 1 == 3 ("));
	assert_non_null(strstr(text, "test_base_memory.c:"));
	assert_non_null(strstr(text, " source=cnx-pr\n"));
	status = end_of(keep_a_rule, text, sizeof(text));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_string_equal(text, "");
}

static void
check_buf(const struct rk_buf *b)
{
	assert_true(b->n <= b->cap);
	assert_true(b->n <= b->max);
	if (b->p != NULL)
		assert_int_equal(b->p[b->n], 0);
}

static void
buf_grows(void **state)
{
	struct rk_buf b, other;
	struct rk_str view;

	(void)state;
	rk_buf_init(&b, 1 << 20);
	assert_string_equal(rk_buf_view(&b).p, "");
	assert_int_equal(rk_buf_add(&b, NULL, 0), 0);
	for (int i = 0; i < 10000; i++) {
		assert_int_equal(rk_buf_addc(&b, 'a'), 0);
		assert_int_equal(rk_buf_adds(&b, "bc"), 0);
		assert_int_equal(rk_buf_str(&b, RK_STR("d")), 0);
		assert_int_equal(rk_buf_addf(&b, "%04d", i), 0);
		check_buf(&b);
	}
	view = rk_buf_view(&b);
	assert_int_equal(view.n, 80000);
	assert_memory_equal(view.p, "abcd0000abcd0001", 16);
	assert_memory_equal(view.p + 79992, "abcd9999", 8);
	rk_buf_take(&b, &other);
	assert_int_equal(b.n, 0);
	assert_int_equal(b.max, 1 << 20);
	assert_int_equal(other.n, 80000);
	assert_int_equal(rk_buf_adds(&b, "again"), 0);
	assert_string_equal(b.p, "again");
	rk_buf_reset(&other);
	assert_int_equal(other.n, 0);
	check_buf(&other);
	rk_buf_release(&other);
	rk_buf_release(&b);
	rk_buf_release(&b);
}

static void
buf_keeps_its_maximum(void **state)
{
	struct rk_buf b;

	(void)state;
	rk_buf_init(&b, 10);
	assert_int_equal(rk_buf_adds(&b, "12345678"), 0);
	assert_int_equal(rk_buf_adds(&b, "9ab"), -1);
	assert_true(b.full);
	assert_string_equal(b.p, "12345678");
	/* It stays full: what came later must not follow a hole. */
	assert_int_equal(rk_buf_addc(&b, '9'), -1);
	assert_int_equal(rk_buf_addf(&b, "%d", 1), -1);
	assert_string_equal(b.p, "12345678");
	rk_buf_reset(&b);
	assert_false(b.full);
	assert_int_equal(rk_buf_adds(&b, "0123456789"), 0);
	assert_false(b.full);
	assert_int_equal(b.n, 10);
	check_buf(&b);
	rk_buf_reset(&b);
	assert_int_equal(rk_buf_addf(&b, "%s", "0123456789a"), -1);
	assert_string_equal(b.p, "");
	rk_buf_reset(&b);
	assert_int_equal(rk_buf_addf(&b, "%s", "0123456789"), 0);
	check_buf(&b);
	assert_int_equal(rk_buf_reserve(&b, SIZE_MAX), -1);
	rk_buf_release(&b);

	rk_buf_init(&b, 0);
	assert_int_equal(rk_buf_add(&b, "", 0), 0);
	assert_int_equal(rk_buf_addc(&b, 'x'), -1);
	check_buf(&b);
	rk_buf_release(&b);
}

static void
buf_formats_past_its_room(void **state)
{
	struct rk_buf b;
	char text[1000];

	(void)state;
	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	rk_buf_init(&b, 100000);
	for (int i = 0; i < 50; i++)
		assert_int_equal(rk_buf_addf(&b, "%s", text), 0);
	assert_int_equal(b.n, 50 * 999);
	check_buf(&b);
	assert_int_equal(rk_buf_reserve(&b, 100), 0);
	assert_true(b.cap - b.n >= 100);
	memset(b.p + b.n, 'z', 100);
	b.n += 100;
	assert_int_equal(rk_buf_addc(&b, '.'), 0);
	assert_memory_equal(b.p + b.n - 3, "zz.", 4);
	rk_buf_release(&b);
}

static void
map_keeps_what_was_put(void **state)
{
	enum { N = 20000 };
	struct rk_arena *a = rk_arena_new(0);
	struct rk_map *m = rk_map_new();
	static int value[N];
	static struct rk_str key[N];

	(void)state;
	assert_null(rk_map_get(m, RK_STR("none")));
	for (int i = 0; i < N; i++) {
		key[i] = rk_arena_fmt(a, "key-%d", i);
		assert_null(rk_map_put(m, key[i], &value[i]));
	}
	assert_int_equal(rk_map_count(m), N);
	for (int i = 0; i < N; i++)
		assert_ptr_equal(rk_map_get(m, key[i]), &value[i]);
	assert_null(rk_map_get(m, RK_STR("key-")));
	assert_ptr_equal(rk_map_put(m, key[5], &value[6]), &value[5]);
	assert_ptr_equal(rk_map_get(m, key[5]), &value[6]);
	assert_int_equal(rk_map_count(m), N);
	/* The empty key is a key; a NUL within a key counts. */
	assert_null(rk_map_put(m, rk_strn(NULL, 0), &value[0]));
	assert_ptr_equal(rk_map_get(m, RK_STR("")), &value[0]);
	assert_null(rk_map_put(m, rk_strn("a\0b", 3), &value[1]));
	assert_null(rk_map_get(m, RK_STR("a")));
	rk_map_free(m);
	rk_map_free(NULL);
	rk_arena_free(a);
}

/* Whatever was removed meanwhile, in tables that are nearly full too. */
static void
map_forgets_what_was_dropped(void **state)
{
	enum { N = 48, STEPS = 20000 };
	struct rk_arena *a = rk_arena_new(0);
	struct rk_map *m = rk_map_new();
	struct rk_str key[N];
	bool there[N] = {false};
	size_t n = 0;
	unsigned r = 1;

	(void)state;
	for (int i = 0; i < N; i++)
		key[i] = rk_arena_fmt(a, "key-%d", i);
	for (int step = 0; step < STEPS; step++) {
		unsigned i;

		r = r * 1103515245u + 12345u;
		i = (r >> 16) % N;
		if ((r >> 8) % 2 == 0) {
			(void)rk_map_put(m, key[i], &there[i]);
			n += !there[i];
			there[i] = true;
		} else {
			assert_ptr_equal(rk_map_drop(m, key[i]), there[i] ? &there[i] : NULL);
			n -= there[i];
			there[i] = false;
		}
		assert_int_equal(rk_map_count(m), n);
		for (i = 0; i < N; i++)
			assert_ptr_equal(rk_map_get(m, key[i]), there[i] ? &there[i] : NULL);
	}
	rk_map_free(m);
	rk_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(arena_memory_is_zeroed_and_aligned),
	    cmocka_unit_test(arena_allocations_do_not_overlap),
	    cmocka_unit_test(arena_strings),
	    cmocka_unit_test(exhaustion_ends_the_process),
	    cmocka_unit_test(assert_names_condition_and_source),
	    cmocka_unit_test(buf_grows),
	    cmocka_unit_test(buf_keeps_its_maximum),
	    cmocka_unit_test(buf_formats_past_its_room),
	    cmocka_unit_test(map_keeps_what_was_put),
	    cmocka_unit_test(map_forgets_what_was_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
