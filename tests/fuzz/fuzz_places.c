/*
 * Any bytes as a text that names places. What comes out is a list of codes in order.
 */
#include <ruamkhao/buf.h>
#include <ruamkhao/normalise.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_buf out;
	struct rk_str rest, code, last = {NULL, 0};

	rk_buf_init(&out, 1024);
	if (rk_places((struct rk_str){(const char *)data, size}, &out) != 0)
		abort();
	for (rest = rk_buf_view(&out); rk_str_split(&rest, ',', &code); last = code)
		if (code.n != 5 || !rk_str_starts(code, "TH-") ||
		    (last.n > 0 && rk_str_cmp(last, code) >= 0))
			abort();
	rk_buf_release(&out);
	return 0;
}
