/*
 * Compressed twins: what they hold, that the same bytes give the same bytes, which twin
 * belongs to a file, what is swept, and what of a file of the tree is missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/daemon/daemon_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/pack.h>

#include <brotli/decode.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE ((size_t)300000)

static char root[64];

static int
setup(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof(root), "/tmp/rk-twin-XXXXXX");
	return mkdtemp(root) != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

/* Text that repeats itself as feeds do. */
static struct rk_str
text(size_t n)
{
	char *p = malloc(n);

	for (size_t i = 0; i < n; i++)
		p[i] = "ข่าวประชาสัมพันธ์ <entry> "[(i + i / 97) % 60];
	return rk_strn(p, n);
}

static void
twins_hold_the_same(void **state)
{
	const enum rk_coding gzip = RK_CODING_GZIP;
	struct rk_str in = text(SIZE);
	struct rk_unpack *u = rk_unpack_new(&gzip, 1);
	struct rk_buf gz, br, out;
	uint8_t *plain = malloc(SIZE);
	size_t n = SIZE;

	(void)state;
	rk_buf_init(&gz, SIZE);
	rk_buf_init(&br, SIZE);
	rk_buf_init(&out, SIZE);
	assert_true(rk_pack(RK_TWIN_GZIP, false, in, &gz));
	assert_int_equal(rk_unpack(u, rk_buf_view(&gz), &out, SIZE), RK_UNPACK_OK);
	assert_true(rk_unpack_whole(u));
	assert_true(rk_str_eq(rk_buf_view(&out), in));
	/* no flags, no time, no name */
	assert_memory_equal(gz.p, "\x1f\x8b\x08\0\0\0\0\0", 8);
	for (int page = 0; page < 2; page++) {
		rk_buf_reset(&br);
		n = SIZE;
		assert_true(rk_pack(RK_TWIN_BROTLI, page, in, &br));
		assert_int_equal(BrotliDecoderDecompress(br.n, (const uint8_t *)br.p, &n,
				     plain),
		    BROTLI_DECODER_RESULT_SUCCESS);
		assert_int_equal(n, SIZE);
		assert_memory_equal(plain, in.p, n);
	}
	/* again: the same */
	rk_buf_reset(&out);
	assert_true(rk_pack(RK_TWIN_GZIP, false, in, &out));
	assert_true(rk_str_eq(rk_buf_view(&out), rk_buf_view(&gz)));
	rk_buf_release(&gz);
	rk_buf_release(&br);
	rk_buf_release(&out);
	rk_unpack_free(u);
	free(plain);
	free((void *)(uintptr_t)in.p);
}

static void
what_does_not_get_smaller_has_none(void **state)
{
	unsigned char noise[4000];
	uint64_t x = 88172645463325252u;
	struct rk_buf out;

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		noise[i] = (unsigned char)(x >> 32);
	}
	rk_buf_init(&out, SIZE);
	for (int twin = 0; twin < RK_N_TWINS; twin++) {
		assert_false(rk_pack((enum rk_twin)twin, false,
		    rk_strn((const char *)noise, sizeof(noise)), &out));
		assert_false(rk_pack((enum rk_twin)twin, true, RK_STR(""), &out));
	}
	assert_int_equal(out.n, 0);
	rk_buf_release(&out);
}

static void
put(const char *name, const char *bytes)
{
	struct rk_err e = {0};
	bool changed;

	assert_int_equal(rk_file_replace(root, name, rk_str(bytes), -1, &changed, &e), 0);
	assert_true(changed);
}

static bool
there(const char *name)
{
	struct stat st;
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	return stat(path, &st) == 0;
}

/* Twins of the suffixes that `make` names, "z" each. */
static bool
make(void *cookie, unsigned i, struct rk_str *data)
{
	*data = RK_STR("z");
	return ((const char *)cookie)[i] == '1';
}

static int
twin(const char *name, const char *which)
{
	static const char *const suffixes[] = {".gz", ".br", NULL};
	struct rk_err e = {0};

	return rk_file_twins(root, name, suffixes, make, (void *)(uintptr_t)which, &e);
}

