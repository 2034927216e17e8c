/*
 * The pool with real workers: documents that crash, hang, spin, eat memory or answer
 * nonsense cost one job each; the sandbox holds; closing leaves nothing behind.
 * Needs the test hooks (RK_TEST_BUILD).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/worker/worker_int.h"

#include <ruamkhao/limits.h>

#include <uv.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_JOBS 2100

static const char good[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel>"
    "<title>ข่าวทดสอบ</title><link>https://www.example.go.th/</link>"
    "<item><title>ประกาศที่ %d</title><link>https://www.example.go.th/%d</link>"
    "<description>เนื้อหา</description></item></channel></rss>";

struct pool {
	uv_loop_t loop;
	struct rk_pool *pool;
	size_t submitted, done;
	bool closing, closed;
	bool close_at_first; /* the first answer closes the pool */
	struct job {
		struct pool *p;
		bool done;
		enum rk_work_end end;
		char title[128], error[512];
		size_t n_entries;
		enum rk_ekind kind;
	} jobs[MAX_JOBS];
};

static void
on_closed(void *cookie)
{
	struct pool *p = cookie;

	assert_false(p->closed);
	p->closed = true;
}

static void
pool_close(struct pool *p)
{
	p->closing = true;
	rk_pool_close(p->pool, on_closed, p);
}

static void
on_done(void *cookie, enum rk_work_end end, struct rk_ingest *ingest,
    struct rk_arena *arena, const struct rk_err *err)
{
	struct job *job = cookie;

	assert_false(job->done); /* exactly once */
	job->done = true;
	job->end = end;
	job->p->done++;
	assert_int_equal(ingest != NULL, end == RK_WORK_OK);
	assert_int_equal(arena != NULL, end == RK_WORK_OK);
	if (ingest != NULL) {
		job->n_entries = ingest->n_entries;
		(void)snprintf(job->title, sizeof(job->title), "%s",
		    ingest->n_entries > 0 ? rk_cstr(ingest->entries[0].title) : "");
	} else {
		job->kind = err->kind;
		(void)snprintf(job->error, sizeof(job->error), "%s", err->text);
	}
	rk_arena_free(arena);
	if (job->p->close_at_first) {
		job->p->close_at_first = false;
		pool_close(job->p);
	}
}

static struct pool *
pool_open(const char *program, unsigned workers, unsigned wall_ms)
{
	struct pool *p = calloc(1, sizeof(*p));
	struct rk_err err;

	assert_non_null(p);
	assert_int_equal(uv_loop_init(&p->loop), 0);
	assert_int_equal(rk_pool_new(&p->loop, program, workers, &p->pool, &err), 0);
	rk_pool_wall_ms(p->pool, wall_ms);
	return p;
}

static struct job *
submit_bytes(struct pool *p, struct rk_str bytes)
{
	struct job *job = &p->jobs[p->submitted++];
	struct rk_work work;

	assert_true(p->submitted <= MAX_JOBS);
	memset(&work, 0, sizeof(work));
	work.body = bytes;
	work.url = RK_STR("https://www.example.go.th/rss");
	work.now = 1795219200;
	job->p = p;
	rk_pool_submit(p->pool, &work, on_done, job);
	assert_false(job->done); /* never from inside */
	return job;
}

static struct job *
submit(struct pool *p, const char *text)
{
	return submit_bytes(p, rk_str(text));
}

static struct job *
submit_good(struct pool *p)
{
	char text[1024];
	int n = (int)p->submitted;

	(void)snprintf(text, sizeof(text), good, n, n);
	return submit(p, text);
}

static void
wait_all(struct pool *p)
{
	while (rk_pool_pending(p->pool) > 0)
		(void)uv_run(&p->loop, UV_RUN_ONCE);
	assert_int_equal(p->done, p->submitted);
}

static unsigned
children(void)
{
	char path[64], line[256], *at;
	unsigned n = 0;
	FILE *f;

	(void)snprintf(
	    path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) != NULL) {
		for (at = line; *at != '\0'; at++)
			n += *at == ' ';
	}
	(void)fclose(f);
	return n;
}

static unsigned
descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return n;
}

