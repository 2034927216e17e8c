/* Addresses: what is refused, resolving as browsers do, keys, tracking, redaction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/url.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* International names are converted in a UTF-8 locale only (RELIABILITY case 50). */
static bool
utf8_locale(void)
{
	return setlocale(LC_CTYPE, "C.UTF-8") != NULL ||
	       setlocale(LC_CTYPE, "C.utf8") != NULL;
}

static void
accepted(void **state)
{
	static const struct {
		const char *url, *host;
		bool https;
		unsigned port;
		bool given;
	} cases[] = {
	    {"http://ex.com/", "ex.com", false, 80, false},
	    {"HTTPS://Www.Phuket.GO.TH", "www.phuket.go.th", true, 443, false},
	    {"http://ex.com:8080/a?b#c", "ex.com", false, 8080, true},
	    {"http://ex.com:80", "ex.com", false, 80, true},
	    {"http://ex.com./x", "ex.com", false, 80, false},
	    {"http://203.150.1.2/rss", "203.150.1.2", false, 80, false},
	    {"http://[2001:DB8::1]:81/", "2001:db8::1", false, 81, true},
	    {"http://a_b.ex.com/", "a_b.ex.com", false, 80, false},
	    {"http://ex.com/ก?ข", "ex.com", false, 80, false},
	    {"http://0x7f.1/", "127.0.0.1", false, 80,
		false}, /* what libcurl would connect to */
	};
	struct rk_url u;
	struct rk_err err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		rk_err_clear(&err);
		if (rk_url_parse(rk_str(cases[i].url), &u, &err) != 0)
			fail_msg("%s: %s", cases[i].url, err.text);
		assert_string_equal(u.host, cases[i].host);
		assert_int_equal(u.https, cases[i].https);
		assert_int_equal(u.port, cases[i].port);
		assert_int_equal(u.port_given, cases[i].given);
	}
}

static void
refused(void **state)
{
	static const char *const urls[] = {"", "ex.com", "//ex.com/", "/x",
	    "ftp://ex.com/", "file:///etc/passwd", "javascript://ex.com/%0Aalert(1)",
	    "http:ex.com", "http:/ex.com", "http:///ex.com", "http:\\\\ex.com",
	    "http://", "http:///", "http://?x", "http://#x", "http://user@ex.com/",
	    "http://user:pw@ex.com/", "http://@ex.com/",
	    "http://ex.com%2F%23@evil.com/", "http://ex.com%2Fx/", "http://ex%00.com/",
	    "http://ex.com\\@evil.com/", "http://ex.com\\x/", "http://ex .com/",
	    "http://ex.com/ x", " http://ex.com/", "http://ex.com/\n",
	    "http://ex.com/\x01", "http://ex.com/\x7F", "http://a..b/",
	    "http://.ex.com/", "http://ex.com../", "http://ex.com:0/",
	    "http://ex.com:65536/", "http://ex.com:x/", "http://ex.com:-1/",
	    "http://*.ex.com/", "http://[::1/", "http://[::1%25lo]/",
	    "http://[fe80::1%lo]/", "http://127.0.0.1./", "http://<b>/", "http://a,b/",
	    "http://a'b/"};
	struct rk_url u;
	struct rk_err err;

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		rk_err_clear(&err);
		if (rk_url_parse(rk_str(urls[i]), &u, &err) == 0)
			fail_msg("accepted: %s as %s", urls[i], u.host);
		assert_int_equal(err.kind, RK_E_INPUT);
		assert_null(strstr(err.text, "pw"));
	}
	assert_int_equal(rk_url_parse(rk_strn("http://ex\0.com/", 15), &u, &err), -1);
}

