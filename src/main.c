#include <ruamkhao/cli.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
/*
 * The sanitizer keeps a history for each descriptor number, and does not see the system calls
 * by which libuv closes one: a number that a thread of the pool gets next looks like a
 * descriptor that two threads use. Nothing else is left out.
 */
const char *__tsan_default_suppressions(void);

const char *
__tsan_default_suppressions(void)
{
	return "race:^close$\n";
}
#endif
#endif

int
main(int argc, char **argv)
{
	return rk_cli_main(argc, argv);
}
