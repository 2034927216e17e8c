/*
 * Error values, the project's assert, and memory that never fails.
 * Knows nothing of what the program is for.
 */
#include <ruamkhao/err.h>

#include <ruamkhao/limits.h>

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Thread_local const char *assert_context;
static rk_oom_fn *oom_handler;

/* Last words: one write past stdio, whose locks and buffers may be broken. */
static void
last_words(const char *text, int n, size_t size)
{
	size_t len = n < 0 ? 0 : (size_t)n;

	if (len >= size)
		len = size - 1;
	if (write(STDERR_FILENO, text, len) < 0)
		return;
}

void
rk_err_clear(struct rk_err *err)
{
	if (err == NULL)
		return;
	err->kind = RK_E_NONE;
	err->sys = 0;
	err->line = 0;
	err->column = 0;
	err->text[0] = '\0';
}

/* A character that was cut in its middle is taken off the end of text[0..n). */
static size_t
whole_chars(const char *text, size_t n)
{
	size_t i = n, want;
	unsigned char lead;

	while (i > 0 && n - i < 3 && ((unsigned char)text[i - 1] & 0xC0) == 0x80)
		i--;
	if (i == 0)
		return n;
	lead = (unsigned char)text[i - 1];
	want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	return n - (i - 1) < want ? i - 1 : n;
}

/* Store the text as one line; what does not fit is cut at a character. */
static void
set_text(struct rk_err *err, const char *text)
{
	size_t n = strlen(text);

	if (n >= sizeof(err->text) - 1)
		n = whole_chars(text, sizeof(err->text) - 1);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		err->text[i] = text[i];
		if (c < 0x20 || c == 0x7F)
			err->text[i] = ' ';
	}
	err->text[n] = '\0';
}

int
rk_err_set(struct rk_err *err, enum rk_ekind kind, const char *fmt, ...)
{
	/* Formatted aside: the arguments may be err->text itself. */
	char text[sizeof(err->text) + 1];
	va_list ap;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	rk_err_clear(err);
	err->kind = kind;
	set_text(err, text);
	return -1;
}

int
rk_err_sys(struct rk_err *err, int errnum, const char *fmt, ...)
{
	char text[sizeof(err->text) + 1];
	const char *why;
	size_t n;
	va_list ap;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = strlen(text);
	why = strerrordesc_np(errnum); /* never translated, safe from any thread */
	if (why != NULL)
		(void)snprintf(text + n, sizeof(text) - n, ": %s", why);
	else
		(void)snprintf(text + n, sizeof(text) - n, ": errno %d", errnum);
	rk_err_clear(err);
	err->kind = RK_E_SYS;
	err->sys = errnum;
	set_text(err, text);
	return -1;
}

void
rk_err_prefix(struct rk_err *err, const char *fmt, ...)
{
	char text[sizeof(err->text) + 1];
	size_t n;
	va_list ap;

	if (err == NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = strlen(text);
	(void)snprintf(text + n, sizeof(text) - n, "%s", err->text);
	set_text(err, text);
}

const char *
rk_ekind_name(enum rk_ekind kind)
{
	switch (kind) {
	case RK_E_NONE:
		return "none";
	case RK_E_INPUT:
		return "input";
	case RK_E_LIMIT:
		return "limit";
	case RK_E_NET:
		return "net";
	case RK_E_SYS:
		return "sys";
	case RK_E_STORE:
		return "store";
	case RK_E_CONFIG:
		return "config";
	case RK_E_BUSY:
		return "busy";
	}
	return "unknown";
}

void
rk_assert_context(const char *source_id)
{
	assert_context = source_id;
}

_Noreturn void
rk_assert_failed(const char *cond, const char *file, int line)
{
	char text[512];
	const char *id = assert_context;
	int n;

	n = snprintf(text, sizeof(text), "assertion failed: %s (%s:%d)%s%s\n", cond,
	    file, line, id != NULL ? " source=" : "", id != NULL ? id : "");
	last_words(text, n, sizeof(text));
	abort();
}

void
rk_oom_handler(rk_oom_fn *handler)
{
	oom_handler = handler;
}

_Noreturn void
rk_oom(size_t wanted)
{
	char text[80];
	int n;

	if (oom_handler != NULL)
		oom_handler(wanted);
	n = snprintf(text, sizeof(text), "out of memory: %zu bytes wanted\n", wanted);
	last_words(text, n, sizeof(text));
	abort();
}

static void
allocator(size_t own_pages_from)
{
#ifdef M_TRIM_THRESHOLD /* glibc's; the sanitizers' allocators ignore it */
	(void)mallopt(M_TRIM_THRESHOLD, (int)RK_KEEP_FREED);
	(void)mallopt(M_MMAP_THRESHOLD, (int)own_pages_from);
	(void)mallopt(M_TOP_PAD, (int)RK_GROW_STEP);
#else
	(void)own_pages_from;
#endif
}

void
rk_memory_lasting(void)
{
	allocator(RK_OWN_PAGES);
}

void
rk_memory_passing(void)
{
	allocator(RK_KEEP_FREED);
}

void
rk_memory_trim(void)
{
#ifdef M_TRIM_THRESHOLD
	(void)malloc_trim(0);
#endif
}

void *
rk_xmalloc(size_t n)
{
	void *p = malloc(n > 0 ? n : 1);

	if (p == NULL)
		rk_oom(n);
	return p;
}

void *
rk_xcalloc(size_t n, size_t size)
{
	void *p = n > 0 && size > 0 ? calloc(n, size) : calloc(1, 1);

	if (p == NULL)
		rk_oom(size > 0 && n > SIZE_MAX / size ? SIZE_MAX : n * size);
	return p;
}

void *
rk_xrealloc(void *p, size_t n)
{
	void *q = realloc(p, n > 0 ? n : 1);

	if (q == NULL)
		rk_oom(n);
	return q;
}

char *
rk_xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(rk_xmalloc(n), s, n);
}
