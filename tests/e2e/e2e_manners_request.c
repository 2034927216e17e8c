/*
 * Redirects and what a request looks like (docs/manners.md 31, 33, 35, 36, 38-46, 50), each
 * shown kept and shown missing when it is switched off. Judged by the origin's log.
 */
#include "mannerkit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
redirect(struct origin *o, const char *path, unsigned status, const char *to)
{
	struct origin_answer a = { .status = status, .location = to };

	origin_route(o, path, &a, 1);
}

/* ---- how many at a time */

static void
few_at_a_time(struct scene *s)
{
	char sources[4096];
	size_t n = 0;
	struct origin_answer slow = { .delay_ms = 150, .status = 404 };

	origin_default(s->o, &slow);
	for (int i = 0; i < 8; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%d", i);
		n += (size_t)snprintf(sources + n, sizeof(sources) - n, "- id: s%d\n  url: %s\n", i,
		    origin_url(s->o, path));
	}
	program_config(&s->w,
	    "fetch:\n  host_gap: 0s\n  per_host: 2\n  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n%s",
	    sources);
	scene_once(s);
	JUDGE(s, origin_most_parallel(s->o) <= 2);
	JUDGE(s, scene_count(s, NULL) == 8);
}

/* Two names of one server. Its address is known from the round before, which ran in
 * another process. */
static void
few_at_a_time_at_an_address(struct scene *s)
{
	struct origin_answer slow = { .delay_ms = 300, .status = 404 };
	struct origin_answer quick = { .status = 404 };

	origin_default(s->o, &quick);
	program_config(&s->w,
	    "fetch:\n  host_gap: 0s\n  per_host: 1\n  allow_addresses: [127.0.0.0/8, \"::1\"]\n"
	    "sources:\n- id: a\n  url: %s\n- id: b\n  url: %s\n- id: c\n  url: %s\n",
	    origin_url_at(s->o, "a.localhost", "/a"), origin_url_at(s->o, "b.localhost", "/b"),
	    origin_url(s->o, "/c"));
	scene_once(s);
	MUST(scene_count(s, NULL) == 3);
	origin_default(s->o, &slow);
	origin_forget(s->o);
	scene_once(s);
	JUDGE(s, scene_count(s, NULL) == 3);
	JUDGE(s, origin_most_parallel(s->o) == 1);
}

static void
the_pause_between_two(struct scene *s)
{
	struct origin_answer no = { .status = 404 };
	int64_t since;

	origin_default(s->o, &no);
	program_config(&s->w,
	    "fetch:\n  host_gap: 2s\n  per_host: 2\n  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n- id: a\n  url: %s\n- id: b\n  url: %s\n",
	    origin_url(s->o, "/a"), origin_url(s->o, "/b"));
	since = origin_now_ms();
	scene_once(s);
	JUDGE(s, scene_count(s, NULL) == 2);
	JUDGE(s, origin_paced(s->o, since, 2000));
}

/* ---- redirects */

/* At most five, none twice, none to where nobody may go; relative ones led right. */
static void
hops_are_few_and_judged(struct scene *s)
{
	struct origin *inside = origin_start(); /* its port is not allowed */

	for (int i = 0; i < 8; i++) {
		char from[16], to[16];

		(void)snprintf(from, sizeof(from), "/hop%d", i);
		(void)snprintf(to, sizeof(to), "/hop%d", i + 1);
		redirect(s->o, from, 302, to);
	}
	redirect(s->o, "/loop", 301, "/pool#x");
	redirect(s->o, "/pool", 301, "/loop#y");
	redirect(s->o, "/away", 302, origin_url(inside, "/secret"));
	redirect(s->o, "/denied", 302, "http://[::1]:80/");
	redirect(s->o, "/deep/down/rel?a=1", 302, "../up/./feed?b=2#frag");
	scene_feed(s, "/deep/up/feed", "a", 1, "", "");
	scene_sources(s,
	    "- id: hops\n  url: %s\n- id: loop\n  url: %s\n- id: away\n  url: %s\n"
	    "- id: denied\n  url: %s\n- id: rel\n  url: %s\n",
	    origin_url(s->o, "/hop0"), origin_url(s->o, "/loop"), origin_url(s->o, "/away"),
	    origin_url(s->o, "/denied"), origin_url(s->o, "/deep/down/rel?a=1"));
	scene_once(s);
	JUDGE(s, scene_count(s, "/hop5") == 1);
	JUDGE(s, scene_count(s, "/hop6") == 0);
	JUDGE(s, scene_count(s, "/loop") == 1);
	JUDGE(s, scene_count(s, "/pool") == 1);
	JUDGE(s, origin_count(inside, NULL) == 0);
	JUDGE(s, scene_count(s, "/deep/up/feed") == 1);
	JUDGE(s, origin_seen_at(s->o, "/deep/up/feed", 0) != NULL
	    && strcmp(origin_seen_at(s->o, "/deep/up/feed", 0)->url, "/deep/up/feed?b=2") == 0);
	origin_stop(inside);
}

