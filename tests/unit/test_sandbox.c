/*
 * The two sandboxes, each entered by a forked child that then tries what must not
 * work. A child ends with 0 when all was as it should be, else with the number of
 * the step that was not.
 */
#include <ruamkhao/err.h>
#include <ruamkhao/sandbox.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SKIPPED 77

/* How a child that runs `act` ends; after 60 s it is killed. */
static int
end_of(int (*act)(void))
{
	int status;
	pid_t pid;

	(void)fflush(stdout);
	(void)fflush(stderr);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)signal(SIGABRT, SIG_DFL);
		(void)signal(SIGSEGV, SIG_DFL);
		(void)alarm(60);
		_exit(act());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
ends_well(int (*act)(void))
{
	int status = end_of(act);

	if (WIFSIGNALED(status))
		fail_msg("killed by signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status) == SKIPPED) {
		print_message("this kernel lacks what is tested\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static bool
enter_worker(size_t memory)
{
	const char *missing = "unset";
	struct rk_err e = {0};

	if (rk_sandbox_worker(memory, &missing, &e) != 0) {
		(void)dprintf(STDERR_FILENO, "%s\n", e.text);
		return false;
	}
	if (missing != NULL)
		_exit(SKIPPED);
	return true;
}

static bool
refused(long rc)
{
	return rc == -1 && (errno == EPERM || errno == EACCES);
}

static int
nothing_with_a_name(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(80)};
	char *const args[] = {(char[]){"true"}, NULL};
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (sock < 0 || !enter_worker(0))
		return 1;
	if (!refused(open("/etc/passwd", O_RDONLY | O_CLOEXEC)))
		return 2;
	if (!refused(openat(AT_FDCWD, ".", O_RDONLY | O_CLOEXEC)))
		return 3;
	if (!refused(open("new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)))
		return 4;
	if (!refused(syscall(SYS_open, "/etc/passwd", O_RDONLY)))
		return 5;
	if (!refused(socket(AF_INET, SOCK_STREAM, 0)))
		return 6;
	if (!refused(socket(AF_UNIX, SOCK_STREAM, 0)))
		return 7;
	if (!refused(connect(sock, (struct sockaddr *)&to, sizeof(to))))
		return 8;
	if (!refused(bind(sock, (struct sockaddr *)&to, sizeof(to))))
		return 9;
	if (!refused(execve("/bin/true", args, args)))
		return 10;
	if (!refused(unlink("new")))
		return 11;
	if (!refused(mkdir("new", 0700)))
		return 12;
	if (!refused(rename("a", "b")))
		return 13;
	if (!refused(chdir("/")))
		return 14;
	if (!refused(syscall(SYS_io_uring_setup, 1, NULL)))
		return 15;
	if (!refused(syscall(SYS_memfd_create, "x", 0)))
		return 16;
	return 0;
}

static int
no_other_process(void)
{
	if (!enter_worker(0))
		return 1;
	if (!refused(syscall(SYS_fork)))
		return 2;
	if (!refused(syscall(SYS_vfork)))
		return 3;
	if (!refused(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0)))
		return 4;
	if (!refused(syscall(SYS_clone3, NULL, 0)))
		return 5;
	if (!refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL)))
		return 6;
	if (!refused(kill(getppid() > 0 ? getppid() : 1, 0)))
		return 7;
	if (!refused(syscall(SYS_tgkill, 1, 1, 0)))
		return 8;
	if (!refused(syscall(SYS_prlimit64, 1, RLIMIT_CPU, NULL, NULL)))
		return 9;
	if (!refused(syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0)))
		return 10;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != -1 || errno != EPERM)
		return 11; /* prctl is none of its calls */
	return 0;
}

static int
no_new_code(void)
{
	void *p;

	if (!enter_worker(0))
		return 1;
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		0) != MAP_FAILED ||
	    errno != EPERM)
		return 2;
	p = mmap(
	    NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return 3;
	if (!refused(mprotect(p, 4096, PROT_READ | PROT_EXEC)))
		return 4;
	if (mprotect(p, 4096, PROT_READ) != 0)
		return 5;
	return 0;
}

