/*
 * A source to be proposed: its id, title and province, and the lines of YAML that an
 * operator puts into a sources file.
 */
#include <ruamkhao/doctor.h>

#include "doctor_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/region.h>
#include <ruamkhao/utf8.h>

#include <string.h>

#define MAX_ID     64
#define MAX_TITLE  200
#define NO_ADDRESS "https://example.invalid/feed"

/* ---- id */

/* Labels that tell nothing of whose site it is. */
static bool
is_common(struct rk_str label)
{
	static const char *const common[] = {"www", "www1", "www2", "www3", "ww1",
	    "ww2", "web", "th", "go", "or", "ac", "co", "in", "mi", "net", "com", "org",
	    "info", "asia", "site", "online"};

	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
		if (rk_str_is(label, common[i]))
			return true;
	return false;
}

static bool
is_taken(const struct rk_visit *v, struct rk_str id)
{
	for (size_t i = 0; i < v->n_ids; i++)
		if (rk_str_eq(v->ids[i], id))
			return true;
	return false;
}

static struct rk_str
propose_id(struct doctor *d, struct rk_str url)
{
	struct rk_str host = host_of(d, url), label, id;
	struct rk_buf b;

	rk_buf_init(&b, 300);
	if (host.n > 0 && host.p[0] >= '0' && host.p[0] <= '9')
		(void)rk_buf_adds(&b, "host");
	while (rk_str_split(&host, '.', &label)) {
		if (label.n == 0 || is_common(label))
			continue;
		if (b.n > 0)
			(void)rk_buf_addc(&b, '-');
		for (size_t i = 0; i < label.n; i++) {
			char c = label.p[i];

			if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    c == '-')
				(void)rk_buf_addc(&b, c);
		}
	}
	if (b.n == 0)
		(void)rk_buf_adds(&b, "source");
	id = rk_arena_str(d->arena, rk_strn(b.p, b.n < MAX_ID - 4 ? b.n : MAX_ID - 4));
	rk_buf_release(&b);
	for (unsigned i = 2; is_taken(d->visit, id) && i < 1000; i++)
		id = rk_arena_fmt(d->arena, "%.*s-%u",
		    (int)(i == 2 ? id.n : (size_t)(strrchr(id.p, '-') - id.p)), id.p,
		    i);
	return id;
}

/* ---- province */

/* The name of a node without "province/" and hyphens, as hosts spell it. */
static bool
is_label_of(struct rk_str label, struct rk_str slug)
{
	size_t k = 0;

	for (size_t i = 0; i < slug.n; i++) {
		if (slug.p[i] == '-')
			continue;
		if (k == label.n || label.p[k] != slug.p[i])
			return false;
		k++;
	}
	return k == label.n && k > 0;
}

static struct rk_str
province_of_host(struct doctor *d, struct rk_str url)
{
	struct rk_str host = host_of(d, url), label;

	if (!rk_str_ends(host, ".th") || d->regions == NULL)
		return RK_STR("");
	while (rk_str_split(&host, '.', &label)) {
		/* the one whose hosts do not spell its name (thailand_extra) */
		if (rk_str_is(label, "ayutthaya"))
			return RK_STR("TH-14");
		for (size_t i = 0; i < rk_regions_count(d->regions); i++) {
			const struct rk_node *node = rk_regions_at(d->regions, i);
			struct rk_str slug;

			if (rk_node_scheme(node->id, &slug) == RK_SCHEME_PROVINCE &&
			    is_label_of(label, slug))
				return node->term;
		}
	}
	return RK_STR("");
}

/* The only province that a title gives evidence for. */
static struct rk_str
province_of_title(struct doctor *d, struct rk_str title)
{
	struct rk_buf b;
	struct rk_str codes = RK_STR("");

	rk_buf_init(&b, RK_KIB(4));
	if (title.n > 0 && rk_places(title, &b) == 0 && b.n > 0 &&
	    rk_str_chr(rk_buf_view(&b), ',') == SIZE_MAX)
		codes = rk_arena_str(d->arena, rk_buf_view(&b));
	rk_buf_release(&b);
	return codes;
}

/* ---- YAML */

/* A value that YAML reads back as it is: plain where that is safe, else in quotes. */
static void
put_scalar(struct rk_buf *b, struct rk_str s)
{
	bool plain = s.n > 0 &&
		     strchr(" -?:,[]{}#&*!|>'\"%@`~.=<0123456789", s.p[0]) == NULL &&
		     s.p[s.n - 1] != ':' && s.p[s.n - 1] != ' ';

	for (size_t i = 0; i < s.n; i++)
		plain = plain && (unsigned char)s.p[i] >= 0x20 && s.p[i] != '"' &&
			s.p[i] != '\\' && s.p[i] != 0x7f &&
			!(s.p[i] == ':' && i + 1 < s.n && s.p[i + 1] == ' ') &&
			!(s.p[i] == '#' && i > 0 && s.p[i - 1] == ' ');
	if (plain) {
		(void)rk_buf_str(b, s);
		return;
	}
	(void)rk_buf_addc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			(void)rk_buf_addc(b, '\\');
		(void)rk_buf_addc(b, (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i]);
	}
	(void)rk_buf_addc(b, '"');
}

