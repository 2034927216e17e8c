/*
 * A database with bytes flipped, zeroed or cut off at random places (RELIABILITY F6):
 * whatever is called ends well or in RK_E_STORE, never in a crash, and what was refused
 * once is not written to again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/cluster.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCES ((size_t)8)

static uint64_t seed;

static unsigned
pick(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static struct kit_doc *
document(struct kit *k, unsigned from)
{
	struct kit_doc *d = kit_doc(k);

	for (unsigned i = from; i < from + 12; i++)
		kit_add(d, rk_arena_fmt(k->arena, "g%u", i).p,
		    rk_arena_fmt(k->arena, "https://x.example/%u", i).p, "title",
		    rk_arena_fmt(
			k->arena, "a text long enough to be compared %u", i % 20)
			.p,
		    KIT_NOW - i);
	return d;
}

static int
on_row(void *cookie, const struct rk_export_row *row)
{
	(void)cookie;
	return row->id.n > 100000;
}

static int
on_status(void *cookie, const struct rk_status_row *row)
{
	(void)cookie;
	return row->id.n > 100000;
}

static void
is_well_or_refused(struct kit *k, int rc)
{
	if (rc != 0)
		assert_int_equal(k->err.kind, RK_E_STORE);
	rk_err_clear(&k->err);
}

static void
use(struct kit *k)
{
	struct rk_node node = {.id = RK_STR("all")};
	struct rk_node_state *nodes;
	struct rk_timeline *t;
	size_t n;

	is_well_or_refused(k, kit_register(k));
	for (size_t i = 0; i < SOURCES; i++) {
		bool damaged = k->store->damaged;
		int rc = kit_store(k, i, document(k, pick(100)), KIT_NOW + 5, NULL);

		if (damaged)
			assert_int_equal(rc, -1);
		is_well_or_refused(k, rc);
	}
	is_well_or_refused(
	    k, rk_store_timeline(k->store, &node, 20, NULL, NULL, &t, &k->err));
	rk_timeline_free(t);
	is_well_or_refused(
	    k, rk_store_nodes(k->store, true, k->arena, &nodes, &n, &k->err));
	is_well_or_refused(k, rk_store_published(k->store, RK_STR("all"), 3, &k->err));
	is_well_or_refused(k, rk_store_export(k->store, on_row, NULL, &k->err));
	is_well_or_refused(
	    k, rk_store_status(k->store, RK_STR(""), on_status, NULL, &k->err));
	rk_store_idle(k->store);
}

static void
damage(int fd, off_t size)
{
	unsigned how = pick(10), n = 1 + pick(200);
	off_t at =
	    (off_t)(((uint64_t)pick(1u << 30) << 20 | pick(1u << 20)) % (uint64_t)size);
	static const char zeros[4096];
	char c;

	if (how == 0) {
		assert_int_equal(ftruncate(fd, at), 0);
	} else if (how == 1) {
		assert_true(pwrite(fd, zeros, sizeof(zeros), at) > 0);
	} else if (how < 5) { /* near each other */
		for (unsigned i = 0; i < n; i++) {
			c = (char)pick(256);
			assert_int_equal(pwrite(fd, &c, 1, (at + pick(400)) % size), 1);
		}
	} else { /* the head of a page: where its structure is */
		for (unsigned i = 0; i < n % 20 + 1; i++) {
			c = (char)pick(256);
			assert_int_equal(pwrite(fd, &c, 1,
					     at / ST_PAGE * ST_PAGE + (off_t)pick(120)),
			    1);
		}
	}
}

static void
damage_is_an_error_at_worst(void **state)
{
	const char *wanted = getenv("RK_SEED");
	struct kit k;
	struct stat st;
	char *whole;
	int fd;

	(void)state;
	seed = wanted != NULL ? strtoull(wanted, NULL, 0) : 20260915;
	print_message("seed %llu\n", (unsigned long long)seed);
	kit_init(&k);
	kit_open(&k, SOURCES);
	for (size_t i = 0; i < SOURCES; i++)
		assert_int_equal(
		    kit_store(&k, i, document(&k, (unsigned)i * 8), KIT_NOW, NULL), 0);
	rk_store_close(k.store);
	k.store = NULL;
	fd = open(kit_path(&k, "ruamkhao.db"), O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	whole = malloc((size_t)st.st_size);
	assert_int_equal(pread(fd, whole, (size_t)st.st_size, 0), st.st_size);
	for (int run = 0; run < 250; run++) {
		(void)unlink(kit_path(&k, "ruamkhao.db-wal"));
		(void)unlink(kit_path(&k, "ruamkhao.db-shm"));
		assert_int_equal(pwrite(fd, whole, (size_t)st.st_size, 0), st.st_size);
		assert_int_equal(ftruncate(fd, st.st_size), 0);
		damage(fd, st.st_size);
		rk_err_clear(&k.err);
		if (rk_store_open(k.folder, RK_STORE_WRITE, &k.store, &k.err) == 0)
			use(&k);
		else
			assert_int_equal(k.err.kind, RK_E_STORE);
		rk_store_close(k.store);
		k.store = NULL;
	}
	free(whole);
	assert_int_equal(close(fd), 0);
	kit_release(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(damage_is_an_error_at_worst)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