/* What is renewed loses its twins first; the same bytes keep them. */
static void
old_twins_go_first(void **state)
{
	static const char *const suffixes[] = {".gz", ".br", NULL};
	struct rk_err e = {0};
	bool changed;

	(void)state;
	put("r/x.atom", "one");
	assert_int_equal(twin("r/x.atom", "11"), 0);
	assert_int_equal(rk_file_renew(root, "r/x.atom", RK_STR("one"), -1, suffixes, &changed, &e), 0);
	assert_false(changed);
	assert_true(there("r/x.atom.gz"));
	assert_true(there("r/x.atom.br"));
	assert_int_equal(rk_file_renew(root, "r/x.atom", RK_STR("two"), -1, suffixes, &changed, &e), 0);
	assert_true(changed);
	assert_false(there("r/x.atom.gz"));
	assert_false(there("r/x.atom.br"));
	/* one that is not to be goes, one that belongs stays as it is */
	assert_int_equal(twin("r/x.atom", "10"), 0);
	(void)usleep(20000); /* the clock of files is coarse */
	put("r/x.atom.br", "stray");
	assert_int_equal(twin("r/x.atom", "00"), 0);
	assert_true(there("r/x.atom.gz"));
	assert_false(there("r/x.atom.br"));
}

static void
a_twin_belongs_to_one_file(void **state)
{
	struct rk_err e = {0};

	(void)state;
	put("a/x.atom", "one");
	assert_false(rk_file_has_twin(root, "a/x.atom", ".gz"));
	assert_int_equal(twin("a/x.atom", "10"), 0);
	assert_true(rk_file_has_twin(root, "a/x.atom", ".gz"));
	assert_false(rk_file_has_twin(root, "a/x.atom", ".br"));
	(void)usleep(20000); /* the clock of files is coarse */
	put("a/x.atom", "two");
	assert_false(rk_file_has_twin(root, "a/x.atom", ".gz"));
	assert_int_equal(twin("a/none.atom", "10"), -1);
	assert_int_equal(rk_file_remove(root, "a/x.atom", ".gz", &e), 0);
	assert_int_equal(rk_file_remove(root, "a/x.atom", ".gz", &e), 0);
	assert_int_equal(rk_file_remove(root, "none/x.atom", ".gz", &e), 0);
	assert_false(there("a/x.atom.gz"));
	assert_int_equal(rk_file_remove(root, "a/x.atom", "", &e), 0);
	assert_false(there("a/x.atom"));
}

static void
strays_are_swept(void **state)
{
	static const char *const suffixes[] = {".gz", ".br", NULL};
	static const char *const ours[] = {".atom", NULL};
	const struct rk_file_sweep what = {.suffixes = suffixes, .ours = ours};
	struct rk_file_names *left;
	struct rk_err e = {0};
	char name[32];

	(void)state;
	put("s/good.atom", "one");
	assert_int_equal(twin("s/good.atom", "10"), 0);
	put("s/d/stale.atom", "one");
	assert_int_equal(twin("s/d/stale.atom", "01"), 0);
	(void)usleep(20000);
	put("s/d/stale.atom", "two");
	put("s/lone.atom.gz", "z");
	put("s/theirs.csv.gz", "z");
	put("s/theirs.gz", "z");
	for (unsigned i = 0; i < 1500; i++) { /* more than its table begins with */
		(void)snprintf(name, sizeof(name), "many/n%u.atom", i);
		put(name, "one");
	}
	assert_int_equal(rk_file_sweep(root, &what, &left, &e), 0);
	assert_true(there("s/good.atom.gz"));
	assert_true(there("s/d/stale.atom"));
	assert_false(there("s/d/stale.atom.br"));
	assert_false(there("s/lone.atom.gz"));
	assert_true(there("s/theirs.csv.gz"));
	assert_true(there("s/theirs.gz"));
	/* and what is left is known */
	assert_true(rk_file_names_have(left, "s/good.atom"));
	assert_true(rk_file_names_have(left, "s/good.atom.gz"));
	assert_true(rk_file_names_have(left, "s/d/stale.atom"));
	assert_false(rk_file_names_have(left, "s/d/stale.atom.br"));
	assert_false(rk_file_names_have(left, "s/lone.atom.gz"));
	assert_false(rk_file_names_have(left, "s/d"));
	assert_false(rk_file_names_have(left, "d/stale.atom"));
	assert_false(rk_file_names_have(left, "good.atom"));
	assert_false(rk_file_names_have(left, ""));
	for (unsigned i = 0; i < 3000; i++) {
		(void)snprintf(name, sizeof(name), "many/n%u.atom", i);
		assert_int_equal(rk_file_names_have(left, name), i < 1500);
	}
	rk_file_names_free(left);
	assert_int_equal(rk_file_sweep("/nonexistent/x", &what, &left, &e), 0);
	assert_null(left);
	rk_file_names_free(left);
}

