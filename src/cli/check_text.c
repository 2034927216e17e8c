/* What `check` says to people: the visit told from its beginning, the worst first. */
#include "cli_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/doctor.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/utf8.h>

#include <stdio.h>
#include <string.h>

#define WIDTH 92

struct page {
	struct rk_buf *out;
	struct rk_arena *arena;
	bool colours;
};

static void
colour(const struct page *p, const char *code)
{
	if (p->colours)
		(void)rk_buf_addf(p->out, "\033[%sm", code);
}

static void
heading(const struct page *p, const char *text)
{
	(void)rk_buf_addc(p->out, '\n');
	colour(p, "1");
	(void)rk_buf_adds(p->out, text);
	colour(p, "0");
	(void)rk_buf_adds(p->out, "\n\n");
}

/* Words from column `at` on, further lines indented by as much. */
static void
wrapped(const struct page *p, struct rk_str text, size_t at)
{
	char safe[4096];
	struct rk_str rest = rk_str(
	    rk_log_escape(rk_cstr(rk_arena_str(p->arena, text)), safe, sizeof(safe)));
	struct rk_str word;
	size_t column = at;

	while (rk_str_split(&rest, ' ', &word)) {
		size_t n = rk_utf8_count(word);

		if (column > at && column + 1 + n > WIDTH) {
			(void)rk_buf_addf(p->out, "\n%*s", (int)at, "");
			column = at;
		} else if (column > at) {
			(void)rk_buf_addc(p->out, ' ');
			column++;
		}
		(void)rk_buf_str(p->out, word);
		column += n;
	}
	(void)rk_buf_addc(p->out, '\n');
}

static const char *
reason(const struct rk_asked *a)
{
	static const char *const reasons[RK_HOW_COUNT] = {
	    [RK_HOW_GIVEN] = "",
	    [RK_HOW_AGAIN] = "",
	    [RK_HOW_FORWARD] = " (the page leads there)",
	    [RK_HOW_ANNOUNCED] = " (announced by the page)",
	    [RK_HOW_LINKED] = " (a link on the page)",
	    [RK_HOW_SYSTEM] = " (where its system has feeds)",
	    [RK_HOW_FRONT] = " (the front page)",
	    [RK_HOW_USUAL] = " (a usual place)",
	};

	return reasons[a->how];
}

/* A guess that met nothing: told in one breath with its neighbours. */
static bool
is_miss(const struct rk_asked *a)
{
	return (a->how == RK_HOW_SYSTEM || a->how == RK_HOW_USUAL) &&
	       a->kind == RK_FETCH_HTTP && a->status == 404;
}

/* How many misses begin at i; their addresses without the site. */
static size_t
misses(const struct page *p, const struct rk_visit *v, size_t i)
{
	size_t n = 0;
	struct rk_buf list;

	while (i + n < v->n_asked && is_miss(&v->asked[i + n]))
		n++;
	if (n < 2)
		return 0;
	rk_buf_init(&list, RK_KIB(32));
	for (size_t k = i; k < i + n; k++) {
		struct rk_str url = v->asked[k].url;
		size_t host = rk_str_find(url, RK_STR("://"));
		size_t slash = rk_str_chr(rk_str_from(url, host + 3), '/');

		(void)rk_buf_addf(&list, " %.*s",
		    RK_FMT(
			slash == SIZE_MAX ? url : rk_str_from(url, host + 3 + slash)));
	}
	(void)rk_buf_addf(p->out, "  %2zu  to %zu: where such sites have feeds\n      ",
	    i + 1, i + n);
	wrapped(p,
	    rk_arena_fmt(p->arena, "404 Not Found at%.*s", RK_FMT(rk_buf_view(&list))),
	    6);
	rk_buf_release(&list);
	return n;
}

static void
story(const struct page *p, const struct rk_visit *v)
{
	if (v->is_file) {
		(void)rk_buf_adds(p->out, "I read ");
		wrapped(p,
		    rk_arena_fmt(p->arena, "%.*s: %.*s.", RK_FMT(v->target),
			RK_FMT(rk_asked_text(&v->asked[0], p->arena))),
		    7);
		return;
	}
	(void)rk_buf_addf(
	    p->out, "I asked %.*s, and this came:\n\n", RK_FMT(v->target));
	for (size_t i = 0; i < v->n_asked; i++) {
		const struct rk_asked *a = &v->asked[i];
		size_t missed = misses(p, v, i);

		if (missed > 0) {
			i += missed - 1;
			continue;
		}
		if (a->how == RK_HOW_AGAIN)
			(void)rk_buf_addf(p->out,
			    "  %2zu  the same once more%s\n      ", i + 1,
			    v->asked[v->feed].etag.n > 0 ||
				    v->asked[v->feed].last_modified.n > 0
				? ", with the validators it sent"
				: "");
		else
			(void)rk_buf_addf(p->out, "  %2zu  %.*s%s\n      ", i + 1,
			    RK_FMT(a->url), reason(a));
		wrapped(p, rk_asked_text(a, p->arena), 6);
	}
}

static void
findings(const struct page *p, const struct rk_diagnosis *d)
{
	static const char *const codes[] = {
	    [RK_SEV_ERROR] = "31", [RK_SEV_WARNING] = "33", [RK_SEV_NOTE] = "36"};

	heading(p, "Findings");
	if (d->n_findings == 0)
		(void)rk_buf_adds(p->out, "  None: this source is in good health.\n");
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct rk_finding *f = &d->findings[i];

		(void)rk_buf_adds(p->out, "  ");
		colour(p, codes[f->severity]);
		(void)rk_buf_addf(p->out, "%-7s", rk_severity_name(f->severity));
		colour(p, "0");
		(void)rk_buf_adds(p->out, "  ");
		wrapped(
		    p, rk_arena_fmt(p->arena, "%.*s [%s]", RK_FMT(f->en), f->id), 11);
		if (f->setting.n > 0)
			(void)rk_buf_addf(
			    p->out, "%11sset  %.*s\n", "", RK_FMT(f->setting));
	}
}

void
check_text(const struct rk_visit *v, const struct rk_diagnosis *d, bool colours,
    struct rk_buf *out)
{
	struct page p = {out, rk_arena_new(0), colours};

	story(&p, v);
	(void)rk_buf_addc(out, '\n');
	colour(&p, d->usable ? "1;32" : "1;31");
	wrapped(&p, d->verdict, 0);
	colour(&p, "0");
	if (d->n_facts > 0)
		heading(&p, "Facts");
	for (size_t i = 0; i < d->n_facts; i++) {
		(void)rk_buf_addf(out, "  %-13s ", d->facts[i].name);
		wrapped(&p, d->facts[i].value, 16);
	}
	findings(&p, d);
	if (d->stanza.n > 0) {
		heading(&p, "For a sources file");
		(void)rk_buf_str(out, d->stanza);
	}
	if (d->letter_th.n > 0) {
		heading(&p, "A letter to the webmaster, in Thai");
		(void)rk_buf_str(out, d->letter_th);
		heading(&p, "The same in English");
		(void)rk_buf_str(out, d->letter_en);
	}
	rk_arena_free(p.arena);
}
