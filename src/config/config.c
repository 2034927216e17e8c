/*
 * Loading: which files, in which order, and who checks what. A load that fails leaves
 * nothing behind, so that a reload with a typing error keeps the old configuration.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/map.h>

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The bytes that stand in for the file, where the caller gave some for it. */
static struct rk_str
instead_of(const struct rk_cfg_load *load, const char *path)
{
	struct rk_str none = {NULL, 0};
	struct stat a, b;

	if (load->instead == NULL)
		return none;
	if (strcmp(path, load->instead) == 0)
		return load->instead_text;
	if (stat(path, &a) == 0 && stat(load->instead, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return load->instead_text;
	return none;
}

/*
 * A file that another names cannot be read (too large, a folder ...): its error gets
 * the place where it is named, unless it is about a place of its own.
 */
static int
blame(struct rk_cfg_load *load, const char *key, long sub, const struct rk_err *why)
{
	struct rk_cfg_at at = {load->main, load->err, NULL, key, NULL, -1, sub};

	if (why->kind != RK_E_CONFIG)
		return rk_cfg_complain(&at, "%s", why->text);
	if (load->err != NULL)
		*load->err = *why;
	return -1;
}

/* Read a file of sources (or the main one) and keep it till the end of the load. */
static int
read_file(struct rk_cfg_load *load, const char *path,
    const struct rk_cfg_options *options, struct rk_cfg_file **out, struct rk_err *err)
{
	struct rk_cfg_file *f = NULL;
	int rc;

	rc = rk_cfg_file_read(&f, path, options, instead_of(load, path), err);
	*load->files_end = f;
	load->files_end = &f->next;
	*out = f;
	return rc != 0 ? -1 : rk_cfg_file_folder(f, err);
}

/*
 * The name of a file that stands below the main file's folder, for messages: as short
 * as the operator wrote the main file's.
 */
static struct rk_str
beside(const struct rk_cfg_load *load, const char *name)
{
	const char *path = load->main->path, *slash = strrchr(path, '/');

	if (name[0] == '/' || slash == NULL)
		return rk_arena_str(load->cfg->arena, rk_str(name));
	return rk_arena_fmt(
	    load->cfg->arena, "%.*s%s", (int)(slash - path + 1), path, name);
}

/* `regions` and `agencies`: *file NULL where there is none to read. */
static int
read_table(struct rk_cfg_load *load, const char *key, const char *raw,
    const struct rk_cfg_options *options, struct rk_str *absolute,
    struct rk_cfg_file **file)
{
	const char *name = raw != NULL ? raw : rk_cfg_default(&rk_cfg_main, key);
	struct rk_cfg_at at = {load->main, load->err, NULL, key, NULL, -1, -1};
	struct rk_str path;
	struct rk_err why;

	*file = NULL;
	*absolute = RK_STR("");
	if (name[0] == '\0')
		return 0;
	path = beside(load, name);
	if (access(path.p, R_OK) != 0 && instead_of(load, path.p).p == NULL) {
		if (raw == NULL && errno == ENOENT)
			return 0;
		return rk_cfg_complain(&at, "%s cannot be read: %s",
		    rk_cfg_quote(name).text, strerrordesc_np(errno));
	}
	*absolute = rk_cfg_join(load->cfg->arena, load->main->folder, name);
	if (rk_cfg_file_read(file, path.p, options, instead_of(load, path.p), &why) ==
	    0)
		return 0;
	return blame(load, key, -1, &why);
}

static int
read_regions(struct rk_cfg_load *load)
{
	const struct rk_cfg_raw_main *raw = load->main->raw;
	struct rk_config *cfg = load->cfg;
	struct rk_cfg_file *file = NULL;
	int rc = -1;

	if (read_table(load, "regions", raw->regions, &rk_cfg_regions_file,
		&cfg->regions_path, &file) != 0)
		goto out;
	if (file == NULL) {
		cfg->regions = rk_regions_builtin(cfg->arena, load->err);
		rc = cfg->regions != NULL ? 0 : -1;
	} else {
		cfg->regions = rk_regions_new(cfg->arena);
		rc = rk_cfg_regions(file, cfg->regions, cfg->arena, load->err);
	}
out:
	rk_cfg_file_free(file);
	return rc;
}

static int
read_agencies(struct rk_cfg_load *load)
{
	const struct rk_cfg_raw_main *raw = load->main->raw;
	struct rk_cfg_file *file = NULL;
	int rc;

	rc = read_table(load, "agencies", raw->agencies, &rk_cfg_agencies_file,
	    &load->cfg->agencies_path, &file);
	if (rc == 0 && file != NULL)
		rc = rk_cfg_agencies(load, file);
	rk_cfg_file_free(file);
	return rc;
}

/* Was the file read already, by another pattern? */
static bool
seen(const struct rk_cfg_load *load, const struct stat *st)
{
	for (const struct rk_cfg_file *f = load->files; f != NULL; f = f->next)
		if (f->dev == st->st_dev && f->ino == st->st_ino)
			return true;
	return false;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The pattern below the main file's folder, whose own name is no pattern. */
static char *
full_pattern(const struct rk_cfg_load *load, const char *pattern)
{
	const char *path = load->main->path, *slash = strrchr(path, '/');
	struct rk_buf b;
	char *out;

	rk_buf_init(&b, SIZE_MAX / 2);
	if (slash != NULL && pattern[0] != '/')
		for (const char *p = path; p <= slash; p++) {
			if (strchr("*?[]\\", *p) != NULL)
				(void)rk_buf_addc(&b, '\\');
			(void)rk_buf_addc(&b, *p);
		}
	(void)rk_buf_adds(&b, pattern);
	out = rk_xstrdup(b.p != NULL ? b.p : "");
	rk_buf_release(&b);
	return out;
}

/* Of the last glob(): what it could not look into. It hands no cookie on. */
static _Thread_local struct {
	char path[512];
	int error;
} unread;

static int
on_unread(const char *path, int error)
{
	if (error == ENOENT || error == ENOTDIR)
		return 0; /* nothing is there, which a pattern may say */
	(void)snprintf(unread.path, sizeof(unread.path), "%s", path);
	unread.error = error;
	return 1;
}

/* A name without a pattern is looked up, not looked for. */
static void
look_up(const char *full)
{
	struct stat st;

	if (strpbrk(full, "*?[") == NULL && lstat(full, &st) != 0)
		(void)on_unread(full, errno);
}

/* The folder that its files lie in, or the one above its first pattern. */
static struct rk_str
include_folder(const struct rk_cfg_load *load, const char *pattern)
{
	size_t n = strcspn(pattern, "*?[\\");
	char *fixed = rk_xstrdup(pattern);
	struct rk_str folder;

	while (n > 0 && pattern[n - 1] != '/')
		n--;
	fixed[n] = '\0';
	folder = rk_cfg_join(load->cfg->arena, load->main->folder, fixed);
	free(fixed);
	return folder;
}

static int
include_pattern(struct rk_cfg_load *load, const char *pattern, long item)
{
	struct rk_cfg_at at = {load->main, load->err, NULL, "include", NULL, -1, item};
	char *full = full_pattern(load, pattern);
	struct rk_cfg_file *f;
	struct rk_err why;
	struct stat st;
	glob_t found;
	int rc = 0;

	load->cfg->include_folders[load->cfg->n_include_folders++] =
	    include_folder(load, pattern);
	memset(&found, 0, sizeof(found));
	unread.error = 0;
	rc = glob(full, GLOB_NOSORT, on_unread, &found);
	if (rc == GLOB_NOSPACE)
		rk_oom(0);
	if (rc == GLOB_NOMATCH)
		look_up(full);
	rc = unread.error == 0 ? 0
			       : rk_cfg_complain(&at, "%s cannot be read: %s",
				     unread.path, strerrordesc_np(unread.error));
	if (found.gl_pathc > 1) /* by bytes: glob's own order is the locale's */
		qsort(found.gl_pathv, found.gl_pathc, sizeof(char *), by_bytes);
	for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++)
		if ((stat(found.gl_pathv[i], &st) != 0 || !seen(load, &st)) &&
		    read_file(load, found.gl_pathv[i], &rk_cfg_include, &f, &why) != 0)
			rc = blame(load, "include", item, &why);
	globfree(&found);
	free(full);
	return rc;
}

static int
read_includes(struct rk_cfg_load *load)
{
	const struct rk_cfg_raw_main *raw = load->main->raw;

	load->cfg->include_folders = rk_arena_array(
	    load->cfg->arena, (size_t)raw->include.n + 1, sizeof(struct rk_str));
	if (!rk_cfg_has(load->main, NULL, "include")) {
		/* The table writes lists as YAML does, in brackets. */
		struct rk_str def = rk_str(rk_cfg_default(&rk_cfg_main, "include"));
		struct rk_str one =
		    rk_arena_str(load->cfg->arena, rk_strn(def.p + 1, def.n - 2));

		return include_pattern(load, one.p, -1);
	}
	for (uint32_t i = 0; i < raw->include.n; i++)
		if (include_pattern(load, raw->include.v[i], i) != 0)
			return -1;
	return 0;
}

static int
read_sources(struct rk_cfg_load *load)
{
	struct rk_config *cfg = load->cfg;
	size_t total = 0;

	for (const struct rk_cfg_file *f = load->files; f != NULL; f = f->next)
		total += f->n_places;
	if (total > RK_MAX_SOURCES)
		return rk_cfg_bad(load->main, load->err, "sources",
		    "%zu sources (expected at most %d)", total, RK_MAX_SOURCES);
	cfg->sources = rk_arena_array(cfg->arena, total, sizeof(struct rk_source));
	for (const struct rk_cfg_file *f = load->files; f != NULL; f = f->next) {
		const struct rk_cfg_raw_main *m = f->raw;
		const struct rk_cfg_raw_include *i = f->raw;
		int rc = f == load->main
			     ? rk_cfg_sources(load, f, m->sources, m->n_sources, NULL)
			     : rk_cfg_sources(
				   load, f, i->sources, i->n_sources, i->defaults);

		if (rc != 0)
			return -1;
	}
	return 0;
}

static int
load_all(struct rk_cfg_load *load, const char *path)
{
	struct rk_config *cfg = load->cfg;

	if (read_file(load, path, &rk_cfg_main, &load->main, load->err) != 0)
		return -1;
	cfg->path = rk_arena_str(cfg->arena, rk_str(path));
	cfg->folder = rk_arena_str(cfg->arena, rk_str(load->main->folder));
	if (rk_cfg_settings(load) != 0 || read_regions(load) != 0 ||
	    read_agencies(load) != 0 || read_includes(load) != 0)
		return -1;
	if (read_sources(load) != 0 || rk_cfg_topics(load) != 0)
		return -1;
	return rk_cfg_nodes(load);
}

int
rk_config_load(const char *path, const struct rk_config_opts *opts,
    struct rk_config **out, struct rk_err *err)
{
	return rk_config_load_instead(path, opts, NULL, RK_STR(""), out, err);
}

int
rk_config_load_instead(const char *path, const struct rk_config_opts *opts,
    const char *instead, struct rk_str text, struct rk_config **out, struct rk_err *err)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_cfg_load load;
	int rc;

	memset(&load, 0, sizeof(load));
	load.cfg = RK_NEW(arena, struct rk_config);
	load.cfg->arena = arena;
	load.cfg->titles = rk_arena_new(0);
	load.opts = opts;
	load.instead = instead;
	load.instead_text = rk_strn(text.n > 0 ? text.p : "", text.n);
	load.err = err;
	load.files_end = &load.files;
	load.ids = rk_map_new();
	load.hosts = rk_map_new();
	/* "-" is a file here: sources could not be added to standard input. */
	rc = load_all(&load, strcmp(path, "-") == 0 ? "./-" : path);
	while (load.files != NULL) {
		struct rk_cfg_file *next = load.files->next;

		rk_cfg_file_free(load.files);
		load.files = next;
	}
	rk_map_free(load.ids);
	rk_map_free(load.hosts);
	if (rc == 0)
		*out = load.cfg;
	else
		rk_config_free(load.cfg);
	return rc;
}

void
rk_config_free(struct rk_config *cfg)
{
	if (cfg == NULL)
		return;
	rk_arena_free(cfg->titles);
	rk_arena_free(cfg->arena);
}

void
rk_config_forget_titles(struct rk_config *cfg)
{
	for (size_t i = 0; i < cfg->n_sources; i++)
		cfg->sources[i].title = cfg->sources[i].id;
	rk_arena_free(cfg->titles);
	cfg->titles = NULL;
}

const char *
rk_config_default_path(void)
{
	static const char *const places[] = {
	    "./feeds/ruamkhao.yml", "/etc/ruamkhao/ruamkhao.yml"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], F_OK) == 0)
			return places[i];
	return NULL;
}
