/* Members of the JSON objects that status, explain and export print. */
#include "cli_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/date.h>
#include <ruamkhao/publish.h>

void
cli_key_str(struct rk_buf *b, const char *name, struct rk_str value)
{
	(void)rk_buf_addf(b, "%s\"%s\":", b->n > 0 && b->p[b->n - 1] == '{' ? "" : ",", name);
	(void)rk_json_string(value, b);
}

void
cli_key_time(struct rk_buf *b, const char *name, int64_t t)
{
	char text[32];

	if (t == RK_NO_TIME)
		(void)rk_buf_addf(b, ",\"%s\":null", name);
	else
		(void)rk_buf_addf(b, ",\"%s\":\"%s\"", name, rk_date_rfc3339(t, text));
}
