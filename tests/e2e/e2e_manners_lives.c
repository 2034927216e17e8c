/*
 * What becomes of entries (docs/manners.md 57-61): archives, complete feeds, tombstones,
 * windows, edits, pushes. Each shown kept and shown missing when it is switched off.
 * Judged by the origin's log where requests are meant, else by the published files.
 */
#include "hub.h"
#include "mannerkit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ATOM "<feed xmlns=\"http://www.w3.org/2005/Atom\""

/* Entries "<prefix>FROM" down to "<prefix>TO", dated by their numbers; more: of the
 * feed, attributes: of its element. malloc'd. */
static char *
atom(const char *attributes, const char *more, const char *prefix, int from, int to)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	MUST(f != NULL);
	(void)fprintf(f,
	    "<?xml version=\"1.0\"?>" ATOM "%s><title>t</title><id>urn:x:%s</id>"
	    "<updated>2026-01-01T00:00:00Z</updated>%s",
	    attributes, prefix, more);
	for (int i = from; i >= to; i--)
		(void)fprintf(f,
		    "<entry><id>urn:%s:%d</id><title>news %s%d.</title>"
		    "<link href=\"http://s.example/%s/%d\"/><updated>2025-%02d-01T00:00:00Z</updated>"
		    "<content>all about %s%d</content></entry>",
		    prefix, i, prefix, i, prefix, i, i, prefix, i);
	(void)fputs("</feed>", f);
	(void)fclose(f);
	return text;
}

static void
serve(struct scene *s, const char *path, const char *attributes, const char *more,
    const char *prefix, int from, int to)
{
	char *body = atom(attributes, more, prefix, from, to);
	struct origin_answer a = { .body = body };

	origin_route(s->o, path, &a, 1);
	free(body);
}

/* ---- RFC 5005 */

static void
archives_are_followed_once(struct scene *s)
{
	scene_source(s, origin_url(s->o, "/feed"));
	serve(s, "/feed", "", "<link rel=\"prev-archive\" href=\"/a/2\"/>", "a", 5, 5);
	serve(s, "/a/2", "", "<link rel=\"prev-archive\" href=\"/a/1\"/>", "a", 4, 3);
	serve(s, "/a/1", "", "", "a", 2, 1);
	scene_once(s);
	JUDGE(s, scene_published(s, "news a") == 5);
	serve(s, "/feed", "", "<link rel=\"prev-archive\" href=\"/a/2\"/>", "a", 6, 6);
	scene_once(s);
	JUDGE(s, scene_published(s, "news a6.") == 1);
	JUDGE(s, scene_count(s, "/feed") == 2);
	JUDGE(s, scene_count(s, "/a/2") == 1);
	JUDGE(s, scene_count(s, "/a/1") == 1);
}

static void
a_complete_feed_is_all_there_is(struct scene *s)
{
	static const char history[] = " xmlns:fh=\"http://purl.org/syndication/history/1.0\"";

	scene_source(s, origin_url(s->o, "/feed"));
	serve(s, "/feed", history, "<fh:complete/>", "a", 5, 1);
	scene_once(s);
	serve(s, "/feed", history, "<fh:complete/>", "a", 5, 2);
	scene_once(s);
	JUDGE(s, scene_published(s, "news a2.") == 1);
	JUDGE(s, scene_published(s, "news a1.") == 0);
}

/* ---- RFC 6721 */

/* One feed takes out an entry of its own, and names one of another's. */
static void
tombstones_of_the_same_source(struct scene *s)
{
	static const char at[] = " xmlns:at=\"http://purl.org/atompub/tombstones/1.0\"";

	serve(s, "/a", "", "", "a", 3, 1);
	serve(s, "/b", "", "", "b", 3, 1);
	scene_sources(s, "- id: a\n  url: %s\n- id: b\n  url: %s\n", origin_url(s->o, "/a"),
	    origin_url(s->o, "/b"));
	scene_once(s);
	serve(s, "/a", at,
	    "<at:deleted-entry ref=\"urn:a:1\" when=\"2026-01-02T00:00:00Z\"/>"
	    "<at:deleted-entry ref=\"urn:b:2\" when=\"2026-01-02T00:00:00Z\"/>",
	    "a", 3, 2);
	scene_once(s);
	JUDGE(s, scene_published(s, "news a2.") == 1);
	JUDGE(s, scene_published(s, "news b2.") == 1);
	JUDGE(s, scene_published(s, "news a1.") == 0);
}

/* ---- entries stay, and stay the same */

