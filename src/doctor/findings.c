/*
 * The table of findings, and how one gets its words.
 */
#include <ruamkhao/doctor.h>

#include "doctor_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/utf8.h>

struct remedy {
	const char *id;
	enum rk_severity severity;
	bool mend;
	const char *en, *th, *setting;
};

#define R(code, id, severity, mend, en, th, setting)                                   \
	[code] = {id, severity, mend, en, th, setting},

static const struct remedy remedies[F_COUNT] = {
#include "remedies.h"
};

const char *
rk_severity_name(enum rk_severity s)
{
	static const char *const names[] = {
	    [RK_SEV_ERROR] = "error",
	    [RK_SEV_WARNING] = "warning",
	    [RK_SEV_NOTE] = "note",
	};

	rk_assert((size_t)s < sizeof(names) / sizeof(*names));
	return names[s];
}

/* Values come from the document: one line, no control characters, not endless. */
static void
put_value(struct rk_buf *b, struct rk_str s)
{
	struct rk_str cut = rk_utf8_cut(s, 300);
	uint32_t cp;
	char out[4];

	while (rk_utf8_next(&cut, &cp)) {
		bool bad = cp < 0x20 || (cp >= 0x7F && cp < 0xA0) ||
			   (cp >= 0x200B && cp <= 0x200F) ||
			   (cp >= 0x2028 && cp <= 0x202E) ||
			   (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF;

		if (bad)
			(void)rk_buf_addc(b, ' ');
		else
			(void)rk_buf_add(b, out, rk_utf8_put(cp, out));
	}
	if (cut.n == 0 && s.n > 300)
		(void)rk_buf_adds(b, "...");
}

static struct rk_str
fill(struct doctor *d, const char *form, const struct word values[3], bool thai)
{
	struct rk_buf b;
	struct rk_str s;

	rk_buf_init(&b, RK_KIB(4));
	for (const char *p = form; *p != '\0'; p++) {
		if (p[0] == '{' && p[1] >= '1' && p[1] <= '3' && p[2] == '}') {
			const struct word *w = &values[p[1] - '1'];

			put_value(&b, thai ? w->th : w->en);
			p += 2;
		} else {
			(void)rk_buf_addc(&b, *p);
		}
	}
	s = rk_arena_str(d->arena, rk_buf_view(&b));
	rk_buf_release(&b);
	return s;
}

void
found(struct doctor *d, enum code code, bool set, struct word a, struct word b,
    struct word c)
{
	const struct remedy *r = &remedies[code];
	const struct word values[3] = {a, b, c};
	struct rk_finding *f;

	for (size_t i = 0; i < d->out->n_findings; i++)
		if (d->codes[i] == code)
			return;
	if (d->out->n_findings == RK_MAX_FINDINGS)
		return;
	d->codes[d->out->n_findings] = code;
	f = &d->out->findings[d->out->n_findings++];
	f->id = r->id;
	f->severity = r->severity;
	f->mend = r->mend;
	f->en = fill(d, r->en, values, false);
	f->th = fill(d, r->th, values, true);
	f->setting = set && r->setting[0] != '\0' ? fill(d, r->setting, values, false)
						  : RK_STR("");
}

void
found_plain(struct doctor *d, enum code code)
{
	found(d, code, true, NONE, NONE, NONE);
}

/* Worst first, else in the order they were found. Where a source was found all the
 * same, what went wrong on the way is a warning. */
void
sort_findings(struct doctor *d)
{
	struct rk_diagnosis *o = d->out;

	for (size_t i = 0; i < o->n_findings; i++)
		if (o->usable && o->findings[i].severity == RK_SEV_ERROR)
			o->findings[i].severity = RK_SEV_WARNING;

	for (size_t i = 1; i < o->n_findings; i++) {
		struct rk_finding f = o->findings[i];
		enum code code = d->codes[i];
		size_t k = i;

		for (; k > 0 && o->findings[k - 1].severity > f.severity; k--) {
			o->findings[k] = o->findings[k - 1];
			d->codes[k] = d->codes[k - 1];
		}
		o->findings[k] = f;
		d->codes[k] = code;
	}
}

bool
rk_finding_kind(size_t i, struct rk_finding *out)
{
	const struct remedy *r = &remedies[i < F_COUNT ? i : 0];

	*out = (struct rk_finding){r->id, r->severity, r->mend, rk_str(r->en),
	    rk_str(r->th), rk_str(r->setting)};
	return i < F_COUNT;
}