static void
lengths(void **state)
{
	char url[RK_MAX_URL + 2];
	struct rk_url u;
	size_t n;

	(void)state;
	memset(url, 'a', sizeof(url));
	memcpy(url, "http://h/", 9);
	assert_int_equal(rk_url_parse(rk_strn(url, RK_MAX_URL), &u, NULL), 0);
	assert_int_equal(rk_url_parse(rk_strn(url, RK_MAX_URL + 1), &u, NULL), -1);
	/* labels of 63 are the most, and 253 octets together */
	memset(url, 'a', sizeof(url));
	memcpy(url, "http://", 7);
	assert_int_equal(rk_url_parse(rk_strn(url, 7 + 63), &u, NULL), 0);
	assert_int_equal(rk_url_parse(rk_strn(url, 7 + 64), &u, NULL), -1);
	for (n = 7 + 50; n < 7 + 300; n += 50)
		url[n] = '.';
	assert_int_equal(rk_url_parse(rk_strn(url, 7 + 253), &u, NULL), 0);
	assert_int_equal(rk_url_parse(rk_strn(url, 7 + 254), &u, NULL), -1);
	assert_int_equal(rk_url_parse(rk_strn(url, 7 + 300), &u, NULL), -1);
}

static void
international(void **state)
{
	struct rk_buf out;
	struct rk_url u;

	(void)state;
	rk_buf_init(&out, 4096);
	if (!utf8_locale()) {
		printf("no UTF-8 locale here: skipped\n");
		skip();
	}
	assert_int_equal(rk_url_parse(RK_STR("http://รัฐบาล.ไทย/"), &u, NULL), 0);
	assert_string_equal(u.host, "xn--h3cuzk1di.xn--o3cw4h");
	assert_int_equal(
	    rk_url_resolve(RK_STR(""), RK_STR("http://รัฐบาล.ไทย/ก"), &out), 0);
	assert_string_equal(out.p, "http://xn--h3cuzk1di.xn--o3cw4h/%E0%B8%81");
	rk_buf_reset(&out);
	assert_int_equal(rk_url_key(RK_STR("http://รัฐบาล.ไทย/ก"), &out), 0);
	assert_string_equal(out.p, "xn--h3cuzk1di.xn--o3cw4h/%E0%B8%81");
	/* letters that turn into 127.0.0.1 */
	assert_int_equal(rk_url_parse(RK_STR("http://①②⑦.⓪.⓪.①/"), &u, NULL), -1);
	assert_int_equal(rk_url_parse(RK_STR("http://ex.com／evil/"), &u, NULL), -1);
	/* Without the locale: never fetched, still compared. */
	assert_non_null(setlocale(LC_CTYPE, "C"));
	assert_int_equal(rk_url_parse(RK_STR("http://รัฐบาล.ไทย/"), &u, NULL), -1);
	rk_buf_reset(&out);
	assert_int_equal(rk_url_key(RK_STR("http://รัฐบาล.ไทย/ก"), &out), 0);
	assert_string_equal(out.p, "รัฐบาล.ไทย/%E0%B8%81");
	rk_buf_release(&out);
}

static void
resolves(const char *base, const char *ref, const char *want, bool link)
{
	struct rk_buf out;
	int rc;

	rk_buf_init(&out, 8192);
	(void)rk_buf_adds(&out, ">");
	rc = link ? rk_url_resolve_link(rk_str(base), rk_str(ref), &out)
		  : rk_url_resolve(rk_str(base), rk_str(ref), &out);
	if ((rc == 0) != (want != NULL) ||
	    strcmp(out.p + 1, want != NULL ? want : "") != 0)
		fail_msg("%s + %s: %d %s", base, ref, rc, out.p);
	rk_buf_release(&out);
}