/* What the findings propose; several fields may be distrusted. */
static void
put_settings(struct doctor *d, struct rk_buf *b)
{
	static const struct {
		const char *setting, *name;
	} fields[] = {{"distrust: [id]", "id"}, {"distrust: [date]", "date"},
	    {"distrust: [updated]", "updated"}};
	unsigned distrusted = 0;

	for (size_t k = 0; k < sizeof(fields) / sizeof(*fields); k++)
		for (size_t i = 0; i < d->out->n_findings; i++)
			if (rk_str_is(d->out->findings[i].setting, fields[k].setting)) {
				(void)rk_buf_adds(
				    b, distrusted++ == 0 ? "  distrust: [" : ", ");
				(void)rk_buf_adds(b, fields[k].name);
				break;
			}
	if (distrusted > 0)
		(void)rk_buf_adds(b, "]\n");
	for (size_t i = 0; i < d->out->n_findings; i++) {
		struct rk_str s = d->out->findings[i].setting;

		if (rk_str_starts(s, "charset: ") || rk_str_starts(s, "every: "))
			(void)rk_buf_addf(b, "  %.*s\n", RK_FMT(s));
		else if (rk_str_is(s, "kind: wordpress"))
			(void)rk_buf_adds(b, "  kind: wordpress\n");
		else if (rk_str_starts(s, "kind: page, preset: "))
			(void)rk_buf_addf(b,
			    "  kind: page\n  page:\n    preset: %.*s\n",
			    RK_FMT(rk_str_from(s, strlen("kind: page, preset: "))));
	}
}

static struct rk_str
title_of_page(const struct rk_visit *v, size_t at)
{
	const struct rk_ingest *in = v->asked[at].ingest;

	return in != NULL && in->look != NULL ? in->look->title : RK_STR("");
}

static struct rk_str
propose_title(struct doctor *d, const struct rk_asked *a)
{
	const struct rk_visit *v = d->visit;
	struct rk_str title = RK_STR("");

	if (a->ingest->look == NULL)
		title = a->ingest->title;
	if (title.n == 0)
		title = a->announced;
	for (size_t i = 0; title.n == 0 && i < v->n_asked; i++)
		if (v->asked[i].kind == RK_FETCH_OK)
			title = title_of_page(v, i);
	if (title.n == 0)
		title = host_of(d, d->out->url);
	return rk_arena_str(d->arena, rk_str_trim(rk_utf8_cut(title, MAX_TITLE)));
}

void
write_stanza(struct doctor *d)
{
	const struct rk_visit *v = d->visit;
	struct rk_diagnosis *o = d->out;
	const struct rk_asked *a;
	struct rk_buf b;
	bool known = true;

	if (!o->usable)
		return;
	a = &v->asked[v->feed != SIZE_MAX ? v->feed : v->page];
	o->url = a->moved && a->effective_url.n > 0 ? a->effective_url : a->url;
	if (v->is_file) {
		known = a->ingest->self.n > 0;
		o->url = known ? a->ingest->self : RK_STR(NO_ADDRESS);
	}
	o->title = propose_title(d, a);
	o->id =
	    propose_id(d, known || a->ingest->link.n == 0 ? o->url : a->ingest->link);
	o->province = province_of_host(d, known ? o->url : a->ingest->link);
	if (o->province.n == 0)
		o->province = province_of_title(d, o->title);
	for (size_t i = 0; o->province.n == 0 && i < v->n_asked && !v->is_file; i++)
		o->province = province_of_title(d, title_of_page(v, i));
	rk_buf_init(&b, RK_KIB(16));
	(void)rk_buf_addf(&b, "sources:\n- id: %.*s\n  title: ", RK_FMT(o->id));
	put_scalar(&b, o->title);
	(void)rk_buf_adds(&b, "\n  url: ");
	put_scalar(&b, o->url);
	if (!known)
		(void)rk_buf_adds(
		    &b, "   # put the address here at which it is served");
	if (o->province.n > 0)
		(void)rk_buf_addf(&b, "\n  province: %.*s\n", RK_FMT(o->province));
	else
		(void)rk_buf_adds(
		    &b, "\n  # province: TH-83   # its home province, if it has one\n");
	put_settings(d, &b);
	o->stanza = rk_arena_str(d->arena, rk_buf_view(&b));
	rk_buf_release(&b);
}
