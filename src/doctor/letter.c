/*
 * A short letter to a site's webmaster, in Thai and in English: only what is to be
 * mended there.
 */
#include <ruamkhao/doctor.h>

#include "doctor_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>

#include <string.h>

/* What stands behind a semicolon is said to the operator. */
struct rk_str
for_webmaster(struct doctor *d, struct rk_str en)
{
	size_t at = rk_str_find(en, RK_STR("; "));

	if (at == SIZE_MAX)
		return en;
	return rk_arena_fmt(d->arena, "%.*s.", (int)at, en.p);
}

static struct rk_str
subject(struct doctor *d)
{
	const struct rk_visit *v = d->visit;

	const struct rk_ingest *in = v->asked[0].ingest;

	if (v->feed != SIZE_MAX && !v->is_file)
		return v->asked[v->feed].url;
	if (!v->is_file)
		return v->target;
	/* where it lies here means nothing there */
	if (in != NULL && in->self.n > 0)
		return in->self;
	return in != NULL ? in->link : RK_STR("");
}

static struct rk_str
sender(const struct rk_visit *v)
{
	return rk_str_starts(v->contact, "mailto:") ? rk_str_from(v->contact, 7)
						    : v->contact;
}

static void
thai(struct doctor *d, struct rk_buf *b)
{
	struct rk_str host = host_of(d, subject(d));
	char date[96];
	unsigned n = 0;

	(void)rk_buf_addf(
	    b, "เรียน ผู้ดูแลเว็บไซต์%s%.*s\n\n", host.n > 0 ? " " : "", RK_FMT(host));
	(void)rk_buf_addf(b,
	    "ระบบรวมข่าว (ruamkhao) ได้ตรวจสอบ %.*s เมื่อวันที่ %s พบข้อที่ควรแก้ไขดังนี้\n\n",
	    RK_FMT(subject(d).n > 0 ? subject(d) : RK_STR("ฟีดของท่าน")),
	    rk_date_thai(d->visit->now, false, date));
	for (size_t i = 0; i < d->out->n_findings; i++)
		if (d->out->findings[i].mend)
			(void)rk_buf_addf(
			    b, "%u. %.*s\n", ++n, RK_FMT(d->out->findings[i].th));
	(void)rk_buf_adds(b,
	    "\nเมื่อแก้ไขแล้ว ข่าวของหน่วยงานจะไปถึงประชาชนได้ครบถ้วนและถูกต้องยิ่งขึ้น\n"
	    "ขอขอบพระคุณ\n");
	if (d->visit->contact.n > 0)
		(void)rk_buf_addf(b, "%.*s\n", RK_FMT(sender(d->visit)));
}

static void
english(struct doctor *d, struct rk_buf *b)
{
	struct rk_str host = host_of(d, subject(d));
	char date[32];
	unsigned n = 0;

	(void)rk_buf_addf(
	    b, "Dear webmaster%s%.*s,\n\n", host.n > 0 ? " of " : "", RK_FMT(host));
	(void)rk_buf_addf(b,
	    "our news gatherer (ruamkhao) looked at %.*s on %.10s and found what could "
	    "be "
	    "mended:\n\n",
	    RK_FMT(subject(d).n > 0 ? subject(d) : RK_STR("your feed")),
	    rk_date_rfc3339(d->visit->now + RK_BANGKOK, date)); /* as the Thai one */
	for (size_t i = 0; i < d->out->n_findings; i++)
		if (d->out->findings[i].mend)
			(void)rk_buf_addf(b, "%u. %.*s\n", ++n,
			    RK_FMT(for_webmaster(d, d->out->findings[i].en)));
	(void)rk_buf_adds(
	    b, "\nWith that, your news reach people whole and right. Thank you.\n");
	if (d->visit->contact.n > 0)
		(void)rk_buf_addf(b, "%.*s\n", RK_FMT(sender(d->visit)));
}

void
write_letter(struct doctor *d)
{
	struct rk_buf b;
	bool wanted = false;

	for (size_t i = 0; i < d->out->n_findings; i++)
		wanted = wanted || (d->out->findings[i].mend &&
				       d->out->findings[i].severity != RK_SEV_NOTE);
	if (!wanted)
		return;
	rk_buf_init(&b, RK_KIB(64));
	thai(d, &b);
	d->out->letter_th = rk_arena_str(d->arena, rk_buf_view(&b));
	rk_buf_reset(&b);
	english(d, &b);
	d->out->letter_en = rk_arena_str(d->arena, rk_buf_view(&b));
	rk_buf_release(&b);
}
