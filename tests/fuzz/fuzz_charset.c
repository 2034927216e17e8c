/* Any bytes under any label: valid UTF-8 comes out, or a limit. First line: labels. */
#include <ruamkhao/buf.h>
#include <ruamkhao/charset.h>
#include <ruamkhao/err.h>
#include <ruamkhao/utf8.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_str rest = rk_strn((const char *)data, size), line, label;
	struct rk_charset_hints hints = {0};
	struct rk_charset_result res;
	struct rk_buf out, fixed;

	/* "forced,http,document", each may be empty */
	if (rk_str_split(&rest, '\n', &line)) {
		if (rk_str_split(&line, ',', &label))
			hints.forced = label;
		if (rk_str_split(&line, ',', &label))
			hints.http = label;
		if (rk_str_split(&line, ',', &label))
			hints.document = label;
	}
	rk_buf_init(&out, (size_t)1 << 20);
	rk_buf_init(&fixed, SIZE_MAX);
	if (rk_charset_decode(rest, &hints, &out, &res, NULL) == 0) {
		rk_assert(rk_utf8_valid(res.text));
		rk_assert(res.name != NULL);
		rk_assert(rk_utf8_repair(res.text, &fixed) == 0);
		rk_assert(rk_utf8_valid(rk_buf_view(&fixed)));
	}
	rk_assert(rk_charset_thai_faults(rest) <= 1000);
	rk_buf_release(&fixed);
	rk_buf_release(&out);
	return 0;
}
