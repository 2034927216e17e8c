/*
 * Files replaced as a whole: what a reader sees, what is left after a failure, and
 * that nobody is followed out of the root. Works in a fresh folder beside itself.
 */
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/fsatom.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char root[32];
static struct rk_err e;

/*
 * The program's own fsync and renameat are these: they write down what was called
 * in which order ('d' a folder synced, 'f' a file, 'r' renamed), and fail when told.
 */
static char calls[64];
static int fail_fsync, fail_rename; /* errno, 0: work */

static void
called(char what)
{
	size_t n = strlen(calls);

	if (n + 1 < sizeof(calls)) {
		calls[n] = what;
		calls[n + 1] = '\0';
	}
}

int
fsync(int fd)
{
	struct stat st;

	called(fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) ? 'd' : 'f');
	if (fail_fsync != 0) {
		errno = fail_fsync;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	called('r');
	if (fail_rename != 0) {
		errno = fail_rename;
		return -1;
	}
	return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int
make_root(void **state)
{
	(void)state;
	rk_err_clear(&e);
	calls[0] = '\0';
	fail_fsync = fail_rename = 0;
	(void)strcpy(root, "base-fs-XXXXXX");
	return mkdtemp(root) != NULL ? 0 : -1;
}

static int
remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* root/name, in one of a few buffers in turn. */
static const char *
in(const char *name)
{
	static char path[4][256];
	static unsigned turn;
	char *p = path[turn++ % 4];

	(void)snprintf(p, sizeof(path[0]), "%s/%s", root, name);
	return p;
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(in(name), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
holds(const char *name, const char *text)
{
	struct rk_buf b;

	rk_buf_init(&b, 1 << 20);
	if (rk_file_read(in(name), 1 << 20, &b, &e) != 0)
		fail_msg("%s", e.text);
	assert_string_equal(rk_buf_view(&b).p, text);
	rk_buf_release(&b);
}

static int
sweep(const char *folder)
{
	static const char *const none[] = {NULL};
	const struct rk_file_sweep what = {.suffixes = none, .ours = none};

	return rk_file_sweep(folder, &what, NULL, &e);
}

/* How many entries, hidden ones too. */
static int
entries(const char *folder)
{
	DIR *d = opendir(folder);
	int n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n - 2;
}

static void
replace_makes_and_changes(void **state)
{
	struct stat st;
	bool changed;

	(void)state;
	assert_int_equal(rk_file_replace(root, "region/th-50/feed.atom", RK_STR("one"),
			     1000000000, &changed, &e),
	    0);
	assert_true(changed);
	holds("region/th-50/feed.atom", "one");
	assert_int_equal(stat(in("region/th-50/feed.atom"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_mtime, 1000000000);
	assert_int_equal(stat(in("region/th-50"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(rk_file_replace(root, "region/th-50/feed.atom", RK_STR("two"),
			     -1, &changed, &e),
	    0);
	assert_true(changed);
	holds("region/th-50/feed.atom", "two");
	assert_int_equal(stat(in("region/th-50/feed.atom"), &st), 0);
	assert_true(st.st_mtime > 1000000000);
	assert_int_equal(entries(in("region/th-50")), 1);
	assert_int_equal(rk_file_sync_dir(root, "region/th-50/feed.atom", &e), 0);
	assert_int_equal(rk_file_sync_dir(root, "absent/feed.atom", &e), -1);
	assert_int_equal(e.sys, ENOENT);
	/* The empty file is a file. */
	assert_int_equal(
	    rk_file_replace(root, "empty", rk_strn(NULL, 0), -1, &changed, &e), 0);
	assert_true(changed);
	holds("empty", "");
}

static void
equal_bytes_leave_the_file_alone(void **state)
{
	static char big[100000];
	struct stat before, after;
	bool changed;

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_int_equal(rk_file_replace(root, "a.atom", rk_strn(big, sizeof(big)),
			     1000000000, &changed, &e),
	    0);
	assert_int_equal(stat(in("a.atom"), &before), 0);
	assert_int_equal(rk_file_replace(root, "a.atom", rk_strn(big, sizeof(big)),
			     1500000000, &changed, &e),
	    0);
	assert_false(changed);
	assert_int_equal(stat(in("a.atom"), &after), 0);
	assert_int_equal(after.st_ino, before.st_ino);
	assert_int_equal(after.st_mtime, before.st_mtime);
	assert_int_equal(after.st_ctim.tv_nsec, before.st_ctim.tv_nsec);
	/* The same size is not the same: the last byte counts. */
	big[sizeof(big) - 1] = 'y';
	assert_int_equal(rk_file_replace(root, "a.atom", rk_strn(big, sizeof(big)),
			     1500000000, &changed, &e),
	    0);
	assert_true(changed);
	assert_int_equal(stat(in("a.atom"), &after), 0);
	assert_int_equal(after.st_mtime, 1500000000);
	assert_int_not_equal(after.st_ino, before.st_ino);
}

/* Somebody who reads while a file is replaced keeps the whole old one. */
static void
open_reader_keeps_the_old_bytes(void **state)
{
	char got[8] = "";
	bool changed;
	int fd;

	(void)state;
	assert_int_equal(
	    rk_file_replace(root, "a.atom", RK_STR("old"), -1, &changed, &e), 0);
	fd = open(in("a.atom"), O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(
	    rk_file_replace(root, "a.atom", RK_STR("newer"), -1, &changed, &e), 0);
	assert_int_equal(read(fd, got, sizeof(got)), 3);
	assert_string_equal(got, "old");
	(void)close(fd);
	holds("a.atom", "newer");
}

static void
bad_names_are_refused(void **state)
{
	static const char *const bad[] = {"", "/", "/a", "a/", "a//b", "..", "../a",
	    "a/../b", ".", "./a", "a/./b", ".hidden", "a/.b.tmp", "A", "a b", "a_b",
	    "a\nb", "ข่าว", "a\\b", "a%2e"};
	char longest[300];
	bool changed = true;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rk_err_clear(&e);
		if (rk_file_replace(root, bad[i], RK_STR("x"), -1, &changed, &e) != -1)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(e.kind, RK_E_CONFIG);
		assert_false(changed);
		assert_int_equal(rk_file_sync_dir(root, bad[i], &e), -1);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(
	    rk_file_replace(root, longest, RK_STR("x"), -1, &changed, &e), -1);
	assert_int_equal(entries(root), 0);
}

static void
links_are_not_followed(void **state)
{
	struct stat st;
	bool changed;

	(void)state;
	assert_int_equal(mkdir(in("outside"), 0755), 0);
	assert_int_equal(mkdir(in("out"), 0755), 0);
	put("outside/target", "mine");
	/* A folder that is a link: refused. */
	assert_int_equal(symlink("../outside", in("out/sub")), 0);
	assert_int_equal(
	    rk_file_replace(in("out"), "sub/feed.atom", RK_STR("x"), -1, &changed, &e),
	    -1);
	assert_int_equal(e.kind, RK_E_SYS);
	assert_true(e.sys == ELOOP || e.sys == ENOTDIR);
	assert_false(changed);
	assert_int_equal(rk_file_sync_dir(in("out"), "sub/feed.atom", &e), -1);
	assert_int_equal(entries(in("outside")), 1);
	/* A file that is a link: the link is replaced, where it points is untouched,
	 * even if it holds the same bytes. */
	assert_int_equal(symlink("../outside/target", in("out/feed.atom")), 0);
	assert_int_equal(
	    rk_file_replace(in("out"), "feed.atom", RK_STR("mine"), -1, &changed, &e),
	    0);
	assert_true(changed);
	assert_int_equal(lstat(in("out/feed.atom"), &st), 0);
	assert_true(S_ISREG(st.st_mode));
	holds("outside/target", "mine");
	/* A folder where a file should be. */
	assert_int_equal(mkdir(in("out/dir"), 0755), 0);
	assert_int_equal(
	    rk_file_replace(in("out"), "dir", RK_STR("x"), -1, &changed, &e), -1);
	assert_int_equal(e.kind, RK_E_SYS);
	assert_int_equal(entries(in("out")), 3);
	/* A pipe where a file should be: not waited for. */
	assert_int_equal(mkfifo(in("out/pipe"), 0644), 0);
	(void)alarm(20);
	assert_int_equal(
	    rk_file_replace(in("out"), "pipe", RK_STR("x"), -1, &changed, &e), 0);
	(void)alarm(0);
	holds("out/pipe", "x");
}

/* Run in a child, as its limits cannot be taken back. */
static int
write_with_little_room(void)
{
	static char big[10000];
	struct rlimit room = {.rlim_cur = 4096, .rlim_max = 4096};
	bool changed;

	memset(big, 'n', sizeof(big));
	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &room) != 0)
		return 2;
	if (rk_file_replace(
		root, "a.atom", rk_strn(big, sizeof(big)), -1, &changed, &e) != -1)
		return 3;
	if (e.kind != RK_E_SYS || e.sys != EFBIG || changed)
		return 4;
	if (strstr(e.text, "a.atom") == NULL)
		return 5;
	if (rk_file_write(in("plain"), rk_strn(big, sizeof(big)), &e) != -1 ||
	    e.sys != EFBIG)
		return 6;
	return 0;
}

static void
failed_write_leaves_the_old_file(void **state)
{
	bool changed;
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(
	    rk_file_replace(root, "a.atom", RK_STR("old"), -1, &changed, &e), 0);
	put("plain", "as it was");
	pid = fork();
	if (pid == 0)
		_exit(write_with_little_room());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	holds("a.atom", "old");
	holds("plain", "as it was");
	assert_int_equal(entries(root), 2); /* no temp is left */
}

/* After a power cut a rename may be there before the bytes, were they not synced
 * first; a new folder must be synced into its parent. */
static void
bytes_are_durable_before_the_name(void **state)
{
	bool changed;

	(void)state;
	assert_int_equal(
	    rk_file_replace(root, "a/b/c.atom", RK_STR("x"), -1, &changed, &e), 0);
	assert_string_equal(calls, "ddfr"); /* a made, b made, bytes, name */
	assert_int_equal(rk_file_sync_dir(root, "a/b/c.atom", &e), 0);
	assert_string_equal(calls, "ddfrd");
	calls[0] = '\0';
	assert_int_equal(
	    rk_file_replace(root, "a/b/c.atom", RK_STR("x"), -1, &changed, &e), 0);
	assert_string_equal(calls, "");
	assert_int_equal(rk_file_write(in("plain"), RK_STR("x"), &e), 0);
	assert_string_equal(calls, "frd");
	calls[0] = '\0';
	assert_int_equal(rk_file_mkdirs(in("p/q"), &e), 0);
	assert_string_equal(calls, "dd");
}

static void
failed_sync_or_rename_leaves_the_old_file(void **state)
{
	bool changed;

	(void)state;
	assert_int_equal(
	    rk_file_replace(root, "a.atom", RK_STR("old"), -1, &changed, &e), 0);
	fail_fsync = EIO;
	assert_int_equal(
	    rk_file_replace(root, "a.atom", RK_STR("new"), -1, &changed, &e), -1);
	assert_int_equal(e.kind, RK_E_SYS);
	assert_int_equal(e.sys, EIO);
	assert_false(changed);
	assert_int_equal(rk_file_sync_dir(root, "a.atom", &e), -1);
	assert_int_equal(e.sys, EIO);
	assert_int_equal(rk_file_write(in("a.atom"), RK_STR("new"), &e), -1);
	assert_int_equal(rk_file_mkdirs(in("sub"), &e), -1);
	assert_int_equal(remove(in("sub")), 0);
	fail_fsync = 0;
	fail_rename = ENOSPC;
	assert_int_equal(
	    rk_file_replace(root, "a.atom", RK_STR("new"), -1, &changed, &e), -1);
	assert_int_equal(e.sys, ENOSPC);
	assert_false(changed);
	holds("a.atom", "old");
	assert_int_equal(entries(root), 1); /* no temp is left */
	fail_rename = 0;
	assert_int_equal(
	    rk_file_replace(root, "a.atom", RK_STR("new"), -1, &changed, &e), 0);
	holds("a.atom", "new");
}

static void
taken_temp_names_are_no_obstacle(void **state)
{
	char name[64];
	bool changed;

	(void)state;
	/* What a dead process with our number may have left. */
	for (unsigned i = 0; i < 40; i++) {
		(void)snprintf(
		    name, sizeof(name), ".t.atom.%ld-%u.tmp", (long)getpid(), i);
		put(name, "torn");
	}
	assert_int_equal(
	    rk_file_replace(root, "t.atom", RK_STR("whole"), -1, &changed, &e), 0);
	holds("t.atom", "whole");
	assert_int_equal(entries(root), 41);
	assert_int_equal(sweep(root), 0);
	assert_int_equal(entries(root), 1);
}

static void
sweep_removes_temps_only(void **state)
{
	(void)state;
	assert_int_equal(rk_file_mkdirs(in("out/region/th-50"), &e), 0);
	assert_int_equal(rk_file_mkdirs(in("elsewhere"), &e), 0);
	put("out/.feed.atom.12-0.tmp", "torn");
	put("out/region/th-50/.feed.atom.12-1.tmp", "torn");
	put("out/region/th-50/feed.atom", "whole");
	put("out/region/th-50/feed.tmp", "no dot");
	put("out/.gitkeep", "");
	put("elsewhere/.keep.tmp", "not ours");
	assert_int_equal(mkdir(in("out/.dir.tmp"), 0755), 0);
	assert_int_equal(symlink("../elsewhere", in("out/link")), 0);
	assert_int_equal(sweep(in("out")), 0);
	assert_int_equal(entries(in("out")), 4); /* region .gitkeep .dir.tmp link */
	assert_int_equal(entries(in("out/region/th-50")), 2);
	assert_int_equal(entries(in("elsewhere")), 1);
	assert_int_equal(sweep(in("absent")), 0);
	assert_int_equal(sweep(in("out/.gitkeep")), -1);
	assert_int_equal(e.sys, ENOTDIR);
}

static void
mkdirs(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(rk_file_mkdirs(in("a//b/c/"), &e), 0);
	assert_int_equal(stat(in("a/b/c"), &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(rk_file_mkdirs(in("a/b/c"), &e), 0);
	assert_int_equal(rk_file_mkdirs("/", &e), 0);
	assert_int_equal(rk_file_mkdirs(".", &e), 0);
	put("a/file", "x");
	assert_int_equal(rk_file_mkdirs(in("a/file"), &e), -1);
	assert_int_equal(e.sys, ENOTDIR);
	assert_int_equal(rk_file_mkdirs(in("a/file/b"), &e), -1);
	assert_int_equal(e.sys, ENOTDIR);
	assert_int_equal(rk_file_mkdirs("", &e), -1);
	/* The operator's own links are followed. */
	assert_int_equal(symlink("a", in("l")), 0);
	assert_int_equal(rk_file_mkdirs(in("l/d"), &e), 0);
	assert_int_equal(stat(in("a/d"), &st), 0);
}

static void
read_whole_files(void **state)
{
	static char big[200000];
	struct rk_buf b;
	FILE *f;

	(void)state;
	for (size_t i = 0; i < sizeof(big) - 1; i++)
		big[i] = (char)('a' + i % 26);
	put("big", big);
	rk_buf_init(&b, 1 << 20);
	assert_int_equal(rk_buf_adds(&b, "before"), 0);
	assert_int_equal(rk_file_read(in("big"), sizeof(big), &b, &e), 0);
	assert_int_equal(b.n, 6 + sizeof(big) - 1);
	assert_memory_equal(b.p, "beforeabc", 9);
	assert_string_equal(b.p + 6, big);
	/* Exactly the maximum is fine, one byte more is not, and adds nothing. */
	rk_buf_reset(&b);
	assert_int_equal(rk_file_read(in("big"), sizeof(big) - 1, &b, &e), 0);
	assert_int_equal(b.n, sizeof(big) - 1);
	rk_buf_reset(&b);
	assert_int_equal(rk_file_read(in("big"), sizeof(big) - 2, &b, &e), -1);
	assert_int_equal(e.kind, RK_E_LIMIT);
	assert_int_equal(b.n, 0);
	rk_buf_release(&b);
	/* The buffer's own maximum holds too. */
	rk_buf_init(&b, 1000);
	assert_int_equal(rk_file_read(in("big"), 1 << 20, &b, &e), -1);
	assert_int_equal(e.kind, RK_E_LIMIT);
	assert_non_null(strstr(e.text, "1000 bytes"));
	assert_int_equal(rk_file_read(in("none"), 100, &b, &e), -1);
	assert_int_equal(e.sys, ENOENT);
	assert_non_null(strstr(e.text, "none: No such file"));
	assert_int_equal(rk_file_read(root, 100, &b, &e), -1);
	assert_int_equal(e.sys, EISDIR);
	/* A file without a size. */
	assert_int_equal(rk_file_read("/proc/self/comm", 100, &b, &e), 0);
	assert_true(b.n > 1);
	rk_buf_reset(&b);
	put("in", "from stdin");
	f = freopen(in("in"), "r", stdin);
	assert_non_null(f);
	assert_int_equal(rk_file_read("-", 100, &b, &e), 0);
	assert_string_equal(b.p, "from stdin");
	rk_buf_release(&b);
}

static void
plain_write_keeps_mode_and_link(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(rk_file_write(in("new.yml"), RK_STR("a: 1\n"), &e), 0);
	holds("new.yml", "a: 1\n");
	assert_int_equal(stat(in("new.yml"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(chmod(in("new.yml"), 0600), 0);
	assert_int_equal(symlink("new.yml", in("link.yml")), 0);
	assert_int_equal(rk_file_write(in("link.yml"), RK_STR("b: 2\n"), &e), 0);
	holds("new.yml", "b: 2\n");
	assert_int_equal(stat(in("new.yml"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(lstat(in("link.yml"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(entries(root), 2);
	assert_int_equal(rk_file_write(in("no/such.yml"), RK_STR("x"), &e), -1);
	assert_int_equal(e.sys, ENOENT);
}

/* What another process says when it tries to get the lock. */
static int
other_tries(const char *path)
{
	struct rk_err err = {0};
	int fd, status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(rk_file_lock(path, &fd, &err) == 0 ? 0 : 10 + (int)err.kind);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
lock_is_held_by_one(void **state)
{
	int fd = -1, second = -1, ends[2], status;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(rk_file_lock(in("lock"), &fd, &e), 0);
	assert_true(fd >= 0);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_int_equal(other_tries(in("lock")), 10 + RK_E_BUSY);
	/* Also within a process, and opening and closing the file does not lose it. */
	assert_int_equal(rk_file_lock(in("lock"), &second, &e), -1);
	assert_int_equal(e.kind, RK_E_BUSY);
	assert_int_equal(other_tries(in("lock")), 10 + RK_E_BUSY);
	(void)close(fd);
	assert_int_equal(other_tries(in("lock")), 0);

	/* A killed holder leaves no lock behind. */
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		if (rk_file_lock(in("lock"), &fd, &e) != 0 ||
		    write(ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			(void)pause();
	}
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(other_tries(in("lock")), 10 + RK_E_BUSY);
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(rk_file_lock(in("lock"), &fd, &e), 0);
	(void)close(fd);
	(void)close(ends[0]);
	(void)close(ends[1]);
	assert_int_equal(rk_file_lock(in("no/lock"), &fd, &e), -1);
	assert_int_equal(e.kind, RK_E_SYS);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_root, remove_root)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(replace_makes_and_changes),
	    TEST(equal_bytes_leave_the_file_alone),
	    TEST(open_reader_keeps_the_old_bytes),
	    TEST(bad_names_are_refused),
	    TEST(links_are_not_followed),
	    TEST(failed_write_leaves_the_old_file),
	    TEST(bytes_are_durable_before_the_name),
	    TEST(failed_sync_or_rename_leaves_the_old_file),
	    TEST(taken_temp_names_are_no_obstacle),
	    TEST(sweep_removes_temps_only),
	    TEST(mkdirs),
	    TEST(read_whole_files),
	    TEST(plain_write_keeps_mode_and_link),
	    TEST(lock_is_held_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
