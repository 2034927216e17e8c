/* Any text: the stored form and the key are valid UTF-8 and fixed points. */
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/excerpt.h>
#include <ruamkhao/thai.h>
#include <ruamkhao/utf8.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(int (*fn)(struct rk_str, struct rk_buf *), struct rk_str in)
{
	struct rk_buf once, twice;

	rk_buf_init(&once, SIZE_MAX);
	rk_buf_init(&twice, SIZE_MAX);
	rk_assert(fn(in, &once) == 0);
	rk_assert(rk_utf8_valid(rk_buf_view(&once)));
	rk_assert(fn(rk_buf_view(&once), &twice) == 0);
	rk_assert(rk_str_eq(rk_buf_view(&once), rk_buf_view(&twice)));
	rk_buf_release(&once);
	rk_buf_release(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_str in = rk_strn((const char *)data, size), cut;
	struct rk_buf text, out;

	rk_buf_init(&text, SIZE_MAX);
	rk_buf_init(&out, SIZE_MAX);
	rk_assert(rk_utf8_repair(in, &text) == 0);
	in = rk_buf_view(&text);
	check(rk_thai_repair, in);
	check(rk_thai_key, in);
	check(rk_thai_digits, in);
	(void)rk_thai_is_noise(in);
	cut = rk_utf8_cut(in, in.n / 2);
	rk_assert(rk_utf8_valid(cut));
	rk_assert(rk_excerpt(in, size % 64, &out) == 0);
	rk_assert(rk_utf8_valid(rk_buf_view(&out)));
	rk_assert(rk_utf8_count(rk_buf_view(&out)) <= size % 64);
	rk_buf_release(&text);
	rk_buf_release(&out);
	return 0;
}