/* What a worker lives on: its socket, memory, the clock. */
static int
its_work_goes_on(void)
{
	struct timespec now;
	struct pollfd fd = {.events = POLLIN};
	char got[8];
	char *p[200];
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return 1;
	if (!enter_worker((size_t)64 << 20))
		return 2;
	if (write(ends[0], "ping", 4) != 4)
		return 3;
	fd.fd = ends[1];
	if (poll(&fd, 1, 1000) != 1 || read(ends[1], got, sizeof(got)) != 4)
		return 4;
	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 5;
	if (syscall(SYS_clock_gettime, CLOCK_REALTIME, &now) != 0)
		return 6;
	for (size_t i = 0; i < 200; i++) {
		if ((p[i] = malloc(i * 1500 + 1)) == NULL)
			return 7;
		memset(p[i], 1, i * 1500 + 1);
	}
	for (size_t i = 0; i < 200; i++) {
		p[i] = realloc(p[i], i * 3000 + 1);
		if (p[i] == NULL)
			return 8;
		free(p[i]);
	}
	if (dprintf(ends[0], "%d", 5) != 1 || read(ends[1], got, 1) != 1)
		return 9;
	return got[0] == '5' ? 0 : 10;
}

static int
limits_are_set(void)
{
	struct rlimit l;

	if (!enter_worker((size_t)64 << 20))
		return 1;
	if (getrlimit(RLIMIT_CORE, &l) != 0 || l.rlim_max != 0)
		return 2;
	if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_max > 64)
		return 3;
	if (getrlimit(RLIMIT_NPROC, &l) != 0 || l.rlim_max != 0)
		return 4;
#ifndef RK_SANITIZED
	if (getrlimit(RLIMIT_FSIZE, &l) != 0 || l.rlim_max != 0)
		return 5;
	if (getrlimit(RLIMIT_AS, &l) != 0 || l.rlim_max == RLIM_INFINITY)
		return 6;
	/* It cannot be raised again (root could, without the filter and the user). */
	if (getrlimit(RLIMIT_CPU, &l) != 0 || l.rlim_max != RLIM_INFINITY)
		return 7;
#endif
	return 0;
}

#ifndef RK_SANITIZED
static int
memory_is_limited(void)
{
	const size_t mib = (size_t)1 << 20;
	void *p;

	if (!enter_worker(64 * mib))
		return 1;
	p = malloc(48 * mib);
	if (p == NULL)
		return 2;
	memset(p, 1, 48 * mib);
	if (malloc(32 * mib) != NULL)
		return 3;
	free(p);
	return malloc(32 * mib) != NULL ? 0 : 4;
}

/* Seconds of the kernel's ticks, which the limit is held against (sandbox.c). */
static double
ticks(void)
{
	struct timespec t;

	rk_assert(clock_gettime((clockid_t)-8, &t) == 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
spin(double seconds)
{
	double end = ticks() + seconds;

	while (ticks() < end)
		continue;
}

static int
work_forever(void)
{
	if (!enter_worker(0))
		return 1;
	rk_sandbox_cpu(1);
	spin(30);
	return 2;
}

/* Each document has its own seconds: together more than one may take. */
static int
work_in_pieces(void)
{
	if (!enter_worker(0))
		return 1;
	for (int i = 0; i < 5; i++) {
		rk_sandbox_cpu(1);
		spin(0.7);
	}
	return 0;
}

static void
cpu_is_limited(void **state)
{
	struct timespec from, to;
	int status;

	(void)state;
	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	status = end_of(work_forever);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGXCPU);
	assert_true(to.tv_sec - from.tv_sec < 25); /* the machine may be busy */
	ends_well(work_in_pieces);
}

static void
memory(void **state)
{
	(void)state;
	ends_well(memory_is_limited);
}
#endif

static int
abort_inside(void)
{
	if (!enter_worker(0))
		return 1;
	abort();
}

static void
abort_is_seen(void **state)
{
	int status = end_of(abort_inside);

	(void)state;
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void
names(void **state)
{
	(void)state;
	ends_well(nothing_with_a_name);
}

static void
processes(void **state)
{
	(void)state;
	ends_well(no_other_process);
}

static void
code(void **state)
{
	(void)state;
	ends_well(no_new_code);
}

static void
work(void **state)
{
	(void)state;
	ends_well(its_work_goes_on);
}

static void
limits(void **state)
{
	(void)state;
	ends_well(limits_are_set);
}

/* A worker whose parent was killed: the other end of its pipe closes. */
static void
dies_with_its_parent(void **state)
{
	int ends[2], ready[2], status;
	char byte = 0;
	pid_t parent;
	struct pollfd fd;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	parent = fork();
	if (parent == 0) {
		pid_t child = fork();

		if (child == 0) {
			(void)close(ends[0]);
			byte = enter_worker(0) ? 'y' : 'n';
			if (write(ready[1], &byte, 1) != 1)
				_exit(1);
			for (;;)
				(void)poll(NULL, 0, 1000);
		}
		for (;;)
			(void)pause();
	}
	(void)close(ends[1]);
	(void)close(ready[1]);
	/* Nothing to read: the kernel lacks something and the child went. */
	if (read(ready[0], &byte, 1) == 1)
		assert_int_equal(byte, 'y');
	(void)kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	fd = (struct pollfd){.fd = ends[0], .events = POLLIN};
	assert_int_equal(poll(&fd, 1, 10000), 1);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	(void)close(ends[0]);
	(void)close(ready[0]);
}

/* ---- the main process */

static char here[64];

static int
make_folders(void **state)
{
	char path[128];

	(void)state;
	(void)strcpy(here, "sandbox-XXXXXX");
	if (mkdtemp(here) == NULL)
		return -1;
	for (size_t i = 0; i < 3; i++) {
		static const char *const name[] = {"w", "r", "x"};
		int fd;

		(void)snprintf(path, sizeof(path), "%s/%s", here, name[i]);
		if (mkdir(path, 0755) != 0)
			return -1;
		(void)snprintf(path, sizeof(path), "%s/%s/file", here, name[i]);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0 || write(fd, "text", 4) != 4 || close(fd) != 0)
			return -1;
	}
	return 0;
}

static int
remove_folders(void **state)
{
	static const char *const names[] = {"w/new", "w/moved", "w/dir", "w/file",
	    "r/file", "x/file", "w", "r", "x", ""};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", here, names[i]);
		(void)remove(path);
	}
	return access(here, F_OK) == 0 ? -1 : 0;
}

