/*
 * Posts of WordPress's REST interface, wp-json/wp/v2/posts: a list of them, or one.
 * Items are built by build.c as a feed's are. Knows no other JSON.
 */
#include "parse_int.h"

#include <ruamkhao/html.h>
#include <ruamkhao/utf8.h>

#include <jansson.h>

#include <string.h>

/* "title": {"rendered": "..."}, or a text where a plug-in made it one. */
static struct rk_str
rendered(struct rk_feedp *f, const json_t *post, const char *key)
{
	const json_t *v = json_object_get(post, key);

	return json_is_object(v) ? rk_json_text(f, v, "rendered")
				 : rk_json_text(f, post, key);
}

static bool
is_protected(const json_t *post, const char *key)
{
	return json_is_true(json_object_get(json_object_get(post, key), "protected"));
}

static bool
is_post(const json_t *v)
{
	static const char *const keys[] = {"title", "content", "guid", "excerpt"};

	if (!json_is_object(v) || (!json_is_string(json_object_get(v, "link")) &&
				      !json_is_integer(json_object_get(v, "id"))))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (json_is_string(
			json_object_get(json_object_get(v, keys[i]), "rendered")))
			return true;
	return false;
}

/* {"code": "rest_no_route", "message": "...", "data": {"status": 404}} */
static bool
is_error(const json_t *v)
{
	return json_is_string(json_object_get(v, "code")) &&
	       json_is_string(json_object_get(v, "message")) &&
	       json_object_get(v, "data") != NULL;
}

bool
rk_wp_is(struct rk_feedp *f, const json_t *root)
{
	const json_t *v;
	size_t i;

	if (json_is_object(root))
		return is_post(root) || is_error(root);
	if (!json_is_array(root))
		return false;
	/* a site without posts says so by an empty list, which else says nothing */
	if (json_array_size(root) == 0)
		return rk_str_find(f->url, RK_STR("wp-json/")) != SIZE_MAX ||
		       rk_str_find(f->url, RK_STR("rest_route=")) != SIZE_MAX;
	json_array_foreach(root, i, v)
	{
		if (is_post(v))
			return true;
	}
	return false;
}

/* ---- parts of a post */

/* The time in Greenwich, which wins, else the local one, whose zone is the source's. */
static struct rk_str
stamp(struct rk_feedp *f, const json_t *post, const char *gmt, const char *local)
{
	struct rk_str s = rk_json_text(f, post, gmt);

	if (s.n == 0 || s.n > 40 || rk_str_starts(s, "0000"))
		return rk_json_text(f, post, local);
	if (s.p[s.n - 1] == 'Z' || rk_str_chr(s, '+') != SIZE_MAX)
		return s;
	return rk_arena_fmt(f->arena, "%.*sZ", RK_FMT(s));
}

static void
add_person(struct rk_feedp *f, struct rk_str name, struct rk_str url)
{
	struct rk_person *p;

	if (name.n == 0)
		return;
	name = rk_keep(f, name);
	p = RK_NEW(f->arena, struct rk_person);
	p->name = name;
	p->email = RK_STR("");
	p->url = url.n > 0 ? rk_keep_url(f, url) : RK_STR("");
	rk_add_author(f, p);
}

static void
authors(struct rk_feedp *f, const json_t *post, const json_t *embedded)
{
	static const char *const plugins[] = {
	    "uagb_author_info", "uael_author_info", "author_info"};
	const json_t *list = json_object_get(embedded, "author"), *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		struct rk_str link = rk_keep(f, rk_json_text(f, v, "link"));

		add_person(f, rk_json_text(f, v, "name"), link);
	}
	if (f->work.n_authors > 0)
		return;
	add_person(f,
	    rk_json_text(f, json_object_get(post, "yoast_head_json"), "author"),
	    RK_STR(""));
	for (i = 0; i < sizeof(plugins) / sizeof(*plugins) && f->work.n_authors == 0;
	     i++)
		add_person(f,
		    rk_json_text(f, json_object_get(post, plugins[i]), "display_name"),
		    RK_STR(""));
}

