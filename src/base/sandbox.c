/*
 * The two profiles: a worker that may only compute and answer, and a main process
 * that may write only where its results are. Knows no feed and no configuration.
 *
 * The system's headers may be older than its kernel (Debian 12: headers 6.1), so
 * what they lack is written down here; the kernel is asked what it has.
 */
#include <ruamkhao/sandbox.h>

#include <ruamkhao/err.h>
#include <ruamkhao/sign.h>

#include <seccomp.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_LSAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_LSAN 1
#endif
#ifdef WITH_LSAN
#include <sanitizer/lsan_interface.h>
#endif

#define WORKER_FILES 16 /* standard ones, the socket, some the parent left */

/* ---- Landlock */

#define FS_EXECUTE    (1ULL << 0)
#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE  (1ULL << 2)
#define FS_READ_DIR   (1ULL << 3)
#define FS_MAKE_CHAR  (1ULL << 6)
#define FS_MAKE_BLOCK (1ULL << 11)
#define FS_TRUNCATE   (1ULL << 14)
#define FS_IOCTL_DEV  (1ULL << 15)
#define FS_READ       (FS_READ_FILE | FS_READ_DIR)
/* What a rule on a file, not a folder, may hold. */
#define FS_OF_FILE                                                                     \
	(FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

/* All rights that the ABI has: linux/Documentation/userspace-api/landlock.rst. */
static uint64_t
fs_rights(int abi)
{
	int bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;

	return (1ULL << bits) - 1;
}

/* struct landlock_ruleset_attr of ABI 6; the size says how much of it counts. */
struct ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

/* The kernel's ABI, 0 if it has no Landlock, -1 with errno. */
static int
landlock_abi(void)
{
	long abi = syscall(
	    SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (abi >= 0)
		return abi < 1000 ? (int)abi : 1000;
	/* The question cannot be forbidden: EPERM is an old container's filter. */
	if (errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM)
		return 0;
	return -1;
}

static int
new_ruleset(int abi, struct ruleset *r)
{
	size_t size = abi >= 6   ? sizeof(*r)
		      : abi >= 4 ? offsetof(struct ruleset, scoped)
				 : offsetof(struct ruleset, net);

	return (int)syscall(SYS_landlock_create_ruleset, r, size, 0);
}

static int
restrict_self(int ruleset)
{
	return (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
}

/* Allow rights at and below path. needed: whether it must be there. */
static int
add_path(
    int ruleset, const char *path, uint64_t rights, bool needed, struct rk_err *err)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights};
	struct stat st;
	int rc = 0, fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0) {
		if (!needed && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
			return 0;
		return rk_err_sys(err, errno, "sandbox: %s", path);
	}
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= FS_OF_FILE;
	rule.parent_fd = fd;
	if (rule.allowed_access != 0 && syscall(SYS_landlock_add_rule, ruleset,
					    LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
		rc = rk_err_sys(err, errno, "sandbox: rule for %s", path);
	(void)close(fd);
	return rc;
}

/*
 * What any program needs. The whole of /etc, since a rule is bound to a file, not
 * to its name: once a DHCP client has put a new resolv.conf in the place of the old
 * a rule for that one file would let it be found and not be read, and every lookup
 * would fail. Permissions still guard what is secret there.
 */
static const struct {
	const char *path;
	uint64_t rights;
} system_paths[] = {
    {"/etc", FS_READ}, {"/run/systemd/resolve", FS_READ}, {"/run/resolvconf", FS_READ},
    {"/run/NetworkManager", FS_READ}, {"/usr", FS_READ | FS_EXECUTE},
    {"/lib", FS_READ | FS_EXECUTE}, {"/lib64", FS_READ | FS_EXECUTE},
    {"/proc", FS_READ}, {"/sys/devices/system/cpu", FS_READ}, /* how many processors */
    {"/dev/urandom", FS_READ}, {"/dev/random", FS_READ},
    {"/dev/null", FS_READ | FS_WRITE_FILE | FS_TRUNCATE},
    {"/proc/self/exe", FS_READ | FS_EXECUTE}, /* workers are this program again */
};

static int
no_new_privs(struct rk_err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return rk_err_sys(err, errno, "sandbox: no_new_privs");
	return 0;
}

int
rk_sandbox_main(const char *const write[], const char *const read[],
    const char **missing, struct rk_err *err)
{
	struct ruleset r = {0};
	int abi, fd, rc = -1;

	*missing = NULL;
	if (no_new_privs(err) != 0)
		return -1;
	if ((abi = landlock_abi()) == 0) {
		*missing = "landlock";
		return 0;
	}
	if (abi < 0)
		return rk_err_sys(err, errno, "sandbox: landlock");
	r.fs = fs_rights(abi);
	if ((fd = new_ruleset(abi, &r)) < 0)
		return rk_err_sys(err, errno, "sandbox: landlock ruleset");
	for (size_t i = 0; i < sizeof(system_paths) / sizeof(system_paths[0]); i++)
		if (add_path(fd, system_paths[i].path, system_paths[i].rights & r.fs,
			false, err) != 0)
			goto out;
	for (; *read != NULL; read++)
		if (add_path(fd, *read, FS_READ, false, err) != 0)
			goto out;
	/* Data, never programs or devices. */
	for (; *write != NULL; write++)
		if (add_path(fd, *write,
			r.fs &
			    ~(FS_EXECUTE | FS_MAKE_CHAR | FS_MAKE_BLOCK | FS_IOCTL_DEV),
			true, err) != 0)
			goto out;
	if (restrict_self(fd) != 0) {
		(void)rk_err_sys(err, errno, "sandbox: landlock");
		goto out;
	}
	rc = 0;
out:
	(void)close(fd);
	return rc;
}

/* No path, no TCP port, no signal to another process. */
static int
worker_landlock(bool *lacking, struct rk_err *err)
{
	struct ruleset r = {.net = 3, .scoped = 3};
	int abi, fd, rc = 0;

	if ((abi = landlock_abi()) == 0) {
		*lacking = true;
		return 0;
	}
	if (abi < 0)
		return rk_err_sys(err, errno, "sandbox: landlock");
	r.fs = fs_rights(abi);
	if ((fd = new_ruleset(abi, &r)) < 0)
		return rk_err_sys(err, errno, "sandbox: landlock ruleset");
	if (restrict_self(fd) != 0)
		rc = rk_err_sys(err, errno, "sandbox: landlock");
	(void)close(fd);
	return rc;
}

/* ---- seccomp */

/* What reading, parsing and answering need: nothing that takes a name. */
/* clang-format off */
static const int worker_calls[] = {
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(close),
    SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(recvfrom), SCMP_SYS(sendto),
    SCMP_SYS(poll), SCMP_SYS(ppoll),
    /* stdio on what is open */
    SCMP_SYS(lseek), SCMP_SYS(fstat),
    /* memory; mmap and mprotect are below */
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise),
    /* locks, time, identity */
    SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday),
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getrandom), SCMP_SYS(getrusage),
    /* signals of its own, the end */
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
    SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(exit),
    SCMP_SYS(exit_group),
#ifdef RK_SANITIZED
    /* a report on the way to the end */
    SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(getrlimit), SCMP_SYS(readlink),
    SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
#endif
};
/* clang-format on */