/* 0 when it could be opened, else errno. */
static int
try_open(const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC, 0644);

	if (fd < 0)
		return errno;
	(void)close(fd);
	return 0;
}

static bool
enter_main(void)
{
	const char *const write_to[] = {"w", NULL};
	const char *const read_from[] = {"r/file", "absent", NULL};
	const char *missing = "unset";
	struct rk_err e = {0};

	if (chdir(here) != 0)
		return false;
	if (rk_sandbox_main(write_to, read_from, &missing, &e) != 0) {
		(void)dprintf(STDERR_FILENO, "%s\n", e.text);
		return false;
	}
	if (missing != NULL)
		_exit(SKIPPED);
	return true;
}

static int
main_profile(void)
{
	if (!enter_main())
		return 1;
	if (try_open("w/new", O_WRONLY | O_CREAT | O_EXCL) != 0)
		return 2;
	if (try_open("w/file", O_RDWR | O_TRUNC) != 0)
		return 3;
	if (rename("w/new", "w/moved") != 0 || mkdir("w/dir", 0755) != 0 ||
	    rename("w/moved", "w/dir/moved") != 0 || unlink("w/dir/moved") != 0 ||
	    rmdir("w/dir") != 0)
		return 4;
	if (try_open("r/file", O_RDONLY) != 0)
		return 5;
	if (try_open("r/file", O_WRONLY) != EACCES)
		return 6;
	if (try_open("r/new", O_WRONLY | O_CREAT) != EACCES)
		return 7;
	if (try_open("r", O_RDONLY | O_DIRECTORY) != EACCES)
		return 8;
	if (try_open("x/file", O_RDONLY) != EACCES)
		return 9;
	if (try_open("new", O_WRONLY | O_CREAT) != EACCES)
		return 10;
	if (unlink("x/file") != -1 || errno != EACCES)
		return 11;
	if (rename("w/file", "x/file") != -1 || (errno != EACCES && errno != EXDEV))
		return 12;
	if (try_open("w/../x/file", O_RDONLY) != EACCES)
		return 13;
	if (symlink("../x/file", "w/new") != 0 || try_open("w/new", O_RDONLY) != EACCES)
		return 14;
	return 0;
}

static int
main_needs_of_the_system(void)
{
	struct stat st;

	if (!enter_main())
		return 1;
	if (try_open("/etc/nsswitch.conf", O_RDONLY) != 0 &&
	    access("/etc/nsswitch.conf", F_OK) == 0)
		return 2;
	if (try_open("/dev/null", O_RDWR) != 0 ||
	    try_open("/dev/urandom", O_RDONLY) != 0)
		return 3;
	if (try_open("/proc/self/status", O_RDONLY) != 0)
		return 4;
	if (try_open("/proc/self/exe", O_RDONLY) != 0)
		return 5;
	if (stat("/usr/share/zoneinfo/Asia/Bangkok", &st) == 0 &&
	    try_open("/usr/share/zoneinfo/Asia/Bangkok", O_RDONLY) != 0)
		return 6;
	if (try_open("/etc/new", O_WRONLY | O_CREAT) != EACCES)
		return 7;
	if (try_open("/", O_RDONLY | O_DIRECTORY) != EACCES)
		return 8;
	if (socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0)
		return 9;
	return 0;
}

