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
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PATH_LENGTH 256
#define MAX_CACHED      65536 /* ETags kept; the tree has a few thousand files */
#define MAX_HASHED      ((off_t)64 << 20) /* the publisher writes nothing larger */
#define MAX_AGE         "max-age=300"     /* readers see a change within five minutes */

#define ETAG_SIZE 40 /* quotes, 32 digits, NUL */

/* The ETag of a path, true as long as the file is the same. */
struct tag {
	char *path;
	ino_t inode;
	off_t size;
	struct timespec mtime, ctime; /* the second nobody can set */
	char etag[ETAG_SIZE];
};

struct files {
	char *root;
	struct rk_map *tags; /* path -> struct tag */
	struct tag **all;
	size_t n_all;
};

enum verdict { SEND, NOT_MODIFIED, FAILED };

struct type {
	const char *suffix, *type;
};

static const struct type types[] = {
    /* XML says its own charset */
    {".atom", "application/atom+xml"},
    {".rss", "application/rss+xml"},
    {".rdf", "application/rdf+xml"},
    {".xml", "application/xml"},
    {".opml", "text/x-opml"},
    {".json", "application/json"},
    {".html", "text/html; charset=utf-8"},
    {".csv", "text/csv; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {NULL, NULL},
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
			if (strchr("abcdefghijklmnopqrstuvwxyz0123456789.-_",
				part.p[i]) == NULL ||
			    part.p[i] == '\0')
				goto out;
		}
		memcpy(name, part.p, part.n);
		name[part.n] = '\0';
		fd = openat(dir, name,
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
			(last ? 0 : O_DIRECTORY));
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

/* Read, not mapped: a file that somebody shortens meanwhile must not end us. */
static int
hash_file(int fd, const struct stat *st, char etag[ETAG_SIZE])
{
	size_t size = (size_t)st->st_size, got = 0;
	char *bytes, hex[33];
	ssize_t k = 1;

	if (st->st_size > MAX_HASHED)
		return -1;
	bytes = rk_xmalloc(size + 1);
	while (got < size && (k = pread(fd, bytes + got, size - got, (off_t)got)) > 0)
		got += (size_t)k;
	rk_hash128_hex(rk_hash128(rk_strn(bytes, got)), hex);
	free(bytes);
	if (got < size)
		return -1;
	(void)snprintf(etag, ETAG_SIZE, "\"%s\"", hex);
	return 0;
}

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* "" when it has none. */
static void
etag_of(struct files *f, const char *path, int fd, const struct stat *st,
    char etag[ETAG_SIZE])
{
	struct tag *t = rk_map_get(f->tags, rk_str(path));

	etag[0] = '\0';
	if (t != NULL && t->inode == st->st_ino && t->size == st->st_size &&
	    same_time(&t->mtime, &st->st_mtim) && same_time(&t->ctime, &st->st_ctim)) {
		memcpy(etag, t->etag, ETAG_SIZE);
		return;
	}
	if (hash_file(fd, st, etag) != 0)
		return;
	if (t == NULL) {
		if (f->n_all == MAX_CACHED)
			return;
		t = rk_xcalloc(1, sizeof(*t));
		t->path = rk_xstrdup(path);
		f->all[f->n_all++] = t;
		(void)rk_map_put(f->tags, rk_str(t->path), t);
	}
	t->inode = st->st_ino;
	t->size = st->st_size;
	t->mtime = st->st_mtim;
	t->ctime = st->st_ctim;
	memcpy(t->etag, etag, ETAG_SIZE);
}

/* ---- conditional requests: RFC 9110 13.2.2 */

/* One of the entity tags that a header lists, in all its lines. */
struct asked {
	const char *header, *etag;
	bool strong; /* comparison (8.8.3.2) */
	bool there, found;
};

static enum MHD_Result
look_for(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct asked *a = cookie;
	struct rk_str list = rk_str(value), one;

	(void)kind;
	if (!rk_str_iis(rk_str(name), a->header))
		return MHD_YES;
	a->there = true;
	while (rk_str_split(&list, ',', &one)) { /* ours have no comma inside */
		one = rk_str_trim(one);
		if (rk_str_is(one, "*"))
			a->found = true;
		if (rk_str_starts(one, "W/") && !a->strong)
			one = rk_str_from(one, 2);
		if (a->etag[0] != '\0' && rk_str_is(one, a->etag))
			a->found = true;
	}
	return MHD_YES;
}

static bool
names_etag(struct MHD_Connection *c, const char *header, const char *etag, bool strong,
    bool *there)
{
	struct asked a = {header, etag, strong, false, false};

	(void)MHD_get_connection_values(c, MHD_HEADER_KIND, look_for, &a);
	*there = a.there;
	return a.found;
}

/* The date a header holds is not before mtime; *there: it holds one. */
static bool
covers(struct MHD_Connection *c, const char *header, time_t mtime, bool *there)
{
	const char *value = MHD_lookup_connection_value(c, MHD_HEADER_KIND, header);
	int64_t t = 0;

	*there = value != NULL && rk_date_parse_http(rk_str(value), &t) == 0;
	return *there && (int64_t)mtime <= t;
}

static enum verdict
conditions(struct MHD_Connection *c, const char *etag, time_t mtime)
{
	bool there, holds;

	holds = names_etag(c, MHD_HTTP_HEADER_IF_MATCH, etag, true, &there);
	if (!there)
		holds = covers(c, MHD_HTTP_HEADER_IF_UNMODIFIED_SINCE, mtime, &there);
	if (there && !holds)
		return FAILED;
	holds = names_etag(c, MHD_HTTP_HEADER_IF_NONE_MATCH, etag, false, &there);
	if (!there)
		holds = covers(c, MHD_HTTP_HEADER_IF_MODIFIED_SINCE, mtime, &there);
	return there && holds ? NOT_MODIFIED : SEND;
}

/* ---- the answer */

static enum page_kind
kind_of(const char *path, const char *type)
{
	if (strncmp(type, "text/html", 9) != 0)
		return NO_PAGE;
	return rk_str_ends(rk_str(path), ".embed.html") ? FRAMED_PAGE : OUR_PAGE;
}

static void
file_headers(struct MHD_Response *r, const char *path, const char *type, const char *etag,
    time_t mtime, bool body)
{
	char text[40];

	common_headers(r, kind_of(path, type));
	if (etag[0] != '\0')
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, etag);
	(void)MHD_add_response_header(
	    r, MHD_HTTP_HEADER_LAST_MODIFIED, rk_date_http((int64_t)mtime, text));
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, MAX_AGE);
	if (body)
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
}