static void
resolve(void **state)
{
	static const char base[] = "http://ex.com/a/b/c?x=1/2#f/g";
	static const char *const cases[][2] = {
	    {"d", "http://ex.com/a/b/d"},
	    {"./d", "http://ex.com/a/b/d"},
	    {"../d", "http://ex.com/a/d"},
	    {"../../../d", "http://ex.com/d"},
	    {".", "http://ex.com/a/b/"},
	    {"..", "http://ex.com/a/"},
	    {"/d", "http://ex.com/d"},
	    {"?q", "http://ex.com/a/b/c?q"},
	    {"#s", "http://ex.com/a/b/c?x=1/2#s"},
	    {"", "http://ex.com/a/b/c?x=1/2"},
	    {"d?y#s", "http://ex.com/a/b/d?y#s"},
	    {"d;x=1/../y", "http://ex.com/a/b/y"},
	    {"d?y/../x", "http://ex.com/a/b/d?y/../x"},
	    {"//other/p", "http://other/p"},
	    {"///other/p", "http://other/p"},
	    {"\\\\other\\p?a\\b", "http://other/p?a%5Cb"},
	    {"\\d\\e", "http://ex.com/d/e"},
	    {"https://other", "https://other/"},
	    {"https:/other/p", "https://other/p"},
	    {"http:/p", "http://ex.com/p"},
	    {"http:p", "http://ex.com/a/b/p"},
	    {"http:http://a:b@other/p", "http://ex.com/a/b/http://a:b@other/p"},
	    {"http:javascript:x", "http://ex.com/a/b/javascript:x"},
	    {"http:../p", "http://ex.com/a/p"},
	    {"http:?q", "http://ex.com/a/b/c?q"},
	    {"./a:b", "http://ex.com/a/b/a:b"},
	    {"ewt_news.php?nid=27", "http://ex.com/a/b/ewt_news.php?nid=27"},
	    {" \t\n d \r\n", "http://ex.com/a/b/d"},
	    {"ht\ntp://ot\ther/p", "http://other/p"},
	    {"ข่าว ใหม่?q=ก&b#ข",
		"http://ex.com/a/b/%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7%20"
		"%E0%B9%83%E0%B8%AB%E0%B8%A1%E0%B9%88?q=%E0%B8%81&b#%E0%B8%82"},
	    {"a%20b%zz\"<>|^`{}", "http://ex.com/a/b/a%20b%zz%22%3C%3E%7C%5E%60%7B%7D"},
	    {"http://user:pw@other/p", "http://other/p"},
	    {"http://a@b@other/p", "http://other/p"},
	    {"http://other\\@evil.com/", "http://other/@evil.com/"},
	    {"http://other/a/../../b/./c", "http://other/b/c"},
	    {"http://other?x", "http://other/?x"},
	    {"http://[::1]/x", "http://[::1]/x"},
	    {"javascript:alert(1)", NULL},
	    {"JaVa\tScRiPt:alert(1)", NULL},
	    {"\x01javascript:alert(1)", NULL},
	    {"vbscript:x", NULL},
	    {"data:text/html,x", NULL},
	    {"mailto:a@b", NULL},
	    {"file:///etc/passwd", NULL},
	    {"news:1", NULL},
	    {"http://ex.com%2F@evil/", "http://evil/"},
	    {"http://a%2fb/", NULL},
	    {"http://", NULL},
	    {"//", NULL},
	    {"http://a b/", NULL},
	    {"http://ex.com:99999/", NULL},
	    {"http://[fe80::1%25eth0]/", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		resolves(base, cases[i][0], cases[i][1], false);
		if (strncmp(cases[i][0], "mailto", 6) != 0)
			resolves(base, cases[i][0], cases[i][1], true);
	}
	resolves("", "http://h/x", "http://h/x", false);
	resolves("", "/x", NULL, false);
	resolves("", "//h/x", NULL, false);
	resolves("ftp://h/", "x", NULL, false);
	resolves("http://h", "x", "http://h/x", false);
	resolves("http://h?a/b", "x", "http://h/x", false);
	resolves(" http://h/ก ข/y ", "x", "http://h/%E0%B8%81%20%E0%B8%82/x", false);
	resolves("http://user:pw@h/", "x", "http://h/x", false);
	resolves("https://h/", "//other", "https://other/", false);
	resolves("https://h/", "http:other", "http://other/", false);
}

static void
mail(void **state)
{
	(void)state;
	resolves("http://h/", "mailto:a@ex.com?subject=ก ข",
	    "mailto:a@ex.com?subject=%E0%B8%81%20%E0%B8%82", true);
	resolves("", " MAILTO:a@ex.com", "mailto:a@ex.com", true);
	resolves("", "mailto:a\"><script>", "mailto:a%22%3E%3Cscript%3E", true);
	resolves("", "mailto:", NULL, true);
	resolves("", "mailto:a@ex.com", NULL, false);
}

static void
resolve_lengths(void **state)
{
	char ref[3 * RK_MAX_URL];
	struct rk_buf out;

	(void)state;
	rk_buf_init(&out, 1 << 16);
	memset(ref, 'a', sizeof(ref));
	assert_int_equal(
	    rk_url_resolve(RK_STR("http://h/"), rk_strn(ref, RK_MAX_URL - 9), &out), 0);
	assert_int_equal(out.n, RK_MAX_URL);
	rk_buf_reset(&out);
	assert_int_equal(
	    rk_url_resolve(RK_STR("http://h/"), rk_strn(ref, RK_MAX_URL - 8), &out),
	    -1);
	assert_int_equal(
	    rk_url_resolve(RK_STR("http://h/"), rk_strn(ref, sizeof(ref)), &out), -1);
	memset(ref, '\xB8', 1000); /* three for one */
	assert_int_equal(
	    rk_url_resolve(RK_STR("http://h/"), rk_strn(ref, 1000), &out), -1);
	assert_int_equal(
	    rk_url_resolve(RK_STR("http://h/"), rk_strn("a\0b", 3), &out), -1);
	assert_int_equal(out.n, 0);
	rk_buf_release(&out);
	rk_buf_init(&out, 9);
	assert_int_equal(rk_url_resolve(RK_STR(""), RK_STR("http://h/x"), &out), -1);
	assert_int_equal(out.n, 0);
	rk_buf_release(&out);
}

static void
key_is(const char *url, const char *want)
{
	struct rk_buf out, again, text;

	rk_buf_init(&out, 8192);
	rk_buf_init(&again, 8192);
	rk_buf_init(&text, 8192);
	if (rk_url_key(rk_str(url), &out) != 0 || strcmp(out.p, want) != 0)
		fail_msg(
		    "%s: %s, not %s", url, out.p != NULL ? out.p : "refused", want);
	(void)rk_buf_addf(&text, "http://%s", out.p);
	assert_int_equal(rk_url_key(rk_buf_view(&text), &again), 0);
	assert_string_equal(again.p, want);
	rk_buf_release(&text);
	rk_buf_release(&again);
	rk_buf_release(&out);
}

static void
keys(void **state)
{
	struct rk_buf out;

	(void)state;
	key_is("http://ex.com", "ex.com");
	key_is("https://WWW.ex.com/", "ex.com");
	key_is("http://ex.com:80/#top", "ex.com");
	key_is("https://ex.com:443/index.php", "ex.com");
	key_is("http://ex.com:443/", "ex.com");
	key_is("https://ex.com:8080/a//", "ex.com:8080/a");
	key_is("http://ex.com/a/index.html", "ex.com/a");
	key_is("http://ex.com/index.php/index.php/", "ex.com");
	key_is("http://ex.com/myindex.php", "ex.com/myindex.php");
	key_is("http://ex.com/index.php?id=5", "ex.com?id=5");
	key_is("http://ex.com/a?b=2&a=1&b=1", "ex.com/a?a=1&b=1&b=2");
	key_is("http://ex.com/a?utm_source=x&UTM_Medium=y&fbclid=z&id=1&gclid=q",
	    "ex.com/a?id=1");
	key_is("http://ex.com/a?ref=rss&ref=home", "ex.com/a?ref=home");
	key_is("http://ex.com/a?&&a=1&amp;b=2&", "ex.com/a?a=1&b=2");
	key_is("http://ex.com/%7euser/%41%2f%e0%b8%81", "ex.com/~user/A%2F%E0%B8%81");
	key_is("http://ex.com/ก?q=ข", "ex.com/%E0%B8%81?q=%E0%B8%82");
	key_is("http://ex.com/100%?a[]=1", "ex.com/100%25?a%5B%5D=1");
	key_is("http://ex.com/a/%2e%2e/b/./c", "ex.com/b/c");
	key_is("http://ex.com/..", "ex.com");
	key_is("http://ex.com/a\\b", "ex.com/a/b");
	key_is("http://ex.com/Case?Case=Y", "ex.com/Case?Case=Y");
	key_is("http://www.www.go.th/", "go.th");
	key_is("http://www.com/", "www.com");
	key_is("http://www.1.2/", "www.1.2"); /* 1.2 alone would be an address */
	key_is("http://[2001:DB8::1]:81/", "[2001:db8::1]:81");
	rk_buf_init(&out, 4096);
	assert_int_equal(rk_url_key(RK_STR("ftp://ex.com/"), &out), -1);
	assert_int_equal(rk_url_key(RK_STR("http://user@ex.com/"), &out), -1);
	assert_int_equal(rk_url_key(RK_STR("/a"), &out), -1);
	assert_int_equal(out.n, 0);
	rk_buf_release(&out);
}

static void
different_keys(void **state)
{
	static const char *const urls[] = {"http://ex.com/?nid=1",
	    "http://ex.com/?nid=2", "http://ex.com/?nid=", "http://ex.com/nid=1",
	    "http://a.ex.com/?nid=1", "http://ex.com:8080/?nid=1",
	    "http://ex.com/a/?nid=1", "http://ex.com/a%2Fb", "http://ex.com/a/b",
	    "http://ex.com/a%3Fb", "http://ex.com/?p=1&q", "http://ex.com/?p=1%26q"};
	struct rk_buf keys_of[COUNT(urls)];

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		rk_buf_init(&keys_of[i], 4096);
		assert_int_equal(rk_url_key(rk_str(urls[i]), &keys_of[i]), 0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(keys_of[i].p, keys_of[k].p);
	}
	for (size_t i = 0; i < COUNT(urls); i++)
		rk_buf_release(&keys_of[i]);
}

/* Does the address name a whole site? */
static bool
is_root(const char *url)
{
	struct rk_buf key;
	bool root;

	rk_buf_init(&key, 4096);
	root = rk_url_key(rk_str(url), &key) == 0 &&
	       rk_url_key_is_root(rk_buf_view(&key));
	rk_buf_release(&key);
	return root;
}

static void
roots(void **state)
{
	static const char *const yes[] = {"http://ex.com", "https://www.ex.com/",
	    "http://ex.com/index.php", "http://ex.com/?utm_source=rss",
	    "http://ex.com:8080/#/news/1"};
	static const char *const no[] = {"http://ex.com/a", "http://ex.com/?id=1",
	    "http://ex.com/index.php?id=1", "http://ex.com/th/", "nonsense", ""};

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++)
		assert_true(is_root(yes[i]));
	for (size_t i = 0; i < COUNT(no); i++)
		assert_false(is_root(no[i]));
}

