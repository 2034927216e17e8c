/*
 * Archives and compressed twins of the published tree over real polls: what another
 * subscriber gets by following them, what later months, quiet rounds and withdrawals leave
 * alone, and what a crash leaves.
 */
#include "origin.h"
#include "program.h"
#include "testclock.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/pack.h>

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MONTH (31 * 86400)

/* ---- a site that goes on */

struct world {
	struct program w;
	struct origin *site; /* what we read */
	struct origin *out;  /* where what we publish can be had */
	struct testclock *clock;
	int told;
};

static void
config(struct program *w, const char *base, const char *url)
{
	program_write(w, "rk.yml",
	    "site:\n  title: ทดสอบ\n  base_url: %s\n  contact: mailto:t@example.org\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n  entries: 5\n"
	    "  formats: [atom, json, html]\n"
	    TESTCLOCK_FETCH "sources:\n- id: a\n  url: %s\n  province: TH-83\n",
	    base, url);
}

static void
begin(struct world *x)
{
	memset(x, 0, sizeof(*x));
	program_open(&x->w);
	x->site = origin_start();
	x->out = origin_start();
	x->clock = testclock_new(0);
	config(&x->w, origin_url(x->out, "/"), origin_url(x->site, "/feed"));
}

static void
end(struct world *x)
{
	program_close(&x->w);
	origin_stop(x->site);
	origin_stop(x->out);
	testclock_free(x->clock);
}

