/*
 * Files of the published tree with what a response to them needs: ETags from the content,
 * and small files whole, in memory, as the library's own response. What is kept of a
 * file holds as long as the file is the same, which is asked before every answer.
 *
 * Only plain files with published names are reachable; no link is followed below the root.
 */
#include "serve_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/map.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_SIZE 2048 /* what a kept response takes beside the file's bytes */

static const char *const suffixes[CODINGS] = {"", ".gz", ".br"};

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

/* Open a coding of a page; -1: it is no plain file. */
static int
open_copy(const struct files *f, const struct page *p, enum coding coding, struct stat *st)
{
	char path[MAX_PATH_LENGTH + 8];
	int fd;

	(void)snprintf(path, sizeof(path), "%s%s", p->path, suffixes[coding]);
	if ((fd = open_file(f, path)) < 0)
		return -1;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		return fd;
	(void)close(fd);
	return -1;
}

static bool
is_file(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool
page_beside(const struct page *p, const char *suffix)
{
	char path[PATH_MAX];
	size_t n = strlen(p->names[PLAIN]) - strlen(p->media->suffix);
	int k = snprintf(path, sizeof(path), "%.*s%s", (int)n, p->names[PLAIN], suffix);

	return k > 0 && (size_t)k < sizeof(path) && is_file(path);
}

/* ---- what is kept */

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static struct look
look_of(const struct stat *st)
{
	return (struct look){st->st_dev, st->st_ino, st->st_size, st->st_mtim, st->st_ctim};
}

static bool
same_look(const struct look *a, const struct stat *st)
{
	return a->inode == st->st_ino && a->device == st->st_dev && a->size == st->st_size &&
	       same_time(&a->mtime, &st->st_mtim) && same_time(&a->ctime, &st->st_ctim);
}

static bool
is_same(const struct copy *c, const struct stat *st)
{
	return c->etag[0] != '\0' && same_look(&c->look, st);
}

void
page_seen(struct page *p, const struct stat *plain)
{
	if (same_look(&p->plain, plain))
		return;
	p->plain = look_of(plain);
	p->version++;
}

bool
copy_holds(struct page *p, enum coding coding)
{
	const struct copy *c = &p->copies[coding];

	if (c->whole == NULL || c->version != p->version)
		return false;
	p->used = true;
	return true;
}

static void
copy_drop(struct files *f, struct copy *c)
{
	if (c->whole != NULL)
		MHD_destroy_response(c->whole); /* answers under way hold it, too */
	if (c->same != NULL)
		MHD_destroy_response(c->same);
	c->whole = c->same = NULL;
	f->kept -= c->kept;
	c->kept = 0;
}

/* Room for what was added: pages that were not asked for since the hand last came by. */
static void
trim(struct files *f)
{
	for (size_t looked = 0; f->kept > MAX_KEPT && looked < 2 * f->n_pages; looked++) {
		struct page *p = f->pages[f->hand++ % f->n_pages];

		if (p->used)
			p->used = false;
		else
			for (int i = 0; i < CODINGS; i++)
				copy_drop(f, &p->copies[i]);
	}
}

/* Read, not mapped: a file that somebody shortens meanwhile must not end us. NULL: it
 * could not be read. */
static char *
read_whole(int fd, size_t size)
{
	char *bytes = rk_xmalloc(size + 1);
	size_t got = 0;
	ssize_t k = 1;

	while (got < size && (k = pread(fd, bytes + got, size - got, (off_t)got)) > 0)
		got += (size_t)k;
	if (got == size)
		return bytes;
	free(bytes);
	return NULL;
}

static struct MHD_Response *
make(const struct files *f, const struct page *p, enum coding coding,
    struct MHD_Response *r, bool body)
{
	const struct copy *c = &p->copies[coding];
	char text[40];

	if (r == NULL)
		return NULL;
	if (c->etag[0] != '\0')
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, c->etag);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_LAST_MODIFIED,
	    rk_date_http((int64_t)c->modified, text));
	(void)MHD_add_response_header(
	    r, MHD_HTTP_HEADER_CACHE_CONTROL, rk_media_cache(rk_str(p->path + 1)));
	(void)MHD_add_response_header(
	    r, MHD_HTTP_HEADER_VARY, p->media->feed ? VARY_FEED : VARY_FILE);
	/* what is published is for everybody's pages */
	(void)MHD_add_response_header(r, "Access-Control-Allow-Origin", "*");
	if (!body) /* the rest is known from the 200 (RFC 9110 15.4.5) */
		return r;
	common_headers(r, p->media->framed ? FRAMED_PAGE : p->media->page ? OUR_PAGE : NO_PAGE);
	files_links(f, p, r);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, p->media->type);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_ACCEPT_RANGES, "none");
	if (coding != PLAIN)
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING,
		    coding == GZIP ? "gzip" : "br");
	return r;
}

