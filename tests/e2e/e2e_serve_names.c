/*
 * The embedded server and names: what lies outside the tree, what no name is, and a
 * tree that is not there yet. Nothing of it gets through.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "servekit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static void
test_traversal(void **unused)
{
	static const char *const targets[] = {"/../secret.atom", "/..//secret.atom",
	    "/./../secret.atom", "/province/../../secret.atom", "/province/../all.atom",
	    "/%2e%2e/secret.atom", "/%2E%2E/secret.atom", "/.%2e/secret.atom",
	    "/%2e./secret.atom", "/..%2fsecret.atom", "/..%2Fsecret.atom",
	    "/%2e%2e%2fsecret.atom", "/..%5csecret.atom", "/..\\secret.atom",
	    "\\..\\secret.atom", "/..%255c/secret.atom", "/%252e%252e/secret.atom",
	    "/..%c0%afsecret.atom", "/%c0%ae%c0%ae/secret.atom", "/..%u2215secret.atom",
	    "/....//secret.atom", "/.../secret.atom", "/..;/secret.atom",
	    "//secret.atom", "//all.atom", "///all.atom", "//etc/passwd", "/./all.atom",
	    "/province//phuket.atom", "/province/./phuket.atom", "/all.atom/",
	    "/all.atom/.", "/all.atom/..", "/all.atom/x.atom", "/all.atom%00.html",
	    "/all.atom%00", "/%00/all.atom", "/all%00.atom", "/.dot.atom",
	    "/.hidden/x.atom", "/%2edot.atom", "/.htaccess", "/.git/config.txt",
	    "/province", "/province/", "/folder.atom", "/folder.atom/", "/link.atom",
	    "/linkdir/secret.atom", "/inner.atom", "/passwd.txt", "/fifo.atom",
	    "/noext", "/core.exe", "/Upper.atom", "/upper.atom", "/sp%20ace.atom",
	    "/back%5cslash.atom", "/back\\slash.atom", "/all.atom%20", "/all.atom.",
	    "/all.atom~", "/all.atom::$DATA", "/ALL.ATOM", "/%E0%B8%81.atom",
	    "/\xe0\xb8\x81.atom", "/all.atom#x", "/%", "/%2", "/%zz.atom", "/all.atom%",
	    "*", "/*", "/?", "/..?/secret.atom", "http://x/../secret.atom", "https://x",
	    "http:///../secret.atom", "file:///etc/passwd", "secret.atom",
	    "../secret.atom", "/nul", "/con.txt", "/-.atom", "/..", "/.", "/%2e%2e",
	    "/etc/passwd", "/proc/self/environ",
	    "/province/phuket.atom/../../../secret.atom"};
	struct server *s = serve_start();

	(void)unused;
	assert_true(sizeof(targets) / sizeof(*targets) >= 60);
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		unsigned status = serve_status(s, "GET", targets[i], "");
		bool index = strcmp(targets[i], "/?") == 0 ||
			     strcmp(targets[i], "https://x") == 0 ||
			     strcmp(targets[i], "/..?/secret.atom") == 0;

		/* two of them name the index, and nothing else is anything */
		if (index && status == 200)
			continue;
		if (status != 404 && status != 400)
			fail_msg("%u for %s", status, targets[i]);
	}
	serve_stop(s);
}

static void
test_raw_targets(void **unused)
{
	static const struct {
		const char *bytes;
		size_t n;
	} requests[] = {
#define R(lit) {lit, sizeof(lit) - 1}
	    R("GET /all.atom\0.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /all.atom\0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /\0all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /all.atom?a\0b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /all.atom\x01 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /all.atom\t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /all atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
#undef R
	};
	struct server *s = serve_start();

	(void)unused;
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		struct answer a;

		serve_raw(s, &a, requests[i].bytes, requests[i].n);
		if (a.status != 404 && a.status != 400)
			fail_msg("%u for %s", a.status, requests[i].bytes);
		serve_done(&a);
	}
	serve_stop(s);
}

static void
test_long_names(void **unused)
{
	struct server *s = serve_start();

	(void)unused;
	for (size_t n = 1; n < 9000; n += n < 400 ? 13 : 1201) {
		struct rk_buf b;
		struct answer a;

		rk_buf_init(&b, 1 << 20);
		(void)rk_buf_addc(&b, '/');
		for (size_t i = 0; i < n; i++)
			(void)rk_buf_addc(&b, i % 7 == 6 ? '/' : 'a');
		(void)rk_buf_adds(&b, ".atom");
		serve_ask(s, &a, "GET", b.p, "");
		assert_true(a.status == 404 || a.status == 414 || a.status == 431);
		serve_done(&a);
		rk_buf_release(&b);
	}
	serve_stop(s);
}

/* The tree may not be there yet, and may come later. */
static void
test_no_tree(void **unused)
{
	char before[80];
	struct server *s;

	(void)unused;
	memcpy(before, serve_root, sizeof(serve_root));
	(void)snprintf(serve_root, sizeof(serve_root), "%s/later", serve_base);
	s = serve_start();
	assert_int_equal(serve_status(s, "GET", "/all.atom", ""), 404);
	assert_int_equal(serve_status(s, "GET", "/healthz", ""), 200);
	serve_folder("later");
	serve_put("later/all.atom", SERVE_FEED);
	assert_int_equal(serve_status(s, "GET", "/all.atom", ""), 200);
	serve_stop(s);
	memcpy(serve_root, before, sizeof(serve_root));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_traversal),
	    cmocka_unit_test(test_raw_targets),
	    cmocka_unit_test(test_long_names),
	    cmocka_unit_test(test_no_tree),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, serve_tree_make, serve_tree_remove);
}
