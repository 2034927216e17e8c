/*
 * A source's own CA file in addition to the system's certificates: libcurl takes one
 * bundle, so both are joined in memory. Few sources need it, so they are kept by name.
 */
#include "fetch_int.h"

#include <ruamkhao/err.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct joined {
	struct joined *next;
	char *path;
	struct timespec changed;
	off_t size;
	struct rk_buf pem;
};

struct rk_trust {
	struct joined *files;
};

struct rk_trust *
rk_trust_new(void)
{
	return rk_xcalloc(1, sizeof(struct rk_trust));
}

void
rk_trust_free(struct rk_trust *t)
{
	struct joined *next;

	if (t == NULL)
		return;
	for (struct joined *j = t->files; j != NULL; j = next) {
		next = j->next;
		rk_buf_release(&j->pem);
		free(j->path);
		free(j);
	}
	free(t);
}

static int
append_file(struct rk_buf *out, const char *path, struct stat *st, struct rk_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc = -1;
	ssize_t got;

	if (fd < 0 || fstat(fd, st) != 0) {
		rk_err_sys(err, errno, "cannot read the CA file %s", path);
		goto out;
	}
	if (!S_ISREG(st->st_mode)) {
		rk_err_set(err, RK_E_INPUT, "the CA file %s is no file", path);
		goto out;
	}
	do {
		if (rk_buf_reserve(out, RK_KIB(64)) != 0) {
			rk_err_set(err, RK_E_LIMIT, "the CA file %s is too big", path);
			goto out;
		}
		got = read(fd, out->p + out->n, RK_KIB(64));
		if (got < 0) {
			rk_err_sys(err, errno, "cannot read the CA file %s", path);
			goto out;
		}
		out->n += (size_t)got;
	} while (got > 0);
	rc = rk_buf_addc(out, '\n');
out:
	if (fd >= 0)
		close(fd);
	return rc;
}

/* Where libcurl looks when nothing is set. */
static const char *
system_bundle(void)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);

	return info->age >= CURLVERSION_SEVENTH ? info->cainfo : NULL;
}

int
rk_trust_joined(
    struct rk_trust *t, const char *ca_file, struct rk_str *pem, struct rk_err *err)
{
	struct joined *j = t->files;
	const char *bundle = system_bundle();
	struct stat st;

	while (j != NULL && strcmp(j->path, ca_file) != 0)
		j = j->next;
	if (j == NULL) {
		j = rk_xcalloc(1, sizeof(*j));
		j->path = rk_xstrdup(ca_file);
		rk_buf_init(&j->pem, RK_MAX_CA_FILE);
		j->next = t->files;
		t->files = j;
	}
	if (stat(ca_file, &st) != 0)
		return rk_err_sys(err, errno, "cannot read the CA file %s", ca_file);
	if (j->pem.n == 0 || j->pem.full || st.st_size != j->size ||
	    st.st_mtim.tv_sec != j->changed.tv_sec ||
	    st.st_mtim.tv_nsec != j->changed.tv_nsec) {
		rk_buf_reset(&j->pem);
		if (append_file(&j->pem, ca_file, &st, err) != 0 ||
		    (bundle != NULL &&
			append_file(&j->pem, bundle, &(struct stat){0}, err) != 0)) {
			rk_buf_reset(&j->pem);
			return -1;
		}
		j->size = st.st_size;
		j->changed = st.st_mtim;
	}
	*pem = rk_buf_view(&j->pem);
	return 0;
}
