/*
 * Bump allocation from blocks that double. Knows nothing of what lives in it.
 */
#include <ruamkhao/arena.h>

#include <ruamkhao/err.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
/* Strings lie apart, so that reading past one is seen. */
#define STR_ALIGN ((size_t)8)
#define GAP       ((size_t)16)
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define STR_ALIGN      ((size_t)1)
#define GAP            ((size_t)0)
#endif

#define ALIGN       _Alignof(max_align_t)
#define FIRST_BLOCK ((size_t)2 << 10) /* a poll without news needs no more */
#define LAST_BLOCK  ((size_t)1 << 20)

struct block {
	struct block *older;
	size_t size; /* bytes in data */
	_Alignas(max_align_t) char data[];
};

/*
 * The newest block is the one that is bumped; `at` is the offset of its free rest
 * (it may lie past the end: then nothing is left). The oldest block has
 * FIRST_BLOCK bytes and outlives a reset. What is too big for the blocks has one
 * of its own.
 */
struct rk_arena {
	struct block *newest;
	struct block *big;
	size_t at;
	size_t used;
	size_t limit;
	size_t next; /* size of the next block */
};

static struct block *
new_block(size_t size)
{
	struct block *b = rk_xmalloc(sizeof(*b) + size);

	b->older = NULL;
	b->size = size;
	POISON(b->data, size);
	return b;
}

static void
free_block(struct block *b)
{
	UNPOISON(b->data, b->size);
	free(b);
}

/* Free from b on, older ones, up to but without `keep`. */
static void
free_blocks(struct block *b, const struct block *keep)
{
	while (b != keep) {
		struct block *older = b->older;

		free_block(b);
		b = older;
	}
}

struct rk_arena *
rk_arena_new(size_t limit)
{
	struct rk_arena *a = rk_xmalloc(sizeof(*a));

	*a = (struct rk_arena){.newest = new_block(FIRST_BLOCK),
	    .limit = limit > 0 ? limit : SIZE_MAX,
	    .next = FIRST_BLOCK * 2};
	return a;
}

void
rk_arena_free(struct rk_arena *a)
{
	if (a == NULL)
		return;
	free_blocks(a->big, NULL);
	free_blocks(a->newest, NULL);
	free(a);
}

void
rk_arena_reset(struct rk_arena *a)
{
	struct block *first = a->newest;

	while (first->older != NULL)
		first = first->older;
	free_blocks(a->big, NULL);
	free_blocks(a->newest, first);
	POISON(first->data, first->size);
	a->newest = first;
	a->big = NULL;
	a->at = 0;
	a->used = 0;
	a->next = FIRST_BLOCK * 2;
}

/* As big blocks: they are not bumped any more, and freed with the rest. */
static void
adopt_blocks(struct rk_arena *a, struct block *b)
{
	while (b != NULL) {
		struct block *older = b->older;

		b->older = a->big;
		a->big = b;
		b = older;
	}
}

void
rk_arena_adopt(struct rk_arena *a, struct rk_arena *other)
{
	adopt_blocks(a, other->newest);
	adopt_blocks(a, other->big);
	a->used += other->used;
	free(other);
}

size_t
rk_arena_used(const struct rk_arena *a)
{
	return a->used;
}

/* As take, where the newest block has no room. */
static char *
take_block(struct rk_arena *a, size_t n)
{
	struct block *b;

	if (n > a->next / 4) {
		b = new_block(n);
		b->older = a->big;
		a->big = b;
		return b->data;
	}
	b = new_block(a->next);
	if (a->next < LAST_BLOCK)
		a->next *= 2;
	b->older = a->newest;
	a->newest = b;
	a->at = n + GAP;
	return b->data;
}

/* n bytes, 0 < n <= SIZE_MAX / 2, at a multiple of align; not zeroed. */
static char *
take(struct rk_arena *a, size_t n, size_t align)
{
	size_t at = (a->at + align - 1) & ~(align - 1);
	char *p;

	if (n > a->limit - a->used)
		rk_oom(n);
	if (at <= a->newest->size && n <= a->newest->size - at) {
		p = a->newest->data + at;
		a->at = at + n + GAP;
	} else {
		p = take_block(a, n);
	}
	a->used += n;
	UNPOISON(p, n);
	return p;
}

void *
rk_arena_alloc(struct rk_arena *a, size_t n)
{
	size_t rounded;

	if (n > SIZE_MAX / 2)
		rk_oom(n);
	rounded = n > 0 ? (n + ALIGN - 1) & ~(ALIGN - 1) : ALIGN;
	return memset(take(a, rounded, ALIGN), 0, rounded);
}

void *
rk_arena_array(struct rk_arena *a, size_t n, size_t size)
{
	if (size > 0 && n > SIZE_MAX / size)
		rk_oom(SIZE_MAX);
	return rk_arena_alloc(a, n * size);
}

struct rk_str
rk_arena_str(struct rk_arena *a, struct rk_str s)
{
	char *p;

	if (s.n == 0)
		return (struct rk_str){"", 0};
	if (s.n > SIZE_MAX / 2)
		rk_oom(s.n);
	p = take(a, s.n + 1, STR_ALIGN);
	memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct rk_str){p, s.n};
}

struct rk_str
rk_arena_join(struct rk_arena *a, const char *first, ...)
{
	va_list ap;
	size_t n = 0;
	char *p, *end;

	va_start(ap, first);
	for (const char *s = first; s != NULL; s = va_arg(ap, const char *))
		n += strlen(s);
	va_end(ap);
	p = end = take(a, n + 1, STR_ALIGN);
	va_start(ap, first);
	for (const char *s = first; s != NULL; s = va_arg(ap, const char *))
		end = stpcpy(end, s);
	va_end(ap);
	*end = '\0';
	return (struct rk_str){p, n};
}

struct rk_str
rk_arena_fmt(struct rk_arena *a, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	rk_assert(n >= 0);
	if ((size_t)n < sizeof(small))
		return rk_arena_str(a, (struct rk_str){small, (size_t)n});
	p = take(a, (size_t)n + 1, STR_ALIGN);
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct rk_str){p, (size_t)n};
}
