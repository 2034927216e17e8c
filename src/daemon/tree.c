/*
 * The published tree: the one place where files of it are written.
 */
#include "daemon_int.h"

#include <ruamkhao/fsatom.h>

int
tree_put(struct engine *e, const char *name, struct rk_str bytes, bool *changed,
    struct rk_err *err)
{
	/* the time of replacement: a copy that joins changes bytes, but no story's time,
	 * and Last-Modified must move with the bytes */
	int rc = rk_file_replace(
	    rk_cstr(e->config->publish.directory), name, bytes, -1, changed, err);

	if (rc == 0 && *changed)
		bucket_changed(e->bucket, name);
	return rc;
}

int
tree_sync(struct engine *e, const char *name, struct rk_err *err)
{
	return rk_file_sync_dir(rk_cstr(e->config->publish.directory), name, err);
}
