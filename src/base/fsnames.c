/*
 * Which files a tree held when it was walked, by hashes of their names: eight bytes for
 * each, where a call of the system for each file of a large tree would cost more than a
 * round of polls.
 */
#include <ruamkhao/fsatom.h>

#include "base_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>

#include <stdlib.h>
#include <string.h>

#define FIRST_PLACES ((size_t)1024)

struct rk_file_names {
	uint64_t *places; /* a power of two, at most half full; 0: free */
	size_t n, n_places;
};

uint64_t
fs_name(uint64_t folder, struct rk_str name)
{
	uint64_t h = rk_hash64_more(folder, name);

	return h != 0 ? h : 1;
}

struct rk_file_names *
fs_names_new(void)
{
	struct rk_file_names *s = rk_xcalloc(1, sizeof(*s));

	s->n_places = FIRST_PLACES;
	s->places = rk_xcalloc(s->n_places, sizeof(*s->places));
	return s;
}

void
rk_file_names_free(struct rk_file_names *s)
{
	if (s == NULL)
		return;
	free(s->places);
	free(s);
}

/* Where the name is, or is to be. */
static uint64_t *
place_of(const struct rk_file_names *s, uint64_t name)
{
	size_t i = (size_t)name & (s->n_places - 1);

	while (s->places[i] != 0 && s->places[i] != name)
		i = (i + 1) & (s->n_places - 1);
	return &s->places[i];
}

void
fs_names_add(struct rk_file_names *s, uint64_t name)
{
	uint64_t *old = s->places, *place;
	size_t n_old = s->n_places;

	if (2 * s->n >= n_old) {
		s->n_places = 2 * n_old;
		s->places = rk_xcalloc(s->n_places, sizeof(*s->places));
		for (size_t i = 0; i < n_old; i++)
			if (old[i] != 0)
				*place_of(s, old[i]) = old[i];
		free(old);
	}
	place = place_of(s, name);
	s->n += *place == 0;
	*place = name;
}

bool
rk_file_names_have(const struct rk_file_names *s, const char *rel)
{
	uint64_t name = FS_ROOT;

	if (rel[0] == '\0')
		return false;
	for (const char *slash; (slash = strchr(rel, '/')) != NULL; rel = slash + 1)
		name = fs_name(name, rk_strn(rel, (size_t)(slash - rel)));
	name = fs_name(name, rk_str(rel));
	return *place_of(s, name) == name;
}