static void
temporary_is_asked_at_the_old_url(struct scene *s)
{
	static const unsigned statuses[] = { 302, 303, 307 };
	char sources[1024];
	size_t n = 0;

	scene_feed(s, "/new", "a", 1, "", "ETag: \"a\"\n");
	for (size_t i = 0; i < ROWS(statuses); i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%u", statuses[i]);
		redirect(s->o, path, statuses[i], "/new");
		n += (size_t)snprintf(sources + n, sizeof(sources) - n, "- id: s%zu\n  url: %s\n  every: 1h\n",
		    i, origin_url(s->o, path));
	}
	scene_sources(s, "%s", sources);
	scene_days(s, 4 * 86400); /* long enough to believe a permanent one */
	for (size_t i = 0; i < ROWS(statuses); i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%u", statuses[i]);
		JUDGE(s, scene_count(s, path) >= 20);
	}
	JUDGE(s, scene_count(s, "/new") * 2 == scene_count(s, NULL));
}

static void
never_from_https_to_http(struct scene *s)
{
	struct origin_certs c;
	struct origin *secure;

	origin_certs_make(&c, "DNS:localhost, IP:127.0.0.1", 30, false);
	secure = origin_start_tls(c.cert_pem, c.key_pem);
	redirect(secure, "/feed", 301, origin_url(s->o, "/plain"));
	scene_feed(s, "/plain", "a", 1, "", "");
	program_write(&s->w, "ca.pem", "%s", c.ca_pem);
	program_config(&s->w, SCENE_FETCH "  allow_ports: [%u]\n"
	    "sources:\n- id: one\n  url: %s\n  ca_file: %s/ca.pem\n", origin_port(s->o),
	    origin_url(secure, "/feed"), s->w.dir);
	for (int i = 0; i < 2; i++)
		scene_once(s);
	JUDGE(s, origin_count(secure, "/feed") == 2);
	JUDGE(s, scene_count(s, NULL) == 0);
	origin_stop(secure);
	origin_certs_release(&c);
}

#define SECRETS \
	"  headers: [\"Authorization: Basic czNjcmV0\", \"X-Key: s3cret\", \"Cookie: id=s3cret\", " \
	"\"Accept: x/s3cret\"]\n"

static bool
has_secrets(const struct origin_request *r)
{
	static const char *const names[] = { "Authorization", "X-Key", "Cookie" };
	size_t n = 0;

	for (size_t i = 0; r != NULL && i < ROWS(names); i++)
		n += origin_header(r, names[i]) != NULL;
	return n == ROWS(names) && strcmp(origin_header(r, "Accept"), "x/s3cret") == 0;
}

/* It was asked, and nothing of them is in any request. */
static bool
saw_no_secret(struct origin *o)
{
	const struct origin_request *r;
	bool good = origin_seen(o, 0) != NULL;

	for (size_t i = 0; (r = origin_seen(o, i)) != NULL; i++)
		good = good && strstr(r->headers, "s3cret") == NULL
		    && strstr(r->headers, "czNjcmV0") == NULL
		    && origin_header(r, "Authorization") == NULL && origin_header(r, "Cookie") == NULL;
	return good;
}

static void
feed_at(struct origin *o, const char *path)
{
	char *body = scene_rss("a", 1, "");
	struct origin_answer a = { .headers = "ETag: \"1\"\n", .body = body, .conditional = true };

	origin_route(o, path, &a, 1);
	free(body);
}

