#include "parsekit.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/parse.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

static struct parsed
parse(const char *p, size_t n, const char *url, const char *type)
{
	struct parsed r = {.arena = rk_arena_new(0)};
	struct rk_parse_hints hints = {.content_type = rk_str(type), .url = rk_str(url)};
	char *copy = rk_xmalloc(n > 0 ? n : 1);

	rk_parse_setup();
	if (n > 0)
		memcpy(copy, p, n);
	rk_err_clear(&r.err);
	if (rk_parse_feed(rk_strn(copy, n), &hints, r.arena, &r.doc, &r.err) != 0) {
		r.doc = NULL;
		assert_true(r.err.kind == RK_E_INPUT || r.err.kind == RK_E_LIMIT);
		assert_true(r.err.text[0] != '\0');
		assert_null(strchr(r.err.text, '\n'));
	}
	memset(copy, 'X', n > 0 ? n : 1);
	free(copy);
	return r;
}

struct parsed
parse_bytes(const char *p, size_t n, const char *url)
{
	return parse(p, n, url, NULL);
}

struct parsed
parse_text(const char *text)
{
	return parse(text, strlen(text), NULL, NULL);
}

struct parsed
parse_type(const char *text, const char *content_type)
{
	return parse(text, strlen(text), NULL, content_type);
}

static struct parsed
wrap(const char *before, const char *text, const char *after)
{
	static const char head[] =
	    "<?xml version=\"1.0\"?>\n<rss version=\"2.0\""
	    " xmlns:atom=\"http://www.w3.org/2005/Atom\""
	    " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\""
	    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
	    " xmlns:dcterms=\"http://purl.org/dc/terms/\""
	    " xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\""
	    " xmlns:media=\"http://search.yahoo.com/mrss/\"><channel>";
	size_t n = sizeof(head) + strlen(before) + strlen(text) + strlen(after) + 64;
	char *all = rk_xmalloc(n);
	struct parsed r;

	snprintf(all, n, "%s%s%s%s</channel></rss>", head, before, text, after);
	r = parse(all, strlen(all), "http://feed.example/dir/rss.xml", NULL);
	free(all);
	return r;
}

struct parsed
parse_channel(const char *text)
{
	return wrap("", text, "");
}

struct parsed
parse_item(const char *text)
{
	return wrap("<item>", text, "</item>");
}

void
parsed_release(struct parsed *r)
{
	rk_arena_free(r->arena);
	memset(r, 0, sizeof(*r));
}

const struct rk_item *
parsed_item(const struct parsed *r, size_t n)
{
	const struct rk_item *i;

	if (r->doc == NULL)
		fail_msg("refused: %s", r->err.text);
	for (i = r->doc->items; i != NULL && n > 0; n--)
		i = i->next;
	if (i == NULL)
		fail_msg("only %zu items", r->doc->n_items);
	return i;
}

char *
parse_read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p;
	long size;

	if (f == NULL)
		fail_msg("%s: cannot be opened", path);
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	assert_true(size >= 0);
	p = rk_xmalloc((size_t)size + 1);
	*n = fread(p, 1, (size_t)size, f);
	fclose(f);
	assert_int_equal(*n, size);
	return p;
}

const char *
parse_shared(void)
{
	const char *dir = getenv("RK_SHARED");

	if (dir == NULL)
		dir = RK_SOURCE_DIR "/../shared";
	return access(dir, R_OK) == 0 ? dir : NULL;
}

void
check_str(
    struct rk_str s, const char *want, const char *what, const char *file, int line)
{
	if (s.n == strlen(want) && (s.n == 0 || memcmp(s.p, want, s.n) == 0) &&
	    (s.p == NULL || s.p[s.n] == '\0'))
		return;
	print_error("%s is \"%.*s\", not \"%s\"\n", what, RK_FMT(s), want);
	_fail(file, line);
}