/* Times are looked at once since the machine was started, and of each root. */
static void
times_are_looked_at_once(void **state)
{
	static const char *const suffixes[] = {".gz", ".br", NULL};
	static const char *const ours[] = {".atom", NULL};
	char mark[80], from[80], to[80], temp[100], text[200];
	const struct rk_file_sweep what = {.suffixes = suffixes, .ours = ours, .mark = mark};
	struct rk_file_names *left;
	struct rk_err e = {0};
	FILE *f;

	(void)state;
	(void)snprintf(mark, sizeof(mark), "%s.mark", root);
	(void)snprintf(from, sizeof(from), "%s/once", root);
	(void)snprintf(to, sizeof(to), "%s/moved", root);
	put("once/lone.atom.gz", "z");
	assert_int_equal(rk_file_sweep(from, &what, NULL, &e), 0);
	assert_false(there("once/lone.atom.gz"));
	put("once/lone.atom.gz", "z");
	(void)snprintf(temp, sizeof(temp), "%s/.x.tmp", from);
	assert_non_null(f = fopen(temp, "w"));
	assert_int_equal(fclose(f), 0);
	assert_int_equal(rk_file_sweep(from, &what, &left, &e), 0);
	assert_true(there("once/lone.atom.gz"));
	assert_false(there("once/.x.tmp")); /* temps go at every start */
	assert_true(rk_file_names_have(left, "lone.atom.gz"));
	rk_file_names_free(left);
	/* another folder in its place */
	assert_int_equal(rename(from, to), 0);
	put("once/lone.atom.gz", "z");
	assert_int_equal(rk_file_sweep(from, &what, NULL, &e), 0);
	assert_false(there("once/lone.atom.gz"));
	/* the machine was started anew */
	assert_non_null(f = fopen(mark, "r+"));
	assert_non_null(fgets(text, sizeof(text), f));
	assert_non_null(strchr(text, '-'));
	*strchr(text, '-') = '+';
	rewind(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	put("once/lone.atom.gz", "z");
	assert_int_equal(rk_file_sweep(from, &what, NULL, &e), 0);
	assert_false(there("once/lone.atom.gz"));
	assert_int_equal(remove(mark), 0);
	/* where nothing can be remembered */
	(void)snprintf(mark, sizeof(mark), "%s/none/mark", root);
	for (int i = 0; i < 2; i++) {
		put("once/lone.atom.gz", "z");
		assert_int_equal(rk_file_sweep(from, &what, NULL, &e), 0);
		assert_false(there("once/lone.atom.gz"));
	}
}

/* ---- the tree */

static void
take(const char *name)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	assert_int_equal(remove(path), 0);
}

/* By what a sweep found, and by looking. */
static bool
is_whole(struct engine *e, const char *name)
{
	struct rk_err err = {0};
	bool looked = tree_is_whole(e, name);

	assert_int_equal(tree_sweep(e, true, &err), 0);
	assert_int_equal(tree_is_whole(e, name), looked);
	tree_looked(e);
	return looked;
}

static void
a_file_is_whole_with_its_twins(void **state)
{
	struct rk_config config = {.publish.directory = rk_str(root)};
	struct engine e = {.config = &config};
	struct rk_err err = {0};
	char text[2000];
	bool changed;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_false(is_whole(&e, "status.html"));
	for (int i = 0; i < 2; i++) {
		const char *lost = i == 0 ? "status.html.gz" : "status.html.br";

		assert_int_equal(tree_put(&e, "status.html",
				     rk_strn(text, sizeof(text)), &changed, &err),
		    0);
		assert_true(
		    changed == (i == 0)); /* of a lost twin the file is left alone */
		assert_true(is_whole(&e, "status.html"));
		take(lost);
		assert_false(is_whole(&e, "status.html"));
	}
	assert_int_equal(
	    tree_put(&e, "status.html", rk_strn(text, sizeof(text)), &changed, &err),
	    0);
	assert_true(is_whole(&e, "status.html"));
	/* one twin is enough for what only programs read; what is small has none */
	assert_int_equal(
	    tree_put(&e, "status.json", rk_strn(text, sizeof(text)), &changed, &err),
	    0);
	assert_true(is_whole(&e, "status.json"));
	take("status.json.gz");
	assert_false(is_whole(&e, "status.json"));
	assert_int_equal(
	    tree_put(&e, "sources.csv", rk_strn(text, 100), &changed, &err), 0);
	assert_true(is_whole(&e, "sources.csv"));
	take("status.html");
	assert_false(is_whole(&e, "status.html"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(twins_hold_the_same),
	    cmocka_unit_test(what_does_not_get_smaller_has_none),
	    cmocka_unit_test(a_twin_belongs_to_one_file),
	    cmocka_unit_test(old_twins_go_first), cmocka_unit_test(strays_are_swept),
	    cmocka_unit_test(times_are_looked_at_once),
	    cmocka_unit_test(a_file_is_whole_with_its_twins)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
