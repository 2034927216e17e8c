/*
 * What uploads know of files: the published tree, the record of what the bucket holds,
 * the keys.
 */
#include "bucket_int.h"

#include <ruamkhao/fsatom.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/map.h>
#include <ruamkhao/media.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_NAME   256
#define MAX_DEPTH  8
#define MAX_RECORD RK_MIB(256)
#define MAX_KEY    4096

/* ---- objects */

struct object *
objects_get(struct objects *all, struct rk_str name)
{
	struct object *o = rk_map_get(all->by_name, name);

	if (o != NULL)
		return o;
	if (all->n == all->room) {
		all->room = all->room > 0 ? all->room * 2 : 256;
		all->all = rk_xrealloc(all->all, all->room * sizeof(struct object *));
	}
	o = rk_xcalloc(1, sizeof(*o));
	o->name = rk_xmalloc(name.n + 1);
	memcpy(o->name, name.p, name.n);
	o->name[name.n] = '\0';
	all->all[all->n++] = o;
	(void)rk_map_put(all->by_name, rk_str(o->name), o);
	return o;
}

void
objects_free(struct objects *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->all[i]->name);
		free(all->all[i]);
	}
	free(all->all);
	rk_map_free(all->by_name);
	memset(all, 0, sizeof(*all));
}

/* ---- the tree */

bool
bucket_wants(struct rk_str name)
{
	struct rk_str rest = name, part;

	if (name.n == 0 || name.n >= MAX_NAME || rk_media_of(name) == NULL)
		return false;
	while (rk_str_split(&rest, '/', &part)) {
		if (part.n == 0 || part.p[0] == '.')
			return false;
		for (size_t i = 0; i < part.n; i++) {
			if (part.p[i] == '\0' ||
			    strchr("abcdefghijklmnopqrstuvwxyz0123456789.-_", part.p[i]) == NULL)
				return false;
		}
	}
	return true;
}

static int64_t
mtime_of(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static void
walk(int dir, const char *below, int depth, tree_found_fn *found, void *cookie)
{
	DIR *d = fdopendir(dir);
	const struct dirent *e;

	if (d == NULL) {
		(void)close(dir);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		struct content content = { 0 };
		char name[MAX_NAME + 1];
		struct stat st;
		int n = snprintf(name, sizeof(name), "%s%s", below, e->d_name), sub;

		if (e->d_name[0] == '.' || n < 0 || (size_t)n >= sizeof(name) - 1
		    || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < MAX_DEPTH) {
			sub = openat(dirfd(d), e->d_name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			name[n] = '/';
			name[n + 1] = '\0';
			if (sub >= 0)
				walk(sub, name, depth + 1, found, cookie);
		} else if (S_ISREG(st.st_mode) && bucket_wants(rk_str(name))) {
			content.size = (int64_t)st.st_size;
			content.mtime_ns = mtime_of(&st);
			found(cookie, name, &content);
		}
	}
	(void)closedir(d);
}

void
tree_walk(const char *root, tree_found_fn *found, void *cookie)
{
	int dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir >= 0)
		walk(dir, "", 0, found, cookie);
}

bool
tree_read(const char *root, const char *name, struct rk_buf *out, struct content *content,
    struct rk_err *err)
{
	char path[4096];
	struct stat st;
	int n = snprintf(path, sizeof(path), "%s/%s", root, name);

	if (n < 0 || (size_t)n >= sizeof(path))
		return false;
	if (lstat(path, &st) != 0) {
		if (errno != ENOENT && errno != ENOTDIR) /* it may be there */
			(void)rk_err_sys(err, errno, "cannot look at %s", path);
		return false;
	}
	if (!S_ISREG(st.st_mode))
		return false;
	if (rk_file_read(path, RK_MAX_FILE, out, err) != 0)
		return false;
	/* replaced between the two: the time is the older one, and it is read again */
	content->size = (int64_t)out->n;
	content->mtime_ns = mtime_of(&st);
	content->hash = rk_hash128(rk_buf_view(out));
	return true;
}

/* ---- the record */

static int
number(struct rk_str text, int64_t *out)
{
	uint64_t v;

	if (rk_str_u64(text, INT64_MAX, &v) != 0)
		return -1;
	*out = (int64_t)v;
	return 0;
}

static bool
hash_of(struct rk_str hex, struct rk_hash128 *out)
{
	char half[17] = "", *end;

	if (hex.n != 32)
		return false;
	memcpy(half, hex.p, 16);
	out->hi = strtoull(half, &end, 16);
	if (*end != '\0')
		return false;
	memcpy(half, hex.p + 16, 16);
	out->lo = strtoull(half, &end, 16);
	return *end == '\0';
}

static void
take_line(struct rk_str line, struct objects *all)
{
	struct rk_str hash, size, mtime;
	struct content c;
	struct object *o;

	if (!rk_str_split(&line, ' ', &hash) || !rk_str_split(&line, ' ', &size)
	    || !rk_str_split(&line, ' ', &mtime) || !bucket_wants(line))
		return; /* torn */
	if (rk_str_is(hash, "-")) {
		objects_get(all, line)->known = false;
		return;
	}
	if (!hash_of(hash, &c.hash) || number(size, &c.size) != 0
	    || number(mtime, &c.mtime_ns) != 0)
		return;
	o = objects_get(all, line);
	o->held = c;
	o->known = true;
}

int
record_load(const char *path, const char *head, struct objects *all)
{
	struct rk_buf text;
	struct rk_str rest, line;
	struct rk_err err;

	rk_buf_init(&text, MAX_RECORD);
	if (rk_file_read(path, MAX_RECORD, &text, &err) == 0) {
		rest = rk_buf_view(&text);
		/* a line without its end was not written whole */
		while (rest.n > 0 && rest.p[rest.n - 1] != '\n')
			rest.n--;
		if (rk_str_split(&rest, '\n', &line) && rk_str_is(line, head)) {
			while (rk_str_split(&rest, '\n', &line))
				take_line(line, all);
		}
	}
	rk_buf_release(&text);
	return 0;
}

static void
line_of(const struct object *o, struct rk_buf *out)
{
	char hex[33];

	if (!o->known) {
		(void)rk_buf_addf(out, "- 0 0 %s\n", o->name);
		return;
	}
	(void)snprintf(hex, sizeof(hex), "%016" PRIx64 "%016" PRIx64, o->held.hash.hi,
	    o->held.hash.lo);
	(void)rk_buf_addf(out, "%s %" PRId64 " %" PRId64 " %s\n", hex, o->held.size,
	    o->held.mtime_ns, o->name);
}

struct rk_str
record_path(const struct rk_config *c, struct rk_arena *arena)
{
	return rk_arena_fmt(arena, "%s/uploads", rk_cstr(c->storage.state));
}

struct rk_str
record_head(const struct rk_config *c, struct rk_arena *arena)
{
	return rk_arena_fmt(arena, "ruamkhao uploads 1 %s/%s/%s", rk_cstr(c->publish.s3.endpoint),
	    rk_cstr(c->publish.s3.bucket), rk_cstr(c->publish.s3.prefix));
}

/* What a start would find; the counts of a running daemon are in /metrics. */
struct compared {
	struct objects objects;
	size_t held, waiting;
};

static void
compare_one(void *cookie, const char *name, const struct content *now)
{
	struct compared *c = cookie;
	struct object *o = objects_get(&c->objects, rk_str(name));

	o->seen = true;
	c->waiting += !o->known || o->held.size != now->size || o->held.mtime_ns != now->mtime_ns;
}

bool
rk_daemon_uploads(const struct rk_config *c, size_t *held, size_t *waiting)
{
	struct compared all = { 0 };
	struct rk_arena *arena;

	*held = *waiting = 0;
	if (c->publish.s3.endpoint.n == 0)
		return false;
	arena = rk_arena_new(0);
	all.objects.by_name = rk_map_new();
	(void)record_load(rk_cstr(record_path(c, arena)), rk_cstr(record_head(c, arena)),
	    &all.objects);
	tree_walk(rk_cstr(c->publish.directory), compare_one, &all);
	for (size_t i = 0; i < all.objects.n; i++) {
		all.held += all.objects.all[i]->known;
		all.waiting += all.objects.all[i]->known && !all.objects.all[i]->seen;
	}
	objects_free(&all.objects);
	rk_arena_free(arena);
	*held = all.held;
	*waiting = all.waiting;
	return true;
}

int
record_begin(
    const char *path, const char *head, const struct objects *all, struct rk_err *err)
{
	struct rk_buf text;
	int fd = -1;

	rk_buf_init(&text, MAX_RECORD);
	(void)rk_buf_addf(&text, "%s\n", head);
	for (size_t i = 0; i < all->n; i++)
		if (all->all[i]->known)
			line_of(all->all[i], &text);
	if (rk_file_write(path, rk_buf_view(&text), err) == 0
	    && (fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)) < 0)
		(void)rk_err_sys(err, errno, "%s", path);
	rk_buf_release(&text);
	return fd;
}

