#include <ruamkhao/cli.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
/*
 * The sanitizer keeps a history for each descriptor number, and sees neither the system calls
 * by which libuv closes one nor openat(): a number that a thread of the pool gets next looks
 * like a descriptor that two threads use. Nothing else is left out.
 */
const char *__tsan_default_suppressions(void);

const char *
__tsan_default_suppressions(void)
{
	return "race:^close$\nrace:src/base/fsatom.c\nrace:src/base/fstwin.c\n";
}
#endif
#endif

int
main(int argc, char **argv)
{
	return rk_cli_main(argc, argv);
}