/* The same host at another port, with TLS too; another host at the same port; and another
 * name of the same server. Back at home they are sent again. */
static void
secrets_stay_with_their_host(struct scene *s)
{
	struct origin_certs c;
	struct origin *port = origin_start(), *secure;
	struct origin *host = origin_start_at("127.0.0.2", origin_port(s->o));

	origin_certs_make(&c, "DNS:localhost, IP:127.0.0.1", 30, false);
	secure = origin_start_tls(c.cert_pem, c.key_pem);
	program_write(&s->w, "ca.pem", "%s", c.ca_pem);
	redirect(s->o, "/port", 302, origin_url(port, "/there"));
	redirect(s->o, "/host", 301, origin_url(host, "/there"));
	redirect(s->o, "/name", 307, origin_url_at(s->o, "localhost", "/there"));
	redirect(s->o, "/tls", 308, origin_url(secure, "/there"));
	redirect(s->o, "/near", 302, "/near2");
	redirect(s->o, "/round", 302, origin_url(host, "/round2"));
	redirect(host, "/round2", 302, origin_url(port, "/round3"));
	redirect(port, "/round3", 302, origin_url(s->o, "/round4"));
	program_config(&s->w, SCENE_FETCH "  allow_ports: [%u, %u]\nsources:\n"
	    "- id: a\n  url: %s\n" SECRETS "- id: b\n  url: %s\n" SECRETS
	    "- id: c\n  url: %s\n" SECRETS "- id: d\n  url: %s\n  ca_file: %s/ca.pem\n" SECRETS
	    "- id: e\n  url: %s\n" SECRETS "- id: f\n  url: %s\n" SECRETS,
	    origin_port(port), origin_port(secure), origin_url(s->o, "/port"),
	    origin_url(s->o, "/host"), origin_url(s->o, "/name"), origin_url(s->o, "/tls"), s->w.dir,
	    origin_url(s->o, "/near"), origin_url(s->o, "/round"));
	scene_once(s);
	for (size_t i = 0; i < scene_count(s, NULL); i++) {
		const struct origin_request *r = origin_seen(s->o, i);

		if (strcmp(r->url, "/there") == 0) /* by the other name */
			JUDGE(s, origin_header(r, "Authorization") == NULL
			    && strstr(r->headers, "s3cret") == NULL);
		else
			JUDGE(s, has_secrets(r));
	}
	JUDGE(s, scene_count(s, "/there") == 1);
	JUDGE(s, scene_count(s, "/near2") == 1);
	JUDGE(s, scene_count(s, "/round4") == 1);
	JUDGE(s, origin_count(port, NULL) == 2 && saw_no_secret(port));
	JUDGE(s, origin_count(host, NULL) == 2 && saw_no_secret(host));
	JUDGE(s, origin_count(secure, NULL) == 1 && saw_no_secret(secure));
	origin_stop(port);
	origin_stop(host);
	origin_stop(secure);
	origin_certs_release(&c);
}

/* Also once the move is believed, and the other one is asked directly. */
static void
secrets_stay_when_a_source_moved(struct scene *s)
{
	struct origin *other = origin_start_at("127.0.0.2", origin_port(s->o));

	feed_at(other, "/new");
	redirect(s->o, "/feed", 301, origin_url(other, "/new"));
	scene_sources(s, "- id: one\n  url: %s\n  every: 1h\n" SECRETS, origin_url(s->o, "/feed"));
	scene_days(s, 3 * 86400);
	JUDGE(s, has_secrets(origin_seen_at(s->o, "/feed", 0)));
	JUDGE(s, origin_count(other, NULL) >= scene_count(s, NULL) + 20);
	JUDGE(s, saw_no_secret(other));
	origin_stop(other);
}

/* ---- the request */

static bool
lacks(struct scene *s, const char *header)
{
	for (size_t i = 0; i < scene_count(s, NULL); i++) {
		if (origin_header(origin_seen(s->o, i), header) != NULL)
			return false;
	}
	return true;
}

