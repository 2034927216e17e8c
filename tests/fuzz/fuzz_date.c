/*
 * Any bytes as a date. What is taken lies in the range of years and, printed, is
 * taken again as the same instant.
 */
#include <ruamkhao/date.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_str text = {(const char *)data, size};
	struct rk_date d, again;
	char out[96];
	int64_t utc;

	if (rk_date_parse(text, 1798650000, RK_BANGKOK, &d) == 0) {
		/* 1900 to 2199 and a day for the zones; printed years are of UTC */
		if (d.utc < -2209075200 - 86400 || d.utc > 7258204800)
			abort();
		if (d.utc >= -2208988800 && d.utc < 7258118400 &&
		    (rk_date_parse(rk_str(rk_date_rfc3339(d.utc, out)), 0, 0, &again) !=
			    0 ||
			again.utc != d.utc))
			abort();
		(void)rk_date_thai(d.utc, true, out);
	}
	if (rk_date_parse_http(text, &utc) == 0) {
		(void)rk_date_http(utc, out);
		if (rk_date_parse_http(rk_str(out), &utc) != 0)
			abort();
	}
	return 0;
}
