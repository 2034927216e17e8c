/*
 * The layout of explain: paragraphs under labels, or JSON. Must not know what the
 * sentences say.
 */
#include "explain_int.h"

#include "cli_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/evidence.h>
#include <ruamkhao/log.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/utf8.h>

#include <inttypes.h>
#include <string.h>

#define WIDTH 78
#define LEFT  16

/* ---- text */

static void
label(struct explain *x, const char *name)
{
	(void)rk_buf_addf(&x->out, "  %-*s", LEFT - 2, name);
}

/* Control characters escaped: what sites write reaches a terminal. */
static struct rk_str
safe(struct explain *x, struct rk_str s)
{
	size_t size = 4 * s.n + 1;
	char *out = rk_arena_alloc(x->arena, size);

	return rk_str(rk_log_escape(rk_cstr(rk_arena_str(x->arena, s)), out, size));
}

/* Words of one line, broken at WIDTH, behind a label that stands there already. */
static void
wrap(struct explain *x, struct rk_str line)
{
	size_t column = LEFT;
	struct rk_str word;

	while (rk_str_split(&line, ' ', &word)) {
		size_t n = rk_utf8_count(word);

		if (n == 0)
			continue;
		if (column > LEFT && column + 1 + n > WIDTH) {
			(void)rk_buf_addf(&x->out, "\n%*s", LEFT, "");
			column = LEFT;
		} else if (column > LEFT) {
			(void)rk_buf_addc(&x->out, ' ');
			column++;
		}
		(void)rk_buf_str(&x->out, word);
		column += n;
	}
	(void)rk_buf_addc(&x->out, '\n');
}

static void
fact(struct explain *x, const char *name, struct rk_str value)
{
	if (value.n == 0)
		return;
	label(x, name);
	(void)rk_buf_str(&x->out, safe(x, value));
	(void)rk_buf_addc(&x->out, '\n');
}

static void
paragraph(struct explain *x, const char *name)
{
	struct rk_str rest = rk_buf_view(&x->text), line;

	while (rk_str_split(&rest, '\n', &line)) {
		line = rk_str_trim(line);
		if (line.n == 0)
			continue;
		label(x, name);
		wrap(x, safe(x, line));
		name = "";
	}
}

void
explain_text(struct explain *x, const struct rk_explained *e, bool first)
{
	if (!first)
		(void)rk_buf_addc(&x->out, '\n');
	(void)rk_buf_str(&x->out, safe(x, e->id));
	(void)rk_buf_addc(&x->out, '\n');
	fact(x, "title", e->title);
	fact(x, "address", e->url);
	fact(x, "author", e->author);
	fact(x, "guid", e->guid);
	for (const struct explain_part *p = explain_parts; p->key != NULL; p++) {
		rk_buf_reset(&x->text);
		p->say(x, e);
		paragraph(x, p->label);
	}
}

/* ---- JSON */

static const char *
basis_name(unsigned basis)
{
	static const char *const names[] = {"unknown", "feed", "feed-updated", "page-rule",
	    "page-line", "page-updated", "body", "none", "unreadable", "beyond",
	    "distrusted"};

	return basis < sizeof(names) / sizeof(names[0]) ? names[basis] : names[0];
}

static const char *
use_name(unsigned use)
{
	static const char *const names[] = {
	    "unknown", "absent", "key", "distrusted", "shared", "site"};

	return use < sizeof(names) / sizeof(names[0]) ? names[use] : names[0];
}

static const char *
id_name(enum rk_id_why why)
{
	static const char *const names[] = {"kept", "absent", "distrusted", "site",
	    "no-iri", "foreign", "ours", "shared", "taken", "earlier"};

	return (unsigned)why < sizeof(names) / sizeof(names[0]) ? names[why] : names[0];
}

static void
json_date(struct explain *x, const struct rk_explained *e)
{
	static const char *const precisions[] = {"second", "minute", "day"};
	const struct rk_found *f = &e->found;
	struct rk_buf *b = &x->out;

	(void)rk_buf_addf(b, ",\"date\":{\"basis\":\"%s\"", basis_name(f->basis));
	cli_key_str(b, "text", e->date_text);
	(void)rk_buf_addf(b,
	    ",\"precision\":\"%s\",\"buddhist\":%s,\"weekday_wrong\":%s,\"zone_assumed\":%s,"
	    "\"future\":%s}",
	    precisions[f->precision < 3 ? f->precision : 0],
	    f->buddhist ? "true" : "false", f->weekday_wrong ? "true" : "false",
	    f->zone_assumed ? "true" : "false",
	    e->published != RK_NO_TIME && e->published > e->first_seen + 86400
		? "true"
		: "false");
}