/* Everything is given back: loop, processes, descriptors. */
static void
pool_end(struct pool *p)
{
	if (!p->closing)
		pool_close(p);
	assert_int_equal(uv_run(&p->loop, UV_RUN_DEFAULT), 0);
	assert_true(p->closed);
	assert_int_equal(p->done, p->submitted);
	assert_int_equal(uv_loop_close(&p->loop), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child, no zombie */
	free(p);
}

static void
is_good(const struct job *job)
{
	char title[64];

	if (job->end != RK_WORK_OK)
		fail_msg("end %d: %s", (int)job->end, job->error);
	(void)snprintf(title, sizeof(title), "ประกาศที่ %d", (int)(job - job->p->jobs));
	assert_int_equal(job->n_entries, 1);
	assert_string_equal(job->title, title); /* its own answer, no other's */
}

/* ---- */

static void
test_many(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 3, 20000);

	(void)unused;
	for (int i = 0; i < 300; i++)
		(void)submit_good(p);
	wait_all(p);
	for (int i = 0; i < 300; i++)
		is_good(&p->jobs[i]);
	assert_true(children() <= 3);
	pool_end(p);
}

static void
test_workers_start_late(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 4, 20000);

	(void)unused;
	(void)uv_run(&p->loop, UV_RUN_NOWAIT);
	assert_int_equal(children(), 0); /* none before the first job */
	(void)submit_good(p);
	wait_all(p);
	assert_int_equal(children(), 1); /* and no more than needed */
	is_good(&p->jobs[0]);
	pool_end(p);
}

static void
test_refused(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 1, 20000);
	const char *html = "<!doctype html><html><body><h1>ไม่พบ</h1></body></html>";
	struct job *a = submit(p, html), *b = submit(p, ""), *c = submit_good(p);

	(void)unused;
	wait_all(p);
	assert_int_equal(a->end, RK_WORK_REFUSED);
	assert_int_equal(a->kind, RK_E_INPUT);
	assert_true(a->error[0] != '\0');
	assert_int_equal(b->end, RK_WORK_REFUSED);
	is_good(c);
	pool_end(p);
}

/* One bad document among good ones: it alone is lost, also when another stands behind
 * it in the line of the same worker. */
static void
one_bad(const char *document, enum rk_work_end end, const char *says, unsigned wall_ms)
{
	for (unsigned workers = 1; workers <= 2; workers++) {
		struct pool *p = pool_open(RK_BIN, workers, wall_ms);
		struct job *bad[3];
		size_t n = 0;

		for (int i = 0; i < 12; i++) {
			if (i % 5 == 1)
				bad[n++] = submit(p, document);
			else
				(void)submit_good(p);
		}
		assert_int_equal(n, 3);
		wait_all(p);
		for (size_t i = 0; i < p->submitted; i++) {
			if (i % 5 != 1)
				is_good(&p->jobs[i]);
		}
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(bad[i]->end, end);
			assert_int_equal(bad[i]->kind, RK_E_LIMIT);
			if (strstr(bad[i]->error, says) == NULL)
				fail_msg("\"%s\" lacks \"%s\"", bad[i]->error, says);
		}
		pool_end(p);
	}
}

static void
test_crash(void **unused)
{
	(void)unused;
	one_bad("<!--rk-test:crash-->", RK_WORK_DIED, "crashed", 20000);
}

static void
test_exit(void **unused)
{
	(void)unused;
	one_bad("<!--rk-test:exit-->", RK_WORK_DIED, "status 3", 20000);
}

static void
test_memory(void **unused)
{
	(void)unused;
	one_bad("<!--rk-test:memory-->", RK_WORK_DIED, "memory", 20000);
}

static void
test_nonsense(void **unused)
{
	(void)unused;
	one_bad("<!--rk-test:nonsense-->", RK_WORK_DIED, "nonsense", 20000);
}

static void
test_hang(void **unused)
{
	uint64_t began = uv_hrtime(), ms;
	struct pool *p = pool_open(RK_BIN, 1, 700);
	struct job *bad = submit(p, "<!--rk-test:hang-->"), *behind = submit_good(p);

	(void)unused;
	wait_all(p);
	ms = (uv_hrtime() - began) / 1000000;
	assert_int_equal(bad->end, RK_WORK_TIMEOUT);
	assert_int_equal(bad->kind, RK_E_LIMIT);
	is_good(behind);
	assert_true(ms >= 700);
	assert_true(ms < 15000);
	pool_end(p);
}

