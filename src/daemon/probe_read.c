/*
 * The documents of a visit: what a worker is asked of them and what it says; and a
 * visit to a file, which is that alone.
 */
#include <ruamkhao/probe.h>

#include "probe_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/parse.h>

#include <stdlib.h>
#include <string.h>

void
probe_work(struct rk_probe *p, size_t i, struct rk_work *work)
{
	const struct rk_asked *a = &p->visit.asked[i];

	memset(work, 0, sizeof(*work));
	work->body = rk_buf_view(&p->bodies[i]);
	work->content_type = a->content_type;
	work->url = a->effective_url;
	work->timezone = RK_BANGKOK;
	work->now = p->visit.now;
	work->look = true;
	if (p->source != NULL) {
		work->charset = p->source->charset;
		work->timezone = p->source->timezone;
	}
}

static void
keep(struct rk_probe *p, struct rk_arena *arena)
{
	if (arena == NULL)
		return;
	rk_assert(p->n_read < sizeof(p->read) / sizeof(*p->read));
	p->read[p->n_read++] = arena;
}

void
probe_read(struct rk_probe *p, size_t i, enum rk_work_end end, struct rk_ingest *ingest,
    struct rk_arena *arena, const struct rk_err *err)
{
	struct rk_asked *a = &p->visit.asked[i];

	keep(p, arena);
	a->ingest = ingest;
	if (end != RK_WORK_OK) {
		a->refusal = rk_arena_str(p->arena, rk_str(err->text));
		a->died = end == RK_WORK_DIED || end == RK_WORK_TIMEOUT;
	} else if (a->kind != RK_FETCH_OK && ingest->look == NULL) {
		a->ingest = NULL; /* a feed under an error's status is not believed */
	}
}

/* The page that a person would read: where the given address led. */
static size_t
page_of(const struct rk_visit *v)
{
	size_t page = SIZE_MAX;

	for (size_t i = 0; i < v->n_asked; i++) {
		const struct rk_asked *a = &v->asked[i];

		if (a->kind == RK_FETCH_OK && a->ingest != NULL &&
		    a->ingest->look != NULL && a->ingest->look->kind == RK_LOOK_PAGE &&
		    (a->how == RK_HOW_GIVEN || a->how == RK_HOW_FORWARD ||
			(a->how == RK_HOW_FRONT && page == SIZE_MAX)))
			page = i;
	}
	return page;
}

bool
probe_page_work(struct rk_probe *p, struct rk_work *work)
{
	struct rk_visit *v = &p->visit;
	struct rk_page_rules rules = {0}, *whole;
	const char *preset, *key;
	struct rk_err err;
	size_t i = page_of(v);

	if (i == SIZE_MAX ||
	    (preset = rk_system_preset(v->asked[i].ingest->look->system)) == NULL)
		return false;
	rules.preset = rk_str(preset);
	whole = RK_NEW(p->arena, struct rk_page_rules);
	if (rk_page_resolve(&rules, p->arena, whole, &key, &err) != 0)
		return false;
	v->page = i;
	v->preset = rk_str(preset);
	probe_work(p, i, work);
	work->look = false;
	work->page = whole;
	work->part = RK_PAGE_LIST;
	return true;
}

void
probe_page_read(struct rk_probe *p, enum rk_work_end end, struct rk_ingest *ingest,
    struct rk_arena *arena, const struct rk_err *err)
{
	keep(p, arena);
	if (end == RK_WORK_OK)
		p->visit.page_items = ingest->n_entries;
	p->visit.page_err = end == RK_WORK_OK
				? RK_STR("no entry on this page")
				: rk_arena_str(p->arena, rk_str(err->text));
}

/* ---- a file */

static enum rk_work_end
work_once(struct rk_probe *p, const struct rk_work *work, struct rk_ingest **ingest,
    struct rk_arena **arena, struct rk_err *err)
{
	*ingest = NULL;
	*arena = NULL;
	if (rk_work_once(p->opts->program, work, arena, ingest, err) == 0)
		return RK_WORK_OK;
	return err->kind == RK_E_SYS ? RK_WORK_UNABLE : RK_WORK_REFUSED;
}

int
rk_probe_file(const char *path, const struct rk_probe_opts *opts, struct rk_probe **out,
    struct rk_err *err)
{
	struct rk_probe *p = probe_new(rk_str(path), opts);
	struct rk_asked *a = &p->visit.asked[0];
	struct rk_ingest *ingest;
	struct rk_arena *arena;
	struct rk_work work;
	struct rk_err why = {0};
	enum rk_work_end end;

	p->visit.is_file = true;
	if (rk_file_read(path, p->max_body, &p->bodies[0], err) != 0) {
		if (err != NULL)
			err->kind = RK_E_INPUT;
		rk_probe_free(p);
		return -1;
	}
	p->visit.n_asked = 1;
	a->kind = RK_FETCH_OK;
	a->size = p->bodies[0].n;
	a->body_hash = rk_hash64(rk_buf_view(&p->bodies[0]));
	probe_work(p, 0, &work);
	end = work_once(p, &work, &ingest, &arena, &why);
	if (end == RK_WORK_UNABLE) {
		if (err != NULL)
			*err = why;
		rk_probe_free(p);
		return -1;
	}
	probe_read(p, 0, end, ingest, arena, &why);
	if (a->ingest != NULL && a->ingest->look == NULL)
		p->visit.feed = 0;
	else if (probe_page_work(p, &work)) {
		end = work_once(p, &work, &ingest, &arena, &why);
		probe_page_read(p, end, ingest, arena, &why);
	}
	*out = p;
	return 0;
}
