/* What the coverage board and the operator's feed say, in Thai and English. */
#include "publish_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/err.h>

#include <string.h>

static const struct {
	struct words state, reason, advice;
	int rank;
} table[RK_N_HEALTH] = {
    [RK_HEALTH_NEW] = {{"รอการอ่านครั้งแรก", "not read yet"},
	{"ยังไม่เคยอ่านแหล่งข่าวนี้สำเร็จ", "This source was never read with success yet."}, {"", ""}, 5},
    [RK_HEALTH_WORKING] = {{"ใช้งานได้", "working"}, {"", ""}, {"", ""}, 7},
    [RK_HEALTH_LATE] = {{"ล่าช้า", "late"},
	{"ระบบรวมข่าวยังไม่ได้อ่านแหล่งข่าวนี้ตามกำหนด ไม่ใช่ความผิดของเว็บไซต์",
	    "It was not asked when it should have been; that is no fault of the site."},
	{"ให้ผู้ดูแลระบบรวมข่าวตรวจเครื่องและเครือข่าย",
	    "the operator of this service should look at its machine and network"},
	4},
    [RK_HEALTH_SILENT] = {{"เงียบ", "silent"},
	{"เปิดอ่านได้ แต่ไม่มีข่าวใหม่นานกว่าที่เคยเป็นมาก",
	    "It can be read, but has had no news for much longer than usual."},
	{"สอบถามหน่วยงานว่าย้ายไปเผยแพร่ข่าวที่อื่นหรือไม่",
	    "ask the office whether its news are published elsewhere now"},
	3},
    [RK_HEALTH_BROKEN] = {{"ใช้ไม่ได้", "broken"},
	{"อ่านไม่สำเร็จหลายครั้งติดต่อกัน", "It failed several times in a row."},
	{"แจ้งผู้ดูแลเว็บไซต์ของหน่วยงาน", "tell the webmaster of the office"}, 1},
    [RK_HEALTH_GONE] = {{"ถูกยกเลิก", "gone"},
	{"เว็บไซต์แจ้งว่าที่อยู่นี้ถูกยกเลิกถาวร", "Its site says that the address is gone for good."},
	{"หาที่อยู่ใหม่ของข่าวแล้วแก้ url", "look for its new address and change url"}, 0},
    [RK_HEALTH_HELD] = {{"รอตรวจสอบ", "held for review"},
	{"ข่าวใหม่บางรายการมีลักษณะเหมือนเว็บไซต์ถูกเจาะ จึงถูกกันไว้ไม่เผยแพร่",
	    "Some of its new entries look as if the site was broken into; they are kept back."},
	{"แจ้งหน่วยงานให้ตรวจเว็บไซต์ แล้วดูรายการด้วย ruamkhao explain และสั่ง release หรือ block",
	    "tell the office to look at its site; `ruamkhao explain` an entry, then"
	    " `ruamkhao release` or `ruamkhao block` it"},
	2},
    [RK_HEALTH_OFF] = {{"ปิดไว้", "disabled"},
	{"ผู้ดูแลระบบปิดแหล่งข่าวนี้ไว้", "It is disabled in the configuration."}, {"", ""}, 6},
    [RK_HEALTH_REMOVED] = {{"ถอนแล้ว", "removed"}, {"", ""}, {"", ""}, 8},
};

struct words
board_state(enum rk_health health)
{
	rk_assert((size_t)health < RK_N_HEALTH);
	return table[health].state;
}

struct words
board_reason(enum rk_health health)
{
	rk_assert((size_t)health < RK_N_HEALTH);
	return table[health].reason;
}

int
board_rank(enum rk_health health)
{
	rk_assert((size_t)health < RK_N_HEALTH);
	return table[health].rank;
}

struct words
board_advice(const struct rk_board_source *s)
{
	struct rk_str advice = rk_advice_public(s->advice);

	if (advice.n > 0)
		return (struct words){rk_advice_th(advice), rk_cstr(advice)};
	return table[s->health].advice;
}

const struct rk_node *
board_group(const struct rk_board_source *s)
{
	return s->province != NULL ? s->province : s->agency;
}