static void
test_spin(void **unused)
{
	/* Sanitizers take the CPU limit away: there the watchdog ends it. */
#ifdef RK_SANITIZED
	struct pool *p = pool_open(RK_BIN, 1, 700);
	enum rk_work_end end = RK_WORK_TIMEOUT;
#else
	struct pool *p = pool_open(RK_BIN, 1, 60000);
	enum rk_work_end end = RK_WORK_DIED;
#endif
	struct job *bad = submit(p, "<!--rk-test:spin-->"), *behind = submit_good(p);

	(void)unused;
	wait_all(p);
	assert_int_equal(bad->end, end);
#ifndef RK_SANITIZED
	assert_non_null(strstr(bad->error, "CPU"));
#endif
	is_good(behind);
	pool_end(p);
}

static void
test_probe(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 1, 20000);
	struct job *job = submit(p, "<!--rk-test:probe-->"), *behind = submit_good(p);

	(void)unused;
	wait_all(p);
	assert_int_equal(job->end, RK_WORK_REFUSED);
	assert_non_null(strstr(job->error, "open refused"));
	assert_non_null(strstr(job->error, "socket refused"));
	assert_non_null(strstr(job->error, "connect refused"));
	assert_non_null(strstr(job->error, "execve refused"));
	assert_non_null(strstr(job->error, "fork refused"));
	assert_non_null(strstr(job->error, "ptrace refused"));
	assert_null(strstr(job->error, "ALLOWED"));
#ifndef RK_SANITIZED /* which open some of their own */
	assert_non_null(strstr(job->error, "descriptors 0"));
#endif
	is_good(behind); /* the same worker still works */
	pool_end(p);
}

/* Killed from outside while idle and while busy: replaced. */
static void
test_killed(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 1, 20000);
	char path[64], line[256] = "";
	FILE *f;

	(void)unused;
	(void)submit_good(p);
	wait_all(p);
	(void)snprintf(
	    path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	f = fopen(path, "r");
	if (f != NULL && fgets(line, sizeof(line), f) != NULL && atoi(line) > 1) {
		assert_int_equal(kill(atoi(line), SIGKILL), 0);
		for (int i = 0; i < 50 && children() > 0; i++) {
			(void)uv_run(&p->loop, UV_RUN_NOWAIT);
			(void)usleep(20000);
		}
		assert_int_equal(children(), 0);
	}
	if (f != NULL)
		(void)fclose(f);
	(void)submit_good(p);
	wait_all(p);
	is_good(&p->jobs[0]);
	is_good(&p->jobs[1]);
	pool_end(p);
}

/* ---- large messages */

static struct rk_str
large_feed(size_t bytes)
{
	struct rk_buf b;

	rk_buf_init(&b, bytes + 4096);
	(void)rk_buf_adds(&b, "<rss version=\"2.0\"><channel><title>t</title>");
	for (int i = 0; b.n < bytes && i < 4000; i++) {
		(void)rk_buf_addf(&b,
		    "<item><title>ประกาศที่ "
		    "%d</title><link>https://www.example.go.th/%d</link>"
		    "<description>",
		    i, i);
		for (size_t k = 0; k < bytes / 4000 / 30; k++)
			(void)rk_buf_adds(&b, "เนื้อหา%20 ");
		(void)rk_buf_adds(&b, "</description></item>");
	}
	(void)rk_buf_adds(&b, "</channel></rss>");
	assert_false(b.full);
	return rk_buf_view(&b); /* freed by its pointer */
}

static void
test_large(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 2, 60000);
	struct rk_str feed = large_feed(RK_MIB(3));
	struct job *jobs[4];

	(void)unused;
	for (int i = 0; i < 4; i++)
		jobs[i] = submit_bytes(p, feed);
	wait_all(p);
	for (int i = 0; i < 4; i++) {
		if (jobs[i]->end != RK_WORK_OK)
			fail_msg("%s", jobs[i]->error);
		assert_true(jobs[i]->n_entries > 1000);
	}
	free((void *)(uintptr_t)feed.p);
	pool_end(p);
}

