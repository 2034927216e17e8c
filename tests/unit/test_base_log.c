/*
 * The log: one safe line for each event, never waiting for its reader. Each test
 * puts a pipe or a file in the place of stderr.
 */
#include <ruamkhao/log.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int saved_stderr, reader;

static void
capture_into(int ends[2])
{
	(void)fflush(stderr);
	saved_stderr = dup(STDERR_FILENO);
	assert_true(saved_stderr >= 0);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
	(void)close(ends[1]);
	reader = ends[0];
}

static void
capture(void)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	capture_into(ends);
}

static void
restore(void)
{
	assert_true(dup2(saved_stderr, STDERR_FILENO) >= 0);
	(void)close(saved_stderr);
}

/* Everything written so far; stderr is itself again. */
static size_t
captured(char *out, size_t size)
{
	size_t n = 0;
	ssize_t got;

	restore();
	while (n < size - 1 && (got = read(reader, out + n, size - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	(void)close(reader);
	return n;
}

/* The part of a line behind "2026-01-02T03:04:05Z ", which is checked. */
static const char *
after_time(const char *line)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ ";

	for (size_t i = 0; form[i] != '\0'; i++) {
		bool ok = form[i] == 'd' ? line[i] >= '0' && line[i] <= '9'
					 : line[i] == form[i];

		if (!ok)
			fail_msg("no time at the start of \"%s\"", line);
	}
	return line + strlen(form);
}

static void
line_form(void **state)
{
	char out[4096];

	(void)state;
	capture();
	rk_log(RK_WARN, "poll failed", "source", "cnx-pr", "error", "no route",
	    "skipped", NULL, "status", "503", "empty", "", NULL);
	(void)captured(out, sizeof(out));
	assert_string_equal(after_time(out),
	    "warn poll failed source=cnx-pr error=\"no route\" "
	    "status=503 empty=\"\"\n");
}

static void
time_is_now(void **state)
{
	char out[4096], want[32];
	time_t before = time(NULL), at;
	struct tm tm = {0};

	(void)state;
	capture();
	rk_log(RK_INFO, "x", NULL);
	(void)captured(out, sizeof(out));
	assert_non_null(strptime(out, "%Y-%m-%dT%H:%M:%SZ", &tm));
	at = timegm(&tm);
	assert_in_range(at, before, time(NULL));
	(void)strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ ", &tm);
	assert_memory_equal(out, want, strlen(want));
}

static void
levels(void **state)
{
	char out[4096];

	(void)state;
	capture();
	rk_log(RK_DEBUG, "hidden", NULL);
	rk_log_level(RK_DEBUG);
	rk_log(RK_DEBUG, "shown", NULL);
	rk_log_level(RK_ERROR);
	rk_log(RK_WARN, "hidden", NULL);
	rk_log(RK_ERROR, "bad", NULL);
	rk_log_level(RK_INFO);
	(void)captured(out, sizeof(out));
	assert_null(strstr(out, "hidden"));
	assert_non_null(strstr(out, "Z debug shown\n"));
	assert_non_null(strstr(out, "Z error bad\n"));
}

static void
nothing_dangerous_gets_through(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"plain ไทย 😀", "plain ไทย 😀"}, {"a\nb\r\tc", "a\\nb\\r\\tc"},
	    {"\x1b[31mred\x07", "\\x1b[31mred\\x07"}, {"\x7f", "\\x7f"},
	    {"\xc2\x85\xc2\x9b", "\\u0085\\u009b"},
	    {"\xe2\x80\xae|\xe2\x80\xa8|\xe2\x80\xa9", "\\u202e|\\u2028|\\u2029"},
	    {"\xe2\x81\xa6|\xe2\x80\x8f|\xd8\x9c", "\\u2066|\\u200f|\\u061c"},
	    {"\xff\xc0\x80", "\\xff\\xc0\\x80"}, {"cut \xe0\xb8", "cut \\xe0\\xb8"},
	    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
	    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
	    {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
	    {"zero\xe2\x80\x8bwidth", "zero\xe2\x80\x8bwidth"}, /* Thai needs it */
	};
	char out[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(
		    rk_log_escape(cases[i].in, out, sizeof(out)), cases[i].out);
		capture();
		rk_say("%s", cases[i].in);
		(void)captured(out, sizeof(out));
		assert_memory_equal(out, cases[i].out, strlen(cases[i].out));
		assert_string_equal(out + strlen(cases[i].out), "\n");
	}
	capture();
	rk_log(RK_INFO, "m", "k", "a\" b=\"\\\n", NULL);
	(void)captured(out, sizeof(out));
	assert_string_equal(after_time(out), "info m k=\"a\\\" b=\\\"\\\\\\n\"\n");
	capture();
	rk_say("a newline at the end is not shown: %d\n", 5);
	(void)captured(out, sizeof(out));
	assert_string_equal(out, "a newline at the end is not shown: 5\n");
	/* Never half an escape, always a NUL. */
	assert_string_equal(rk_log_escape("ab\x1b", out, 6), "ab");
	assert_string_equal(rk_log_escape("ab\x1b", out, 7), "ab\\x1b");
	assert_string_equal(rk_log_escape("abc", out, 1), "");
	assert_string_equal(rk_log_escape(NULL, out, 5), "");
}

static void
long_lines_are_cut(void **state)
{
	static char text[20000], out[20000];
	size_t n;

	(void)state;
	memset(text, 1, sizeof(text) - 1); /* four bytes each as shown */
	capture();
	rk_log(RK_INFO, "m", "source", "abc", "k", text, "late", "x", NULL);
	n = captured(out, sizeof(out));
	assert_in_range(n, 4080, 4096);
	assert_memory_equal(out + n - 8, "\\x01...\n", 8);
	assert_non_null(strstr(out, " source=abc k=\\x01"));
	assert_null(strstr(out, "late"));
	assert_ptr_equal(strchr(out, '\n'), out + n - 1);
}

/* Fill what stderr is until nothing more fits. */
static void
fill(void)
{
	static const char chunk[4096] = {'#'};
	int flags = fcntl(STDERR_FILENO, F_GETFL);

	assert_int_equal(fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK), 0);
	while (write(STDERR_FILENO, chunk, sizeof(chunk)) > 0)
		continue;
	while (write(STDERR_FILENO, chunk, 1) > 0)
		continue;
	assert_int_equal(fcntl(STDERR_FILENO, F_SETFL, flags), 0);
}

