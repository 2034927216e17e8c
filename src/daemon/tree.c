/*
 * The published tree: the one place where files of it are written, with their compressed
 * twins.
 *
 * A server sends a twin in the place of the file whenever there is one. So old twins go
 * before the file is replaced, and new ones come after it: at any moment, also after a
 * crash, there is the right twin or none. The rest is the plain file's.
 */
#include "daemon_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/pack.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Every program knows gzip. Brotli is asked for by browsers, so pages have it, and the Atom
 * feeds, which most subscribers read; not archives, which are read once. */
static bool
wants_twin(const char *name, size_t size, enum rk_twin twin)
{
	struct rk_str s = rk_str(name);

	return size >= RK_TWIN_LEAST &&
	       (twin == RK_TWIN_GZIP ||
		   (!rk_str_starts(s, "archive/") &&
		       (rk_str_ends(s, ".atom") || rk_str_ends(s, ".html"))));
}

/* By what the sweep found, which costs nothing. Of a small file without twins, and of one
 * that was not there, it says nothing. */
static bool
was_whole(const struct engine *e, const char *name)
{
	char twin[1024];
	size_t n = strlen(name), end;

	if (e->swept == NULL || n > sizeof(twin) || !rk_file_names_have(e->swept, name))
		return false;
	memcpy(twin, name, n);
	for (int i = 0; i < RK_N_TWINS; i++) {
		if (!wants_twin(name, RK_TWIN_LEAST, (enum rk_twin)i))
			continue;
		end = strlen(rk_twin_suffix[i]) + 1;
		if (n + end > sizeof(twin))
			return false;
		memcpy(twin + n, rk_twin_suffix[i], end);
		if (!rk_file_names_have(e->swept, twin))
			return false;
	}
	return true;
}

bool
tree_is_whole(const struct engine *e, const char *name)
{
	const char *root = rk_cstr(e->config->publish.directory);
	struct stat st;
	char path[4096];

	if (was_whole(e, name))
		return true;
	if (snprintf(path, sizeof(path), "%s/%s", root, name) >= (int)sizeof(path) ||
	    stat(path, &st) != 0)
		return false;
	for (int i = 0; i < RK_N_TWINS; i++)
		if (wants_twin(name, (size_t)st.st_size, (enum rk_twin)i) &&
		    !rk_file_has_twin(root, name, rk_twin_suffix[i]))
			return false;
	return true;
}

struct twins_of {
	const char *name;
	struct rk_str bytes;
	struct rk_buf packed;
};

static bool
make_twin(void *cookie, unsigned i, struct rk_str *data)
{
	struct twins_of *t = cookie;

	rk_buf_reset(&t->packed);
	if (!wants_twin(t->name, t->bytes.n, (enum rk_twin)i) ||
	    !rk_pack((enum rk_twin)i, rk_str_ends(rk_str(t->name), ".html"), t->bytes, &t->packed))
		return false;
	*data = rk_buf_view(&t->packed);
	return true;
}

int
tree_put(struct engine *e, const char *name, struct rk_str bytes, bool *changed,
    struct rk_err *err)
{
	const char *root = rk_cstr(e->config->publish.directory);
	struct twins_of twins = {.name = name, .bytes = bytes};
	int rc;

	/* the time of replacement: a copy that joins changes bytes, but no story's time,
	 * and Last-Modified must move with the bytes */
	if (rk_file_renew(root, name, bytes, -1, rk_twin_suffix, changed, err) != 0)
		return -1;
	if (*changed)
		bucket_changed(e->bucket, name);
	rk_buf_init(&twins.packed, RK_MAX_FILE);
	rc = rk_file_twins(root, name, rk_twin_suffix, make_twin, &twins, err);
	rk_buf_release(&twins.packed);
	return rc;
}

int
tree_remove(struct engine *e, const char *name, struct rk_err *err)
{
	const char *root = rk_cstr(e->config->publish.directory);

	for (int i = 0; i < RK_N_TWINS; i++)
		if (rk_file_remove(root, name, rk_twin_suffix[i], err) != 0)
			return -1;
	if (rk_file_remove(root, name, "", err) != 0)
		return -1;
	bucket_changed(e->bucket, name);
	return 0;
}

int
tree_sweep(struct engine *e, bool all, struct rk_err *err)
{
	static const char *const twins[] = { ".gz", ".br", NULL };
	/* of what we publish: nobody else's files go */
	static const char *const ours[] = { ".atom", ".rss", ".json", ".html", ".opml",
		".csv", NULL };
	char mark[4096];
	struct rk_file_sweep what = {.suffixes = twins, .ours = ours};

	if (!all && e->config->storage.state.n > 0 &&
	    snprintf(mark, sizeof(mark), "%s/swept", rk_cstr(e->config->storage.state)) <
		(int)sizeof(mark))
		what.mark = mark;
	return rk_file_sweep(rk_cstr(e->config->publish.directory), &what, &e->swept, err);
}

void
tree_looked(struct engine *e)
{
	rk_file_names_free(e->swept);
	e->swept = NULL;
}

int
tree_sync(struct engine *e, const char *name, struct rk_err *err)
{
	return rk_file_sync_dir(rk_cstr(e->config->publish.directory), name, err);
}
