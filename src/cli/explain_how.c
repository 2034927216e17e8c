/*
 * Sentences of explain about the entry alone: identity, published id, date, order.
 */
#include "explain_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>

#include <inttypes.h>

#define DAY ((int64_t)86400)

enum known { BY_GUID, BY_URL, BY_TEXT, BY_UNKNOWN };

/* By which key it is known now: the strongest that the last version had. */
static enum known
known_by(const struct rk_explained *e)
{
	if (e->found.guid == RK_USE_UNKNOWN) /* stored before that was kept */
		switch (e->kind) {
		case RK_KEY_GUID:
			return BY_GUID;
		case RK_KEY_URL:
			return BY_URL;
		case RK_KEY_TEXT:
		case RK_KEY_TITLE:
			return BY_TEXT;
		case RK_KEY_NONE:
			return BY_UNKNOWN;
		}
	if (e->found.guid == RK_USE_KEY)
		return BY_GUID;
	return e->found.url == RK_USE_KEY ? BY_URL : BY_TEXT;
}

static void
say_why_no_guid(struct explain *x, const struct rk_explained *e)
{
	switch ((enum rk_use)e->found.guid) {
	case RK_USE_ABSENT:
		explain_say(x, "The document gives it no id of its own");
		break;
	case RK_USE_DISTRUSTED:
		explain_say(x, "The configuration does not trust ids of this source (distrust: "
		       "[id])");
		break;
	case RK_USE_SHARED:
		explain_say(x, "Several items of the document carry its id \"%.*s\"",
		    RK_FMT(explain_brief(e->guid)));
		break;
	case RK_USE_SITE:
		explain_say(x, "Its id \"%.*s\" is the address of the whole site",
		    RK_FMT(explain_brief(e->guid)));
		break;
	case RK_USE_UNKNOWN:
	case RK_USE_KEY:
		explain_say(x, "Its id was not used");
		break;
	}
}

void
explain_identity(struct explain *x, const struct rk_explained *e)
{
	enum known known = known_by(e);

	if (known == BY_GUID) {
		explain_say(x, "It is known by the id that the document gives it, \"%.*s\".",
		    RK_FMT(explain_brief(e->guid)));
		explain_ids(x, e);
		return;
	}
	say_why_no_guid(x, e);
	if (known == BY_URL) {
		(void)rk_buf_adds(&x->text, ", so it is known by its address.");
	} else {
		const char *why = e->found.url == RK_USE_SHARED
				      ? "several items have its address"
				  : e->found.url == RK_USE_SITE
				      ? "its address is that of the whole site"
				      : "it has no address of its own";

		(void)rk_buf_addf(&x->text,
		    " and %s, so it is known by its text: an edit of the text makes it "
		    "another entry.",
		    why);
	}
	if ((e->kind == RK_KEY_GUID && known != BY_GUID) ||
	    (e->kind == RK_KEY_URL && known == BY_TEXT))
		explain_say(x, "It was known by its %s before.",
		    e->kind == RK_KEY_GUID ? "id" : "address");
	explain_ids(x, e);
}

void
explain_id(struct explain *x, const struct rk_explained *e)
{
	struct rk_str guid = explain_brief(e->guid);

	switch (e->id_why) {
	case RK_ID_KEPT:
		explain_say(x, "It is published under the publisher's own id: that is an absolute "
		       "IRI of the source's host, and no other entry claimed it before.");
		return;
	case RK_ID_ABSENT:
		explain_say(x, "The id was made by ruamkhao, as the document gives none.");
		break;
	case RK_ID_DISTRUSTED:
		explain_say(x, "The id was made by ruamkhao, as ids of this source are not "
		       "trusted.");
		break;
	case RK_ID_SITE:
		explain_say(x, "The id was made by ruamkhao, as the document's own names the "
		       "whole site.");
		break;
	case RK_ID_NO_IRI:
		explain_say(x, "The id was made by ruamkhao, as \"%.*s\" is no absolute web "
		       "address or tag.",
		    RK_FMT(guid));
		break;
	case RK_ID_FOREIGN:
		explain_say(x, "The id was made by ruamkhao, as \"%.*s\" does not belong to the "
		       "host of the source.",
		    RK_FMT(guid));
		break;
	case RK_ID_OURS:
		explain_say(x, "The id was made by ruamkhao, as \"%.*s\" has the form of its own "
		       "ids.",
		    RK_FMT(guid));
		break;
	case RK_ID_SHARED:
		explain_say(x, "The id was made by ruamkhao, as other entries of the source carry "
		       "\"%.*s\" too.",
		    RK_FMT(guid));
		break;
	case RK_ID_TAKEN:
		explain_say(x, "The id was made by ruamkhao, as an entry of %.*s is published "
		       "under \"%.*s\".",
		    RK_FMT(e->id_holder), RK_FMT(guid));
		break;
	case RK_ID_EARLIER:
		explain_say(x, "The id was made by ruamkhao when the entry was first seen; \"%.*s\" "
		       "could not be used then.",
		    RK_FMT(guid));
		break;
	}
	explain_say(x, "It never changes.");
}

