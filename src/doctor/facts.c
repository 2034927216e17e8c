/*
 * The facts of a visit, for people.
 */
#include <ruamkhao/doctor.h>

#include "doctor_int.h"

#include <ruamkhao/date.h>

#include <string.h>

static void
fact(struct doctor *d, const char *name, struct rk_str value)
{
	if (value.n > 0 && d->out->n_facts < RK_MAX_FACTS)
		d->out->facts[d->out->n_facts++] = (struct rk_fact){name, value};
}

static struct rk_str
reading(struct doctor *d, const struct rk_ingest *in)
{
	static const char *const how[] = {
	    [RK_RUNG_STRICT] = "read as it is",
	    [RK_RUNG_CLEANED] = "read after small repairs",
	    [RK_RUNG_RECOVERED] = "saved from a broken document",
	    [RK_RUNG_HTML] = "read as HTML",
	};
	struct rk_asked a = {.kind = RK_FETCH_OK, .ingest = in};

	return rk_arena_fmt(d->arena, "%.*s, %s%s", RK_FMT(rk_asked_text(&a, d->arena)),
	    how[in->rung], in->truncated ? ", cut off" : "");
}

static struct rk_str
encoding(struct doctor *d, const struct rk_ingest *in)
{
	if (in->charset_label.n == 0)
		return rk_arena_fmt(
		    d->arena, "%.*s, not labelled", RK_FMT(in->charset));
	if (rk_str_ieq(in->charset_label, in->charset))
		return rk_arena_fmt(d->arena, "%.*s, as labelled", RK_FMT(in->charset));
	return rk_arena_fmt(d->arena, "%.*s, labelled %.*s", RK_FMT(in->charset),
	    RK_FMT(in->charset_label));
}

static struct rk_str
dates(struct doctor *d, const struct rk_ingest *in)
{
	int64_t newest = RK_NO_TIME, oldest = INT64_MAX;
	char from[32], to[32];
	size_t dated = 0;

	for (size_t i = 0; i < in->n_entries; i++) {
		const struct rk_entry *e = &in->entries[i];
		int64_t t = e->published != RK_NO_TIME ? e->published : e->updated;

		if (t == RK_NO_TIME)
			continue;
		dated++;
		if (t > newest)
			newest = t;
		if (t < oldest)
			oldest = t;
	}
	if (dated == 0)
		return in->n_entries > 0 ? RK_STR("none") : RK_STR("");
	return rk_arena_fmt(d->arena, "%zu of %zu entries, from %s to %s", dated,
	    in->n_entries, rk_date_rfc3339(oldest, from), rk_date_rfc3339(newest, to));
}

static struct rk_str
validators(struct doctor *d, const struct rk_asked *a)
{
	const struct rk_visit *v = d->visit;
	const char *then = "";

	if (a->etag.n == 0 && a->last_modified.n == 0)
		return RK_STR("none");
	if (v->again != SIZE_MAX)
		then = v->asked[v->again].kind == RK_FETCH_NOT_MODIFIED
			   ? "; asked with it: 304 Not Modified, as it should be"
		       : v->asked[v->again].kind == RK_FETCH_OK
			   ? "; asked with it: the whole document again"
			   : "; asked with it: no answer";
	return rk_arena_fmt(d->arena, "%s%s%s%s", a->etag.n > 0 ? "ETag" : "",
	    a->etag.n > 0 && a->last_modified.n > 0 ? " and " : "",
	    a->last_modified.n > 0 ? "Last-Modified" : "", then);
}

static struct rk_str
pauses(struct doctor *d, const struct rk_asked *a, const struct rk_ingest *in)
{
	if (in->hint_seconds > 0)
		return rk_arena_fmt(d->arena, "once in %.*s (the feed says)",
		    RK_FMT(duration(d, in->hint_seconds).en));
	if (a->fresh_for > 0)
		return rk_arena_fmt(d->arena, "once in %.*s (max-age or Expires)",
		    RK_FMT(duration(d, a->fresh_for).en));
	return RK_STR("");
}

static void
answer_facts(struct doctor *d, const struct rk_asked *a)
{
	bool https = rk_str_istarts(a->effective_url, "https:");

	fact(d, "connection",
	    rk_arena_fmt(d->arena, "%s%s%s",
		https ? "https, its certificate is good" : "http",
		a->address[0] != '\0' ? ", " : "", a->address));
	if (!rk_str_eq(a->url, a->effective_url))
		fact(d, "answered by", a->effective_url);
	fact(d, "served as", a->content_type);
	fact(d, "size",
	    a->compressed ? rk_arena_fmt(d->arena, "%.*s, %.*s on the way (compressed)",
				RK_FMT(size_text(d, a->size)),
				RK_FMT(size_text(d, a->wire_bytes)))
			  : size_text(d, a->size));
	fact(d, "speed",
	    rk_arena_fmt(d->arena, "answer begins after %llu ms, ends after %llu ms",
		(unsigned long long)a->answer_ms, (unsigned long long)a->elapsed_ms));
}

static void
feed_facts(struct doctor *d, const struct rk_asked *a)
{
	const struct rk_ingest *in = a->ingest;

	fact(d, "format", reading(d, in));
	fact(d, "encoding", encoding(d, in));
	fact(d, "title", in->title);
	fact(d, "site", in->link);
	fact(d, "language", in->lang);
	fact(d, "dates", dates(d, in));
	if (d->visit->is_file)
		return;
	answer_facts(d, a);
	fact(d, "validators", validators(d, a));
	fact(d, "asks for", pauses(d, a, in));
}

void
write_facts(struct doctor *d)
{
	const struct rk_visit *v = d->visit;

	for (size_t i = 0; i < v->n_asked; i++) {
		const struct rk_asked *a = &v->asked[i];

		if (a->ingest == NULL || a->ingest->look == NULL ||
		    a->ingest->look->kind != RK_LOOK_PAGE || a->kind != RK_FETCH_OK)
			continue;
		fact(d, "page made by",
		    a->ingest->look->generator.n > 0
			? a->ingest->look->generator
			: rk_str(rk_system_name(a->ingest->look->system)));
		break;
	}
	if (v->feed != SIZE_MAX) {
		feed_facts(d, &v->asked[v->feed]);
	} else if (v->n_asked > 0 && v->asked[0].kind == RK_FETCH_OK && !v->is_file) {
		answer_facts(d, &v->asked[0]);
	}
	for (size_t i = 0; v->feed == SIZE_MAX && i == 0 && v->n_asked > 0; i++) {
		const struct rk_ingest *in = v->asked[i].ingest;

		if (in != NULL && in->look != NULL && in->look->kind < RK_LOOK_EMPTY)
			fact(d, "encoding", in->look->charset);
	}
}
