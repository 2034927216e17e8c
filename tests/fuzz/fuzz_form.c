/*
 * A request to the hub: a refusal is one line, what is taken keeps within the limits, and
 * every decoded pair encodes to one that decodes to the same.
 */
#include "../../src/daemon/hub_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/form.h>
#include <ruamkhao/limits.h>

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
again(struct rk_str s, struct rk_arena *arena)
{
	struct rk_str rest, name, value;
	struct rk_buf form;

	rk_buf_init(&form, 4 * RK_OUR_HUB_MAX_FORM);
	(void)rk_buf_adds(&form, "x=");
	rk_form_encode(&form, s);
	rest = rk_buf_view(&form);
	rk_assert(rk_form_next(&rest, arena, &name, &value));
	rk_assert(rk_str_eq(value, s) && !rk_form_next(&rest, arena, &name, &value));
	rk_buf_release(&form);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_str body = rk_strn((const char *)data, size), rest = body, name, value;
	struct rk_arena *arena;
	struct hub_form f;
	const char *why;

	if (size > RK_OUR_HUB_MAX_FORM)
		return 0;
	arena = rk_arena_new(0);
	while (rk_form_next(&rest, arena, &name, &value)) {
		rk_assert(name.p[name.n] == '\0' && value.p[value.n] == '\0');
		again(name, arena);
		again(value, arena);
	}
	why = hub_form_read(RK_STR("application/x-www-form-urlencoded"), body, arena, &f);
	if (why != NULL) {
		rk_assert(strchr(why, '\n') == NULL);
	} else {
		rk_assert(f.topic.n > 0 && f.callback.n > 0);
		rk_assert(strlen(f.topic.p) == f.topic.n && strlen(f.callback.p) == f.callback.n);
		rk_assert(f.secret.n <= RK_OUR_HUB_MAX_SECRET);
		rk_assert(f.lease >= RK_OUR_HUB_MIN_LEASE_S && f.lease <= RK_OUR_HUB_MAX_LEASE_S);
	}
	rk_arena_free(arena);
	return 0;
}
