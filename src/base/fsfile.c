/*
 * Folders, whole-file reads and the lock of an instance: what fsatom.h offers
 * besides replacing. Paths here are the operator's, so links in them are followed.
 */
#include <ruamkhao/fsatom.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)64 << 10)

/* fsync the folder that holds path (path has no '/' at its end). errno on -1. */
static int
sync_parent(char *path)
{
	char *slash = strrchr(path, '/');
	int fd, rc, saved;

	if (slash == NULL) {
		fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} else if (slash == path) {
		fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} else {
		*slash = '\0';
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		*slash = '/';
	}
	if (fd < 0)
		return -1;
	rc = fsync(fd);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return rc;
}

/* One folder, whose parent is there. errno on -1. */
static int
make_folder(char *path)
{
	struct stat st;

	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return 0;
		errno = ENOTDIR;
		return -1;
	}
	if (errno != ENOENT)
		return -1;
	if (mkdir(path, 0755) != 0)
		return errno == EEXIST ? 0 : -1; /* made by another meanwhile */
	return sync_parent(path);
}

int
rk_file_mkdirs(const char *path, struct rk_err *err)
{
	char *copy = rk_xstrdup(path);
	size_t n = strlen(copy);
	int rc = 0;

	while (n > 1 && copy[n - 1] == '/')
		copy[--n] = '\0';
	if (n == 0) {
		free(copy);
		return rk_err_set(err, RK_E_CONFIG, "the name of a folder is empty");
	}
	for (char *p = copy + 1; rc == 0 && (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		rc = make_folder(copy);
		*p = '/';
		while (p[1] == '/')
			p++;
	}
	if (rc == 0)
		rc = make_folder(copy);
	if (rc != 0)
		(void)rk_err_sys(err, errno, "%s", path);
	free(copy);
	return rc;
}

/* ---- reading */

static ssize_t
read_some(int fd, void *p, size_t n)
{
	ssize_t got;

	do {
		got = read(fd, p, n);
	} while (got < 0 && errno == EINTR);
	return got;
}

/* How much to ask for next: the rest of a file of known size, and one byte more to
 * see its end at once. */
static size_t
next_read(int fd, size_t have, size_t room)
{
	struct stat st;
	size_t want = CHUNK;

	if (have == 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    (uintmax_t)st.st_size < room)
		want = (size_t)st.st_size + 1;
	return want < room ? want : room;
}

int
rk_file_read(const char *path, size_t max, struct rk_buf *buf, struct rk_err *err)
{
	size_t start = buf->n, have = 0, want;
	bool is_stdin = strcmp(path, "-") == 0;
	const char *name = is_stdin ? "standard input" : path;
	int fd, rc = -1;
	ssize_t got;
	char more;

	if (max > buf->max - buf->n)
		max = buf->max - buf->n;
	fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return rk_err_sys(err, errno, "%s", name);
	while (have < max) {
		want = next_read(fd, have, max - have);
		if (rk_buf_reserve(buf, want) != 0)
			goto limit;
		got = read_some(fd, buf->p + buf->n, want);
		if (got < 0)
			goto failed;
		if (got == 0) {
			rc = 0;
			goto out;
		}
		buf->n += (size_t)got;
		have += (size_t)got;
	}
	got = read_some(fd, &more, 1);
	if (got < 0)
		goto failed;
	if (got > 0)
		goto limit;
	rc = 0;
	goto out;
limit:
	(void)rk_err_set(err, RK_E_LIMIT, "%s: larger than %zu bytes", name, max);
	goto out;
failed:
	(void)rk_err_sys(err, errno, "%s", name);
out:
	if (rc != 0)
		buf->n = start;
	if (buf->p != NULL)
		buf->p[buf->n] = '\0';
	if (!is_stdin)
		(void)close(fd);
	return rc;
}

/* ---- one instance */

int
rk_file_lock(const char *path, int *fd, struct rk_err *err)
{
	/* Of the open file, not of the process: a close elsewhere cannot lose it, and
	 * the kernel drops it whatever way the process ends. */
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int file, rc = 0;

	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644);
	if (file < 0)
		return rk_err_sys(err, errno, "%s", path);
	if (fcntl(file, F_OFD_SETLK, &lock) != 0) {
		if (errno == EAGAIN || errno == EACCES)
			rc = rk_err_set(err, RK_E_BUSY,
			    "%s: locked: another instance is running", path);
		else
			rc = rk_err_sys(err, errno, "%s: lock", path);
		(void)close(file);
		return rc;
	}
	*fd = file;
	return 0;
}
