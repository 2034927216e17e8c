/* A base and a reference, one a line: what is resolved may be fetched and written into
 * an attribute, and keys are fixed points. */
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/units.h>
#include <ruamkhao/url.h>

#include <curl/curl.h>
#include <locale.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		(void)setlocale(LC_CTYPE, "C.utf8");
	return 0;
}

static void
check_key(struct rk_str url)
{
	struct rk_buf once, text, twice;

	rk_buf_init(&once, SIZE_MAX);
	rk_buf_init(&text, SIZE_MAX);
	rk_buf_init(&twice, SIZE_MAX);
	if (rk_url_key(url, &once) == 0) {
		(void)rk_buf_adds(&text, "http://");
		(void)rk_buf_str(&text, rk_buf_view(&once));
		rk_assert(rk_url_key(rk_buf_view(&text), &twice) == 0);
		rk_assert(rk_str_eq(rk_buf_view(&once), rk_buf_view(&twice)));
	}
	rk_buf_release(&once);
	rk_buf_release(&text);
	rk_buf_release(&twice);
}

static void
set(CURLU *u, CURLUPart part, struct rk_str value)
{
	char text[RK_MAX_URL + 1];

	rk_assert(value.n <= RK_MAX_URL);
	if (value.n > 0)
		memcpy(text, value.p, value.n);
	text[value.n] = '\0';
	rk_assert(curl_url_set(u, part, text, 0) == CURLUE_OK);
}

static void
check_part(CURLU *a, CURLU *b, CURLUPart part)
{
	char *x = NULL, *y = NULL;

	rk_assert(curl_url_get(a, part, &x, 0) == curl_url_get(b, part, &y, 0));
	rk_assert((x == NULL) == (y == NULL) && (x == NULL || strcmp(x, y) == 0));
	curl_free(x);
	curl_free(y);
}

/* Of our parts libcurl makes what it makes of the whole. */
static void
check_rest(struct rk_str url)
{
	static const CURLUPart all[] = {CURLUPART_SCHEME, CURLUPART_USER, CURLUPART_HOST,
	    CURLUPART_PORT, CURLUPART_PATH, CURLUPART_QUERY, CURLUPART_FRAGMENT, CURLUPART_URL};
	CURLU *ours = curl_url(), *theirs = curl_url();
	struct rk_str path, query;
	struct rk_url u;
	bool has_query;
	char port[RK_COUNT_TEXT];

	if (rk_url_parse(url, &u, NULL) == 0 &&
	    rk_url_rest(url, &u, &path, &query, &has_query)) {
		set(theirs, CURLUPART_URL, url);
		set(ours, CURLUPART_SCHEME, rk_str(u.https ? "https" : "http"));
		set(ours, CURLUPART_HOST, rk_str(u.host));
		if (u.port_given)
			set(ours, CURLUPART_PORT, rk_str(rk_format_count(u.port, port)));
		if (path.n > 0)
			set(ours, CURLUPART_PATH, path);
		if (has_query)
			set(ours, CURLUPART_QUERY, query);
		for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
			check_part(ours, theirs, all[i]);
	}
	curl_url_cleanup(ours);
	curl_url_cleanup(theirs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_str ref = rk_strn((const char *)data, size), base = {0};
	struct rk_buf out, other;
	struct rk_url u;

	(void)rk_str_split(&ref, '\n', &base);
	rk_buf_init(&out, SIZE_MAX);
	rk_buf_init(&other, SIZE_MAX);
	check_key(base);
	check_rest(base);
	if (rk_url_resolve(base, ref, &out) == 0) {
		rk_assert(out.n <= RK_MAX_URL);
		for (size_t i = 0; i < out.n; i++)
			rk_assert(out.p[i] > ' ' && out.p[i] < 0x7F &&
				  strchr("\"<>\\", out.p[i]) == NULL);
		rk_assert(rk_url_parse(rk_buf_view(&out), &u, NULL) == 0);
		rk_assert(
		    rk_url_resolve((struct rk_str){0}, rk_buf_view(&out), &other) == 0);
		rk_assert(rk_str_eq(rk_buf_view(&out), rk_buf_view(&other)));
		check_key(rk_buf_view(&out));
		check_rest(rk_buf_view(&out));
	}
	rk_buf_reset(&other);
	(void)rk_url_resolve_link(base, ref, &other);
	rk_buf_reset(&other);
	rk_url_redact(ref, &other);
	rk_buf_reset(&other);
	rk_assert(rk_url_untrack(ref, &other) == 0);
	rk_assert(other.n <= ref.n);
	rk_buf_release(&out);
	rk_buf_release(&other);
	return 0;
}