/* Filters have been there since 3.5, the question since 4.14. */
static bool
has_filters(void)
{
	uint32_t action = SECCOMP_RET_ERRNO;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static int
worker_filter(bool *lacking, struct rk_err *err)
{
	scmp_filter_ctx ctx;
	int rc = 0;

	if (!has_filters()) {
		*lacking = true;
		return 0;
	}
	if ((ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM))) == NULL)
		return rk_err_sys(err, ENOMEM, "sandbox: seccomp");
	for (size_t i = 0;
	     rc == 0 && i < sizeof(worker_calls) / sizeof(worker_calls[0]); i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, worker_calls[i], 0);
	/* Memory is data or, from the start, code; never turned into code. */
	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* Limits of itself (rk_sandbox_cpu), signals to itself (abort). */
	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
		    SCMP_A0(SCMP_CMP_EQ, 0, 0));
	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	return rc == 0 ? 0 : rk_err_sys(err, -rc, "sandbox: seccomp filter");
}

/* ---- limits */

static int
limit(enum __rlimit_resource what, const char *name, rlim_t value, struct rk_err *err)
{
	struct rlimit now, both = {.rlim_cur = value, .rlim_max = value};

	/* Already below, by the parent or the service manager: fine. */
	if (getrlimit(what, &now) == 0 && now.rlim_max < value)
		both.rlim_cur = both.rlim_max = now.rlim_max;
	if (setrlimit(what, &both) != 0)
		return rk_err_sys(err, errno, "sandbox: limit of %s", name);
	return 0;
}

