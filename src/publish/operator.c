/*
 * The node "operator": what happens to the sources, as stories, so that every format shows
 * it. Titles and texts in Thai and English, for one feed serves all.
 */
#include "publish_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>


static const struct {
	struct words title; /* behind it the source's name, or how many they are */
	struct words text;
} table[RK_N_EVENTS] = {
    [RK_EVENT_ADDED] = {{"เพิ่มแหล่งข่าว", "Source added"},
	{"แหล่งข่าวใหม่ในการตั้งค่า", "A new source in the configuration."}},
    [RK_EVENT_REMOVED] = {{"ถอนแหล่งข่าว", "Source removed"},
	{"แหล่งข่าวนี้ไม่อยู่ในการตั้งค่าแล้ว ข่าวเก่ายังอยู่",
	    "It is not in the configuration any more; its entries stay."}},
    [RK_EVENT_OFF] = {{"ปิดแหล่งข่าว", "Source disabled"},
	{"ผู้ดูแลระบบปิดแหล่งข่าวนี้", "It was disabled in the configuration."}},
    [RK_EVENT_ON] = {{"เปิดแหล่งข่าวอีกครั้ง", "Source enabled again"},
	{"ผู้ดูแลระบบเปิดแหล่งข่าวนี้อีกครั้ง", "It was enabled in the configuration."}},
    [RK_EVENT_MOVED] = {{"แหล่งข่าวย้ายที่อยู่", "Source moved"},
	{"เว็บไซต์เปลี่ยนที่อยู่ของแหล่งข่าวนี้ถาวร ระบบอ่านจากที่อยู่ใหม่แล้ว ให้แก้ url ในการตั้งค่า",
	    "Its site redirects it for good, and the new address is asked now. Change url in the"
	    " configuration."}},
    [RK_EVENT_BROKEN] = {{"แหล่งข่าวใช้ไม่ได้", "Source broken"},
	{"อ่านไม่สำเร็จหลายครั้งติดต่อกัน", "It failed several times in a row."}},
    [RK_EVENT_REPAIRED] = {{"แหล่งข่าวใช้ได้แล้ว", "Source repaired"},
	{"แหล่งข่าวกลับมาอ่านได้ตามปกติ", "It can be read again."}},
    [RK_EVENT_SILENT] = {{"แหล่งข่าวเงียบ", "Source silent"},
	{"เปิดอ่านได้ แต่ไม่มีข่าวใหม่นานกว่าที่เคยเป็นมาก สอบถามหน่วยงานว่าย้ายไปเผยแพร่ที่อื่นหรือไม่",
	    "It can be read, but has had no news for much longer than usual. Ask the office"
	    " whether they are published elsewhere now."}},
    [RK_EVENT_SPEAKS] = {{"แหล่งข่าวมีข่าวใหม่อีกครั้ง", "Source has news again"},
	{"แหล่งข่าวที่เคยเงียบมีข่าวใหม่แล้ว", "It was silent, and has news again."}},
    [RK_EVENT_HELD] = {{"มีข่าวรอตรวจสอบ", "Entries held for review"},
	{"ข่าวใหม่บางรายการมีลักษณะเหมือนเว็บไซต์ถูกเจาะ จึงถูกกันไว้ ดูด้วย ruamkhao status และ"
	 " ruamkhao explain แล้วสั่ง ruamkhao release หรือ ruamkhao block",
	    "Some of its new entries look as if the site was broken into. See `ruamkhao status`"
	    " and `ruamkhao explain`, then `ruamkhao release` or `ruamkhao block` them."}},
};

static void
title(struct rk_buf *b, const struct rk_event *e)
{
	if (e->n > 1) {
		(void)rk_buf_addf(b, "%s: %u แหล่ง / %s: %u sources", table[e->kind].title.th,
		    e->n, table[e->kind].title.en, e->n);
		return;
	}
	(void)rk_buf_addf(b, "%s: ", table[e->kind].title.th);
	(void)rk_buf_str(b, e->title.n > 0 ? e->title : e->source);
	(void)rk_buf_addf(b, " / %s: ", table[e->kind].title.en);
	(void)rk_buf_str(b, e->source);
}

