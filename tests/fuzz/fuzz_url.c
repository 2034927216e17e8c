/* A base and a reference, one a line: what is resolved may be fetched and written into
 * an attribute, and keys are fixed points. */
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/url.h>

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
