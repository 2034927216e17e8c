/* status: what our own hub does, or what a hub elsewhere was not told yet. */
#include "cli_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/date.h>
#include <ruamkhao/store.h>

#include <inttypes.h>

void
status_hub_text(struct rk_buf *b, const struct rk_hub_totals *t)
{
	char at[32];

	if (t->subscriptions > 0) {
		(void)rk_buf_addf(b,
		    "hub: %" PRId64 " subscription%s, %" PRId64
		    " that cannot be reached now; %" PRId64 " deliveries",
		    t->subscriptions, t->subscriptions == 1 ? "" : "s", t->failing, t->delivered);
		if (t->last != RK_NO_TIME)
			(void)rk_buf_addf(b, ", the last %s", rk_date_rfc3339(t->last, at));
		(void)rk_buf_addc(b, '\n');
	}
	if (t->pings > 0)
		(void)rk_buf_addf(b,
		    "hub: it was not told yet that %" PRId64 " feed%s changed\n", t->pings,
		    t->pings == 1 ? "" : "s");
}

void
status_hub_json(struct rk_buf *b, const struct rk_hub_totals *t)
{
	(void)rk_buf_addf(b,
	    ",\"hub\":{\"subscriptions\":%" PRId64 ",\"failing\":%" PRId64
	    ",\"delivered\":%" PRId64 ",\"waiting\":%" PRId64,
	    t->subscriptions, t->failing, t->delivered, t->pings);
	cli_key_time(b, "last_delivery", t->last);
	(void)rk_buf_addc(b, '}');
}