static void
paragraph(struct rk_buf *b, const char *lang, const char *before, struct rk_str text)
{
	struct rk_buf safe;

	rk_buf_init(&safe, text.n + 16 * (text.n / 8 + 1));
	board_shown(&safe, text);
	(void)rk_buf_addf(b, "<p lang=\"%s\">%s", lang, before);
	xml_line(b, rk_buf_view(&safe));
	(void)rk_buf_adds(b, "</p>");
	rk_buf_release(&safe);
}

static void
text(struct rk_buf *b, const struct rk_event *e)
{
	char th[96], en[40];
	bool single = e->n <= 1;
	struct rk_str advice = rk_advice_public(e->advice);

	paragraph(b, "th", "", rk_str(table[e->kind].text.th));
	if (single && e->since != RK_NO_TIME) {
		board_day(e->since, th, en);
		paragraph(b, "th", e->kind == RK_EVENT_SILENT ? "ข่าวล่าสุดเมื่อ " : "ตั้งแต่ ", rk_str(th));
	}
	if (single && advice.n > 0)
		paragraph(b, "th", "คำแนะนำ: ", rk_str(rk_advice_th(advice)));
	paragraph(b, "en", "", rk_str(table[e->kind].text.en));
	if (single && e->since != RK_NO_TIME)
		paragraph(b, "en", e->kind == RK_EVENT_SILENT ? "Last news: " : "Since ", rk_str(en));
	/* of a failure the words are not public (RELIABILITY 1.5 case 12) */
	if (e->kind == RK_EVENT_MOVED && e->detail.n > 0)
		paragraph(b, "en", "ที่อยู่ใหม่ / New address: ", e->detail);
	if (single && advice.n > 0)
		paragraph(b, "en", "What to do: ", advice);
}

static void
story(struct rk_arena *a, const struct rk_board *board, const struct rk_event *e,
    struct rk_story *s)
{
	const struct rk_site *site = board->site;
	struct rk_buf b;

	*s = (struct rk_story){.published = e->at,
	    .first_seen = e->at,
	    .updated = e->at,
	    .changed = e->at,
	    .lang = site->language,
	    .source_id = RK_STR("operator"),
	    .source_title = site->title,
	    .source_link = site->base_url,
	    .tags = rk_arena_str(a, rk_str(rk_event_name(e->kind)))};
	s->id = rk_arena_fmt(a, "tag:%s,2026:operator/%lld", rk_cstr(site->host), (long long)e->id);
	s->url = e->source.n > 0 && e->n <= 1
		     ? rk_arena_fmt(a, "%sstatus.html#s-%s", rk_cstr(site->base_url),
			   rk_cstr(e->source))
		     : rk_arena_fmt(a, "%sstatus.html", rk_cstr(site->base_url));
	rk_buf_init(&b, (size_t)64 << 10);
	title(&b, e);
	s->title = rk_arena_str(a, rk_buf_view(&b));
	rk_buf_reset(&b);
	text(&b, e);
	s->html = rk_arena_str(a, rk_buf_view(&b));
	rk_buf_release(&b);
}

struct rk_timeline *
rk_operator_timeline(const struct rk_board *board)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_timeline *t = RK_NEW(arena, struct rk_timeline);

	*t = (struct rk_timeline){.arena = arena,
	    .site = board->site,
	    .regions = board->regions,
	    .node = {.id = RK_STR("operator"),
		.scheme = RK_SCHEME_UNKNOWN,
		.term = RK_STR("operator"),
		.th = RK_STR("สำหรับผู้ดูแลระบบ"),
		.en = RK_STR("For operators")},
	    .generation = board->generation,
	    .n_stories = board->n_events};
	t->stories = rk_arena_array(arena, board->n_events + 1, sizeof(*t->stories));
	for (size_t i = 0; i < board->n_events; i++)
		story(arena, board, &board->events[i], &t->stories[i]);
	rk_timeline_seal(t);
	return t;
}
