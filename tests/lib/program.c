/* A folder of its own for a test of the whole program. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_ARGS 24

static void
must(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	abort();
}

void
program_open(struct program *w)
{
	memset(w, 0, sizeof(*w));
	(void)snprintf(w->dir, sizeof(w->dir), "%s/rk-program-XXXXXX",
	    getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	must(mkdtemp(w->dir) != NULL, "mkdtemp");
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
program_close(struct program *w)
{
	(void)nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(w->out);
	free(w->err);
	memset(w, 0, sizeof(*w));
}

static void
path_of(const struct program *w, const char *name, char *out, size_t size)
{
	(void)snprintf(out, size, "%s/%s", w->dir, name);
}

__attribute__((format(printf, 4, 0))) static void
write_text(struct program *w, const char *name, const char *head, const char *fmt, va_list ap)
{
	char path[512];
	FILE *f;

	path_of(w, name, path, sizeof(path));
	for (char *p = path + strlen(w->dir) + 1; (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		(void)mkdir(path, 0755);
		*p = '/';
	}
	must((f = fopen(path, "w")) != NULL, path);
	(void)fputs(head, f);
	(void)vfprintf(f, fmt, ap);
	must(fclose(f) == 0, path);
}

void
program_write(struct program *w, const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_text(w, name, "", fmt, ap);
	va_end(ap);
}

void
program_config(struct program *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_text(w, "rk.yml",
	    "site:\n  title: ทดสอบ\n  base_url: http://news.example/\n"
	    "  contact: mailto:t@example.org\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n",
	    fmt, ap);
	va_end(ap);
}

/* ---- running */

static pid_t
spawn(struct program *w, const char *const *args)
{
	char config[128], out[128], err[128];
	const char *argv[MAX_ARGS + 4];
	size_t n = 0;
	pid_t pid;

	(void)snprintf(config, sizeof(config), "%s/rk.yml", w->dir);
	(void)snprintf(out, sizeof(out), "%s/stdout", w->dir);
	(void)snprintf(err, sizeof(err), "%s/stderr", w->dir);
	argv[n++] = RK_BIN;
	for (size_t i = 0; args[i] != NULL; i++)
		argv[n++] = args[i];
	argv[n++] = "-c";
	argv[n++] = config;
	argv[n] = NULL;
	must((pid = fork()) >= 0, "fork");
	if (pid == 0) {
		int o = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		int e = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		int i = open("/dev/null", O_RDONLY);

		if (o < 0 || e < 0 || i < 0 || dup2(i, 0) < 0 || dup2(o, 1) < 0 || dup2(e, 2) < 0)
			_exit(126);
		(void)execv(RK_BIN, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	return pid;
}

static void
collect(const char **args, va_list ap)
{
	size_t n = 0;
	const char *arg;

	while ((arg = va_arg(ap, const char *)) != NULL && n < MAX_ARGS - 1)
		args[n++] = arg;
	args[n] = NULL;
}

int
program_run(struct program *w, ...)
{
	const char *args[MAX_ARGS];
	va_list ap;

	va_start(ap, w);
	collect(args, ap);
	va_end(ap);
	return program_wait(w, spawn(w, args), 120000);
}

pid_t
program_start(struct program *w, ...)
{
	const char *args[MAX_ARGS];
	va_list ap;

	va_start(ap, w);
	collect(args, ap);
	va_end(ap);
	return spawn(w, args);
}

static void
nap(void)
{
	struct timespec ts = { 0, 5000000 };

	(void)nanosleep(&ts, NULL);
}

int
program_wait(struct program *w, pid_t pid, unsigned ms)
{
	int status = 0;
	pid_t got = 0;

	for (unsigned waited = 0; (got = waitpid(pid, &status, WNOHANG)) == 0 && waited <= ms;
	     waited += 5)
		nap();
	if (got == 0) {
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, &status, 0);
		return w->status = -1;
	}
	free(w->out);
	free(w->err);
	w->out = program_read(w, "stdout");
	w->err = program_read(w, "stderr");
	w->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (w->err != NULL && strstr(w->err, "Sanitizer: ") != NULL) /* or nobody learns what it found */
		fprintf(stderr, "%s\n", w->err);
	return w->status;
}

/* ---- looking */

char *
program_read(const struct program *w, const char *name)
{
	char path[512], *text;
	struct stat st;
	FILE *f;

	path_of(w, name, path, sizeof(path));
	if ((f = fopen(path, "r")) == NULL)
		return NULL;
	must(fstat(fileno(f), &st) == 0, path);
	text = malloc((size_t)st.st_size + 1);
	must(text != NULL, "malloc");
	text[fread(text, 1, (size_t)st.st_size, f)] = '\0';
	(void)fclose(f);
	return text;
}

bool
program_has(const struct program *w, const char *name)
{
	char path[512];

	path_of(w, name, path, sizeof(path));
	return access(path, F_OK) == 0;
}

size_t
program_count(const struct program *w, const char *name, const char *needle)
{
	char *text = program_read(w, name), *p = text;
	size_t n = 0;

	while (p != NULL && (p = strstr(p, needle)) != NULL) {
		n++;
		p += strlen(needle);
	}
	free(text);
	return n;
}

static FILE *prints;

static int
print_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	if (type == FTW_F)
		(void)fprintf(prints, "%s %lu %ld.%09ld\n", path, (unsigned long)st->st_ino,
		    (long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
	return 0;
}

char *
program_fingerprint(const struct program *w, const char *name)
{
	char path[512], *text = NULL;
	size_t n = 0;

	path_of(w, name, path, sizeof(path));
	must((prints = open_memstream(&text, &n)) != NULL, "open_memstream");
	(void)nftw(path, print_one, 16, FTW_PHYS);
	(void)fclose(prints);
	return text;
}

bool
program_until(const struct program *w, const char *name, const char *needle, size_t n, unsigned ms)
{
	for (unsigned waited = 0; waited <= ms; waited += 5) {
		if (program_count(w, name, needle) >= n)
			return true;
		nap();
	}
	return false;
}
