/*
 * Any bytes as the main file of a configuration: loaded, or refused in one line with a
 * place. What loads is shown and loads again to the same text. Files that an input
 * names are left out of it: the folder is empty, and inputs with patterns that could
 * walk the machine are passed over.
 */
#include <ruamkhao/buf.h>
#include <ruamkhao/config.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct rk_config *
load(struct rk_str text, struct rk_err *err)
{
	static const char path[] = "/ruamkhao-fuzz.yml";
	struct rk_config *cfg = NULL;

	return rk_config_load_instead(path, NULL, path, text, &cfg, err) == 0 ? cfg
									      : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_str text = rk_strn((const char *)data, size);
	struct rk_config *a, *b;
	struct rk_buf first, second;
	struct rk_err err;

	if (rk_str_find(text, RK_STR("*")) != SIZE_MAX ||
	    rk_str_find(text, RK_STR("?")) != SIZE_MAX)
		return 0;
	if ((a = load(text, &err)) == NULL) {
		rk_assert(err.kind == RK_E_CONFIG);
		rk_assert(err.line > 0 && err.column > 0);
		rk_assert(strchr(err.text, '\n') == NULL);
		return 0;
	}
	rk_buf_init(&first, RK_MIB(16));
	rk_buf_init(&second, RK_MIB(16));
	rk_assert(rk_config_show(a, &first) == 0);
	b = load(rk_buf_view(&first), &err);
	rk_assert(b != NULL);
	rk_assert(rk_config_show(b, &second) == 0);
	rk_assert(rk_str_eq(rk_buf_view(&first), rk_buf_view(&second)));
	rk_config_free(a);
	rk_config_free(b);
	rk_buf_release(&first);
	rk_buf_release(&second);
	return 0;
}
