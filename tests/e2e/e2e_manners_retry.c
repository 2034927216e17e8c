/*
 * What is tried again in a round, and what is not (docs/manners.md 32), shown kept and shown
 * missing when it is switched off. Judged by the origin's log.
 */
#include "mannerkit.h"

#include <stdio.h>
#include <string.h>

/* Whatever the status says, and what it says of coming back. */
static void
one_try_in_a_round(struct scene *s)
{
	static const unsigned statuses[] = { 400, 401, 403, 404, 408, 410, 417, 421, 425, 429, 451, 500,
		502, 503, 504, 511 };
	char path[16], sources[4096];
	size_t n = 0;

	for (size_t i = 0; i < ROWS(statuses); i++) {
		struct origin_answer a = { .status = statuses[i], .close = i % 2 == 0,
			.headers = i % 3 == 0 ? "Retry-After: 0\n" : "" };

		(void)snprintf(path, sizeof(path), "/%u", statuses[i]);
		origin_route(s->o, path, &a, 1);
		n += (size_t)snprintf(sources + n, sizeof(sources) - n, "- id: s%zu\n  url: %s\n", i,
		    origin_url(s->o, path));
	}
	scene_sources(s, "%s", sources);
	scene_once(s);
	for (size_t i = 0; i < ROWS(statuses); i++) {
		(void)snprintf(path, sizeof(path), "/%u", statuses[i]);
		JUDGE(s, scene_count(s, path) == 1);
	}
	JUDGE(s, scene_count(s, NULL) == ROWS(statuses));
}

/* ---- connections that die: a server that says what a script says, on each of them */

#define GOOD_BODY "<rss version=\"2.0\"><channel><title>t</title></channel></rss>"
#define GOOD \
	"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 60\r\n\r\n" GOOD_BODY

static const char *const four[] = { "/a", "/b", "/c", "/d" };

/* How many requests for a path it read. */
static size_t
raw_count(struct origin_raw *o, const char *path)
{
	char line[64];
	const char *head;
	size_t n = 0;

	(void)snprintf(line, sizeof(line), "GET %s ", path);
	for (size_t i = 0; (head = origin_raw_seen(o, i)) != NULL; i++)
		n += strncmp(head, line, strlen(line)) == 0;
	return n;
}

/* Four feeds there, which another k makes other sources. */
static struct origin_raw *
raw_feeds(struct scene *s, const struct origin_step *steps, size_t n, size_t k)
{
	struct origin_raw *o = origin_raw_start(steps, n);
	char sources[1024];
	size_t used = 0;

	for (size_t i = 0; i < ROWS(four); i++)
		used += (size_t)snprintf(sources + used, sizeof(sources) - used,
		    "- id: s%zu%zu\n  url: %s\n  every: 1h\n", k, i, origin_raw_url(o, four[i]));
	scene_sources(s, "%s", sources);
	return o;
}

/* Asked together each has a connection of its own, which dies at the next request: however
 * many are kept, one more try is made, and it succeeds. */
static void
one_more_where_a_connection_died(struct scene *s)
{
	static const struct origin_step steps[] = { { .kind = ORIGIN_READ },
		{ .kind = ORIGIN_SEND, .bytes = GOOD }, { .kind = ORIGIN_READ } };
	struct origin_raw *o = raw_feeds(s, steps, ROWS(steps), 0);

	scene_days(s, 80 * 60);
	JUDGE(s, origin_raw_connections(o) >= 4);
	for (size_t i = 0; i < ROWS(four); i++)
		JUDGE(s, raw_count(o, four[i]) == 3);
	JUDGE(s, program_count(&s->w, "log", "poll failed") == 0);
	origin_raw_stop(o);
}

/* A status on a connection that was used before is an answer, whatever it is and though the
 * connection ends with it. */
static void
none_after_a_late_status(struct scene *s)
{
	static const char *const answers[] = {
		"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss version=\"2.0\">", /* cut */
	};

	for (size_t k = 0; k < ROWS(answers); k++) {
		const struct origin_step steps[] = { { .kind = ORIGIN_READ },
			{ .kind = ORIGIN_SEND, .bytes = GOOD }, { .kind = ORIGIN_READ },
			{ .kind = ORIGIN_SEND, .bytes = answers[k] } };
		struct origin_raw *o = raw_feeds(s, steps, ROWS(steps), k);

		scene_days(s, 80 * 60);
		for (size_t i = 0; i < ROWS(four); i++)
			JUDGE(s, raw_count(o, four[i]) == 2);
		JUDGE(s, program_count(&s->w, "log", "poll failed") >= k + 1);
		origin_raw_stop(o);
	}
}

/* A new one that ends without an answer, or before a request, was the try of its round. */
static void
none_after_a_new_connection(struct scene *s)
{
	static const struct origin_step steps[][2] = { { { .kind = ORIGIN_READ } },
		{ { .kind = ORIGIN_READ }, { .kind = ORIGIN_RESET } }, { { .kind = ORIGIN_RESET } },
		{ { .kind = ORIGIN_READ }, { .kind = ORIGIN_SEND, .bytes = "HTTP/1.1 200" } } };

	for (size_t k = 0; k < ROWS(steps); k++) {
		struct origin_raw *o = raw_feeds(s, steps[k], k == 0 ? 1 : 2, k);

		scene_days(s, 40 * 60);
		JUDGE(s, origin_raw_connections(o) == 4);
		origin_raw_stop(o);
	}
}

int
main(int argc, char **argv)
{
	static const struct manner rows[] = {
		ROW(32, one_try_in_a_round),
		ROW(32, one_more_where_a_connection_died),
		ROW(32, none_after_a_late_status),
		ROW(32, none_after_a_new_connection),
	};

	return manners_main(argc, argv, rows, ROWS(rows));
}