static void
get_and_nothing_else(struct scene *s)
{
	scene_feed(s, "/feed", "a", 2, "", "ETag: \"1\"\nAccept-Ranges: bytes\n");
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	scene_once(s);
	JUDGE(s, scene_count(s, NULL) == 2);
	for (size_t i = 0; i < scene_count(s, NULL); i++)
		JUDGE(s, strcmp(origin_seen(s->o, i)->method, "GET") == 0);
	JUDGE(s, lacks(s, "Range"));
	JUDGE(s, lacks(s, "Content-Length"));
	JUDGE(s, scene_header_is(s, "/feed", 1, "If-None-Match", "\"1\""));
}

static void
names_itself_and_a_contact(struct scene *s)
{
	scene_feed(s, "/a", "a", 1, "", "");
	scene_feed(s, "/b", "b", 1, "", "");
	scene_feed(s, "/c", "c", 1, "", "");
	scene_sources(s,
	    "- id: a\n  url: %s\n- id: b\n  url: %s\n- id: c\n  url: %s\n  user_agent: Own/1\n",
	    origin_url(s->o, "/a"), origin_url(s->o, "/b"), origin_url(s->o, "/c"));
	scene_once(s);
	JUDGE(s, scene_header_is(
	    s, "/a", 0, "User-Agent", "ruamkhao/" RK_VERSION " (+mailto:t@example.org)"));
	JUDGE(s, scene_header_is(
	    s, "/b", 0, "User-Agent", "ruamkhao/" RK_VERSION " (+mailto:t@example.org)"));
	JUDGE(s, scene_header_is(s, "/c", 0, "User-Agent", "Own/1"));
}

/* They would be kept within a transfer that is led on, and between two rounds. */
static void
no_cookies(struct scene *s)
{
	struct origin_answer led = { .location = "/feed2",
		.headers = "Set-Cookie: id=1; Path=/; Max-Age=86400\n" };

	origin_route(s->o, "/feed", &led, 1);
	scene_feed(s, "/feed2", "a", 1, "", "Set-Cookie: id=2; Path=/\n");
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	scene_once(s);
	JUDGE(s, scene_count(s, "/feed2") == 2);
	JUDGE(s, lacks(s, "Cookie"));
}

static void
no_referer(struct scene *s)
{
	redirect(s->o, "/feed", 302, "/feed2");
	scene_feed(s, "/feed2", "a", 1, "", "");
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	JUDGE(s, scene_count(s, NULL) == 2);
	JUDGE(s, lacks(s, "Referer"));
}

static void
nothing_added_to_the_url(struct scene *s)
{
	scene_feed(s, "/feed", "a", 1, "", "ETag: \"1\"\n");
	scene_sources(s, "- id: one\n  url: %s\n- id: two\n  url: %s\n",
	    origin_url(s->o, "/feed?type=rss&x=%20"), origin_url(s->o, "/feed"));
	scene_once(s);
	scene_once(s);
	JUDGE(s, scene_count(s, NULL) == 4);
	for (size_t i = 0; i < scene_count(s, NULL); i++) {
		const char *url = origin_seen(s->o, i)->url;

		JUDGE(s, strcmp(url, "/feed?type=rss&x=%20") == 0 || strcmp(url, "/feed") == 0);
	}
	JUDGE(s, lacks(s, "Cache-Control"));
	JUDGE(s, lacks(s, "Pragma"));
}

static void
accepts_feeds_first(struct scene *s)
{
	const char *accept;

	scene_feed(s, "/feed", "a", 1, "", "");
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	accept = scene_sent(s, "/feed", 0, "Accept");
	JUDGE(s, strstr(accept, "application/atom+xml") != NULL);
	JUDGE(s, strstr(accept, "application/rss+xml") != NULL);
	JUDGE(s, strstr(accept, "*/*;q=0.1") != NULL);
}

static void
compressed_under_the_cap(struct scene *s)
{
	char *text = scene_rss("packed", 20, "");
	struct origin_answer a = { .gzip = true, .body = text };
	size_t n;
	struct origin_answer bomb = { .headers = "Content-Encoding: gzip\nETag: \"b\"\n" };

	bomb.body = origin_bomb(' ', 20u << 20, &n);
	bomb.n = n;
	origin_route(s->o, "/feed", &a, 1);
	origin_route(s->o, "/bomb", &bomb, 1);
	scene_sources(s, "- id: one\n  url: %s\n- id: bomb\n  url: %s\n", origin_url(s->o, "/feed"),
	    origin_url(s->o, "/bomb"));
	scene_once(s);
	scene_once(s);
	JUDGE(s, strstr(scene_sent(s, "/feed", 0, "Accept-Encoding"), "gzip") != NULL);
	JUDGE(s, scene_published(s, "packed7</title>") == 1);
	JUDGE(s, scene_plain(s, "/bomb", 1));
	free((void *)(uintptr_t)bomb.body);
	free(text);
}