/* Larger than a message may be: refused, not an assertion. */
static void
test_too_large(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 1, 20000);
	size_t n = RK_WIRE_MAX + 1;
	char *bytes = calloc(1, n);
	struct job *big = submit_bytes(p, rk_strn(bytes, n)), *behind = submit_good(p);

	(void)unused;
	free(bytes);
	wait_all(p);
	assert_int_equal(big->end, RK_WORK_REFUSED);
	assert_int_equal(big->kind, RK_E_LIMIT);
	is_good(behind);
	pool_end(p);
}

/* The worker ends while megabytes are still being written to it. */
static void
test_crash_while_writing(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 1, 20000);
	struct rk_str feed = large_feed(RK_MIB(3));
	struct job *a, *b, *c;

	(void)unused;
	a = submit(p, "<!--rk-test:crash-->");
	b = submit_bytes(p, feed); /* second in its line */
	c = submit_good(p);
	wait_all(p);
	assert_int_equal(a->end, RK_WORK_DIED);
	assert_int_equal(b->end, RK_WORK_OK);
	is_good(c);
	free((void *)(uintptr_t)feed.p);
	pool_end(p);
}

/* A worker that fell may answer what it has not read: the bytes of that job must
 * outlive it while they are being written. */
static void
test_early_answer(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 1, 20000);
	struct rk_str feed = large_feed(RK_MIB(6));
	struct job *a = submit(p, "<!--rk-test:early-->"), *b = submit_bytes(p, feed);

	(void)unused;
	wait_all(p);
	assert_int_equal(a->end, RK_WORK_REFUSED);
	assert_string_equal(a->error, "guessed");
	assert_int_equal(b->end, RK_WORK_REFUSED);
	assert_string_equal(b->error, "early");
	for (int i = 0; i < 1500 && children() > 0; i++) { /* one answer too many */
		(void)uv_run(&p->loop, UV_RUN_NOWAIT);
		(void)usleep(20000);
	}
	assert_int_equal(children(), 0);
	free((void *)(uintptr_t)feed.p);
	b = submit_good(p);
	wait_all(p);
	is_good(b);
	pool_end(p);
}

/* ---- workers that cannot start */

static void
test_no_program(void **unused)
{
	struct pool *p = pool_open("/nonexistent/ruamkhao", 2, 20000);
	struct job *a = submit_good(p), *b = submit_good(p);

	(void)unused;
	wait_all(p);
	assert_int_equal(a->end, RK_WORK_UNABLE); /* the document is not to blame */
	assert_int_equal(a->kind, RK_E_SYS);
	assert_non_null(strstr(a->error, "/nonexistent/ruamkhao"));
	assert_int_equal(b->end, RK_WORK_UNABLE);
	(void)submit_good(p); /* and again */
	wait_all(p);
	pool_end(p);
}

static void
test_no_worker(void **unused)
{
	struct pool *p = pool_open("/bin/false", 2, 20000);
	struct job *a = submit_good(p);

	(void)unused;
	wait_all(p);
	assert_int_equal(a->end, RK_WORK_UNABLE);
	assert_non_null(strstr(a->error, "status 1"));
	pool_end(p);
	p = pool_open("/bin/false", 1, 20000); /* closed before it was known */
	a = submit_good(p);
	pool_close(p);
	assert_int_equal(a->end, RK_WORK_STOPPED);
	pool_end(p);
}

static void
test_bad_number(void **unused)
{
	struct rk_pool *pool = NULL;
	struct rk_err err;
	uv_loop_t loop;

	(void)unused;
	assert_int_equal(uv_loop_init(&loop), 0);
	assert_int_equal(rk_pool_new(&loop, RK_BIN, 0, &pool, &err), -1);
	assert_int_equal(rk_pool_new(&loop, RK_BIN, 65, &pool, &err), -1);
	assert_int_equal(uv_loop_close(&loop), 0);
}

/* ---- closing */

static void
test_close_pending(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 2, 20000);
	struct rk_str feed = large_feed(RK_MIB(3));
	unsigned stopped = 0;

	(void)unused;
	(void)submit(p, "<!--rk-test:hang-->");
	for (int i = 0; i < 10; i++) /* some of them half written */
		(void)submit_bytes(p, feed);
	free((void *)(uintptr_t)feed.p);
	for (int i = 0; i < 4; i++)
		(void)uv_run(&p->loop, UV_RUN_NOWAIT);
	pool_close(p);
	assert_int_equal(p->done, p->submitted); /* told at once */
	for (size_t i = 0; i < p->submitted; i++)
		stopped += p->jobs[i].end == RK_WORK_STOPPED;
	assert_true(stopped >= 10);
	pool_end(p);
}

