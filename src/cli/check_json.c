/* What `check --json` says to programs. */
#include "cli_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/doctor.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/utf8.h>

#include <inttypes.h>

/* Headers may hold any bytes. */
static void
put_string(struct rk_buf *out, struct rk_str s)
{
	struct rk_buf valid;

	if (rk_utf8_valid(s)) {
		(void)rk_json_string(s, out);
		return;
	}
	rk_buf_init(&valid, s.n * 3 + 16);
	(void)rk_utf8_repair(s, &valid);
	(void)rk_json_string(rk_buf_view(&valid), out);
	rk_buf_release(&valid);
}

static void
key(struct rk_buf *out, const char *name, struct rk_str value)
{
	(void)rk_buf_addf(out, ",\"%s\":", name);
	put_string(out, value);
}

static void
put_asked(struct rk_buf *out, const struct rk_asked *a, struct rk_arena *arena)
{
	(void)rk_buf_adds(out, "{\"url\":");
	put_string(out, a->url);
	key(out, "why", rk_str(rk_how_name(a->how)));
	key(out, "result", rk_str(rk_fetch_kind_name(a->kind)));
	key(out, "text", rk_asked_text(a, arena));
	key(out, "effective_url", a->effective_url);
	key(out, "content_type", a->content_type);
	key(out, "etag", a->etag);
	key(out, "last_modified", a->last_modified);
	(void)rk_buf_addf(out,
	    ",\"status\":%d,\"bytes\":%" PRIu64 ",\"wire_bytes\":%" PRIu64
	    ",\"answer_ms\":%" PRIu64 ",\"elapsed_ms\":%" PRIu64 ",\"redirects\":%u",
	    a->status, a->size, a->wire_bytes, a->answer_ms, a->elapsed_ms,
	    a->redirects);
	if (a->ingest != NULL && a->ingest->look == NULL)
		(void)rk_buf_addf(out, ",\"entries\":%zu", a->ingest->n_entries);
	if (a->ingest != NULL && a->ingest->look != NULL) {
		key(out, "page", rk_str(rk_look_kind_name(a->ingest->look->kind)));
		key(out, "system", rk_str(rk_system_name(a->ingest->look->system)));
	}
	(void)rk_buf_addc(out, '}');
}

static void
put_finding(struct rk_buf *out, const struct rk_finding *f)
{
	(void)rk_buf_adds(out, "{\"id\":");
	put_string(out, rk_str(f->id));
	key(out, "severity", rk_str(rk_severity_name(f->severity)));
	key(out, "text", f->en);
	key(out, "text_th", f->th);
	key(out, "setting", f->setting);
	(void)rk_buf_addf(out, ",\"webmaster\":%s}", f->mend ? "true" : "false");
}

void
check_json(const struct rk_visit *v, const struct rk_diagnosis *d, struct rk_buf *out)
{
	struct rk_arena *arena = rk_arena_new(0);

	(void)rk_buf_adds(out, "{\"target\":");
	put_string(out, v->target);
	(void)rk_buf_addf(out, ",\"usable\":%s", d->usable ? "true" : "false");
	key(out, "verdict", d->verdict);
	(void)rk_buf_adds(out, ",\n\"asked\":[");
	for (size_t i = 0; i < v->n_asked; i++) {
		(void)rk_buf_adds(out, i > 0 ? ",\n" : "\n");
		put_asked(out, &v->asked[i], arena);
	}
	(void)rk_buf_adds(out, "],\n\"facts\":{");
	for (size_t i = 0; i < d->n_facts; i++) {
		(void)rk_buf_addf(out, "%s\"%s\":", i > 0 ? "," : "", d->facts[i].name);
		put_string(out, d->facts[i].value);
	}
	(void)rk_buf_adds(out, "},\n\"findings\":[");
	for (size_t i = 0; i < d->n_findings; i++) {
		(void)rk_buf_adds(out, i > 0 ? ",\n" : "\n");
		put_finding(out, &d->findings[i]);
	}
	(void)rk_buf_adds(out, "],\n\"source\":{\"id\":");
	put_string(out, d->id);
	key(out, "title", d->title);
	key(out, "url", d->url);
	key(out, "province", d->province);
	(void)rk_buf_addc(out, '}');
	key(out, "stanza", d->stanza);
	key(out, "letter_th", d->letter_th);
	key(out, "letter_en", d->letter_en);
	(void)rk_buf_adds(out, "}\n");
	rk_arena_free(arena);
}
