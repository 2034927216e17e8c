/*
 * TLS: always verified; a source's own CA file is trusted for that source only
 * (RELIABILITY 2.46; ARCHITECTURE 3.8.15).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fetchkit.h"
#include "origin.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct fetchkit w;

static int
open_all(void **state)
{
	(void)state;
	fetchkit_open(&w, NULL);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	fetchkit_close(&w);
	return 0;
}

/* A file with these texts; remove it with drop(). */
static char *
file_of(const char *a, const char *b)
{
	char *path = strdup("e2e_fetch_tls.XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_true(write(fd, a, strlen(a)) == (ssize_t)strlen(a));
	if (b != NULL)
		assert_true(write(fd, b, strlen(b)) == (ssize_t)strlen(b));
	close(fd);
	return path;
}

static void
drop(char *path)
{
	unlink(path);
	free(path);
}

static void
expect_tls(struct origin *o, const char *url, const char *ca_file, const char *text)
{
	struct rk_fetch_req req = {.url = rk_str(url), .ca_file = rk_str(ca_file)};
	struct fetchkit_got g = fetchkit_get(&w, &req);

	if (text == NULL) {
		if (g.kind != RK_FETCH_OK)
			fail_msg("%s", g.error);
		assert_string_equal(g.body, "<rss/>");
	} else {
		assert_int_equal(g.kind, RK_FETCH_TLS);
		if (strstr(g.error, text) == NULL)
			fail_msg("no \"%s\" in \"%s\"", text, g.error);
		if (o != NULL)
			assert_int_equal(origin_count(o, NULL), 0);
	}
	fetchkit_release(&g);
}

static void
serve(struct origin *o)
{
	origin_default(o, &(struct origin_answer){.body = "<rss/>"});
}

static void
an_unknown_issuer_and_its_ca_file(void **state)
{
	struct origin_certs c;
	struct origin *o;
	const char *url;
	char *ca;

	(void)state;
	origin_certs_make(&c, "IP:127.0.0.1", 10, false);
	o = origin_start_tls(c.cert_pem, c.key_pem);
	serve(o);
	url = origin_url(o, "/");
	ca = file_of(c.ca_pem, NULL);
	expect_tls(o, url, NULL, "ca_file");
	expect_tls(o, url, ca, NULL);
	expect_tls(o, url, ca, NULL);
	/* What one source trusts, the next on the same handle does not: also not by way
	 * of the connection that is still open. */
	origin_forget(o);
	expect_tls(o, url, NULL, "ca_file");
	expect_tls(o, url, ca, NULL);
	drop(ca);
	origin_stop(o);
	origin_certs_release(&c);
}

static void
a_changed_ca_file_is_read_again(void **state)
{
	struct origin_certs c, stranger;
	struct origin *o;
	char *ca;
	FILE *f;

	(void)state;
	origin_certs_make(&c, "IP:127.0.0.1", 10, false);
	origin_certs_make(&stranger, "IP:127.0.0.1", 10, false);
	o = origin_start_tls(c.cert_pem, c.key_pem);
	serve(o);
	ca = file_of(stranger.ca_pem, NULL);
	expect_tls(o, origin_url(o, "/"), ca, "");
	f = fopen(ca, "a");
	assert_non_null(f);
	fputs(c.ca_pem, f);
	fclose(f);
	expect_tls(o, origin_url(o, "/"), ca, NULL);
	drop(ca);
	origin_stop(o);
	origin_certs_release(&c);
	origin_certs_release(&stranger);
}

static void
bad_ca_files(void **state)
{
	char *empty = file_of("", NULL);

	(void)state;
	expect_tls(
	    NULL, "https://127.0.0.1:1/", "/nonexistent/ca.pem", "/nonexistent/ca.pem");
	expect_tls(NULL, "https://127.0.0.1:1/", "/", "is no file");
	drop(empty);
}

static void
a_missing_intermediate(void **state)
{
	struct origin_certs c;
	struct origin *o, *complete;
	char *root, *middle, *chain, *both;

	(void)state;
	origin_certs_make(&c, "IP:127.0.0.1", 10, true);
	root = file_of(c.ca_pem, NULL);
	middle = file_of(c.middle_pem, NULL);
	both = file_of(c.ca_pem, c.middle_pem);
	o = origin_start_tls(c.cert_pem, c.key_pem);
	serve(o);
	expect_tls(o, origin_url(o, "/"), root, "intermediate certificate");
	expect_tls(NULL, origin_url(o, "/"), both, NULL);
	/* A server that sends the whole chain needs the root only. */
	chain = calloc(strlen(c.cert_pem) + strlen(c.middle_pem) + 1, 1);
	assert_non_null(chain);
	strcpy(chain, c.cert_pem);
	strcat(chain, c.middle_pem);
	complete = origin_start_tls(chain, c.key_pem);
	serve(complete);
	expect_tls(complete, origin_url(complete, "/"), root, NULL);
	free(chain);
	drop(root);
	drop(middle);
	drop(both);
	origin_stop(o);
	origin_stop(complete);
	origin_certs_release(&c);
}

static void
expired_and_misnamed(void **state)
{
	struct origin_certs old, named;
	struct origin *o, *p;
	char *ca;

	(void)state;
	origin_certs_make(&old, "IP:127.0.0.1", -1, false);
	o = origin_start_tls(old.cert_pem, old.key_pem);
	serve(o);
	ca = file_of(old.ca_pem, NULL);
	expect_tls(o, origin_url(o, "/"), ca, "expired");
	drop(ca);

	origin_certs_make(&named, "DNS:other.example", 10, false);
	p = origin_start_tls(named.cert_pem, named.key_pem);
	serve(p);
	ca = file_of(named.ca_pem, NULL);
	expect_tls(p, origin_url(p, "/"), ca, "127.0.0.1");
	expect_tls(
	    p, origin_url_at(p, "localhost", "/"), ca, "not for the name localhost");
	drop(ca);
	origin_stop(o);
	origin_stop(p);
	origin_certs_release(&old);
	origin_certs_release(&named);
}

/* How often the system's bundle was opened: this stands before the C library's own. */
static unsigned bundle_opened;

FILE *fopen64(const char *path, const char *mode);

FILE *
fopen64(const char *path, const char *mode)
{
	static FILE *(*real)(const char *, const char *);
	const char *bundle = curl_version_info(CURLVERSION_NOW)->cainfo;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "fopen64");
	bundle_opened += bundle != NULL && strcmp(path, bundle) == 0;
	return real(path, mode);
}

