/*
 * The document: how it was read, and what its entries lack.
 */
#include <ruamkhao/doctor.h>

#include "doctor_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/url.h>
#include <ruamkhao/utf8.h>

#include <string.h>

#define DAY   INT64_C(86400)
#define STALE (365 * DAY)
#define NOW_S 90 /* a build date so near to the request was made by it */

static const struct rk_str none = {"", 0};

/* What a warning of this kind says behind its first words, or empty. */
static struct rk_str
warning(const struct rk_ingest *in, const char *prefix)
{
	for (size_t i = 0; i < in->n_warnings; i++) {
		struct rk_str w = in->warnings[i];

		if (!rk_str_starts(w, prefix))
			continue;
		w = rk_str_from(w, strlen(prefix));
		while (w.n > 0 && (w.p[0] == ':' || w.p[0] == ' '))
			w = rk_str_from(w, 1);
		return w;
	}
	return RK_STR("");
}

static bool
has_warning(const struct rk_ingest *in, const char *prefix)
{
	for (size_t i = 0; i < in->n_warnings; i++)
		if (rk_str_starts(in->warnings[i], prefix))
			return true;
	return false;
}

static void
judge_form(struct doctor *d, const struct rk_ingest *in)
{
	struct rk_str why = warning(in, "not well-formed XML");

	if (why.n == 0)
		why =
		    has_warning(in, "not well-formed XML")
			? RK_STR("such as a raw & or <, or characters that XML forbids")
			: RK_STR("something stood before its beginning");
	if (in->rung >= RK_RUNG_RECOVERED)
		found(d, F_RECOVERED, true, same(why), NONE, NONE);
	else if (in->rung == RK_RUNG_CLEANED && !in->truncated)
		found(d, F_CLEANED, true, same(why), NONE, NONE);
	if (in->truncated)
		found(d, F_TRUNCATED, true, entries(d, in->n_entries), NONE, NONE);
	if (in->n_entries == 0 && !in->truncated)
		found_plain(d, F_FEED_EMPTY);
	if (in->title.n == 0)
		found_plain(d, F_FEED_TITLE);
	if (in->counts.twice > 0)
		found(d, F_TWICE, true, places(d, in->counts.twice), NONE, NONE);
}

static void
judge_charset(struct doctor *d, const struct rk_ingest *in)
{
	bool utf8 = rk_str_is(in->charset, "utf-8");

	/* valid UTF-8 needs no setting: it wins over any label by itself */
	if (in->charset_mislabelled)
		found(d, F_MISLABELLED, !utf8,
		    same(in->charset_label.n > 0 ? in->charset_label
						 : RK_STR("another encoding")),
		    same(in->charset), NONE);
	else if (in->charset_label.n == 0 && !utf8 &&
		 !rk_str_starts(in->charset, "utf-"))
		found(d, F_UNDECLARED, true, same(in->charset), NONE, NONE);
	if (in->double_encoded)
		found_plain(d, F_DOUBLE);
	if (in->replaced > 0)
		found(d, F_DAMAGED, true, places(d, in->replaced), same(in->charset),
		    NONE);
}

/* ---- dates */

static int64_t
date_of(const struct rk_entry *e)
{
	return e->published != RK_NO_TIME ? e->published : e->updated;
}

static void
judge_dates(struct doctor *d, const struct rk_ingest *in)
{
	size_t undated = 0, buddhist = 0, future = 0, days = 0, n = in->n_entries;
	int64_t newest = RK_NO_TIME, first = RK_NO_TIME;
	bool equal = n >= 3;
	char text[32];

	for (size_t i = 0; i < n; i++) {
		const struct rk_entry *e = &in->entries[i];
		int64_t t = date_of(e);

		if (i == 0)
			first = e->published;
		equal = equal && e->published != RK_NO_TIME && e->published == first &&
			e->found.precision != RK_BY_DAY;
		buddhist += e->found.buddhist;
		days +=
		    e->published != RK_NO_TIME && e->found.precision == RK_BY_DAY;
		undated += t == RK_NO_TIME;
		future += t != RK_NO_TIME && t > d->visit->now + DAY;
		if (t != RK_NO_TIME && t > newest)
			newest = t;
	}
	if (n > 0 && undated == n)
		found_plain(d, F_NO_DATES);
	else if (undated > 0)
		found(d, F_SOME_DATES, true, some(d, undated, n), NONE, NONE);
	if (in->counts.unreadable_dates > 0) {
		struct rk_str sample = warning(in, "no date");

		if (sample.n == 0)
			sample = warning(in, "a date outside of 1970-2100");
		found(d, F_BAD_DATES, true, places(d, in->counts.unreadable_dates),
		    same(sample), NONE);
	}
	if (buddhist > 0)
		found(d, F_BUDDHIST, true, some(d, buddhist, n), NONE, NONE);
	if (future > 0)
		found(d, F_FUTURE, future * 2 >= n && n > 1, some(d, future, n), NONE,
		    NONE);
	if (in->counts.zoneless_dates > 0)
		found(d, F_ZONELESS, true, places(d, in->counts.zoneless_dates), NONE,
		    NONE);
	if (days > 0 && days + undated == n)
		found_plain(d, F_DAY_ONLY);
	if (in->counts.wrong_weekdays > 0)
		found(d, F_WEEKDAY, true, places(d, in->counts.wrong_weekdays), NONE,
		    NONE);
	if (equal)
		found(d, F_SAME_DATE, true, entries(d, n), NONE, NONE);
	if (!d->visit->is_file && newest != RK_NO_TIME &&
	    newest < d->visit->now - STALE) {
		struct rk_str day = rk_str(rk_date_rfc3339(newest, text));

		found(d, F_STALE, true,
		    same(rk_arena_str(d->arena, rk_strn(day.p, 10))), NONE, NONE);
	}
}