void
record_add(int fd, const struct object *o)
{
	struct rk_buf line;
	ssize_t n = 0;

	rk_buf_init(&line, 1024);
	line_of(o, &line);
	if (fd >= 0)
		n = write(fd, line.p, line.n);
	(void)n; /* what is not noted is uploaded once more */
	rk_buf_release(&line);
}

/* ---- the keys */

static int
key_of(struct rk_str file, const char *variable, struct rk_arena *arena, struct rk_str *out,
    struct rk_err *err)
{
	const char *value = getenv(variable);
	struct rk_buf text;
	struct rk_str key = rk_str(value != NULL ? value : "");
	int rc = -1;

	rk_buf_init(&text, MAX_KEY);
	if (file.n > 0) {
		if (rk_file_read(rk_cstr(file), MAX_KEY, &text, err) != 0)
			goto out;
		key = rk_buf_view(&text);
	}
	key = rk_str_trim(key);
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] <= ' ' || key.p[i] > '~') {
			(void)rk_err_set(err, RK_E_CONFIG, "%s holds no key (expected one word)",
			    file.n > 0 ? rk_cstr(file) : variable);
			goto out;
		}
	}
	if (key.n == 0) {
		(void)rk_err_set(err, RK_E_CONFIG,
		    "publish.s3: no key: %s is %s (set it, or name a file with access_key_file "
		    "and secret_key_file)",
		    file.n > 0 ? rk_cstr(file) : variable, file.n > 0 ? "empty" : "not set");
		goto out;
	}
	*out = rk_arena_str(arena, key);
	rc = 0;
out:
	if (text.n > 0)
		explicit_bzero(text.p, text.n);
	rk_buf_release(&text);
	return rc;
}

int
bucket_keys(const struct rk_config *c, struct rk_arena *arena, struct rk_str *access,
    struct rk_str *secret, struct rk_str *token, struct rk_err *err)
{
	const char *session = getenv("AWS_SESSION_TOKEN");
	bool files = c->publish.s3.access_key_file.n > 0;

	*token = RK_STR("");
	if (!files && session != NULL)
		*token = rk_arena_str(arena, rk_str_trim(rk_str(session)));
	return key_of(c->publish.s3.access_key_file, "AWS_ACCESS_KEY_ID", arena, access, err) != 0
		|| key_of(c->publish.s3.secret_key_file, "AWS_SECRET_ACCESS_KEY", arena, secret,
		       err) != 0
	    ? -1 : 0;
}
