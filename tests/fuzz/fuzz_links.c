/* A Link header's value: ends, and what it gives stands in it. */
#include "../../src/fetch/fetch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/err.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_str value = rk_strn((const char *)data, size), hub = {0}, self = {0};
	struct rk_arena *arena = rk_arena_new(0);

	if (size > RK_MAX_HEADERS)
		return 0;
	rk_links(value, arena, &hub, &self);
	rk_assert(hub.n <= RK_MAX_URL && self.n <= RK_MAX_URL);
	rk_assert(hub.n == 0 || rk_str_find(value, hub) != SIZE_MAX);
	rk_assert(self.n == 0 || rk_str_find(value, self) != SIZE_MAX);
	rk_arena_free(arena);
	return 0;
}