static void
json_regions(struct explain *x, const struct rk_explained *e)
{
	struct rk_str route = e->story_route, id;
	bool first = true;

	(void)rk_buf_adds(&x->out, ",\"regions\":[");
	while (rk_str_split(&route, ' ', &id)) {
		(void)rk_buf_adds(&x->out, first ? "{\"node\":" : ",{\"node\":");
		first = false;
		(void)rk_json_string(id, &x->out);
		cli_key_str(&x->out, "why", explain_why_there(x, e, id));
		(void)rk_buf_addc(&x->out, '}');
	}
	(void)rk_buf_addc(&x->out, ']');
}

static const char *
tie_name(enum rk_tie tie)
{
	static const char *const names[] = {[RK_TIE_NONE] = "none",
	    [RK_TIE_EVENT] = "event",
	    [RK_TIE_EXCERPT] = "excerpt",
	    [RK_TIE_NEAR] = "near",
	    [RK_TIE_URL] = "url",
	    [RK_TIE_TEXT] = "text"};

	return (size_t)tie < sizeof(names) / sizeof(*names) ? names[tie] : "none";
}

static const char *
guard_name(enum rk_guard guard)
{
	static const char *const names[] = {[RK_GUARD_NONE] = "none",
	    [RK_GUARD_DATE] = "date",
	    [RK_GUARD_SERIAL] = "serial",
	    [RK_GUARD_NUMBERS] = "numbers",
	    [RK_GUARD_TITLE] = "title",
	    [RK_GUARD_SHORT] = "short",
	    [RK_GUARD_HEAD] = "head",
	    [RK_GUARD_FILLED] = "filled",
	    [RK_GUARD_VAGUE] = "vague"};

	return (size_t)guard < sizeof(names) / sizeof(*names) ? names[guard] : "none";
}

static void
json_ties(struct rk_buf *b, const struct rk_explained *e)
{
	if (e->tied_id.n > 0) {
		(void)rk_buf_addf(b, ",\"tie\":{\"kind\":\"%s\",\"guard\":\"%s\","
				     "\"overlap\":%u,\"id\":",
		    tie_name(e->tie), guard_name(e->guard), e->overlap);
		(void)rk_json_string(e->tied_id, b);
		cli_key_str(b, "source", e->tied_source);
		(void)rk_buf_addc(b, '}');
	}
	(void)rk_buf_adds(b, ",\"related\":[");
	for (const struct rk_explain_related *r = e->related; r != NULL; r = r->next) {
		(void)rk_buf_adds(b, r == e->related ? "{\"id\":" : ",{\"id\":");
		(void)rk_json_string(r->id, b);
		cli_key_str(b, "title", r->title);
		(void)rk_buf_addf(b, ",\"kind\":\"%s\"}", tie_name(r->tie));
	}
	(void)rk_buf_addc(b, ']');
}

static void
json_evidence(struct explain *x, const struct rk_explained *e)
{
	static const char *const kinds[] = {"title", "byline", "lead", "last"};
	struct rk_str rest = e->evidence, places, one;
	struct rk_evidence ev;
	struct rk_buf *b = &x->out;
	bool first = true;

	(void)rk_buf_adds(b, ",\"evidence\":[");
	while (rk_evidence_next(&rest, &ev)) {
		(void)rk_buf_addf(b, "%s{\"where\":\"%s\"", first ? "" : ",", kinds[ev.kind]);
		(void)rk_buf_addf(b, ",\"strong\":%s,\"decides\":%s,\"places\":[",
		    ev.strong ? "true" : "false", ev.counted ? "true" : "false");
		first = true;
		for (places = ev.places; rk_str_split(&places, '+', &one); first = false) {
			(void)rk_buf_adds(b, first ? "" : ",");
			(void)rk_json_string(one, b);
		}
		(void)rk_buf_addc(b, ']');
		cli_key_str(b, "text", ev.words);
		(void)rk_buf_addc(b, '}');
		first = false;
	}
	(void)rk_buf_addc(b, ']');
}