static void
what_left_the_window_is_kept(struct scene *s)
{
	scene_source(s, origin_url(s->o, "/feed"));
	for (int i = 1; i <= 3; i++) {
		serve(s, "/feed", "", "", "a", i + 3, i);
		scene_once(s);
	}
	JUDGE(s, scene_published(s, "<entry>") == 6);
	JUDGE(s, scene_published(s, "news a1.") == 1);
}

/* The id of an entry as it is published, by its title; "" where there is none. */
static const char *
id_of(struct scene *s, const char *title)
{
	char *text = program_read(&s->w, "public/all.atom");
	const char *at = text != NULL ? strstr(text, title) : NULL, *id = NULL, *end;

	for (const char *p = text; at != NULL && (p = strstr(p, "<id>")) != NULL && p < at; p++)
		id = p + 4;
	end = id != NULL ? strstr(id, "</id>") : NULL;
	return end != NULL ? strndup(id, (size_t)(end - id)) : ""; /* the process ends soon */
}

static void
an_edit_is_the_same_entry(struct scene *s)
{
	char *first = atom("", "", "a", 3, 1), *second = strdup(first), *title;
	struct origin_answer a[] = { { .body = first }, { .body = second } };
	const char *before;

	title = strstr(second, "news a2.");
	MUST(title != NULL);
	memcpy(title, "late a2.", 8);
	memcpy(strstr(title, "2025-"), "2026-", 5);
	origin_route(s->o, "/feed", a, 2);
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	before = id_of(s, "news a2.");
	MUST(before[0] != '\0');
	scene_once(s);
	JUDGE(s, scene_published(s, "<entry>") == 3);
	JUDGE(s, scene_published(s, "news a2.") == 0);
	JUDGE(s, scene_published(s, "late a2.") == 1);
	JUDGE(s, strcmp(id_of(s, "late a2."), before) == 0);
	/* where it is from is said of all of them */
	JUDGE(s, scene_published(s, "<source>") == 3);
	free(first);
	free(second);
}

/* ---- WebSub */

/* Pushes are taken in turn: when the last is published, those before it are decided. */
static void
pushes_are_signed(struct scene *s)
{
	static const char *const how[] = { "wrong", NULL, "sha1", "sha256" };
	struct hub *h = hub_start();
	uint16_t port = origin_dead_port();
	char links[512];
	pid_t daemon;

	(void)snprintf(links, sizeof(links),
	    "<link rel=\"hub\" href=\"%s\"/><link rel=\"self\" href=\"%s\"/>", hub_url(h),
	    origin_url(s->o, "/feed"));
	serve(s, "/feed", "", links, "a", 1, 1);
	program_write(&s->w, "rk.yml",
	    "site:\n  title: t\n  base_url: http://127.0.0.1:%u/\nstorage:\n  state: state\n"
	    "publish:\n  directory: public\nserve:\n  listen: 127.0.0.1:%u\n" SCENE_FETCH
	    "  allow_ports: [%u]\nsources:\n- id: one\n  url: %s\n",
	    port, port, hub_port(h), origin_url(s->o, "/feed"));
	daemon = program_start(&s->w, "run", NULL);
	MUST(hub_wait(h, 1, 20000));
	MUST(hub_form(h, 0)->echoed);
	JUDGE(s, strlen(hub_form(h, 0)->secret) == 64);
	for (int i = 0; i < 4; i++) {
		char prefix[16];
		char *body;

		(void)snprintf(prefix, sizeof(prefix), "p%d-", i);
		body = atom("", "", prefix, 1, 1);
		JUDGE(s, hub_push(h, 0, body, how[i]) == 202); /* who sent it learns nothing */
		free(body);
	}
	MUST(program_until(&s->w, "public/all.atom", "news p3-1.", 1, 20000));
	for (int i = 0; i < 3; i++) {
		char title[16];

		(void)snprintf(title, sizeof(title), "news p%d-1.", i);
		JUDGE(s, scene_published(s, title) == 0);
	}
	JUDGE(s, scene_published(s, "news a1.") == 1);
	JUDGE(s, scene_count(s, "/feed") == 1); /* nobody polled for it */
	MUST(kill(daemon, SIGTERM) == 0 && program_wait(&s->w, daemon, 20000) == 0);
	hub_stop(h);
}

int
main(int argc, char **argv)
{
	static const struct manner rows[] = {
		ROW(57, archives_are_followed_once),
		ROW(57, a_complete_feed_is_all_there_is),
		ROW(58, tombstones_of_the_same_source),
		ROW(59, what_left_the_window_is_kept),
		ROW(60, an_edit_is_the_same_entry),
		ROW(61, pushes_are_signed),
	};

	return manners_main(argc, argv, rows, ROWS(rows));
}