/* ---- ids, links, titles */

static bool
is_iri(struct rk_str s)
{
	size_t colon = rk_str_chr(s, ':');

	if (colon == SIZE_MAX || colon < 2)
		return false;
	for (size_t i = 0; i < colon; i++) {
		char c = (char)(s.p[i] | 32);

		if (!((c >= 'a' && c <= 'z') ||
			(i > 0 && s.p[i] >= '0' && s.p[i] <= '9') ||
			(i > 0 && strchr("+-.", s.p[i]) != NULL)))
			return false;
	}
	return rk_str_chr(s, ' ') == SIZE_MAX;
}

static void
judge_ids(struct doctor *d, const struct rk_ingest *in)
{
	size_t missing = 0, n = in->n_entries;
	struct rk_str odd = none;

	for (size_t i = 0; i < n; i++) {
		struct rk_str g = in->entries[i].guid;

		missing += g.n == 0;
		if (g.n > 0 && odd.n == 0 && !is_iri(g))
			odd = g;
	}
	if (missing > 0)
		found(d, F_NO_ID, true, some(d, missing, n), NONE, NONE);
	if (in->counts.shared_ids > 0)
		found(d, F_SHARED_ID, true,
		    some(d, in->counts.shared_ids < n ? in->counts.shared_ids : n, n),
		    NONE, NONE);
	else if (odd.n > 0)
		found(d, F_NOT_IRI, true, same(odd), NONE, NONE);
}

static bool
is_number_host(struct rk_str host)
{
	for (size_t i = 0; i < host.n; i++)
		if (!((host.p[i] >= '0' && host.p[i] <= '9') || host.p[i] == '.'))
			return false;
	return host.n > 0;
}

static struct rk_str
without_www(struct rk_str host)
{
	return rk_str_starts(host, "www.") ? rk_str_from(host, 4) : host;
}

static void
judge_links(struct doctor *d, const struct rk_asked *a, const struct rk_ingest *in)
{
	struct rk_str url = a->effective_url.n > 0 ? a->effective_url : in->self;
	struct rk_str own = without_www(host_of(d, url));
	struct rk_str foreign = none, numeric = none;
	size_t missing = 0, http = 0, elsewhere = 0, n = in->n_entries;
	bool https = rk_str_istarts(url, "https:");

	for (size_t i = 0; i < n; i++) {
		struct rk_str u = in->entries[i].url, host;

		if (u.n == 0) {
			missing++;
			continue;
		}
		host = host_of(d, u);
		http += https && rk_str_istarts(u, "http:");
		if (is_number_host(host) && !rk_str_eq(host, own))
			numeric = host;
		if (own.n > 0 && !rk_str_eq(without_www(host), own)) {
			elsewhere++;
			foreign = host;
		}
	}
	/* a file on disk has no address that would complete them */
	if (d->visit->is_file)
		missing -= missing < in->counts.relative_links
			       ? missing
			       : in->counts.relative_links;
	if (missing > 0)
		found(d, F_NO_LINK, true, some(d, missing, n), NONE, NONE);
	if (in->counts.relative_links > 0)
		found(d, F_RELATIVE, true, places(d, in->counts.relative_links), NONE,
		    NONE);
	if (http > 0)
		found(d, F_HTTP_LINK, true, entries(d, http), NONE, NONE);
	if (numeric.n > 0)
		found(d, F_NUMERIC, true, same(numeric), NONE, NONE);
	else if (elsewhere * 2 > n)
		found(d, F_FOREIGN, true, same(foreign), NONE, NONE);
}

