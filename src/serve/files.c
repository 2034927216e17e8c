/*
 * Files of the published tree as answers: which of a file's codings, 304 to both kinds
 * of conditional request, where a hub is, and people led from a feed to its page.
 */
#include "serve_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/map.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct files *
files_new(const char *root, struct rk_str base_url, struct rk_str hub)
{
	struct files *f = rk_xcalloc(1, sizeof(*f));

	f->root = rk_xstrdup(root);
	f->base_url = rk_xstrdup(base_url.n > 0 ? rk_cstr(base_url) : "");
	f->hub = rk_xstrdup(hub.n > 0 ? rk_cstr(hub) : "");
	f->by_path = rk_map_new();
	f->most = MAX_PAGES;
	f->pages = rk_xcalloc(MAX_PAGES, sizeof(struct page *));
	return f;
}

void
files_free(struct files *f)
{
	if (f == NULL)
		return;
	pages_free(f);
	free(f->root);
	free(f->base_url);
	free(f->hub);
	free(f);
}

/* ---- what goes with a feed: WebSub 4, discovery */

static bool
is_feed(const struct page *p)
{
	if (rk_media_archived(rk_str(p->path + 1))) /* nobody subscribes to it */
		return false;
	return p->media->feed ||
	       (strcmp(p->media->suffix, ".json") == 0 &&
		   (page_beside(p, ".atom") || page_beside(p, ".rss")));
}

static void
link_to(struct MHD_Response *r, const char *base, const char *path, const char *rel)
{
	char text[1024];
	int n = snprintf(text, sizeof(text), "<%s%s>; rel=\"%s\"", base, path, rel);

	if (n > 0 && (size_t)n < sizeof(text))
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_LINK, text);
}

void
files_links(const struct files *f, const struct page *p, struct MHD_Response *r)
{
	if (f->base_url[0] == '\0' || !is_feed(p))
		return;
	link_to(r, f->base_url, p->path + 1, "self");
	if (f->hub[0] != '\0')
		link_to(r, f->hub, "", "hub");
}

/* ---- people */

/*
 * Somebody opened a feed in a browser, which shows it as a text or saves it: the page
 * beside it says the same to people. Only a browser that opens a page of its own sends
 * Sec-Fetch-Dest: document (scripts cannot set it); a reader never does, whatever it calls
 * itself. The answer is not to be stored, so no cache can give it to a reader; and a
 * feed that a cache gives to a browser is merely the feed.
 */
static bool
is_person(const struct page *p, struct MHD_Connection *c)
{
	return p->media->feed && accept_is_person(c, p->media->type) &&
	       MHD_lookup_connection_value_n(
		   c, MHD_GET_ARGUMENT_KIND, "raw", 3, NULL, NULL) == MHD_NO &&
	       page_beside(p, ".html");
}

static enum MHD_Result
lead_to_page(const struct page *p, struct MHD_Connection *c)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
	const char *name = strrchr(p->path, '/') + 1;
	char to[MAX_PATH_LENGTH + 8];
	enum MHD_Result rc;

	if (r == NULL)
		return MHD_NO;
	/* relative: the tree may stand below a folder of the proxy's in front */
	(void)snprintf(to, sizeof(to), "%.*s.html",
	    (int)(strlen(name) - strlen(p->media->suffix)), name);
	common_headers(r, NO_PAGE);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_LOCATION, to);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_VARY, VARY_FEED ", Accept");
	rc = MHD_queue_response(c, MHD_HTTP_SEE_OTHER, r);
	MHD_destroy_response(r);
	return rc;
}

/* ---- the answer */

static enum MHD_Result
send_copy(struct files *f, struct page *p, enum coding coding, struct MHD_Connection *c,
    uint64_t *bytes)
{
	const struct copy *copy = &p->copies[coding];
	enum verdict verdict = conditions(c, copy->etag, copy->modified);
	struct MHD_Response *r;
	enum MHD_Result rc;
	bool kept = true;

	if (verdict == FAILED)
		return answer_text(
		    c, MHD_HTTP_PRECONDITION_FAILED, "precondition failed\n");
	r = verdict == SEND ? copy_whole(f, p, coding, &kept)
			    : copy_not_modified(f, p, coding);
	if (r == NULL)
		return answer_text(c, MHD_HTTP_SERVICE_UNAVAILABLE, "try again\n");
	if (verdict == SEND)
		*bytes = (uint64_t)copy->size;
	rc = MHD_queue_response(
	    c, verdict == SEND ? MHD_HTTP_OK : MHD_HTTP_NOT_MODIFIED, r);
	if (!kept)
		MHD_destroy_response(r);
	return rc;
}

/* Is there such a coding, made of the file as it is now? A twin that is older than its
 * file was made of another. */
static bool
has(struct files *f, struct page *p, enum coding coding, const struct stat *plain)
{
	struct stat st;

	if (copy_holds(p, coding))
		return true;
	if (coding == PLAIN)
		return copy_ready(f, p, PLAIN, plain, plain->st_mtime);
	if (lstat(p->names[coding], &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_mtim.tv_sec < plain->st_mtim.tv_sec ||
	    (st.st_mtim.tv_sec == plain->st_mtim.tv_sec &&
		st.st_mtim.tv_nsec < plain->st_mtim.tv_nsec))
		return false;
	return copy_ready(f, p, coding, &st, plain->st_mtime);
}

static enum MHD_Result
send_page(struct files *f, struct page *p, struct MHD_Connection *c,
    const struct stat *plain, uint64_t *bytes)
{
	static const enum coding order[] = {BROTLI, GZIP, PLAIN}; /* the smallest first */
	struct wish wish;

	page_seen(p, plain);
	accept_codings(c, &wish);
	for (;;) {
		enum coding best = CODINGS;

		for (int i = 0; i < CODINGS; i++) {
			if (wish.q[order[i]] > 0 &&
			    (best == CODINGS || wish.q[order[i]] > wish.q[best]))
				best = order[i];
		}
		if (best == CODINGS)
			return answer_text(c, MHD_HTTP_NOT_ACCEPTABLE,
			    "there is no such coding of it\n");
		if (has(f, p, best, plain))
			return send_copy(f, p, best, c, bytes);
		wish.q[best] = 0;
	}
}

enum MHD_Result
files_answer(
    struct files *f, struct MHD_Connection *c, const char *url, uint64_t *bytes)
{
	const char *path = strcmp(url, "/") == 0 ? "/index.html" : url;
	struct page *p = NULL;
	struct stat st;

	/* NAME.gz and NAME.br have no type: they are codings of NAME, not addresses */
	if (path[0] == '/' && strlen(path) < MAX_PATH_LENGTH &&
	    rk_media_of(rk_str(path)) != NULL)
		p = page_find(f, path);
	if (p == NULL || lstat(p->names[PLAIN], &st) != 0 || !S_ISREG(st.st_mode))
		return answer_text(c, MHD_HTTP_NOT_FOUND, "not found\n");
	if (is_person(p, c))
		return lead_to_page(p, c);
	return send_page(f, p, c, &st, bytes);
}
