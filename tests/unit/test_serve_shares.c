/*
 * What the server allots: the share of one address, and names of files when there are more
 * than it keeps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/serve/serve_int.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t
peer(const char *address)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {.sin_family = AF_INET};

	if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
		return asked_peer((const struct sockaddr *)&v4);
	assert_int_equal(inet_pton(AF_INET6, address, &v6.sin6_addr), 1);
	return asked_peer((const struct sockaddr *)&v6);
}

static void
an_address_has_a_share(void **state)
{
	static const char *const none[] = {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1",
	    "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::ffff:192.168.1.1",
	    "fd00::1", "fc12::1", "fe80::1"};
	static const char *const some[] = {"203.0.113.9", "172.15.0.1", "172.32.0.1",
	    "192.169.0.1", "11.0.0.1", "2001:db8::1", "::ffff:203.0.113.9"};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(peer(none[i]), 0);
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		assert_int_not_equal(peer(some[i]), 0);
	assert_int_equal(peer("203.0.113.9"), peer("::ffff:203.0.113.9"));
	assert_int_not_equal(peer("203.0.113.9"), peer("203.0.113.8"));
	assert_int_equal(peer("2001:db8::1"), peer("2001:db8::ffff:1:2:3"));
	assert_int_not_equal(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
}

enum { MOST = 16, MANY = 100 };

static void
put(const char *dir, int i, bool there)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%d.atom", dir, i);
	if (!there) {
		assert_int_equal(unlink(path), 0);
		return;
	}
	f = fopen(path, "w");
	assert_non_null(f);
	(void)fprintf(f, "feed %d", i);
	assert_int_equal(fclose(f), 0);
}

static struct page *
find(struct files *f, int i)
{
	char path[32];
	struct page *p;

	(void)snprintf(path, sizeof(path), "/%d.atom", i);
	p = page_find(f, path);
	if (p != NULL)
		assert_string_equal(p->path, path);
	return p;
}

/* Asked for as a client does. */
static void
ask(struct files *f, int i)
{
	struct page *p = find(f, i);
	struct stat st;

	assert_non_null(p);
	assert_int_equal(stat(p->names[PLAIN], &st), 0);
	page_seen(p, &st);
	assert_true(copy_holds(p, PLAIN) || copy_ready(f, p, PLAIN, &st, st.st_mtime));
}

/* More files than names are kept of, some gone: each is still found, and what is asked for
 * all the time is read again only when all others were, too. */
static void
names_make_room(void **state)
{
	char dir[] = "/tmp/ruamkhao-shares-XXXXXX";
	struct files *f;
	int lost = 0;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (int i = 0; i < MANY; i++)
		put(dir, i, true);
	f = files_new(dir, RK_STR(""), RK_STR(""));
	f->most = MOST;
	ask(f, 0);
	for (int i = 1; i < MANY; i++) {
		ask(f, i);
		put(dir, i, false);
		assert_true(f->n_pages <= MOST);
		lost += !copy_holds(find(f, 0), PLAIN);
		ask(f, 0);
	}
	assert_in_range(lost, 0, 1);
	assert_null(find(f, MANY)); /* never was there: takes no place */
	for (int i = 1; i < MANY; i++)
		put(dir, i, true);
	for (int i = 1; i < MANY; i++)
		ask(f, i);
	files_free(f); /* nothing is counted for those that went */
	for (int i = 0; i < MANY; i++)
		put(dir, i, false);
	assert_int_equal(rmdir(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_has_a_share),
	    cmocka_unit_test(names_make_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