#ifndef RK_SANITIZED
/* Bytes of address space that are mapped now. */
static int
mapped(size_t *bytes, struct rk_err *err)
{
	unsigned long long pages;
	FILE *f = fopen("/proc/self/statm", "re");
	int got;

	if (f == NULL)
		return rk_err_sys(err, errno, "sandbox: /proc/self/statm");
	got = fscanf(f, "%llu", &pages);
	(void)fclose(f);
	if (got != 1)
		return rk_err_set(err, RK_E_SYS,
		    "sandbox: /proc/self/statm: a number "
		    "was expected");
	*bytes = (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
	return 0;
}
#endif

static int
worker_limits(size_t memory_limit, struct rk_err *err)
{
	if (limit(RLIMIT_CORE, "cores", 0, err) != 0 ||
	    limit(RLIMIT_NOFILE, "descriptors", WORKER_FILES, err) != 0 ||
	    limit(RLIMIT_NPROC, "processes", 0, err) != 0)
		return -1;
#ifdef RK_SANITIZED
	/* Shadow memory is terabytes; a report may go to a file. */
	(void)memory_limit;
	return 0;
#else
	size_t now = 0;

	/* A line of the log into a file then fails, and does not kill. */
	if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || signal(SIGXCPU, SIG_DFL) == SIG_ERR)
		return rk_err_sys(err, errno, "sandbox: signals");
	if (limit(RLIMIT_FSIZE, "files", 0, err) != 0)
		return -1;
	if (memory_limit == 0)
		return 0;
	if (mapped(&now, err) != 0)
		return -1;
	return limit(RLIMIT_AS, "memory", (rlim_t)(now + memory_limit), err);
#endif
}

int
rk_sandbox_worker(size_t memory_limit, const char **missing, struct rk_err *err)
{
	bool no_landlock = false, no_filter = false;
	char warm[65];

	*missing = NULL;
	/* libcrypto reads its configuration at the first sum. */
	rk_sha256_hex(NULL, 0, warm);
#ifdef WITH_LSAN
	/* It traces the process by another: only now, and not again at the end. */
	__lsan_do_leak_check();
#endif
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return rk_err_sys(err, errno, "sandbox: signal at the parent's death");
	if (no_new_privs(err) != 0 || worker_limits(memory_limit, err) != 0 ||
	    worker_landlock(&no_landlock, err) != 0 ||
	    worker_filter(&no_filter, err) != 0)
		return -1;
	if (no_landlock && no_filter)
		*missing = "landlock and seccomp";
	else if (no_landlock)
		*missing = "landlock";
	else if (no_filter)
		*missing = "seccomp";
	return 0;
}

#ifndef RK_SANITIZED
/* As the kernel holds it against RLIMIT_CPU: by its ticks, which on a busy virtual machine
 * run ahead of what getrusage() and clock() say, by more the longer a process lives. The
 * clock that shows them has no name (linux/posix-timers.h: CPUCLOCK_PROF, pid 0). */
static int
cpu_by_ticks(struct timespec *used)
{
	static const clockid_t ticks = -8;

	return clock_gettime(ticks, used);
}
#endif

void
rk_sandbox_cpu(unsigned seconds)
{
#ifdef RK_SANITIZED
	(void)seconds; /* everything is slower there, by no known factor */
#else
	struct timespec used;
	struct rlimit cpu;

	if (cpu_by_ticks(&used) != 0 || getrlimit(RLIMIT_CPU, &cpu) != 0)
		return;
	/* The kernel counts whole seconds: the begun one is not charged to the
	 * document. */
	cpu.rlim_cur = (rlim_t)used.tv_sec + (used.tv_nsec > 0) + seconds;
	if (cpu.rlim_cur > cpu.rlim_max)
		cpu.rlim_cur = cpu.rlim_max;
	(void)setrlimit(RLIMIT_CPU, &cpu);
#endif
}