/* Take in a coding of a page as it is now. false: it is gone, or too large. */
static bool
copy_read(struct files *f, struct page *p, enum coding coding, time_t modified)
{
	struct copy *c = &p->copies[coding];
	struct stat st;
	char hex[33], *bytes = NULL;
	int fd = open_copy(f, p, coding, &st);

	copy_drop(f, c);
	c->etag[0] = '\0';
	if (fd < 0)
		return false;
	c->modified = coding == PLAIN ? st.st_mtime : modified;
	c->look = look_of(&st);
	c->size = st.st_size;
	if (st.st_size <= MAX_HASHED)
		bytes = read_whole(fd, (size_t)st.st_size);
	(void)close(fd);
	if (bytes == NULL) /* larger than any that we publish: without an ETag */
		return st.st_size > MAX_HASHED;
	rk_hash128_hex(rk_hash128(rk_strn(bytes, (size_t)st.st_size)), hex);
	(void)snprintf(c->etag, sizeof(c->etag), "\"%s%s\"", hex,
	    coding == GZIP ? "-gz" : coding == BROTLI ? "-br" : "");
	if (st.st_size > MAX_KEPT_FILE) {
		free(bytes);
		return true;
	}
	c->whole = make(f, p, coding,
	    MHD_create_response_from_buffer((size_t)st.st_size, bytes, MHD_RESPMEM_MUST_FREE),
	    true);
	if (c->whole == NULL) {
		free(bytes);
		return true;
	}
	c->kept = (size_t)st.st_size + 2 * (size_t)ANSWER_SIZE;
	f->kept += c->kept;
	return true;
}

bool
copy_ready(struct files *f, struct page *p, enum coding coding, const struct stat *st,
    time_t modified)
{
	struct copy *c = &p->copies[coding];

	p->used = true;
	c->version = p->version;
	if (is_same(c, st) && (coding == PLAIN || c->modified == modified) &&
	    (c->whole != NULL || c->size > MAX_KEPT_FILE))
		return true;
	if (!copy_read(f, p, coding, modified))
		return false;
	trim(f);
	return true;
}

struct MHD_Response *
copy_not_modified(struct files *f, struct page *p, enum coding coding)
{
	struct copy *c = &p->copies[coding];

	/* It should have no Content-Length, which this library cannot leave out. That of
	 * the 200, which RFC 9110 8.6 would allow, makes clients wait for a body that do not
	 * know that a 304 has none (wrk and ab among them); 0 does no harm: caches do not
	 * take it over (RFC 9111 3.2). */
	if (c->same == NULL)
		c->same = make(f, p, coding,
		    MHD_create_response_from_buffer(
			0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT),
		    false);
	return c->same;
}

struct MHD_Response *
copy_whole(struct files *f, struct page *p, enum coding coding, bool *kept)
{
	struct copy *c = &p->copies[coding];
	struct MHD_Response *r;
	struct stat st;
	int fd;

	*kept = c->whole != NULL;
	if (*kept)
		return c->whole;
	fd = open_copy(f, p, coding, &st);
	if (fd >= 0 && c->etag[0] != '\0' && !is_same(c, &st)) { /* replaced just now */
		(void)close(fd);
		fd = -1;
	}
	if (fd < 0)
		return NULL;
	r = MHD_create_response_from_fd((size_t)st.st_size, fd); /* it closes fd */
	if (r == NULL)
		(void)close(fd);
	return make(f, p, coding, r, true);
}

/* ---- pages */

static void
page_free(struct files *f, struct page *p)
{
	for (int i = 0; i < CODINGS; i++) {
		copy_drop(f, &p->copies[i]);
		free(p->names[i]);
	}
	free(p->path);
	free(p);
}

static struct page *
page_new(const struct files *f, const char *path)
{
	struct page *p = rk_xcalloc(1, sizeof(*p));
	size_t n = strlen(f->root) + strlen(path) + 8;

	p->path = rk_xstrdup(path);
	p->media = rk_media_of(rk_str(path));
	for (int i = 0; i < CODINGS; i++) {
		p->names[i] = rk_xmalloc(n);
		(void)snprintf(p->names[i], n, "%s%s%s", f->root, path, suffixes[i]);
	}
	return p;
}

/* Room for new names: of the pages that were not asked for since this was done last, and
 * if those are too few, of any. A table has no removal: many go at once. */
static void
forget(struct files *f)
{
	size_t left = f->most / 8 + 1;

	for (int pass = 0; pass < 2 && left > 0; pass++) {
		size_t n = 0;

		for (size_t i = 0; i < f->n_pages; i++) {
			struct page *p = f->pages[i];

			if (left > 0 && !p->used) {
				page_free(f, p);
				left--;
			} else {
				p->used = false;
				f->pages[n++] = p;
			}
		}
		f->n_pages = n;
	}
	rk_map_free(f->by_path);
	f->by_path = rk_map_new();
	for (size_t i = 0; i < f->n_pages; i++)
		(void)rk_map_put(f->by_path, rk_str(f->pages[i]->path), f->pages[i]);
}

struct page *
page_find(struct files *f, const char *path)
{
	struct page *p = rk_map_get(f->by_path, rk_str(path));
	int fd;

	if (p != NULL)
		return p;
	/* names are kept of files that are there, and no more than there can be */
	if ((fd = open_file(f, path)) < 0)
		return NULL;
	(void)close(fd);
	if (f->n_pages >= f->most)
		forget(f);
	p = page_new(f, path);
	f->pages[f->n_pages++] = p;
	(void)rk_map_put(f->by_path, rk_str(p->path), p);
	return p;
}

void
pages_free(struct files *f)
{
	for (size_t i = 0; i < f->n_pages; i++)
		page_free(f, f->pages[i]);
	rk_assert(f->kept == 0);
	free(f->pages);
	rk_map_free(f->by_path);
}