static void
json_story(struct explain *x, const struct rk_explained *e)
{
	struct rk_buf *b = &x->out;

	(void)rk_buf_adds(b, ",\"story\":[");
	for (const struct rk_explain_copy *c = e->story; c != NULL; c = c->next) {
		(void)rk_buf_adds(b, c == e->story ? "{\"id\":" : ",{\"id\":");
		(void)rk_json_string(c->id, b);
		cli_key_str(b, "source", c->source_id);
		cli_key_str(b, "source_title", c->source_title);
		cli_key_str(b, "url", c->url);
		cli_key_time(b, "first_seen", c->first_seen);
		(void)rk_buf_addf(b, ",\"lead\":%s}", c == e->story ? "true" : "false");
	}
	(void)rk_buf_addc(b, ']');
	json_ties(b, e);
}

/* The sentences too: a program may only want to show them. */
static void
json_sentences(struct explain *x, const struct rk_explained *e)
{
	struct rk_buf *b = &x->out;

	(void)rk_buf_adds(b, ",\"sentences\":{");
	for (const struct explain_part *p = explain_parts; p->key != NULL; p++) {
		rk_buf_reset(&x->text);
		p->say(x, e);
		(void)rk_buf_addf(b, "%s\"%s\":", p == explain_parts ? "" : ",", p->key);
		(void)rk_json_string(rk_str_trim(rk_buf_view(&x->text)), b);
	}
	(void)rk_buf_addc(b, '}');
}

void
explain_json_begin(struct explain *x, struct rk_str query)
{
	(void)rk_buf_adds(&x->out, "{\"query\":");
	(void)rk_json_string(query, &x->out);
	(void)rk_buf_adds(&x->out, ",\"entries\":[");
}

void
explain_json(struct explain *x, const struct rk_explained *e, bool first)
{
	static const char *const kinds[] = {[RK_KEY_NONE] = "none",
	    [RK_KEY_GUID] = "guid",
	    [RK_KEY_URL] = "url",
	    [RK_KEY_TEXT] = "text",
	    [RK_KEY_TITLE] = "title"};
	struct rk_buf *b = &x->out;

	(void)rk_buf_adds(b, first ? "\n{\"id\":" : ",\n{\"id\":");
	(void)rk_json_string(e->id, b);
	cli_key_str(b, "id_why", rk_str(id_name(e->id_why)));
	cli_key_str(b, "guid", e->guid);
	cli_key_str(b, "guid_use", rk_str(use_name(e->found.guid)));
	(void)rk_buf_addf(b, ",\"same_guid\":%" PRId64, e->same_guid);
	cli_key_str(b, "url", e->url);
	cli_key_str(b, "url_use", rk_str(use_name(e->found.url)));
	cli_key_str(b, "key", rk_str(kinds[(size_t)e->kind < sizeof(kinds) / sizeof(*kinds)
					    ? e->kind
					    : RK_KEY_NONE]));
	cli_key_str(b, "title", e->title);
	cli_key_str(b, "author", e->author);
	cli_key_str(b, "lang", e->lang);
	(void)rk_buf_adds(b, ",\"source\":{\"id\":");
	(void)rk_json_string(e->source_id, b);
	cli_key_str(b, "title", e->source_title);
	cli_key_str(b, "url", e->source_url);
	cli_key_str(b, "format", e->format);
	cli_key_str(b, "charset", e->charset);
	(void)rk_buf_addf(b, ",\"configured\":%s}", x->source != NULL ? "true" : "false");
	cli_key_str(b, "origin_title", e->origin_title);
	cli_key_str(b, "origin_url", e->origin_url);
	cli_key_time(b, "published", e->published);
	cli_key_time(b, "updated", e->updated);
	cli_key_time(b, "first_seen", e->first_seen);
	cli_key_time(b, "changed", e->changed);
	cli_key_time(b, "placed", e->placed);
	cli_key_str(b, "state", e->state);
	json_date(x, e);
	json_regions(x, e);
	json_evidence(x, e);
	json_story(x, e);
	explain_json_edits(x, e);
	json_sentences(x, e);
	(void)rk_buf_addc(b, '}');
}
