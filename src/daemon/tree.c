/*
 * The published tree: the one place where files of it are written.
 */
#include "daemon_int.h"

#include <ruamkhao/fsatom.h>

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int
tree_put(struct engine *e, const char *name, struct rk_str bytes, bool *changed,
    struct rk_err *err)
{
	/* the time of replacement: a copy that joins changes bytes, but no story's time,
	 * and Last-Modified must move with the bytes */
	return rk_file_replace(
	    rk_cstr(e->config->publish.directory), name, bytes, -1, changed, err);
}

int
tree_drop(struct engine *e, const char *name, struct rk_err *err)
{
	static const char *const ends[] = { "", ".gz", ".br" };
	char path[4096];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s%s",
		    rk_cstr(e->config->publish.directory), name, ends[i]);
		if (unlink(path) != 0 && errno != ENOENT)
			return rk_err_sys(err, errno, "cannot remove %s", path);
	}
	return 0;
}

int
tree_sync(struct engine *e, const char *name, struct rk_err *err)
{
	return rk_file_sync_dir(rk_cstr(e->config->publish.directory), name, err);
}
