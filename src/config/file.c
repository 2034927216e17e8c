/*
 * One file of the configuration: its bytes, and what scan.c made of them.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/limits.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The number of a key in its table. */
static size_t
key_number(const struct rk_cfg_options *options, const char *key)
{
	for (size_t i = 0; options->options[i].name != NULL; i++)
		if (strcmp(options->options[i].name, key) == 0)
			return i;
	rk_assert(false && "a key that the table does not have");
	return 0;
}

uint64_t
rk_cfg_section_keys(const struct rk_cfg_file *f, const char *section)
{
	size_t i = key_number(f->options, section);

	rk_assert(i < RK_CFG_SECTIONS);
	return f->section_keys[i];
}

bool
rk_cfg_has(const struct rk_cfg_file *f, const char *section, const char *key)
{
	const struct rk_cfg_options *options = f->options;
	uint64_t keys = f->keys;

	if (section != NULL) {
		keys = rk_cfg_section_keys(f, section);
		options = options->options[key_number(options, section)].sub;
	}
	return (keys >> key_number(options, key) & 1) != 0;
}

int
rk_cfg_file_folder(struct rk_cfg_file *f, struct rk_err *err)
{
	const char *slash = strrchr(f->path, '/');
	char *folder = rk_xstrdup(slash != NULL ? f->path : ".");

	if (slash != NULL)
		folder[slash == f->path ? 1 : slash - f->path] = '\0';
	f->folder = realpath(folder, NULL);
	if (f->folder == NULL)
		(void)rk_err_sys(err, errno, "%s: its folder", f->path);
	free(folder);
	return f->folder != NULL ? 0 : -1;
}

int
rk_cfg_file_read(struct rk_cfg_file **out, const char *path,
    const struct rk_cfg_options *options, struct rk_str instead, struct rk_err *err)
{
	struct rk_cfg_file *f = rk_xcalloc(1, sizeof(*f));
	struct stat st;
	int rc = -1;

	*out = f;
	f->path = rk_xstrdup(path);
	f->options = options;
	f->arena = rk_arena_new(0);
	f->raw = rk_arena_alloc(f->arena, options->size);
	rk_buf_init(&f->text, RK_MAX_CONFIG);
	if (stat(path, &st) == 0) {
		f->dev = st.st_dev;
		f->ino = st.st_ino;
	} else if (instead.p == NULL) {
		(void)rk_err_sys(err, errno, "%s", path);
		goto out;
	}
	if (instead.p != NULL) {
		if (rk_buf_str(&f->text, instead) != 0) {
			(void)rk_cfg_bad_at(f, err, 1, 1, "more than 64 MiB");
			goto out;
		}
	} else {
		if (S_ISDIR(st.st_mode)) {
			(void)rk_err_sys(err, EISDIR, "%s", path);
			goto out;
		}
		if (rk_file_read(path, RK_MAX_CONFIG, &f->text, err) != 0)
			goto out;
	}
	if (f->text.p == NULL && rk_buf_reserve(&f->text, 1) != 0)
		goto out; /* libyaml wants a pointer, also to nothing */
	rc = rk_cfg_scan(f, err);
out:
	return rc;
}

void
rk_cfg_file_free(struct rk_cfg_file *f)
{
	if (f == NULL)
		return;
	rk_arena_free(f->arena);
	free(f->places);
	rk_buf_release(&f->text);
	free(f->folder);
	free(f->path);
	free(f);
}
