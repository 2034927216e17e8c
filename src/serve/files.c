/*
 * Files of the published tree as responses: strong ETag from the content, 304 to both
 * kinds of conditional request. Only plain files with published names are reachable;
 * no link is followed below the root.
 */
#include "serve_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/map.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PATH_LENGTH 256
#define MAX_CACHED 65536 /* ETags kept; the tree has a few thousand files */
#define MAX_AGE "max-age=300" /* readers see a change within five minutes */

/* The ETag of a path, true as long as the file is the same. */
struct tag {
	char *path;
	ino_t inode;
	off_t size;
	struct timespec mtime;
	char etag[40];
};

struct files {
	char *root;
	struct rk_map *tags; /* path -> struct tag */
	struct tag **all;
	size_t n_all;
};

struct type {
	const char *suffix, *type;
};

static const struct type types[] = {
	/* XML says its own charset */
	{ ".atom", "application/atom+xml" },
	{ ".rss", "application/rss+xml" },
	{ ".rdf", "application/rdf+xml" },
	{ ".xml", "application/xml" },
	{ ".opml", "text/x-opml" },
	{ ".json", "application/json" },
	{ ".html", "text/html; charset=utf-8" },
	{ ".csv", "text/csv; charset=utf-8" },
	{ ".txt", "text/plain; charset=utf-8" },
	{ ".svg", "image/svg+xml" },
	{ NULL, NULL },
};

struct files *
files_new(const char *root)
{
	struct files *f = rk_xcalloc(1, sizeof(*f));

	f->root = rk_xstrdup(root);
	f->tags = rk_map_new();
	f->all = rk_xcalloc(MAX_CACHED, sizeof(struct tag *));
	return f;
}

void
files_free(struct files *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n_all; i++) {
		free(f->all[i]->path);
		free(f->all[i]);
	}
	free(f->all);
	rk_map_free(f->tags);
	free(f->root);
	free(f);
}

static const char *
type_of(const char *path)
{
	for (const struct type *t = types; t->suffix != NULL; t++) {
		if (rk_str_ends(rk_str(path), t->suffix))
			return t->type;
	}
	return NULL;
}

/* The components of path below the root, each of [a-z0-9._-] and no leading dot; opened
 * one by one without following links. -1: no such file. */
static int
open_file(const struct files *f, const char *path)
{
	struct rk_str rest = rk_str(path + 1), part;
	int dir = open(f->root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;

	while (dir >= 0 && rk_str_split(&rest, '/', &part)) {
		bool last = rest.n == 0;
		char name[MAX_PATH_LENGTH];

		if (part.n == 0 || part.n >= sizeof(name) || part.p[0] == '.')
			break;
		for (size_t i = 0; i < part.n; i++) {
			if (strchr("abcdefghijklmnopqrstuvwxyz0123456789.-_", part.p[i]) == NULL
			    || part.p[i] == '\0')
				goto out;
		}
		memcpy(name, part.p, part.n);
		name[part.n] = '\0';
		fd = openat(dir, name,
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (last ? 0 : O_DIRECTORY));
		if (fd < 0 || last)
			goto out;
		(void)close(dir);
		dir = fd;
		fd = -1;
	}
out:
	if (dir >= 0)
		(void)close(dir);
	return fd;
}

static int
hash_file(int fd, const struct stat *st, char *etag, size_t size)
{
	struct rk_str bytes = { "", 0 };
	void *map = MAP_FAILED;
	char hex[33];

	if (st->st_size > 0) {
		map = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map == MAP_FAILED)
			return -1;
		bytes = rk_strn(map, (size_t)st->st_size);
	}
	rk_hash128_hex(rk_hash128(bytes), hex);
	if (map != MAP_FAILED)
		(void)munmap(map, (size_t)st->st_size);
	(void)snprintf(etag, size, "\"%s\"", hex);
	return 0;
}

static const char *
etag_of(struct files *f, const char *path, int fd, const struct stat *st, char *scratch,
    size_t size)
{
	struct tag *t = rk_map_get(f->tags, rk_str(path));

	if (t != NULL && t->inode == st->st_ino && t->size == st->st_size
	    && t->mtime.tv_sec == st->st_mtim.tv_sec && t->mtime.tv_nsec == st->st_mtim.tv_nsec)
		return t->etag;
	if (hash_file(fd, st, scratch, size) != 0)
		return NULL;
	if (t == NULL) {
		if (f->n_all == MAX_CACHED)
			return scratch;
		t = rk_xcalloc(1, sizeof(*t));
		t->path = rk_xstrdup(path);
		f->all[f->n_all++] = t;
		(void)rk_map_put(f->tags, rk_str(t->path), t);
	}
	t->inode = st->st_ino;
	t->size = st->st_size;
	t->mtime = st->st_mtim;
	(void)snprintf(t->etag, sizeof(t->etag), "%s", scratch);
	return t->etag;
}

/* RFC 9110 13.1.2: any of the list, weak comparison. */
static bool
matches(struct rk_str list, struct rk_str etag)
{
	struct rk_str one;

	while (rk_str_split(&list, ',', &one)) {
		one = rk_str_trim(one);
		if (rk_str_is(one, "*"))
			return true;
		if (rk_str_starts(one, "W/"))
			one = rk_str_from(one, 2);
		if (rk_str_eq(one, etag))
			return true;
	}
	return false;
}

static bool
not_modified(struct MHD_Connection *c, const char *etag, time_t mtime)
{
	const char *none = MHD_lookup_connection_value(c, MHD_HEADER_KIND,
	    MHD_HTTP_HEADER_IF_NONE_MATCH);
	const char *since = MHD_lookup_connection_value(c, MHD_HEADER_KIND,
	    MHD_HTTP_HEADER_IF_MODIFIED_SINCE);
	int64_t t;

	if (none != NULL) /* it alone decides when it is there (RFC 9110 13.2.2) */
		return matches(rk_str(none), rk_str(etag));
	return since != NULL && rk_date_parse_http(rk_str(since), &t) == 0 && (int64_t)mtime <= t;
}

static void
file_headers(struct MHD_Response *r, const char *type, const char *etag, time_t mtime)
{
	char text[40];

	common_headers(r);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, etag);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_LAST_MODIFIED,
	    rk_date_http((int64_t)mtime, text));
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, MAX_AGE);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	if (strncmp(type, "text/html", 9) == 0)
		(void)MHD_add_response_header(r, "Content-Security-Policy",
		    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; "
		    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'");
}

enum MHD_Result
files_answer(struct files *f, struct MHD_Connection *c, const char *url, bool head)
{
	const char *path = strcmp(url, "/") == 0 ? "/index.html" : url;
	const char *type = type_of(path), *etag;
	struct MHD_Response *r;
	struct stat st;
	char scratch[40];
	enum MHD_Result rc;
	bool same;
	int fd = -1;

	(void)head; /* libmicrohttpd leaves the body out */
	if (type == NULL || path[0] != '/' || strlen(path) >= MAX_PATH_LENGTH
	    || (fd = open_file(f, path)) < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)
	    || (etag = etag_of(f, path, fd, &st, scratch, sizeof(scratch))) == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return answer_text(c, MHD_HTTP_NOT_FOUND, "not found\n");
	}
	same = not_modified(c, etag, st.st_mtime);
	if (same) {
		(void)close(fd);
		r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	} else {
		r = MHD_create_response_from_fd((size_t)st.st_size, fd); /* closes fd */
	}
	if (r == NULL)
		return MHD_NO;
	file_headers(r, type, etag, st.st_mtime);
	rc = MHD_queue_response(c, same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, r);
	MHD_destroy_response(r);
	return rc;
}
