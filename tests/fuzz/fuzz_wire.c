/*
 * Whatever a worker sends: refused, or something that a second trip leaves as it is.
 * The first byte chooses the kind of message.
 */
#include "../../src/worker/worker_int.h"

#include <ruamkhao/limits.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ingest(struct rk_str body)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_ingest *in, *again;
	struct rk_buf first, second;
	struct rk_err err;

	rk_buf_init(&first, RK_WIRE_MAX);
	rk_buf_init(&second, RK_WIRE_MAX);
	if (rk_wire_get_ingest(body, arena, &in, &err) != 0)
		goto out;
	rk_assert(rk_wire_put_ingest(&first, in) == 0);
	rk_assert(rk_wire_get_ingest(
		      rk_str_from(rk_buf_view(&first), sizeof(struct rk_msg_head)),
		      arena, &again, &err) == 0);
	rk_assert(rk_wire_put_ingest(&second, again) == 0);
	rk_assert(rk_str_eq(rk_buf_view(&first), rk_buf_view(&second)));
out:
	rk_buf_release(&first);
	rk_buf_release(&second);
	rk_arena_free(arena);
}

static void
work(struct rk_str body)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_work in, again;
	struct rk_buf first, second;
	struct rk_err err;

	rk_buf_init(&first, RK_WIRE_MAX);
	rk_buf_init(&second, RK_WIRE_MAX);
	if (rk_wire_get_work(body, arena, &in, &err) != 0)
		goto out;
	rk_assert(in.body.n < body.n);
	rk_assert((in.page != NULL) == (in.part != RK_PAGE_NONE));
	rk_assert(rk_wire_put_work(&first, &in) == 0);
	rk_assert(rk_wire_get_work(
		      rk_str_from(rk_buf_view(&first), sizeof(struct rk_msg_head)),
		      arena, &again, &err) == 0);
	rk_assert(rk_wire_put_work(&second, &again) == 0);
	rk_assert(rk_str_eq(rk_buf_view(&first), rk_buf_view(&second)));
out:
	rk_buf_release(&first);
	rk_buf_release(&second);
	rk_arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_str body, missing;
	struct rk_err refusal, err;

	if (size == 0)
		return 0;
	body = rk_strn((const char *)data + 1, size - 1);
	switch (data[0] % 4) {
	case 0:
		ingest(body);
		break;
	case 1:
		work(body);
		break;
	case 2:
		if (rk_wire_get_refused(body, &refusal, &err) == 0)
			rk_assert(
			    memchr(refusal.text, '\n', strlen(refusal.text)) == NULL);
		break;
	default:
		(void)rk_wire_get_ready(body, &missing, &err);
		break;
	}
	return 0;
}