static void
connections_are_used_again(struct scene *s)
{
	program_config(&s->w,
	    "fetch:\n  host_gap: 0s\n  per_host: 1\n  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n- id: a\n  url: %s\n- id: b\n  url: %s\n- id: c\n  url: %s\n",
	    origin_url(s->o, "/a"), origin_url(s->o, "/b"), origin_url(s->o, "/c"));
	scene_feed(s, "/a", "a", 1, "", "");
	redirect(s->o, "/b", 302, "/a");
	scene_once(s);
	JUDGE(s, scene_count(s, NULL) == 4);
	JUDGE(s, origin_connections(s->o) == 1);
}

/* Not one byte of a request goes to a server whose certificate is nobody's. */
static void
certificates_are_verified(struct scene *s)
{
	struct origin_certs c, wrong;
	struct origin *known, *unknown;

	origin_certs_make(&c, "DNS:localhost, IP:127.0.0.1", 30, false);
	origin_certs_make(&wrong, "DNS:localhost, IP:127.0.0.1", 30, false);
	known = origin_start_tls(c.cert_pem, c.key_pem);
	unknown = origin_start_tls(wrong.cert_pem, wrong.key_pem);
	program_write(&s->w, "ca.pem", "%s", c.ca_pem);
	scene_sources(s,
	    "- id: good\n  url: %s\n  ca_file: %s/ca.pem\n- id: bad\n  url: %s\n  ca_file: %s/ca.pem\n",
	    origin_url(known, "/feed"), s->w.dir, origin_url(unknown, "/feed"), s->w.dir);
	scene_once(s);
	JUDGE(s, origin_count(known, "/feed") == 1);
	JUDGE(s, origin_count(unknown, NULL) == 0);
	origin_stop(known);
	origin_stop(unknown);
	origin_certs_release(&c);
	origin_certs_release(&wrong);
}

static void
nothing_but_the_feed(struct scene *s)
{
	char extra[1024];

	(void)snprintf(extra, sizeof(extra),
	    "<image><url>%s</url><title>t</title><link>%s</link></image>"
	    "<item><guid isPermaLink=\"false\">x</guid><title>ข่าวมีรูป</title><link>%s</link>"
	    "<enclosure url=\"%s\" type=\"image/jpeg\" length=\"9\"/>"
	    "<description>&lt;img src=\"%s\"&gt;</description></item>",
	    origin_url(s->o, "/logo.png"), origin_url(s->o, "/"), origin_url(s->o, "/story"),
	    origin_url(s->o, "/photo.jpg"), origin_url(s->o, "/inline.png"));
	scene_feed(s, "/feed", "a", 1, extra, "");
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	scene_once(s);
	JUDGE(s, scene_count(s, "/feed") == 2);
	JUDGE(s, scene_count(s, NULL) == 2);
}

int
main(int argc, char **argv)
{
	static const struct manner rows[] = {
		ROW(31, few_at_a_time),
		ROW(31, few_at_a_time_at_an_address),
		ROW(31, the_pause_between_two),
		ROW(33, hops_are_few_and_judged),
		ROW(35, temporary_is_asked_at_the_old_url),
		ROW(36, never_from_https_to_http),
		ROW(38, secrets_stay_with_their_host),
		ROW(38, secrets_stay_when_a_source_moved),
		ROW(39, get_and_nothing_else),
		ROW(40, names_itself_and_a_contact),
		ROW(41, no_cookies),
		ROW(42, no_referer),
		ROW(43, nothing_added_to_the_url),
		ROW(44, accepts_feeds_first),
		ROW(45, compressed_under_the_cap),
		ROW(46, connections_are_used_again),
		ROW(46, certificates_are_verified),
		ROW(50, nothing_but_the_feed),
	};

	return manners_main(argc, argv, rows, ROWS(rows));
}
