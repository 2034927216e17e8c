/* An address in the first line, a robots.txt below: what is kept of it is read to the
 * same, and /robots.txt itself is always allowed. */
#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/robots.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_str text = rk_strn((const char *)data, size), url = {0};
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_robots *once, *twice;
	struct rk_buf first, second;

	(void)rk_str_split(&text, '\n', &url);
	rk_buf_init(&first, SIZE_MAX);
	rk_buf_init(&second, SIZE_MAX);
	once = rk_robots_parse(text, RK_ROBOTS_AGENT, arena);
	rk_assert(rk_robots_allowed(once, RK_STR("http://h/robots.txt")));
	rk_assert(rk_robots_delay(once) >= 0 &&
		  rk_robots_delay(once) <= RK_MAX_CRAWL_DELAY_S);
	rk_assert(rk_robots_print(once, &first) == 0);
	if (first.n <= RK_MAX_ROBOTS) { /* encoded bytes take three: then the end is cut */
		twice = rk_robots_parse(rk_buf_view(&first), RK_ROBOTS_AGENT, arena);
		rk_assert(rk_robots_print(twice, &second) == 0);
		rk_assert(rk_str_eq(rk_buf_view(&first), rk_buf_view(&second)));
		rk_assert(
		    rk_robots_allowed(once, url) == rk_robots_allowed(twice, url));
	}
	rk_buf_release(&first);
	rk_buf_release(&second);
	rk_arena_free(arena);
	return 0;
}