static void
say_undated(struct explain *x, const struct rk_explained *e)
{
	switch ((enum rk_basis)e->found.basis) {
	case RK_BASIS_UNREADABLE:
		explain_say(x, "What the document printed as its date, \"%.*s\", is not the date "
		       "of a day.",
		    RK_FMT(e->date_text));
		break;
	case RK_BASIS_BEYOND:
		explain_say(x, "The document printed the date \"%.*s\": that is outside of "
		       "1970-2100 and not believed.",
		    RK_FMT(e->date_text));
		break;
	case RK_BASIS_DISTRUSTED:
		explain_say(x, "The configuration does not trust dates of this source (distrust: "
		       "[date]).");
		break;
	case RK_BASIS_NONE:
	case RK_BASIS_UNKNOWN:
	case RK_BASIS_FEED:
	case RK_BASIS_FEED_UPDATED:
	case RK_BASIS_PAGE_RULE:
	case RK_BASIS_PAGE_LINE:
	case RK_BASIS_PAGE_UPDATED:
	case RK_BASIS_BODY:
		explain_say(x, "The document states no date for it.");
		break;
	}
	explain_say(x, "It counts as of the moment it was first seen.");
}

/* Where the date stood, up to the date itself. */
static void
printed(struct explain *x, const struct rk_explained *e)
{
	bool read = !e->found.text_unread && e->date_text.n > 0;

	switch ((enum rk_basis)e->found.basis) {
	case RK_BASIS_FEED_UPDATED:
		if (e->found.text_unread)
			explain_say(x,
			    "What the document printed as its date, \"%.*s\", is not the "
			    "date of a day.",
			    RK_FMT(e->date_text));
		else
			explain_say(x, "The document gives no date of publication.");
		explain_say(x, "It gives one of the last change:");
		break;
	case RK_BASIS_PAGE_RULE:
		explain_say(x, "The rule for the date found one on the page:");
		break;
	case RK_BASIS_PAGE_LINE:
		explain_say(x, "A line of the page is only a date:");
		break;
	case RK_BASIS_PAGE_UPDATED:
		explain_say(x, "The page says when it was last changed:");
		break;
	case RK_BASIS_BODY:
		explain_say(x, "The page prints no date of its own. The first one in its "
			       "text was taken, which may be that of an event:");
		break;
	case RK_BASIS_FEED:
	case RK_BASIS_UNKNOWN:
	case RK_BASIS_NONE:
	case RK_BASIS_UNREADABLE:
	case RK_BASIS_BEYOND:
	case RK_BASIS_DISTRUSTED:
		explain_say(x, "The document states its date:");
		break;
	}
	if (read)
		explain_say(x, "\"%.*s\", which is", RK_FMT(e->date_text));
}

/* The date that counts, RK_NO_TIME where there is none. */
static int64_t
stated(const struct rk_explained *e)
{
	if (e->found.basis == RK_BASIS_DISTRUSTED)
		return RK_NO_TIME;
	return e->found.basis == RK_BASIS_FEED_UPDATED ? e->updated : e->published;
}

void
explain_date(struct explain *x, const struct rk_explained *e)
{
	bool day = e->found.precision == RK_BY_DAY;
	int64_t at = stated(e);
	char text[48], zone[8];

	if (at == RK_NO_TIME) {
		say_undated(x, e);
		return;
	}
	printed(x, e);
	explain_say(x, "%s.", explain_time(x, at, day, text));
	if (e->found.buddhist)
		explain_say(x, "The year was printed in the Buddhist era: 543 was taken off.");
	if (e->found.weekday_wrong)
		explain_say(x, "The weekday it printed is not that of this day; the day of the "
		       "month was believed.");
	if (e->found.zone_assumed)
		explain_say(x, "No time zone that is known was printed: the source's own, %s, was "
		       "taken.",
		    explain_zone(x->zone, zone));
	if (day)
		explain_say(x, "It has no time of day: it stands below what has one on the same "
		       "day.");
	if (e->found.basis == RK_BASIS_UNKNOWN)
		explain_say(x, "How the date was found was not kept: the entry was stored by an "
		       "older ruamkhao.");
}

void
explain_order(struct explain *x, const struct rk_explained *e)
{
	int64_t at = stated(e), before = e->first_seen - e->placed;
	char text[48];

	(void)explain_time(x, e->placed, false, text);
	if (!rk_str_eq(e->story->id, e->id))
		explain_say(x, "It stands where the lead of its story stands, at %s.", text);
	else if (at != RK_NO_TIME && at > e->first_seen + DAY && before == 0)
		explain_say(x, "Its date was %" PRId64 " days ahead when it was first seen: it is "
		       "kept as stated, but the entry stands where it was first seen, at "
		       "%s.",
		    (at - e->first_seen) / DAY, text);
	else if (at != RK_NO_TIME && e->placed == at)
		explain_say(x, "It stands in the timelines by that date: it came with the first "
		       "document of its source.");
	else if (at == RK_NO_TIME && before > 0 && before < RK_MAX_ITEMS)
		explain_say(x, "It stands in the timelines at %s: first seen, less one second for "
		       "each item above it in the document.",
		    text);
	else if (before == 0)
		explain_say(x, "It stands in the timelines at %s, when it was first seen%s.", text,
		    at != RK_NO_TIME && at < e->placed ? ": its source was known by then"
						       : "");
	else /* its date is another one since */
		explain_say(x, "It stands in the timelines at %s, by what was known of its date "
			       "when it was first seen.",
		    text);
	explain_say(x, "That was decided once.");
}