void
board_day(int64_t t, char th[96], char en[40])
{
	char http[40];

	(void)rk_date_thai(t, false, th);
	/* "Fri, 20 Nov 2026 09:30:00 GMT" of Bangkok's clock */
	(void)rk_date_http(t < INT64_MAX - RK_BANGKOK ? t + RK_BANGKOK : t, http);
	memcpy(en, http + 5, 11);
	en[11] = '\0';
}

/* ---- addresses */

/* From "https://" on to what cannot be part of an address in a sentence. */
static size_t
address_length(struct rk_str text)
{
	size_t n = 0;

	while (n < text.n && (unsigned char)text.p[n] > ' ' &&
	       strchr("\"'<>`", text.p[n]) == NULL)
		n++;
	while (n > 0 && strchr(".,:;)", text.p[n - 1]) != NULL) /* of the sentence */
		n--;
	return n;
}

void
board_shown(struct rk_buf *b, struct rk_str text)
{
	while (text.n > 0) {
		size_t at = rk_str_find(text, RK_STR("http")), n, host;
		struct rk_str url, rest;

		if (at == SIZE_MAX) {
			(void)rk_buf_str(b, text);
			return;
		}
		(void)rk_buf_str(b, rk_strn(text.p, at));
		text = rk_str_from(text, at);
		n = rk_str_starts(text, "http://")    ? 7
		    : rk_str_starts(text, "https://") ? 8
						      : 0;
		if (n == 0) {
			(void)rk_buf_str(b, rk_strn(text.p, 4));
			text = rk_str_from(text, 4);
			continue;
		}
		url = rk_strn(text.p, address_length(text));
		text = rk_str_from(text, url.n);
		if (story_shows_address(url)) {
			(void)rk_buf_str(b, url);
			continue;
		}
		rest = rk_str_from(url, n);
		host = rk_str_chr(rest, '/');
		host = host == SIZE_MAX ? rest.n : host;
		host = host < rk_str_chr(rest, '?') ? host : rk_str_chr(rest, '?');
		for (size_t i = host; i > 0; i--) /* behind the user info */
			if (rest.p[i - 1] == '@') {
				rest = rk_str_from(rest, i);
				host -= i;
				break;
			}
		(void)rk_buf_str(b, rk_strn(url.p, n));
		(void)rk_buf_str(b, rk_strn(rest.p, host));
		(void)rk_buf_adds(b, "/...");
	}
}

struct rk_str
board_url(const struct rk_board_source *s)
{
	return xml_web_address(s->url) && story_shows_address(s->url) ? s->url : RK_STR("");
}

void
board_site(struct rk_buf *b, const struct rk_board_source *s)
{
	struct rk_str url = board_url(s), rest;
	size_t at;

	if (xml_web_address(s->site) && story_shows_address(s->site)) {
		(void)rk_buf_str(b, s->site);
		return;
	}
	if (url.n == 0)
		return;
	at = rk_str_find(url, RK_STR("://")) + 3;
	rest = rk_str_from(url, at);
	at += rk_str_chr(rest, '/') == SIZE_MAX ? rest.n : rk_str_chr(rest, '/');
	(void)rk_buf_str(b, rk_strn(url.p, at));
	(void)rk_buf_addc(b, '/');
}

/* ---- agencies */

static size_t
agency_index(const struct rk_board *board, struct rk_str id)
{
	size_t low = 0, high = board->n_agencies;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int d = rk_str_cmp(board->agencies[middle]->id, id);

		if (d == 0)
			return middle;
		if (d < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

struct board_count *
board_counts(const struct rk_board *board)
{
	struct board_count *counts = rk_xcalloc(board->n_agencies + 1, sizeof(*counts));

	for (size_t i = 0; i < board->n_agencies; i++)
		counts[i].node = board->agencies[i];
	for (size_t i = 0; i < board->n_sources; i++) {
		const struct rk_board_source *s = &board->sources[i];
		size_t at;

		if (s->agency == NULL || s->health == RK_HEALTH_OFF ||
		    (at = agency_index(board, s->agency->id)) == SIZE_MAX)
			continue;
		counts[at].sources++;
		counts[at].working += s->health == RK_HEALTH_WORKING;
		counts[at].good += s->good;
		counts[at].days += s->days;
	}
	return counts;
}