/* A feed with the newest 12 of so many. */
static void
tell(struct world *x, int more)
{
	char body[12000];
	struct origin_answer a = { .body = body };
	int n = snprintf(body, sizeof(body),
	    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>f</title>");

	x->told += more;
	for (int i = x->told; i > 0 && i > x->told - 12; i--)
		n += snprintf(body + n, sizeof(body) - (size_t)n,
		    "<entry><id>http://127.0.0.1/e/%d</id><title>ข่าวที่ %d</title>"
		    "<link href=\"http://127.0.0.1/%d\"/><updated>2026-01-01T00:00:%02dZ</updated>"
		    "<content>เนื้อหาของข่าวที่ %d ซึ่งยาวพอที่จะบีบอัดได้ %d</content></entry>",
		    i, i, i, i % 60, i, i * 7919);
	(void)snprintf(body + n, sizeof(body) - (size_t)n, "</feed>");
	origin_route(x->site, "/feed", &a, 1);
}

/* So many news, a month after the last. */
static void
month(struct world *x, int more)
{
	tell(x, more);
	testclock_once(x->clock, &x->w);
	testclock_pass(x->clock, MONTH);
}

static void
same_trees(const struct program *w, const char *a, const char *b)
{
	char command[300];

	/* time has passed: how the source fares may be another */
	(void)snprintf(command, sizeof(command),
	    "diff -r -x 'status.*' -x 'operator.*' -x 'sources.*' %s/%s %s/%s >&2", w->dir, a, w->dir, b);
	assert_int_equal(system(command), 0);
}

static void
copy_tree(const struct program *w, const char *from, const char *to)
{
	char command[300];

	(void)snprintf(
	    command, sizeof(command), "cp -a %s/%s %s/%s", w->dir, from, w->dir, to);
	assert_int_equal(system(command), 0);
}

static char *
mark_of(const struct program *w, const char *name)
{
	struct stat st;
	char path[200], *mark = malloc(100);

	(void)snprintf(path, sizeof(path), "%s/public/%s", w->dir, name);
	assert_int_equal(stat(path, &st), 0);
	(void)snprintf(mark, 100, "%lu %ld.%09ld", (unsigned long)st.st_ino,
	    (long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	return mark;
}

/* ---- twins */

static size_t twins, plain;

static char *
slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *bytes = malloc(1 << 22);

	if (f == NULL) {
		free(bytes);
		return NULL;
	}
	*n = fread(bytes, 1, 1 << 22, f);
	(void)fclose(f);
	return bytes;
}

/* Every file has its twin, which is as old and holds the same. */
static int
check_twin(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const enum rk_coding coding = RK_CODING_GZIP;
	struct rk_unpack *u;
	struct rk_buf out;
	struct stat of;
	char twin[400], *gz, *bytes;
	size_t n_gz, n;

	(void)ftw;
	if (type != FTW_F)
		return 0;
	if (strstr(path, ".gz") != NULL || strstr(path, ".br") != NULL) {
		(void)snprintf(twin, sizeof(twin), "%.*s", (int)strlen(path) - 3, path);
		assert_int_equal(stat(twin, &of), 0);
		assert_int_equal(st->st_mtim.tv_nsec, of.st_mtim.tv_nsec);
		assert_true(st->st_size < of.st_size);
		twins++;
		return 0;
	}
	plain++;
	(void)snprintf(twin, sizeof(twin), "%s.gz", path);
	bytes = slurp(path, &n);
	gz = slurp(twin, &n_gz);
	if (gz == NULL) {
		assert_true(n < 512);
		free(bytes);
		return 0;
	}
	rk_buf_init(&out, 1 << 22);
	u = rk_unpack_new(&coding, 1);
	assert_int_equal(rk_unpack(u, rk_strn(gz, n_gz), &out, 1 << 22), RK_UNPACK_OK);
	assert_true(rk_unpack_whole(u));
	assert_true(rk_str_eq(rk_buf_view(&out), rk_strn(bytes, n)));
	/* neither time nor name: RFC 1952 2.3 */
	assert_memory_equal(gz, "\x1f\x8b\x08\0\0\0\0\0", 8);
	rk_unpack_free(u);
	rk_buf_release(&out);
	free(bytes);
	free(gz);
	return 0;
}

static void
check_twins(const struct program *w)
{
	char path[128];

	twins = plain = 0;
	(void)snprintf(path, sizeof(path), "%s/public", w->dir);
	assert_int_equal(nftw(path, check_twin, 16, FTW_PHYS), 0);
	assert_true(twins >= plain);
}

/* ---- tests */

static struct origin *shelf;
static size_t shelf_root;

static int
shelve(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct origin_answer a = { .headers = "Content-Type: application/atom+xml\n" };
	size_t n;
	char *bytes;

	(void)st;
	(void)ftw;
	if (type != FTW_F || strlen(path) < 5 || strcmp(path + strlen(path) - 5, ".atom") != 0)
		return 0;
	bytes = slurp(path, &n);
	a.body = bytes;
	a.n = n;
	origin_route(shelf, path + shelf_root, &a, 1);
	free(bytes);
	return 0;
}

static size_t
lines(const char *text)
{
	size_t n = 0;

	while ((text = strchr(text, '\n')) != NULL) {
		n++;
		text++;
	}
	return n;
}

/* One who subscribes to our feed, and follows its archives, gets all that we ever told. */
static void
a_subscriber_gets_everything(void **state)
{
	static const char *const nodes[] = { "/all.atom", "/province/phuket.atom" };
	struct world x;
	char path[128];

	(void)state;
	begin(&x);
	month(&x, 12);
	month(&x, 9);
	month(&x, 3);
	month(&x, 11);
	month(&x, 7);
	assert_int_equal(program_count(&x.w, "public/all.atom", "<entry>"), 5);
	(void)snprintf(path, sizeof(path), "%s/public", x.w.dir);
	shelf = x.out;
	shelf_root = strlen(path);
	assert_int_equal(nftw(path, shelve, 16, FTW_PHYS), 0);
	for (int i = 0; i < 2; i++) {
		struct program other;
		char id[64];

		program_open(&other);
		config(&other, "http://other.example/", origin_url(x.out, nodes[i]));
		assert_int_equal(program_run(&other, "once", "--strict", NULL), 0);
		assert_int_equal(program_run(&other, "export", "jsonl", NULL), 0);
		assert_int_equal(lines(other.out), x.told);
		for (int n = 1; n <= x.told; n++) {
			(void)snprintf(id, sizeof(id), "\"guid\":\"http://127.0.0.1/e/%d\"", n);
			assert_non_null(strstr(other.out, id));
		}
		program_close(&other);
	}
	end(&x);
}

static void
closed_months_stay(void **state)
{
	static const char first[] = "archive/province/phuket/2026-01.atom";
	static const char second[] = "archive/province/phuket/2026-02.atom";
	struct world x;
	char *before[2], *after[2], *tree, *again;

	(void)state;
	begin(&x);
	month(&x, 12);
	month(&x, 9);
	before[0] = mark_of(&x.w, first);
	assert_int_equal(program_count(&x.w, "public/archive/all/2026-01.atom", "<entry>"), 12);
	assert_int_equal(
	    program_count(&x.w, "public/archive/all/2026-01.atom", "rel=\"next-archive\""), 1);
	month(&x, 11);
	month(&x, 11);
	after[0] = mark_of(&x.w, first);
	assert_string_equal(before[0], after[0]);
	free(after[0]);
	check_twins(&x.w);
	/* nothing new: nothing is written (but that its source has been silent) */
	tree = program_fingerprint(&x.w, "public/archive");
	testclock_once(x.clock, &x.w);
	again = program_fingerprint(&x.w, "public/archive");
	assert_string_equal(tree, again);
	free(tree);
	free(again);
	/* a withdrawal is written into its document, and into no other */
	before[1] = mark_of(&x.w, second);
	assert_int_equal(program_run(&x.w, "withdraw", "http://127.0.0.1/e/4", NULL), 0);
	after[0] = mark_of(&x.w, first);
	after[1] = mark_of(&x.w, second);
	assert_string_not_equal(before[0], after[0]);
	assert_string_equal(before[1], after[1]);
	assert_int_equal(program_count(&x.w, "public/archive/all/2026-01.atom", "<entry>"), 11);
	assert_int_equal(program_count(&x.w, "public/archive/all/2026-01.atom",
	    "<at:deleted-entry"), 1);
	for (int i = 0; i < 2; i++) {
		free(before[i]);
		free(after[i]);
	}
	end(&x);
}

/* The tree is what the database says, archives and twins too. */
static void
it_can_be_made_again(void **state)
{
	struct world x;
	char from[128], to[128];

	(void)state;
	begin(&x);
	month(&x, 12);
	month(&x, 12);
	/* the site edits what is archived, and in a closed month */
	x.told -= 12;
	tell(&x, 0);
	origin_route(x.site, "/feed", &(struct origin_answer){ .body =
	    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>f</title><entry>"
	    "<id>http://127.0.0.1/e/7</id><title>แก้ไขแล้ว</title>"
	    "<link href=\"http://127.0.0.1/7\"/><updated>2026-02-20T00:00:00Z</updated>"
	    "<content>เขียนใหม่ทั้งหมด</content></entry></feed>" }, 1);
	testclock_once(x.clock, &x.w);
	x.told += 12;
	month(&x, 12);
	assert_int_equal(program_run(&x.w, "withdraw", "http://127.0.0.1/e/15", NULL), 0);
	assert_int_equal(program_run(&x.w, "block", "http://127.0.0.1/e/16", NULL), 0);
	assert_int_equal(program_count(&x.w, "public/archive/all/2026-01.atom", "แก้ไขแล้ว"), 0);
	(void)snprintf(from, sizeof(from), "%s/public", x.w.dir);
	(void)snprintf(to, sizeof(to), "%s/old", x.w.dir);
	assert_int_equal(rename(from, to), 0);
	assert_int_equal(program_run(&x.w, "publish", NULL), 0);
	same_trees(&x.w, "old", "public");
	end(&x);
}

/* What a machine that lost its power may leave, and a process that was killed. */
static void
a_crash_is_mended(void **state)
{
	struct world x;
	struct stat st;
	char path[200], base[128];
	int fd;

	(void)state;
	begin(&x);
	month(&x, 12);
	month(&x, 12);
	copy_tree(&x.w, "public", "good");
	(void)snprintf(base, sizeof(base), "%s/public", x.w.dir);
	/* a twin of other bytes, one without a file, none; a temp; a document that is lost */
	(void)snprintf(path, sizeof(path), "%s/all.atom.gz", base);
	assert_true((fd = open(path, O_WRONLY | O_TRUNC)) >= 0);
	assert_int_equal(write(fd, "old", 3), 3);
	(void)close(fd);
	(void)snprintf(path, sizeof(path), "%s/gone.html.br", base);
	assert_true((fd = open(path, O_WRONLY | O_CREAT, 0644)) >= 0);
	(void)close(fd);
	(void)snprintf(path, sizeof(path), "%s/notes.txt.gz", base); /* somebody else's */
	assert_true((fd = open(path, O_WRONLY | O_CREAT, 0644)) >= 0);
	(void)close(fd);
	(void)snprintf(path, sizeof(path), "%s/province/phuket.json.gz", base);
	assert_int_equal(unlink(path), 0);
	(void)snprintf(path, sizeof(path), "%s/archive/all/.2026-01.atom.7-1.tmp", base);
	assert_true((fd = open(path, O_WRONLY | O_CREAT, 0600)) >= 0);
	(void)close(fd);
	(void)snprintf(path, sizeof(path), "%s/archive/all/2026-01.atom", base);
	assert_int_equal(unlink(path), 0);
	(void)snprintf(path, sizeof(path), "%s/archive/region/south/2026-02.atom.gz", base);
	assert_int_equal(unlink(path), 0);
	/* without power: the machine was started since */
	(void)snprintf(path, sizeof(path), "%s/state/swept", x.w.dir);
	assert_int_equal(unlink(path), 0);
	testclock_once(x.clock, &x.w);
	(void)snprintf(path, sizeof(path), "%s/notes.txt.gz", base);
	assert_int_equal(unlink(path), 0); /* it was left alone */
	same_trees(&x.w, "good", "public");
	check_twins(&x.w);
	/* spoiled by somebody; who publishes need not know about machines */
	(void)snprintf(path, sizeof(path), "%s/all.atom.gz", base);
	assert_true((fd = open(path, O_WRONLY | O_TRUNC)) >= 0);
	(void)close(fd);
	assert_int_equal(program_run(&x.w, "publish", NULL), 0);
	same_trees(&x.w, "good", "public");
	check_twins(&x.w);
	/* killed in the middle, again and again, from nothing */
	for (int i = 0; i < 4; i++) {
		char old[128];
		pid_t p;

		(void)snprintf(old, sizeof(old), "%s/old%d", x.w.dir, i);
		if (stat(base, &st) == 0)
			assert_int_equal(rename(base, old), 0);
		p = program_start(&x.w, "publish", NULL);
		(void)usleep((useconds_t)(i * 20000));
		(void)kill(p, SIGKILL);
		(void)program_wait(&x.w, p, 20000);
		assert_int_equal(program_run(&x.w, "publish", NULL), 0);
		same_trees(&x.w, "good", "public");
		check_twins(&x.w);
	}
	end(&x);
}

/* More entries than one cycle of a daemon takes up. */
static void
route_import(struct world *x)
{
	enum { N = 5000 };
	struct rk_buf body;
	struct origin_answer a = { 0 };

	rk_buf_init(&body, 8 << 20);
	(void)rk_buf_str(&body,
	    rk_str("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>f</title>"));
	for (int i = N; i > 0; i--) {
		char entry[400];

		(void)snprintf(entry, sizeof(entry),
		    "<entry><id>http://127.0.0.1/e/%d</id><title>ข่าวที่ %d</title>"
		    "<link href=\"http://127.0.0.1/%d\"/><updated>2026-01-01T00:%02d:%02dZ"
		    "</updated></entry>", i, i, i, i / 60 % 60, i % 60);
		(void)rk_buf_str(&body, rk_str(entry));
	}
	(void)rk_buf_str(&body, rk_str("</feed>"));
	a.body = rk_buf_view(&body).p;
	a.n = rk_buf_view(&body).n;
	origin_route(x->site, "/feed", &a, 1);
	rk_buf_release(&body);
}

/* Whoever runs rounds finds all of it after the first. */
static void
a_round_ends_complete(void **state)
{
	struct world x;

	(void)state;
	begin(&x);
	route_import(&x);
	testclock_once(x.clock, &x.w);
	assert_true(program_has(&x.w, "public/archive/all/2026-01.5.atom"));
	assert_int_equal(program_count(&x.w, "public/all.atom", "archive/all/2026-01.5.atom"), 1);
	end(&x);
}

/* When the last cycle has taken up the rest, every feed links to the end of its chain. */
static void
a_first_import_ends_complete(void **state)
{
	struct world x;
	char from[128], to[128];

	(void)state;
	begin(&x);
	route_import(&x);
	testclock_run(x.clock, &x.w, 300);
	assert_int_equal(program_count(&x.w, "log", "archives are behind"), 1);
	assert_int_equal(program_count(&x.w, "public/all.atom", "rel=\"prev-archive\""), 1);
	assert_true(program_has(&x.w, "public/archive/all/2026-01.5.atom"));
	assert_int_equal(program_count(&x.w, "public/all.atom", "archive/all/2026-01.5.atom"), 1);
	(void)snprintf(from, sizeof(from), "%s/public", x.w.dir);
	(void)snprintf(to, sizeof(to), "%s/old", x.w.dir);
	assert_int_equal(rename(from, to), 0);
	assert_int_equal(program_run(&x.w, "publish", NULL), 0);
	same_trees(&x.w, "old", "public");
	end(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_subscriber_gets_everything),
		cmocka_unit_test(closed_months_stay),
		cmocka_unit_test(it_can_be_made_again),
		cmocka_unit_test(a_crash_is_mended),
		cmocka_unit_test(a_round_ends_complete),
		cmocka_unit_test(a_first_import_ends_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