/* Parsed at the first handshake; thirty milliseconds at each would be most of a poll. */
static void
the_systems_bundle_is_read_once(void **state)
{
	struct origin_certs c;
	struct origin *o[4];

	(void)state;
	origin_certs_make(&c, "IP:127.0.0.1", 10, false);
	bundle_opened = 0;
	for (int i = 0; i < 4; i++) { /* nobody's certificate: a handshake each time */
		o[i] = origin_start_tls(c.cert_pem, c.key_pem);
		serve(o[i]);
		for (int k = 0; k < 3; k++)
			expect_tls(o[i], origin_url(o[i], "/"), NULL, "ca_file");
	}
	assert_int_equal(bundle_opened, 1);
	for (int i = 0; i < 4; i++)
		origin_stop(o[i]);
	origin_certs_release(&c);
}

static void
no_tls_at_all(void **state)
{
	struct origin *o = origin_start();
	char url[64];

	(void)state;
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", origin_port(o));
	expect_tls(o, url, NULL, "no secure connection");
	origin_stop(o);
}

static void
from_https_to_http_is_not_followed(void **state)
{
	struct rk_fetcher_opts opts = fetchkit_opts(&w);
	struct origin_certs c;
	struct origin *o, *plain;
	struct origin_answer a = {.status = 301};
	struct rk_fetch_req req = {0};
	uint16_t ports[2];
	struct fetchkit_got g;
	char *ca;

	(void)state;
	origin_certs_make(&c, "IP:127.0.0.1", 10, false);
	o = origin_start_tls(c.cert_pem, c.key_pem);
	plain = origin_start();
	serve(plain);
	ca = file_of(c.ca_pem, NULL);
	fetchkit_close(&w);
	ports[0] = origin_port(plain);
	ports[1] = origin_port(o);
	opts.allow_ports = ports;
	opts.n_allow_ports = 2;
	fetchkit_open(&w, &opts);
	a.location = origin_url(plain, "/x");
	origin_route(o, "/down", &a, 1);
	req.url = rk_str(origin_url(o, "/down"));
	req.ca_file = rk_str(ca);
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_REFUSED);
	assert_non_null(strstr(g.error, "https to http"));
	assert_int_equal(origin_connections(plain), 0);
	fetchkit_release(&g);

	/* The other direction is an improvement. */
	a.location = origin_url(o, "/up");
	origin_route(plain, "/r", &a, 1);
	origin_route(o, "/up", &(struct origin_answer){.body = "<rss/>"}, 1);
	req.url = rk_str(origin_url(plain, "/r"));
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_true(g.moved);
	fetchkit_release(&g);
	drop(ca);
	origin_stop(o);
	origin_stop(plain);
	origin_certs_release(&c);
}

static void
connections_are_kept(void **state)
{
	struct origin_certs c;
	struct origin *o;
	char *ca;

	(void)state;
	origin_certs_make(&c, "IP:127.0.0.1", 10, false);
	o = origin_start_tls(c.cert_pem, c.key_pem);
	serve(o);
	ca = file_of(c.ca_pem, NULL);
	for (int i = 0; i < 5; i++)
		expect_tls(o, origin_url(o, "/"), ca, NULL);
	assert_int_equal(origin_connections(o), 1);
	drop(ca);
	origin_stop(o);
	origin_certs_release(&c);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(an_unknown_issuer_and_its_ca_file),
	    T(a_changed_ca_file_is_read_again),
	    T(bad_ca_files),
	    T(a_missing_intermediate),
	    T(expired_and_misnamed),
	    T(the_systems_bundle_is_read_once),
	    T(no_tls_at_all),
	    T(from_https_to_http_is_not_followed),
	    T(connections_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