static enum MHD_Result
send_file(struct files *f, struct MHD_Connection *c, const char *path, const char *type,
    int fd, const struct stat *st, uint64_t *bytes)
{
	struct MHD_Response *r;
	char etag[ETAG_SIZE];
	enum MHD_Result rc;
	enum verdict verdict;

	etag_of(f, path, fd, st, etag);
	verdict = conditions(c, etag, st->st_mtime);
	if (verdict == FAILED) {
		(void)close(fd);
		return answer_text(
		    c, MHD_HTTP_PRECONDITION_FAILED, "precondition failed\n");
	}
	/* For a 304 too, whose Content-Length must be that of the 200 (RFC 9110 8.6):
	 * the library leaves the body out. The response closes fd. */
	if ((r = MHD_create_response_from_fd((size_t)st->st_size, fd)) == NULL) {
		(void)close(fd);
		return MHD_NO;
	}
	if (verdict == SEND)
		*bytes = (uint64_t)st->st_size;
	file_headers(r, path, type, etag, st->st_mtime, verdict == SEND);
	rc = MHD_queue_response(
	    c, verdict == SEND ? MHD_HTTP_OK : MHD_HTTP_NOT_MODIFIED, r);
	MHD_destroy_response(r);
	return rc;
}

enum MHD_Result
files_answer(
    struct files *f, struct MHD_Connection *c, const char *url, uint64_t *bytes)
{
	const char *path = strcmp(url, "/") == 0 ? "/index.html" : url;
	const char *type = type_of(path);
	struct stat st;
	int fd = -1;

	if (type != NULL && path[0] == '/' && strlen(path) < MAX_PATH_LENGTH)
		fd = open_file(f, path);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return send_file(f, c, path, type, fd, &st, bytes);
	if (fd >= 0)
		(void)close(fd);
	return answer_text(c, MHD_HTTP_NOT_FOUND, "not found\n");
}
