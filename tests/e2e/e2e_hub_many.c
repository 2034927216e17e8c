/* Our own hub with a thousand subscribers, and how long the dead keep the others. */
#include "hubkit.h"
#include "origin.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MANY 1000

/* A thousand on one listener, and among them and at another host the dead: nobody waits
 * for those. */
static void
a_thousand_are_told_beside_the_dead(void **state)
{
	struct hubkit t;
	int64_t begin, first = INT64_MAX, last = 0;
	char path[32];
	size_t done = 0, polls;

	(void)state;
	hubkit_open(&t);
	hubkit_configure(&t, "1s", "builtin");
	hubkit_start(&t);
	for (size_t i = 0; i < 16; i++) {
		(void)snprintf(path, sizeof(path), "/%s/%zu", i % 2 ? "slow" : "500", i);
		assert_int_equal(hubkit_request(&t, "subscribe", t.topic,
		    subscriber_url(i % 4 < 2 ? t.s : t.other, path), ""), 202);
	}
	for (size_t i = 0; i < MANY; i++) {
		const char *url;

		(void)snprintf(path, sizeof(path), "/200/%zu", i);
		url = subscriber_url(t.s, path);
		while (hubkit_request(&t, "subscribe", t.topic, url, "&hub.secret=s") != 202)
			(void)usleep(5000);
	}
	assert_true(hubkit_subscribed(&t, MANY + 16));
	polls = origin_count(t.o, NULL);
	hubkit_serve(&t, "second");
	while (origin_count(t.o, NULL) == polls)
		(void)usleep(1000);
	begin = origin_seen(t.o, polls)->began_ms; /* the commit is a little later */
	for (int i = 0; i < 1500 && done < MANY; i++) {
		done = 0;
		(void)usleep(10000);
		for (size_t k = subscriber_count(t.s, NULL); k-- > 0;)
			done += strncmp(subscriber_got(t.s, NULL, k)->path, "/200/", 5) == 0;
	}
	assert_int_equal(done, MANY);
	for (size_t k = subscriber_count(t.s, NULL); k-- > 0;) {
		const struct delivery *d = subscriber_got(t.s, NULL, k);

		if (strncmp(d->path, "/200/", 5) != 0)
			continue;
		first = d->at_ms < first ? d->at_ms : first;
		last = d->at_ms > last ? d->at_ms : last;
	}
	print_message("from the source's answer to the first subscriber %lld ms, to all %d %lld ms\n",
	    (long long)(first - begin), MANY, (long long)(last - begin));
	/* the slow are cut after 20 s: had anybody waited for one of them, it were more */
	assert_true(last - begin < 15000);
	assert_true(subscriber_count(t.other, NULL) >= 4);
	hubkit_stop(&t);
	hubkit_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_are_told_beside_the_dead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