static void
untrack(void **state)
{
	static const char *const cases[][2] = {
	    {"http://h/?utm_source=1&b=2&fbclid=3&a=1#x", "http://h/?b=2&a=1#x"},
	    {"http://h/?utm_source=1#utm_source", "http://h/#utm_source"},
	    {"http://h/?", "http://h/?"},
	    {"http://h/?a&&b&", "http://h/?a&&b&"},
	    {"http://h/#?utm_x=1", "http://h/#?utm_x=1"},
	    {"http://h/?a=1&amp;utm_x=3&b", "http://h/?a=1&b"},
	    {"http://h/?utmost=1", "http://h/?utmost=1"},
	    {"http://h/?UTM_Source=1&_ga=2.1&mtm_x=1&hsCtaTracking=1&fb_source=1&srsltid=a",
		"http://h/"},
	    {"http://h/?_gap=1&fb=2&ga=3&nid=29", "http://h/?_gap=1&fb=2&ga=3&nid=29"},
	    {"http://h/ก ข", "http://h/ก ข"},
	    {"", ""},
	};
	struct rk_buf out;

	(void)state;
	rk_buf_init(&out, 4096);
	for (size_t i = 0; i < COUNT(cases); i++) {
		rk_buf_reset(&out);
		assert_int_equal(rk_url_untrack(rk_str(cases[i][0]), &out), 0);
		assert_true(rk_str_is(rk_buf_view(&out), cases[i][1]));
	}
	rk_buf_release(&out);
}