static void
terms(struct rk_feedp *f, const json_t *embedded)
{
	const json_t *groups = json_object_get(embedded, "wp:term"), *group, *v;
	size_t i, k;

	json_array_foreach(groups, i, group)
	{
		json_array_foreach(group, k, v)
		{
			struct rk_str name = rk_json_text(f, v, "name");

			if (name.n > 0)
				rk_add_category(f, name, RK_STR(""), RK_STR(""));
		}
	}
}

static void
image(struct rk_feedp *f, const json_t *post, const json_t *embedded)
{
	const json_t *media =
	    json_array_get(json_object_get(embedded, "wp:featuredmedia"), 0);
	const json_t *yoast = json_array_get(
	    json_object_get(json_object_get(post, "yoast_head_json"), "og_image"), 0);

	rk_set_image(f, 7, rk_json_text(f, yoast, "url"));
	rk_set_image(f, 8, rk_json_text(f, post, "jetpack_featured_media_url"));
	rk_set_image(f, 9, rk_json_text(f, media, "source_url"));
}

static void
post(struct rk_feedp *f, const json_t *v)
{
	const json_t *embedded = json_object_get(v, "_embedded");
	struct rk_str link = rk_keep(f, rk_json_text(f, v, "link"));
	struct rk_str base = f->frames[f->depth].base;

	rk_item_open(f);
	if (f->item == NULL)
		return;
	/* what is relative in a post is so to its page */
	if (link.n > 0)
		f->frames[f->depth].base = rk_keep_url(f, link);
	rk_set_str(f, RK_F_GUID, 9, &f->item->guid, rendered(f, v, "guid"));
	rk_set_link(f, 9, link);
	rk_set_text(
	    f, RK_F_TITLE, 9, &f->item->title, rendered(f, v, "title"), RK_TEXT_HTML);
	/* what only who knows the password may read is not for everybody */
	if (!is_protected(v, "content"))
		rk_set_text(f, RK_F_CONTENT, 9, &f->item->content,
		    rendered(f, v, "content"), RK_TEXT_HTML);
	if (!is_protected(v, "excerpt") && !is_protected(v, "content"))
		rk_set_text(f, RK_F_SUMMARY, 9, &f->item->summary,
		    rendered(f, v, "excerpt"), RK_TEXT_HTML);
	rk_set_str(
	    f, RK_F_PUBLISHED, 9, &f->item->published, stamp(f, v, "date_gmt", "date"));
	rk_set_str(f, RK_F_UPDATED, 9, &f->item->updated,
	    stamp(f, v, "modified_gmt", "modified"));
	image(f, v, embedded);
	authors(f, v, embedded);
	terms(f, embedded);
	rk_item_close(f);
	f->frames[f->depth].base = base;
}

/* ---- all of it */

/* A few words of the site's message, as one harmless line. */
static void
words(struct rk_str s, char *out, size_t size)
{
	struct rk_buf b;

	rk_buf_init(&b, RK_KIB(8));
	(void)rk_html_line(rk_utf8_cut(s, 1000), &b);
	s = rk_utf8_cut(rk_buf_view(&b), size - 1);
	memcpy(out, s.p != NULL ? s.p : "", s.n);
	out[s.n] = '\0';
	rk_buf_release(&b);
}

int
rk_wp_read(struct rk_feedp *f, const json_t *root, struct rk_err *err)
{
	char code[64], message[160];
	const json_t *v;
	size_t i;

	f->doc->format = RK_IN_WORDPRESS;
	f->doc->version = RK_STR("");
	if (is_post(root)) {
		post(f, root);
	} else if (json_is_object(root)) {
		words(rk_json_text(f, root, "code"), code, sizeof(code));
		words(rk_json_text(f, root, "message"), message, sizeof(message));
		return rk_err_set(err, RK_E_INPUT,
		    "WordPress answers with the error %s: \"%s\" (is its REST "
		    "interface "
		    "at this address, and open?)",
		    code, message);
	}
	json_array_foreach(root, i, v)
	{
		if (is_post(v))
			post(f, v);
	}
	return 0;
}