static void
test_close_from_callback(void **unused)
{
	struct pool *p = pool_open(RK_BIN, 2, 20000);

	(void)unused;
	for (int i = 0; i < 20; i++)
		(void)submit_good(p);
	p->close_at_first = true;
	(void)uv_run(&p->loop, UV_RUN_DEFAULT);
	pool_end(p);
	p = pool_open("/nonexistent/ruamkhao", 1, 20000);
	for (int i = 0; i < 3; i++)
		(void)submit_good(p);
	p->close_at_first = true;
	(void)uv_run(&p->loop, UV_RUN_DEFAULT);
	pool_end(p);
}

static void
test_close_unused(void **unused)
{
	(void)unused;
	pool_end(pool_open(RK_BIN, 2, 20000));
}

static void
test_no_leaked_descriptors(void **unused)
{
	unsigned before = descriptors();

	(void)unused;
	for (int i = 0; i < 3; i++) {
		struct pool *p = pool_open(RK_BIN, 2, 20000);

		(void)submit(p, "<!--rk-test:crash-->");
		(void)submit_good(p);
		wait_all(p);
		pool_end(p);
	}
	assert_int_equal(descriptors(), before);
}

/* ---- one document, waited for */

static void
test_once(void **unused)
{
	struct rk_arena *arena = NULL;
	struct rk_ingest *ingest = NULL;
	struct rk_work work;
	struct rk_err err;
	struct sigaction before, after;

	(void)unused;
	memset(&work, 0, sizeof(work));
	work.body = rk_str(good);
	assert_int_equal(sigaction(SIGPIPE, NULL, &before), 0);
	assert_int_equal(rk_work_once(RK_BIN, &work, &arena, &ingest, &err), 0);
	assert_int_equal(ingest->n_entries, 1);
	rk_arena_free(arena);
	work.body = RK_STR("<!--rk-test:crash-->");
	assert_int_equal(rk_work_once(RK_BIN, &work, &arena, &ingest, &err), -1);
	assert_int_equal(err.kind, RK_E_LIMIT);
	work.body = RK_STR("no feed");
	assert_int_equal(rk_work_once(RK_BIN, &work, &arena, &ingest, &err), -1);
	assert_int_equal(err.kind, RK_E_INPUT);
	assert_int_equal(
	    rk_work_once("/nonexistent", &work, &arena, &ingest, &err), -1);
	assert_int_equal(err.kind, RK_E_SYS);
	assert_int_equal(sigaction(SIGPIPE, NULL, &after), 0);
	assert_true(before.sa_handler == after.sa_handler);
	/* the same stages without a process */
	arena = rk_arena_new(0);
	work.body = rk_str(good);
	assert_int_equal(rk_work_here(&work, arena, &ingest, &err), 0);
	assert_int_equal(ingest->n_entries, 1);
	rk_arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_workers_start_late),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_crash),
	    cmocka_unit_test(test_exit),
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_nonsense),
	    cmocka_unit_test(test_hang),
	    cmocka_unit_test(test_spin),
	    cmocka_unit_test(test_probe),
	    cmocka_unit_test(test_killed),
	    cmocka_unit_test(test_large),
	    cmocka_unit_test(test_too_large),
	    cmocka_unit_test(test_crash_while_writing),
	    cmocka_unit_test(test_early_answer),
	    cmocka_unit_test(test_no_program),
	    cmocka_unit_test(test_no_worker),
	    cmocka_unit_test(test_bad_number),
	    cmocka_unit_test(test_close_pending),
	    cmocka_unit_test(test_close_from_callback),
	    cmocka_unit_test(test_close_unused),
	    cmocka_unit_test(test_no_leaked_descriptors),
	    cmocka_unit_test(test_once),
	};

#ifndef RK_TEST_BUILD
	(void)fprintf(stderr, "skipped: built without RK_TEST_BUILD\n");
	return 77;
#endif
	(void)signal(SIGPIPE, SIG_IGN); /* as the daemon does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