static void
full_target_drops_and_counts(int ends[2])
{
	static char out[1 << 20];
	const char *text;
	size_t n = 0;
	ssize_t got;

	capture_into(ends);
	fill();
	/* A line that waited would hang here, until the alarm ends the test. */
	(void)alarm(20);
	for (int i = 0; i < 7; i++)
		rk_log(RK_INFO, "lost", NULL);
	rk_say("lost too");
	assert_int_equal(fcntl(reader, F_SETFL, O_NONBLOCK), 0);
	while ((got = read(reader, out, sizeof(out))) > 0)
		continue;
	rk_log(RK_INFO, "found", NULL);
	rk_log(RK_INFO, "next", NULL);
	(void)alarm(0);
	n = captured(out, sizeof(out));
	assert_true(n > 0);
	assert_null(strstr(out, "lost"));
	text = after_time(out);
	assert_memory_equal(text, "warn log lines dropped count=8\n", 31);
	text = after_time(text + 31);
	assert_memory_equal(text, "info found\n", 11);
	text = after_time(text + 11);
	assert_string_equal(text, "info next\n");
}

static void
full_pipe(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	full_target_drops_and_counts(ends);
}

static void
full_socket(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	full_target_drops_and_counts(ends);
}

static void
full_disk(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC), ends[2];
	char out[4096];

	(void)state;
	if (full < 0)
		skip();
	saved_stderr = dup(STDERR_FILENO);
	assert_true(dup2(full, STDERR_FILENO) >= 0);
	(void)close(full);
	rk_log(RK_INFO, "lost", NULL);
	rk_log(RK_INFO, "lost", NULL);
	restore();
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	capture_into(ends);
	rk_log(RK_INFO, "found", NULL);
	(void)captured(out, sizeof(out));
	assert_non_null(strstr(out, "log lines dropped count=2\n"));
	assert_null(strstr(out, "lost"));
}

enum { THREADS = 4, LINES = 50 };

static void *
talk(void *arg)
{
	(void)arg;
	for (int i = 0; i < LINES; i++)
		rk_log(RK_INFO, "from a thread", "a", "1", "b", "2", NULL);
	return NULL;
}

static void
threads_do_not_mix(void **state)
{
	static char out[1 << 16];
	pthread_t t[THREADS];
	const char *text = out;

	(void)state;
	capture();
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, talk, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	(void)captured(out, sizeof(out));
	for (int i = 0; i < THREADS * LINES; i++) {
		text = after_time(text);
		assert_memory_equal(text, "info from a thread a=1 b=2\n", 27);
		text += 27;
	}
	assert_string_equal(text, "");
}

/* In a child: which stream is the journal's is asked once in a process. */
static void
in_child_with_journal(bool ours, char *out, size_t size)
{
	char name[64];
	struct stat st;
	int status;
	pid_t pid;

	capture();
	pid = fork();
	if (pid == 0) {
		(void)fstat(ours ? STDERR_FILENO : saved_stderr, &st);
		(void)snprintf(name, sizeof(name), "%ju:%ju", (uintmax_t)st.st_dev,
		    ours ? (uintmax_t)st.st_ino : (uintmax_t)st.st_ino + 1);
		(void)setenv("JOURNAL_STREAM", name, 1);
		rk_log(RK_ERROR, "e", NULL);
		rk_log(RK_WARN, "w", NULL);
		rk_log(RK_INFO, "i", "k", "v", NULL);
		rk_say("for a person");
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	(void)captured(out, size);
}

static void
journal(void **state)
{
	char out[4096];

	(void)state;
	in_child_with_journal(true, out, sizeof(out));
	assert_string_equal(
	    out, "<3>error e\n<4>warn w\n<6>info i k=v\nfor a person\n");
	in_child_with_journal(false, out, sizeof(out));
	assert_memory_equal(after_time(out), "error e\n", 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    /* First: nothing was logged yet in this process. */
	    cmocka_unit_test(journal),
	    cmocka_unit_test(line_form),
	    cmocka_unit_test(time_is_now),
	    cmocka_unit_test(levels),
	    cmocka_unit_test(nothing_dangerous_gets_through),
	    cmocka_unit_test(long_lines_are_cut),
	    cmocka_unit_test(full_pipe),
	    cmocka_unit_test(full_socket),
	    cmocka_unit_test(full_disk),
	    cmocka_unit_test(threads_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
