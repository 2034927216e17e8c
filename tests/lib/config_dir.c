/* A folder of configuration files for one test. */
#include "config_dir.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
config_dir_make(struct config_dir *d)
{
	const char *tmp = getenv("TMPDIR");
	char name[200], *real;

	(void)snprintf(
	    name, sizeof(name), "%.150s/rk-config-XXXXXX", tmp != NULL ? tmp : "/tmp");
	rk_assert(mkdtemp(name) != NULL);
	real = realpath(name, NULL);
	rk_assert(real != NULL && strlen(real) < sizeof(d->path));
	(void)snprintf(d->path, sizeof(d->path), "%s", real);
	(void)snprintf(d->main, sizeof(d->main), "%s/ruamkhao.yml", d->path);
	free(real);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

void
config_dir_remove(struct config_dir *d)
{
	rk_assert(nftw(d->path, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

void
config_dir_put(struct config_dir *d, const char *name, const void *data, size_t n)
{
	const char *slash = strchr(name, '/');
	char path[512];
	FILE *f;

	if (slash != NULL) {
		(void)snprintf(
		    path, sizeof(path), "%s/%.*s", d->path, (int)(slash - name), name);
		(void)mkdir(path, 0755);
	}
	(void)snprintf(path, sizeof(path), "%s/%s", d->path, name);
	f = fopen(path, "we");
	rk_assert(f != NULL);
	rk_assert(fwrite(data, 1, n, f) == n);
	rk_assert(fclose(f) == 0);
}

void
config_dir_puts(struct config_dir *d, const char *name, const char *text)
{
	config_dir_put(d, name, text, strlen(text));
}

int
config_dir_load(
    struct config_dir *d, const char *text, struct rk_config **out, struct rk_err *err)
{
	config_dir_puts(d, "ruamkhao.yml", text);
	return rk_config_load(d->main, NULL, out, err);
}