/* How many entries have the commonest value that field gives; *which: it. */
static size_t
commonest(const struct rk_ingest *in, struct rk_str (*field)(const struct rk_entry *),
    struct rk_str *which)
{
	size_t most = 0, n = in->n_entries < 1000 ? in->n_entries : 1000;

	for (size_t i = 0; i < n && n - i > most; i++) {
		struct rk_str s = field(&in->entries[i]);
		size_t same = 0;

		for (size_t k = i; s.n > 0 && k < n; k++)
			same += rk_str_eq(field(&in->entries[k]), s);
		if (same > most) {
			most = same;
			*which = s;
		}
	}
	return most;
}

static struct rk_str
url_of(const struct rk_entry *e)
{
	return e->url;
}

static struct rk_str
title_of(const struct rk_entry *e)
{
	return e->title;
}

static void
judge_words(struct doctor *d, const struct rk_ingest *in)
{
	size_t untitled = 0, texts = 0, n = in->n_entries, most;
	struct rk_str which = none;

	for (size_t i = 0; i < n; i++) {
		untitled += in->entries[i].title.n == 0;
		texts += in->entries[i].html.n > 0;
	}
	if (untitled > 0)
		found(d, F_NO_TITLE, true, some(d, untitled, n), NONE, NONE);
	if ((most = commonest(in, title_of, &which)) > 1)
		found(d, F_SAME_TITLE, true, entries(d, most), same(which), NONE);
	if ((most = commonest(in, url_of, &which)) > 1)
		found(d, F_SHARED_LINK, true, entries(d, most), same(which), NONE);
	if (n > 0 && texts == 0)
		found_plain(d, F_NO_TEXT);
}

/* ---- what moves between two requests */

static const struct rk_entry *
same_entry(const struct rk_entry *e, const struct rk_ingest *in)
{
	for (size_t i = 0; i < in->n_entries; i++)
		if (in->entries[i].text_hash == e->text_hash)
			return &in->entries[i];
	return NULL;
}

static void
judge_moves(struct doctor *d, const struct rk_asked *a, const struct rk_asked *again)
{
	const struct rk_ingest *in = a->ingest, *then = again->ingest;
	size_t ids = 0, dates = 0, updates = 0, both = 0;

	for (size_t i = 0; i < in->n_entries && i < 200; i++) {
		const struct rk_entry *e = &in->entries[i], *o = same_entry(e, then);

		if (o == NULL)
			continue;
		both++;
		ids += e->guid.n > 0 && o->guid.n > 0 && !rk_str_eq(e->guid, o->guid);
		dates += e->published != RK_NO_TIME && o->published != RK_NO_TIME &&
			 e->published != o->published;
		updates += e->updated != RK_NO_TIME && o->updated != RK_NO_TIME &&
			   e->updated != o->updated;
	}
	if (ids * 2 > both)
		found_plain(d, F_ID_MOVES);
	if (dates * 2 > both)
		found_plain(d, F_DATE_MOVES);
	if (updates * 2 > both)
		found_plain(d, F_UPDATED_MOVES);
	if (in->built != RK_NO_TIME && then->built != RK_NO_TIME &&
	    then->built > in->built && then->built >= again->at - NOW_S &&
	    then->built <= again->at + NOW_S)
		found_plain(d, F_BUILT_NOW);
	else if (both > 0 && both == in->n_entries && ids + dates + updates == 0)
		found_plain(d, F_BODY_MOVES);
}

static void
judge_self(struct doctor *d, const struct rk_asked *a, const struct rk_ingest *in)
{
	struct rk_buf named, real;

	if (in->self.n == 0 || a->effective_url.n == 0)
		return;
	rk_buf_init(&named, 8192);
	rk_buf_init(&real, 8192);
	if (rk_url_key(in->self, &named) == 0 &&
	    rk_url_key(a->effective_url, &real) == 0 &&
	    !rk_str_eq(rk_buf_view(&named), rk_buf_view(&real)))
		found(d, F_SELF, true, same(in->self), NONE, NONE);
	rk_buf_release(&named);
	rk_buf_release(&real);
}

void
judge_feed(struct doctor *d, const struct rk_asked *a, const struct rk_asked *again)
{
	const struct rk_ingest *in = a->ingest;

	judge_form(d, in);
	judge_charset(d, in);
	judge_ids(d, in);
	judge_dates(d, in);
	judge_words(d, in);
	judge_links(d, a, in);
	judge_self(d, a, in);
	if (again != NULL && again->ingest != NULL && again->ingest->look == NULL &&
	    again->body_hash != a->body_hash)
		judge_moves(d, a, again);
}