static void
redact(void **state)
{
	static const char *const cases[][2] = {
	    {"http://user:pw@h/p?token=1&x#access=2",
		"http://h/p?token=...&x#access=..."},
	    {"https://h:8080/p", "https://h:8080/p"},
	    {"http://a@b@h/", "http://h/"},
	    {"http://user:p\\w@h/", "http://h/"},
	    {"//user@h/?a=b", "//h/?a=..."},
	    {"user:pw@h/x", "h/x"},
	    {"pw@h", "h"},
	    {"mailto:a@ex.com", "mailto:a@ex.com"},
	    {"", ""},
	};
	struct rk_buf out;

	(void)state;
	rk_buf_init(&out, 4096);
	for (size_t i = 0; i < COUNT(cases); i++) {
		rk_buf_reset(&out);
		rk_url_redact(rk_str(cases[i][0]), &out);
		if (!rk_str_is(rk_buf_view(&out), cases[i][1]))
			fail_msg("%s: %s", cases[i][0], out.p);
	}
	rk_buf_release(&out);
}

/* "path?query" where the address is settled; "?": it is libcurl's. */
static void
rests(void **state)
{
	static const char *const pairs[][2] = {
	    {"http://a.go.th", ""},
	    {"http://a.go.th/", "/"},
	    {"https://a.go.th/rss.xml", "/rss.xml"},
	    {"https://a.go.th:8443/x/y?a=1&b=2?", "/x/y?a=1&b=2?"},
	    {"http://10.0.0.1:80/x?", "/x?"},
	    {"http://a.go.th//x;y=@:!", "//x;y=@:!"},
	    {"http://a.go.th?x", NULL},
	    {"http://a.go.th/x#top", NULL},
	    {"http://a.go.th/%E0%B8%81", NULL},
	    {"http://a.go.th/a/../b", NULL},
	    {"http://a.go.th/.x", NULL},
	    {"http://A.go.th/", NULL},
	    {"http://a.go.th./", NULL},
	    {"http://[::1]/", NULL},
	    {"http://2130706433/", NULL},
	    {"http://a.go.th/a[1]", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct rk_str path, query;
		bool has_query, told;
		struct rk_url u;
		char text[64];

		assert_int_equal(rk_url_parse(rk_str(pairs[i][0]), &u, NULL), 0);
		told = rk_url_rest(rk_str(pairs[i][0]), &u, &path, &query, &has_query);
		if (told != (pairs[i][1] != NULL))
			fail_msg("%s", pairs[i][0]);
		if (!told)
			continue;
		(void)snprintf(text, sizeof(text), "%.*s%s%.*s", RK_FMT(path),
		    has_query ? "?" : "", RK_FMT(query));
		assert_string_equal(text, pairs[i][1]);
	}
}

static void
quads(void **state)
{
	static const char *const right[] = {
	    "0.0.0.0", "127.0.0.1", "255.255.255.255", "10.20.30.40"};
	static const char *const wrong[] = {"", ".", "1", "1.2.3", "1.2.3.", ".1.2.3",
	    "1..2.3", "1.2.3.4.", "1.2.3.4.5", "256.1.1.1", "1.1.1.999", "01.2.3.4",
	    "1.2.3.00", "1.2.3.a", "1.2.3.-4", "1.2.3.4 ", "0x1.2.3.4", "1.2.3.0000004",
	    "4294967297.0.0.1", "18446744073709551617.1.1.1"};

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++)
		if (!rk_url_is_quad(rk_str(right[i])))
			fail_msg("\"%s\" is one", right[i]);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (rk_url_is_quad(rk_str(wrong[i])))
			fail_msg("\"%s\" is none", wrong[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rests),
	    cmocka_unit_test(quads),
	    cmocka_unit_test(accepted),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(lengths),
	    cmocka_unit_test(international),
	    cmocka_unit_test(resolve),
	    cmocka_unit_test(mail),
	    cmocka_unit_test(resolve_lengths),
	    cmocka_unit_test(keys),
	    cmocka_unit_test(different_keys),
	    cmocka_unit_test(roots),
	    cmocka_unit_test(untrack),
	    cmocka_unit_test(redact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
