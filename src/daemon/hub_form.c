/*
 * What a request to the hub must say (WebSub 5.1). Pure; what it names is judged elsewhere.
 */
#include "hub_int.h"

#include <ruamkhao/form.h>
#include <ruamkhao/limits.h>

#include <string.h>

#define MAX_CALLBACK 1024 /* the question that is put behind it must have room */

/* Nothing that could break a line of a log, or that an address cannot hold. */
static bool
is_address(struct rk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] <= 0x20 || (unsigned char)s.p[i] >= 0x7f)
			return false;
	}
	return s.n > 0 && s.n <= RK_MAX_URL;
}

static const char *
lease_of(struct rk_str text, int64_t *lease)
{
	uint64_t seconds;

	*lease = RK_OUR_HUB_LEASE_S;
	if (text.n == 0)
		return NULL;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return "hub.lease_seconds is not a number";
	}
	if (rk_str_u64(text, INT64_MAX, &seconds) != 0)
		seconds = RK_OUR_HUB_MAX_LEASE_S; /* some ask for all time */
	*lease = seconds < RK_OUR_HUB_MIN_LEASE_S   ? RK_OUR_HUB_MIN_LEASE_S
		 : seconds > RK_OUR_HUB_MAX_LEASE_S ? RK_OUR_HUB_MAX_LEASE_S
						    : (int64_t)seconds;
	return NULL;
}

static const char *
judge(struct rk_str mode, struct rk_str lease, struct hub_form *out)
{
	if (rk_str_is(mode, "subscribe"))
		out->mode = HUB_SUBSCRIBE;
	else if (rk_str_is(mode, "unsubscribe"))
		out->mode = HUB_UNSUBSCRIBE;
	else if (rk_str_is(mode, "publish"))
		return "this hub knows by itself what is published";
	else
		return "hub.mode must be subscribe or unsubscribe";
	if (!is_address(out->topic))
		return "hub.topic must be the address of a feed";
	if (!is_address(out->callback))
		return "hub.callback must be an address";
	if (out->callback.n > MAX_CALLBACK)
		return "hub.callback is too long";
	if (rk_str_chr(out->callback, '#') != SIZE_MAX)
		return "hub.callback must not have a fragment";
	if (out->secret.n > RK_OUR_HUB_MAX_SECRET)
		return "hub.secret must be shorter than 200 bytes";
	return lease_of(lease, &out->lease);
}

const char *
hub_form_read(struct rk_str content_type, struct rk_str body, struct rk_arena *arena,
    struct hub_form *out)
{
	static const char type[] = "application/x-www-form-urlencoded";
	struct rk_str rest = body, name, value, mode = RK_STR(""), lease = RK_STR("");
	unsigned seen = 0;

	*out = (struct hub_form){.topic = RK_STR(""), .callback = RK_STR(""),
	    .secret = RK_STR("")};
	if (!rk_str_istarts(content_type, type) ||
	    (content_type.n > strlen(type) && content_type.p[strlen(type)] != ';' &&
		content_type.p[strlen(type)] != ' '))
		return "the request must be application/x-www-form-urlencoded";
	while (rk_form_next(&rest, arena, &name, &value)) {
		struct {
			const char *name;
			struct rk_str *to;
		} known[] = {{"hub.mode", &mode}, {"hub.topic", &out->topic},
		    {"hub.callback", &out->callback}, {"hub.lease_seconds", &lease},
		    {"hub.secret", &out->secret}};

		for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			if (!rk_str_is(name, known[i].name))
				continue;
			if ((seen & 1U << i) != 0)
				return "a parameter is there twice";
			seen |= 1U << i;
			*known[i].to = value;
		}
	}
	return judge(mode, lease, out);
}
