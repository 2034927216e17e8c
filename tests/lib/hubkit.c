/* The program with its own hub, for tests. */
#include "hubkit.h"
#include "hub.h"
#include "origin.h"

#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/form.h>

void
hubkit_serve(struct hubkit *t, const char *news)
{
	char body[1024], etag[64];
	struct origin_answer a = { .body = body, .headers = etag, .conditional = true };

	(void)snprintf(etag, sizeof(etag), "ETag: \"%s\"\n", news);
	(void)snprintf(body, sizeof(body),
	    "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">"
	    "<title>t</title><id>urn:x:1</id><updated>2026-01-01T00:00:00Z</updated>"
	    "<entry><id>urn:n:%s</id><title>news %s</title>"
	    "<link href=\"http://s.example/%s\"/><updated>2026-03-01T00:00:00Z</updated>"
	    "<content>all about %s</content></entry></feed>",
	    news, news, news, news);
	origin_route(t->o, "/feed", &a, 1);
}

void
hubkit_configure(struct hubkit *t, const char *every, const char *hub)
{
	program_write(&t->w, "rk.yml",
	    "site:\n  title: t\n  base_url: http://127.0.0.1:%u/\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n  hub: %s\n"
	    "serve:\n  listen: 127.0.0.1:%u\n"
	    "fetch:\n  every: %s\n  every_unconditional: %s\n  host_gap: 0s\n"
	    "  allow_addresses: [127.0.0.0/8]\n  allow_ports: [%u, %u]\n"
	    "sources:\n- id: one\n  url: %s\n",
	    t->port, hub, t->port, every, every, subscriber_port(t->s),
	    subscriber_port(t->other), origin_url(t->o, "/feed"));
}

void
hubkit_open(struct hubkit *t)
{
	memset(t, 0, sizeof(*t));
	program_open(&t->w);
	t->o = origin_start();
	t->s = subscriber_start("127.0.0.1");
	t->other = subscriber_start("127.0.0.2");
	t->port = origin_dead_port();
	(void)snprintf(t->topic, sizeof(t->topic), "http://127.0.0.1:%u/all.atom", t->port);
	(void)snprintf(t->hub, sizeof(t->hub), "http://127.0.0.1:%u/hub", t->port);
	hubkit_serve(t, "first");
}

void
hubkit_close(struct hubkit *t)
{
	subscriber_stop(t->s);
	subscriber_stop(t->other);
	origin_stop(t->o);
	program_close(&t->w);
}

void
hubkit_start(struct hubkit *t)
{
	t->daemon = program_start(&t->w, "run", NULL);
	assert_true(program_until(&t->w, "public/all.html", "news first", 1, 10000));
}

void
hubkit_stop(struct hubkit *t)
{
	assert_int_equal(kill(t->daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&t->w, t->daemon, 6000), 0);
}

/* The status that the hub answers. */
int
hubkit_request(struct hubkit *t, const char *mode, const char *topic, const char *callback,
    const char *more)
{
	struct rk_buf form;
	int status;

	rk_buf_init(&form, 65536);
	(void)rk_buf_addf(&form, "hub.mode=%s&hub.topic=", mode);
	rk_form_encode(&form, rk_str(topic));
	(void)rk_buf_adds(&form, "&hub.callback=");
	rk_form_encode(&form, rk_str(callback));
	(void)rk_buf_adds(&form, more);
	status = hub_request(t->hub, "POST", "Content-Type: application/x-www-form-urlencoded\r\n",
	    form.p, NULL);
	rk_buf_release(&form);
	return status;
}

bool
hubkit_asked(struct subscriber *s, const char *path, size_t n)
{
	for (int i = 0; i < 500 && subscriber_asked(s, path) < n; i++)
		(void)usleep(10000);
	return subscriber_asked(s, path) >= n;
}

/* "N subscriptions" in the metrics. */
size_t
hubkit_metric(struct hubkit *t, const char *name)
{
	char url[128], needle[128], *text, *at;
	size_t n = SIZE_MAX;

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/metrics", t->port);
	assert_int_equal(hub_request(url, "GET", "", NULL, &text), 200);
	(void)snprintf(needle, sizeof(needle), "\n%s ", name);
	if ((at = strstr(text, needle)) != NULL)
		n = strtoul(at + strlen(needle), NULL, 10);
	free(text);
	return n;
}

bool
hubkit_subscribed(struct hubkit *t, size_t n)
{
	for (int i = 0; i < 500 && hubkit_metric(t, "ruamkhao_hub_subscriptions") != n; i++)
		(void)usleep(10000);
	return hubkit_metric(t, "ruamkhao_hub_subscriptions") == n;
}
