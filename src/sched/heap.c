/*
 * Indexes by due time: a binary heap with the place of each index kept beside it.
 */
#include <ruamkhao/sched.h>

#include <ruamkhao/err.h>

#include <stdlib.h>

#define ABSENT SIZE_MAX

struct node {
	int64_t due;
	size_t index;
};

struct rk_heap {
	struct node *nodes;
	size_t *place; /* of an index in nodes, or ABSENT */
	size_t n, capacity;
};

struct rk_heap *
rk_heap_new(size_t capacity)
{
	struct rk_heap *h = rk_xcalloc(1, sizeof(*h));

	h->nodes = rk_xcalloc(capacity + 1, sizeof(*h->nodes));
	h->place = rk_xcalloc(capacity + 1, sizeof(*h->place));
	h->capacity = capacity;
	for (size_t i = 0; i < capacity; i++)
		h->place[i] = ABSENT;
	return h;
}

void
rk_heap_free(struct rk_heap *h)
{
	if (h == NULL)
		return;
	free(h->nodes);
	free(h->place);
	free(h);
}

static bool
before(const struct node *a, const struct node *b)
{
	return a->due != b->due ? a->due < b->due : a->index < b->index;
}

static void
put(struct rk_heap *h, size_t at, struct node node)
{
	h->nodes[at] = node;
	h->place[node.index] = at;
}

static void
rise(struct rk_heap *h, size_t at, struct node node)
{
	while (at > 0 && before(&node, &h->nodes[(at - 1) / 2])) {
		put(h, at, h->nodes[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(h, at, node);
}

static void
sink(struct rk_heap *h, size_t at, struct node node)
{
	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= h->n)
			break;
		if (child + 1 < h->n && before(&h->nodes[child + 1], &h->nodes[child]))
			child++;
		if (!before(&h->nodes[child], &node))
			break;
		put(h, at, h->nodes[child]);
		at = child;
	}
	put(h, at, node);
}

void
rk_heap_drop(struct rk_heap *h, size_t index)
{
	size_t at;
	struct node last;

	rk_assert(index < h->capacity);
	at = h->place[index];
	if (at == ABSENT)
		return;
	h->place[index] = ABSENT;
	last = h->nodes[--h->n];
	if (at == h->n)
		return;
	if (at > 0 && before(&last, &h->nodes[(at - 1) / 2]))
		rise(h, at, last);
	else
		sink(h, at, last);
}

void
rk_heap_set(struct rk_heap *h, size_t index, int64_t due)
{
	rk_heap_drop(h, index);
	rise(h, h->n++, (struct node){due, index});
}

bool
rk_heap_first(const struct rk_heap *h, size_t *index, int64_t *due)
{
	if (h->n == 0)
		return false;
	*index = h->nodes[0].index;
	*due = h->nodes[0].due;
	return true;
}

size_t
rk_heap_count(const struct rk_heap *h)
{
	return h->n;
}