/* Its workers are the same program, run again. */
static int
main_runs_itself(void)
{
	char *const args[] = {(char[]){"test_sandbox"}, (char[]){"--run"}, NULL};
	char *const none[] = {(char[]){"x/file"}, NULL};

	if (!enter_main())
		return 1;
	if (chmod("w/file", 0755) != 0)
		return 2;
	(void)execv("w/file", none);
	if (errno != EACCES)
		return 3; /* what is written is never run */
	(void)execv("/proc/self/exe", args);
	return 4;
}

static int
main_without_its_folder(void)
{
	const char *const write_to[] = {"no-such-folder", NULL}, *const read_from[] = {
								     NULL};
	const char *missing;
	struct rk_err e = {0};

	if (rk_sandbox_main(write_to, read_from, &missing, &e) == 0)
		return missing != NULL ? SKIPPED : 1;
	return e.sys == ENOENT && strstr(e.text, "no-such-folder") != NULL ? 0 : 2;
}

static void
main_files(void **state)
{
	(void)state;
	ends_well(main_profile);
}

static void
main_system(void **state)
{
	(void)state;
	ends_well(main_needs_of_the_system);
}

static void
main_again(void **state)
{
	(void)state;
	ends_well(main_runs_itself);
}

static void
main_folder(void **state)
{
	(void)state;
	ends_well(main_without_its_folder);
}

/* ---- kernels that have less: their answer is given by a filter */

static bool
pretend(unsigned call, unsigned answer)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | answer),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = 4, .filter = code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

static int
without_landlock(void)
{
	const char *const none[] = {NULL};
	const char *missing = NULL;
	struct rk_err e = {0};

	if (!pretend(SYS_landlock_create_ruleset, ENOSYS))
		return SKIPPED;
	if (rk_sandbox_main(none, none, &missing, &e) != 0 || missing == NULL ||
	    strcmp(missing, "landlock") != 0)
		return 2;
	missing = NULL;
	if (rk_sandbox_worker(0, &missing, &e) != 0 || missing == NULL ||
	    strcmp(missing, "landlock") != 0)
		return 3;
	/* The filter alone still holds. */
	return refused(open("/etc/passwd", O_RDONLY | O_CLOEXEC)) ? 0 : 4;
}

static int
without_filters(void)
{
	const char *missing = NULL;
	struct rk_err e = {0};

	if (!pretend(SYS_seccomp, ENOSYS))
		return SKIPPED;
	if (rk_sandbox_worker(0, &missing, &e) != 0)
		return 2;
	if (missing == NULL)
		return 3;
	if (strcmp(missing, "seccomp") != 0)
		return SKIPPED;
	/* Landlock alone still holds. */
	return refused(open("/etc/passwd", O_RDONLY | O_CLOEXEC)) ? 0 : 4;
}

static void
less_landlock(void **state)
{
	(void)state;
	ends_well(without_landlock);
}

static void
less_seccomp(void **state)
{
	(void)state;
	ends_well(without_filters);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),
	    cmocka_unit_test(processes),
	    cmocka_unit_test(code),
	    cmocka_unit_test(work),
	    cmocka_unit_test(limits),
#ifndef RK_SANITIZED
	    cmocka_unit_test(memory),
	    cmocka_unit_test(cpu_is_limited),
#endif
	    cmocka_unit_test(abort_is_seen),
	    cmocka_unit_test(dies_with_its_parent),
	    cmocka_unit_test_setup_teardown(main_files, make_folders, remove_folders),
	    cmocka_unit_test_setup_teardown(main_system, make_folders, remove_folders),
	    cmocka_unit_test_setup_teardown(main_again, make_folders, remove_folders),
	    cmocka_unit_test(main_folder),
	    cmocka_unit_test(less_landlock),
	    cmocka_unit_test(less_seccomp),
	};

	if (argc == 2 && strcmp(argv[1], "--run") == 0)
		return 0; /* main_runs_itself came here */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
