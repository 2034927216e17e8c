/*
 * The behaviours of a polite poller (docs/manners.md), one number each, so that a test
 * can take one away and see that its check fails.
 *
 * Where the program decides to behave so, it asks rk_keeps(). In an ordinary build that
 * is true and costs nothing; in a test build rk_manners_drop() may have switched
 * behaviours off.
 */
#ifndef RUAMKHAO_MANNERS_H
#define RUAMKHAO_MANNERS_H

#include <stdbool.h>

enum rk_manner {
	/* conditional requests */
	RK_M_CONDITIONAL = 1,      /* every request but the first carries validators */
	RK_M_ETAG_EXACT = 2,
	RK_M_MODIFIED_EXACT = 3,
	RK_M_BOTH = 4,
	RK_M_REPLACE = 5,          /* a 200 replaces both validators */
	RK_M_RENEW = 6,            /* a 304 keeps them, and renews the schedule */
	RK_M_VALIDATOR_URL = 7,
	RK_M_VALIDATOR_GOOD = 8,   /* none of a body that was cut, too big, unreadable */
	RK_M_LIAR_304 = 9,
	RK_M_SAME_BODY = 10,
	RK_M_ENTRY_DIFF = 11,
	RK_M_REFRESH_ONCE = 12,
	/* time */
	RK_M_FLOOR = 13,
	RK_M_UNCONDITIONAL = 14,
	RK_M_FRESH = 15,
	RK_M_NO_CACHE = 16,
	RK_M_TTL = 17,
	RK_M_SKIP_HOURS = 18,
	RK_M_SKIP_DAYS = 19,
	RK_M_SY = 20,
	RK_M_LARGEST = 21,
	RK_M_RETRY_AFTER = 22,
	RK_M_BUSY = 23,
	RK_M_BACKOFF = 24,
	RK_M_REFUSED = 25,
	RK_M_GONE = 26,
	RK_M_RESTART = 27,
	RK_M_SPREAD = 28,
	RK_M_BACKLOG = 29,
	RK_M_CLOCK = 30,
	RK_M_PER_HOST = 31,
	RK_M_NO_RETRY = 32,
	/* redirects */
	RK_M_HOPS = 33,
	RK_M_PROBATION = 34,
	RK_M_TEMPORARY = 35,
	RK_M_NO_DOWNGRADE = 36,
	RK_M_MOVED_HTML = 37,
	RK_M_OWN_HEADERS = 38,
	/* the request */
	RK_M_GET_ONLY = 39,
	RK_M_USER_AGENT = 40,
	RK_M_NO_COOKIES = 41,
	RK_M_NO_REFERER = 42,
	RK_M_NO_QUERY = 43,
	RK_M_ACCEPT = 44,
	RK_M_GZIP = 45,
	RK_M_REUSE = 46,
	RK_M_ONE_URL_ONCE = 47,
	RK_M_ROBOTS = 48,
	RK_M_PAGES = 49,
	RK_M_NO_EXTRAS = 50,
	/* the answer */
	RK_M_SHORT_BODY = 51,
	RK_M_STALL = 52,
	RK_M_TOO_BIG = 53,
	RK_M_CHARSET = 54,
	RK_M_DELTA = 55,           /* A-IM, and what a 226 means */
	RK_M_DELTA_WHOLE = 56,
	RK_M_HISTORY = 57,         /* RFC 5005 */
	RK_M_TOMBSTONES = 58,
	RK_M_WINDOW = 59,
	RK_M_UPDATES = 60,
	RK_M_WEBSUB = 61,
	RK_N_MANNERS = 61
};

#ifdef RK_TEST_BUILD
bool rk_keeps(enum rk_manner);
/* Numbers separated by commas, e.g. "2,13"; they stay off. Before threads run. False:
 * no such list. */
bool rk_manners_drop(const char *list);
#else
#define rk_keeps(manner) (true)
#endif

#endif
