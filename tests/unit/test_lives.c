/*
 * Identity as documents show it: thirty scenarios, each a few documents of one or two
 * sources, read as the program reads them (parse, normalise, store). After every one
 * the same is asked: whatever was known before keeps its id, its first sight and its
 * place, nothing appears a second time, and no source's rows change by another's words.
 * RELIABILITY 0.8, 1.5 cases 37-39, gate G12.
 */
#include "../../src/store/store_int.h"
#include "parsekit.h"
#include "storekit.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/cluster.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/normalise.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- documents in short: items "guid|url|title|hour|body" separated by newlines; an
 * empty field is left out; "-" in front: a tombstone "-guid|hour". '!' in front of all:
 * fh:complete; '~': the document is cut off. */

#define DAY0 "2026-09-"

static void
field(struct rk_buf *b, const char *open, struct rk_str text, const char *close)
{
	if (text.n > 0)
		(void)rk_buf_addf(b, "%s%.*s%s", open, RK_FMT(text), close);
}

/* "14" is hour 14 of the first day, "314" of the fourth, "d" the first without a time. */
static void
moment(struct rk_buf *b, const char *open, struct rk_str hour, const char *close)
{
	uint64_t n;

	if (rk_str_is(hour, "d")) {
		(void)rk_buf_addf(b, "%s" DAY0 "01%s", open, close);
		return;
	}
	if (hour.n > 0 && rk_str_u64(hour, 10000, &n) == 0)
		(void)rk_buf_addf(b, "%s" DAY0 "%02uT%02u:07:11Z%s", open,
		    (unsigned)(n / 100) + 1, (unsigned)(n % 100), close);
}

static void
atom(struct rk_buf *b, const char *text)
{
	struct rk_str rest = rk_str(text), line;

	(void)rk_buf_adds(b,
	    "<feed xmlns=\"http://www.w3.org/2005/Atom\""
	    " xmlns:at=\"http://purl.org/atompub/tombstones/1.0\""
	    " xmlns:fh=\"http://purl.org/syndication/history/1.0\"><title>f</title>");
	if (rest.n > 0 && rest.p[0] == '!') {
		(void)rk_buf_adds(b, "<fh:complete/>");
		rest = rk_str_from(rest, 1);
	}
	while (rk_str_split(&rest, '\n', &line)) {
		struct rk_str f[5] = {{0}};

		if (line.n > 0 && line.p[0] == '~')
			return; /* the end is missing */
		if (line.n == 0)
			continue;
		for (int i = 0; i < 5; i++)
			(void)rk_str_split(&line, '|', &f[i]);
		if (f[0].n > 0 && f[0].p[0] == '-') {
			(void)rk_buf_addf(b, "<at:deleted-entry ref=\"%.*s\"",
			    RK_FMT(rk_str_from(f[0], 1)));
			moment(b, " when=\"", f[1], "\"");
			(void)rk_buf_adds(b, "><at:by><name>x</name></at:by>"
					     "<at:comment>gone</at:comment></at:deleted-entry>");
			continue;
		}
		(void)rk_buf_adds(b, "<entry>");
		field(b, "<id>", f[0], "</id>");
		field(b, "<link href=\"", f[1], "\"/>");
		field(b, "<title>", f[2], "</title>");
		moment(b, "<published>", f[3], "</published>");
		field(b, "<content>", f[4], "</content>");
		(void)rk_buf_adds(b, "</entry>");
	}
	(void)rk_buf_adds(b, "</feed>");
}

/* One document of a source ("s0", "s1" at https://sN.example/feed). */
static struct rk_store_counts
see(struct kit *k, size_t source, const char *text, int64_t now)
{
	struct rk_normalise_opts opts = {.url = k->sources[source].url, .now = now};
	struct rk_store_counts counts = {0};
	struct rk_store_poll poll;
	struct parsed p;
	struct rk_buf b;

	rk_buf_init(&b, 1 << 20);
	atom(&b, text);
	p = parse_bytes(b.p, b.n, rk_cstr(k->sources[source].url));
	if (p.doc == NULL)
		fail_msg("%s", p.err.text);
	poll = kit_poll(k, source, NULL, now);
	poll.ingest = rk_normalise(p.doc, &opts, p.arena);
	rk_err_clear(&k->err);
	if (rk_store_begin(k->store, &k->err) != 0 ||
	    rk_store_poll(k->store, &poll, RK_STR("hub.example"), rk_cluster_decide,
		&counts, &k->err) != 0 ||
	    rk_store_commit(k->store, &k->err) != 0)
		fail_msg("%s", k->err.text);
	parsed_release(&p);
	rk_buf_release(&b);
	return counts;
}

/* ---- what must hold after every document */

static const struct rk_export_row *
row_of(const struct kit_rows *rows, struct rk_str id)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rk_str_eq(rows->v[i].id, id))
			return &rows->v[i];
	return NULL;
}

static void
nothing_moved(const char *name, struct kit *k, const struct kit_rows *before,
    const struct kit_rows *after, size_t source)
{
	for (size_t i = 0; i < before->n; i++) {
		const struct rk_export_row *b = &before->v[i], *a = row_of(after, b->id);
		bool own = rk_str_eq(b->source, k->sources[source].id);

		if (a == NULL)
			fail_msg("%s: the id %s is gone", name, rk_cstr(b->id));
		if (a->first_seen != b->first_seen || !rk_str_eq(a->source, b->source) ||
		    !rk_str_eq(a->story_id, b->story_id))
			fail_msg("%s: %s moved", name, rk_cstr(b->id));
		if (!own && (a->updated != b->updated || a->published != b->published ||
			     !rk_str_eq(a->title, b->title) || !rk_str_eq(a->url, b->url) ||
			     !rk_str_eq(a->guid, b->guid) || !rk_str_eq(a->state, b->state) ||
			     a->lead != b->lead))
			fail_msg("%s: %s changed by another source", name, rk_cstr(b->id));
	}
}

/* The ids of `all`, each on a line. */
static const char *
order(struct kit *k)
{
	struct rk_timeline *t = kit_timeline(k, "all", 1000);
	struct rk_str s = RK_STR("");

	for (size_t i = 0; i < t->n_stories; i++)
		s = rk_arena_fmt(k->arena, "%s%.*s\n", rk_cstr(s), RK_FMT(t->stories[i].id));
	rk_timeline_free(t);
	return rk_cstr(s);
}

/* Those that were there before stand in the same order among themselves. */
static void
order_is_kept(const char *name, const char *before, const char *after)
{
	struct rk_str rest = rk_str(before), id;
	size_t at = 0;

	while (rk_str_split(&rest, '\n', &id)) {
		size_t next;

		if (id.n == 0 || rk_str_find(rk_str(after), id) == SIZE_MAX)
			continue; /* withdrawn */
		next = rk_str_find(rk_str_from(rk_str(after), at), id);
		if (next == SIZE_MAX)
			fail_msg("%s: the order changed:\n%s\n%s", name, before, after);
		at += next;
	}
}

struct step {
	char source; /* 'a' or 'b' */
	const char *document;
	int live[2]; /* entries of a and b that are live then; -1: whatever */
};

struct scenario {
	const char *name;
	struct step steps[7];
};

#define A(n) "https://s0.example/news/" n
#define B(n) "https://s1.example/news/" n
#define BODY "ประกาศเรื่องการปิดถนนสายหลักเพื่อซ่อมแซมผิวจราจรตลอดทั้งสัปดาห์ ขอให้ผู้ใช้เส้นทางหลีกเลี่ยง"
/* Three entries as most scenarios begin. */
#define THREE                                                                          \
	"tag:s0.example,2026:1|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\n"               \
	"tag:s0.example,2026:2|" A("2") "|ข่าวที่สอง|10|เนื้อหาสอง\n"                  \
	"tag:s0.example,2026:3|" A("3") "|ข่าวที่สาม|11|เนื้อหาสาม"

static const struct scenario scenarios[] = {
    {"the same document again", {{'a', THREE, {3, 0}}, {'a', THREE, {3, 0}}}},
    {"new guids for all of them overnight",
	{{'a', THREE, {3, 0}},
	    {'a',
		"n1|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\nn2|" A("2") "|ข่าวที่สอง|10|เนื้อหาสอง\n"
		"n3|" A("3") "|ข่าวที่สาม|11|เนื้อหาสาม\nn4|" A("4") "|ข่าวที่สี่|12|เนื้อหาสี่",
		{4, 0}}}},
    {"new guids overnight, and most texts edited, no dates",
	{{'a', "g1|" A("1") "|ก||หนึ่ง\ng2|" A("2") "|ข||สอง\ng3|" A("3") "|ค||สาม", {3, 0}},
	    {'a', "n1|" A("1") "|ก||หนึ่ง\nn2|" A("2") "|ขข||ใหม่อีก\nn3|" A("3") "|คค||ใหม่แล้ว",
		{3, 0}}}},
    {"guids at every fetch anew",
	{{'a', "r1|" A("1") "|ก|9|x\nr2|" A("2") "|ข|10|y", {2, 0}},
	    {'a', "r3|" A("1") "|ก|9|x\nr4|" A("2") "|ข|10|y", {2, 0}},
	    {'a', "r5|" A("1") "|ก|9|x\nr6|" A("2") "|ข|10|y", {2, 0}},
	    {'a', "r7|" A("1") "|ก|9|x\nr8|" A("2") "|ข|10|y", {2, 0}},
	    {'a', "r9|" A("1") "|ก แก้|13|xx\nr10|" A("2") "|ข|10|y\nr11|" A("3") "|ค|14|z",
		{3, 0}},
	    {'a', "r12|" A("1") "|ก แก้|13|xx\nr13|" A("2") "|ข แก้|15|yy\nr14|" A("3") "|ค|14|z",
		{3, 0}}}},
    {"guids at every fetch anew, no addresses, no dates",
	{{'a', "r1||ก||หนึ่ง\nr2||ข||สอง", {2, 0}}, {'a', "r3||ก||หนึ่ง\nr4||ข||สอง", {2, 0}},
	    {'a', "r5||ก||หนึ่ง\nr6||ข||สอง", {2, 0}}, {'a', "r7||ก||หนึ่ง\nr8||ข||สอง", {2, 0}},
	    {'a', "r9||ก||หนึ่ง\nr10||ข||สอง\nr11||ค||สาม", {3, 0}}}},
    {"every item with the same guid from now on",
	{{'a', THREE, {3, 0}},
	    {'a',
		"x|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\nx|" A("2") "|ข่าวที่สอง|10|เนื้อหาสอง\n"
		"x|" A("3") "|ข่าวที่สาม|11|เนื้อหาสาม\nx|" A("4") "|ข่าวที่สี่|12|เนื้อหาสี่",
		{4, 0}},
	    {'a', "x|" A("1") "|ข่าวที่หนึ่ง แก้ไข|9|อีก\nx|" A("4") "|ข่าวที่สี่|12|เนื้อหาสี่", {4, 0}}}},
    {"guids dropped", {{'a', THREE, {3, 0}},
			  {'a',
			      "|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\n|" A("2") "|ข่าวที่สอง แก้|10|สอง\n"
			      "|" A("3") "|ข่าวที่สาม|11|เนื้อหาสาม",
			      {3, 0}}}},
    {"guids dropped and given again", {{'a', THREE, {3, 0}},
					  {'a', "|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง", {3, 0}},
					  {'a', THREE, {3, 0}}}},
    {"guid = link, moved to https",
	{{'a',
	     "http://s0.example/1|http://s0.example/1|ก||x\n"
	     "http://s0.example/2|http://s0.example/2|ข||y",
	     {2, 0}},
	    {'a',
		"https://s0.example/1|https://s0.example/1|ก ใหม่||xx\n"
		"https://s0.example/2|https://s0.example/2|ข ใหม่||yy",
		{2, 0}}}},
    {"guid = link, www. added, one entry alone",
	{{'a', "http://s0.example/1|http://s0.example/1|ก||x", {1, 0}},
	    {'a', "http://www.s0.example/1|http://www.s0.example/1|ก ใหม่||xx", {1, 0}}}},
    {"links lose www., guids stay",
	{{'a', "g1|http://www.s0.example/1|ก|9|x", {1, 0}},
	    {'a', "g1|https://s0.example/1|ก|9|x", {1, 0}}}},
    {"slug changed, guid stays",
	{{'a', "g1|" A("old-name") "|ก|9|x", {1, 0}}, {'a', "g1|" A("new-name") "|ก|9|x", {1, 0}}}},
    {"slug changed, guid = link, a long text",
	{{'a', A("old") "|" A("old") "|ประกาศปิดถนนสายหลักทั้งสัปดาห์|9|" BODY, {1, 0}},
	    {'a', A("new") "|" A("new") "|ประกาศปิดถนนสายหลักทั้งสัปดาห์|9|" BODY, {1, 0}}}},
    {"all addresses and guids new: another system",
	{{'a', THREE, {3, 0}},
	    {'a',
		"p1|" A("?p=1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\np2|" A("?p=2") "|ข่าวที่สอง|10|เนื้อหาสอง\n"
		"p3|" A("?p=3") "|ข่าวที่สาม|11|เนื้อหาสาม",
		{3, 0}}}},
    {"another system, and dates without a time",
	{{'a', "g1|" A("1") "|ก|d|x\ng2|" A("2") "|ข|d|y", {2, 0}},
	    {'a', "p1|" A("?p=1") "|ก|d|x\np2|" A("?p=2") "|ข|d|y\np3|" A("?p=3") "|ค|d|z",
		{3, 0}}}},
    {"no guids, all addresses new",
	{{'a', "|" A("1") "|ก|9|x\n|" A("2") "|ข|10|y\n|" A("3") "|ค|11|z", {3, 0}},
	    {'a', "|" A("?i=1") "|ก|9|x\n|" A("?i=2") "|ข|10|y\n|" A("?i=3") "|ค|11|z", {3, 0}}}},
    {"title edited twice, no dates",
	{{'a', "g1|" A("1") "|ก||x", {1, 0}}, {'a', "g1|" A("1") "|ข||y", {1, 0}},
	    {'a', "g1|" A("1") "|ค||z", {1, 0}}}},
    {"title edited, known by its address alone",
	{{'a', "|" A("1") "|ก|9|x", {1, 0}}, {'a', "|" A("1") "|ข|10|y", {1, 0}}}},
    {"a front page: other entries at the same addresses each day are other entries",
	{{'a', "d1|" A("top") "|ก|9|x\nd2|" A("second") "|ข|10|y", {2, 0}},
	    {'a', "e1|" A("top") "|ค|109|z\ne2|" A("second") "|ง|110|w", {4, 0}},
	    {'a', "f1|" A("top") "|จ|209|u\nf2|" A("second") "|ฉ|210|v", {6, 0}},
	    {'a', "g1|" A("top") "|ช|309|s\ng2|" A("second") "|ซ|310|t", {8, 0}},
	    {'a', "h1|" A("top") "|ฌ|409|q", {9, 0}}}},
    {"one address for all, told apart by guids",
	{{'a', "g1|" A("list") "|ก|9|x\ng2|" A("list") "|ข|10|y", {2, 0}},
	    {'a', "g1|" A("list") "|ก|9|x\ng2|" A("list") "|ข|10|y\ng3|" A("list") "|ค|11|z", {3, 0}}}},
    {"one address for all, guids new overnight",
	{{'a', "g1|" A("list") "|ก|9|x\ng2|" A("list") "|ข|10|y", {2, 0}},
	    {'a', "n1|" A("list") "|ก|9|x\nn2|" A("list") "|ข|10|y", {2, 0}}}},
    {"announcements of one day with one title are two",
	{{'a', "g1|" A("1") "|ประกาศผู้ชนะการเสนอราคา|d|", {1, 0}},
	    {'a', "g2|" A("2") "|ประกาศผู้ชนะการเสนอราคา|d|", {2, 0}}}},
    {"a daily bulletin with the same words is another one each day",
	{{'a', "g1|" A("1") "|พยากรณ์อากาศ|6|อากาศดี", {1, 0}},
	    {'a', "g2|" A("2") "|พยากรณ์อากาศ|106|อากาศดี", {2, 0}},
	    {'a', "g3|" A("3") "|พยากรณ์อากาศ|206|อากาศดี", {3, 0}}}},
    {"an id given to another entry that is known",
	{{'a', "g1|" A("1") "|ก|9|x\ng2|" A("2") "|ข|10|y", {2, 0}},
	    {'a', "g1|" A("2") "|ข ใหม่|110|yy", {2, 0}}}},
    {"one id wanders from entry to entry: known by address in the end",
	{{'a', "cur|" A("1") "|ก|9|หนึ่ง", {1, 0}}, {'a', "cur|" A("2") "|ข|110|สอง", {1, 0}},
	    {'a', "cur|" A("3") "|ค|210|สาม", {1, 0}}, {'a', "cur|" A("4") "|ง|310|สี่", {1, 0}},
	    {'a', "cur|" A("5") "|จ|410|ห้า", {2, 0}}, {'a', "cur|" A("6") "|ฉ|510|หก", {3, 0}},
	    {'a', "cur|" A("6") "|ฉ แก้|511|หก หก", {3, 0}}}},
    {"one night after the other: title, title, slug, https, guids",
	{{'a', "g1|http://s0.example/old-1|ก|9|หนึ่ง\ng2|http://s0.example/old-2|ข|10|สอง", {2, 0}},
	    {'a', "g1|http://s0.example/old-1|ก แก้|9|หนึ่ง\ng2|http://s0.example/old-2|ข แก้|10|สอง", {2, 0}},
	    {'a', "g1|http://s0.example/old-1|ก แก้อีก|9|หนึ่ง\ng2|http://s0.example/old-2|ข แก้อีก|10|สอง", {2, 0}},
	    {'a', "g1|http://s0.example/new-1|ก แก้อีก|9|หนึ่ง\ng2|http://s0.example/new-2|ข แก้อีก|10|สอง", {2, 0}},
	    {'a', "g1|https://s0.example/new-1|ก แก้อีก|9|หนึ่ง\ng2|https://s0.example/new-2|ข แก้อีก|10|สอง", {2, 0}},
	    {'a', "n1|https://s0.example/new-1|ก แก้อีก|9|หนึ่ง\nn2|https://s0.example/new-2|ข แก้อีก|10|สอง", {2, 0}},
	    {'a', "n1|https://s0.example/new-1|ก|9|หนึ่ง\nn2|https://s0.example/new-2|ข|10|สอง\nn3|" A("3") "|ค|11|สาม", {3, 0}}}},
    {"https, new guids and an edited title in one night",
	{{'a', "g1|http://s0.example/1|ก|9|หนึ่ง\ng2|http://s0.example/2|ข|10|สอง\ng3|http://s0.example/3|ค|11|สาม", {3, 0}},
	    {'a', "n1|" "https://s0.example/1|ก|9|หนึ่ง\nn2|https://s0.example/2|ข แก้|10|สอง\nn3|https://s0.example/3|ค|11|สาม", {3, 0}}}},
    {"addresses that are back as they were, guids of before too",
	{{'a', THREE, {3, 0}},
	    {'a',
		"p1|" A("?p=1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\np2|" A("?p=2") "|ข่าวที่สอง|10|เนื้อหาสอง\n"
		"p3|" A("?p=3") "|ข่าวที่สาม|11|เนื้อหาสาม",
		{3, 0}},
	    {'a', THREE, {3, 0}}}},
    {"B publishes A's guids",
	{{'a', THREE, {3, 0}},
	    {'b',
		"tag:s0.example,2026:1|" B("1") "|อย่างอื่น|12|คนละเรื่อง\n"
		"tag:s0.example,2026:2|" B("2") "|อีกอย่าง|13|คนละเรื่องอีก",
		{3, 2}},
	    {'a', THREE, {3, 2}}}},
    {"B publishes A's links",
	{{'a', THREE, {3, 0}}, {'b', "b1|" A("1") "|หัวข้อของบี|12|บี", {3, 1}},
	    {'b', "b1|" A("1") "|หัวข้อของบี แก้ไข|14|บีบี", {3, 1}}, {'a', THREE, {3, 1}}}},
    {"B publishes A's guids before A does",
	{{'b', "tag:s0.example,2026:1|" B("1") "|ของปลอม|9|ปลอม", {0, 1}}, {'a', THREE, {3, 1}},
	    {'b', "tag:s0.example,2026:1|" B("1") "|ของปลอม แก้|15|ปลอม", {3, 1}}}},
    {"B sends tombstones for A's entries",
	{{'a', THREE, {3, 0}},
	    {'b', "-tag:s0.example,2026:1|100\n-" A("2") "|100\nb|" B("1") "|บี|9|บี", {3, 1}},
	    {'a', THREE, {3, 1}}}},
    {"B is complete and holds nothing of A's",
	{{'a', THREE, {3, 0}}, {'b', "!b1|" B("1") "|บี|9|บี\nb2|" B("2") "|ซี|10|ซี", {3, 2}},
	    {'b', "!b1|" B("1") "|บี|9|บี", {3, 1}}}},
    {"two feeds of one host with the same numbers as guids",
	{{'a', "1|" A("1") "|ก|9|x\n2|" A("2") "|ข|10|y", {2, 0}},
	    {'b', "1|" B("1") "|ค|11|z\n2|" B("2") "|ง|12|w", {2, 2}},
	    {'b', "1|" B("1") "|ค แก้|13|zz\n2|" B("2") "|ง|12|w", {2, 2}}}},
    {"B copies A's whole feed, then edits it",
	{{'a', THREE, {3, 0}}, {'b', THREE, {3, 3}},
	    {'b',
		"tag:s0.example,2026:1|" A("1") "|แก้โดยบี|20|แก้\ntag:s0.example,2026:2|" A("2")
		"|แก้โดยบีสอง|21|แก้",
		{3, 3}},
	    {'a', THREE, {3, 3}}}},
    {"ids that differ in one byte are two",
	{{'a', "tag:s0.example,2026:a?b|" A("1") "|ก|9|x\ntag:s0.example,2026:a/b|" A("2") "|ข|10|y",
	     {2, 0}},
	    {'a', "tag:s0.example,2026:a:b|" A("3") "|ค|11|z", {3, 0}}}},
    {"a tombstone, and the entry does not come back",
	{{'a', THREE, {3, 0}}, {'a', "-tag:s0.example,2026:2|112", {2, 0}}, {'a', THREE, {2, 0}}}},
    {"a tombstone and the entry in one document: the later one holds",
	{{'a', THREE, {3, 0}},
	    {'a', THREE "\n-tag:s0.example,2026:1|8\n-tag:s0.example,2026:2|112", {2, 0}},
	    {'a', "new|" A("9") "|เกิดมาตาย|9|x\n-new|112", {2, 0}}}},
    {"absent from a complete feed",
	{{'a', "!" THREE, {3, 0}},
	    {'a',
		"!tag:s0.example,2026:1|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\n"
		"tag:s0.example,2026:3|" A("3") "|ข่าวที่สาม|11|เนื้อหาสาม",
		{2, 0}},
	    {'a', "!" THREE, {2, 0}}}},
    {"a complete feed that is empty, shrunk or cut withdraws nothing",
	{{'a', "!" THREE, {3, 0}}, {'a', "!", {3, 0}},
	    {'a', "!tag:s0.example,2026:1|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง", {3, 0}},
	    {'a',
		"!tag:s0.example,2026:1|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\n"
		"tag:s0.example,2026:2|" A("2") "|ข่าวที่สอง|10|เนื้อหาสอง\n~",
		{3, 0}}}},
};

static int
live(const struct kit_rows *rows, const char *source)
{
	int n = 0;

	for (size_t i = 0; i < rows->n; i++)
		n += rk_str_is(rows->v[i].source, source) &&
		     rk_str_is(rows->v[i].state, "live");
	return n;
}

static void
play(const struct scenario *s)
{
	struct kit k;
	struct kit_rows before = {0}, after;
	const char *order_before = "", *order_after;
	int64_t now = KIT_NOW;

	kit_init(&k);
	kit_open(&k, 2);
	for (size_t i = 0; i < 7 && s->steps[i].source != 0; i++, now += 1800) {
		const struct step *step = &s->steps[i];
		size_t source = step->source == 'b';

		(void)see(&k, source, step->document, now);
		after = kit_rows(&k);
		nothing_moved(s->name, &k, &before, &after, source);
		order_after = order(&k);
		order_is_kept(s->name, order_before, order_after);
		if (live(&after, "s0") != step->live[0] ||
		    live(&after, "s1") != step->live[1])
			fail_msg("%s, document %zu: %d and %d are live", s->name, i + 1,
			    live(&after, "s0"), live(&after, "s1"));
		before = after;
		order_before = order_after;
	}
	kit_release(&k);
}

static void
scenarios_of_identity(void **state)
{
	(void)state;
	assert_true(sizeof(scenarios) / sizeof(*scenarios) >= 30);
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(*scenarios); i++)
		play(&scenarios[i]);
}

/* ---- leaving and coming back */

static int
setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	kit_init(k);
	kit_open(k, 4);
	*state = k;
	return 0;
}

static int
teardown(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

static void
tombstones_are(struct kit *k, const char *node, size_t n, const char *first)
{
	struct rk_timeline *t = kit_timeline(k, node, 100);

	if (t->n_removed != n || (n > 0 && !rk_str_is(t->removed[0].id, first)))
		fail_msg("%s: %zu tombstones, %s", node, t->n_removed,
		    t->n_removed > 0 ? rk_cstr(t->removed[0].id) : "");
	rk_timeline_free(t);
}

static int64_t
stories(struct kit *k, const char *node)
{
	struct rk_timeline *t = kit_timeline(k, node, 100);
	int64_t n = (int64_t)t->n_stories;

	rk_timeline_free(t);
	assert_int_equal(kit_node(k, node).n_stories, n); /* what is counted is there */
	return n;
}

static enum rk_obeyed
end(struct kit *k, const char *id, enum rk_order how, int64_t now)
{
	enum rk_obeyed obeyed;

	if (rk_store_order(k->store, rk_str(id), how, now, &obeyed, &k->err) != 0)
		fail_msg("%s", k->err.text);
	return obeyed;
}

#define ONE(n, title, hour) "tag:s0.example,2026:" n "|" A(n) "|" title "|" hour "|" BODY
#define T1 "tag:s0.example,2026:1"

static void
the_operator_withdraws_and_blocks(void **state)
{
	struct kit *k = *state;
	int64_t generation;

	(void)see(k, 0, THREE, KIT_NOW);
	assert_int_equal(end(k, "tag:s0.example,2026:9", RK_ORDER_BLOCK, KIT_NOW), RK_OBEYED_UNKNOWN);
	assert_int_equal(end(k, "", RK_ORDER_BLOCK, KIT_NOW), RK_OBEYED_UNKNOWN);
	generation = kit_node(k, "province/p0").generation;
	assert_int_equal(end(k, T1, RK_ORDER_WITHDRAW, KIT_NOW + 10), RK_OBEYED);
	assert_int_equal(kit_node(k, "province/p0").generation, generation + 1);
	assert_int_equal(end(k, T1, RK_ORDER_WITHDRAW, KIT_NOW + 11), RK_OBEYED_BEFORE);
	assert_int_equal(stories(k, "province/p0"), 2);
	tombstones_are(k, "province/p0", 1, T1);
	tombstones_are(k, "all", 1, T1);
	tombstones_are(k, "province/p1", 0, NULL);
	/* nothing of its source brings it back, not even a newer date */
	(void)see(k, 0, "tag:s0.example,2026:1|" A("1") "|ข่าวที่หนึ่ง แก้|2500|ใหม่", KIT_NOW + 86400 * 20);
	assert_true(rk_str_is(kit_row(k, "s0", "ข่าวที่หนึ่ง").state, "withdrawn"));
	/* blocked: its tombstone goes too */
	assert_int_equal(end(k, T1, RK_ORDER_BLOCK, KIT_NOW + 20), RK_OBEYED);
	assert_int_equal(end(k, T1, RK_ORDER_WITHDRAW, KIT_NOW + 21), RK_OBEYED_BEFORE);
	tombstones_are(k, "all", 0, NULL);
	assert_int_equal(end(k, "tag:s0.example,2026:2", RK_ORDER_BLOCK, KIT_NOW + 22), RK_OBEYED);
	tombstones_are(k, "all", 0, NULL);
	assert_int_equal(stories(k, "all"), 1);
	assert_true(rk_str_is(kit_row(k, "s0", "ข่าวที่สอง").state, "blocked"));
	(void)see(k, 0, THREE, KIT_NOW + 30);
	assert_int_equal(stories(k, "all"), 1);
	kit_reopen(k);
	assert_int_equal(stories(k, "all"), 1);
}

static void
the_operator_goes_before_sources(void **state)
{
	struct kit *k = *state;
	const char *title = "ประกาศปิดถนนสายหลักทั้งสัปดาห์";

	(void)see(k, 0, ONE("1", "ประกาศปิดถนนสายหลักทั้งสัปดาห์", "9"), KIT_NOW);
	(void)see(k, 1, "b1|" B("1") "|ประกาศปิดถนนสายหลักทั้งสัปดาห์|9|" BODY, KIT_NOW + 60);
	/* its source took the lead out, a copy speaks: the operator takes all of it out */
	(void)see(k, 0, "-" T1 "|112", KIT_NOW + 120);
	assert_int_equal(stories(k, "all"), 1);
	assert_int_equal(end(k, T1, RK_ORDER_WITHDRAW, KIT_NOW + 180), RK_OBEYED);
	assert_int_equal(stories(k, "all"), 0);
	tombstones_are(k, "all", 1, T1);
	assert_int_equal(end(k, T1, RK_ORDER_WITHDRAW, KIT_NOW + 181), RK_OBEYED_BEFORE);
	/* and neither of the two brings it back with a newer date */
	(void)see(k, 0, ONE("1", "ประกาศปิดถนนสายหลักทั้งสัปดาห์", "2500"), KIT_NOW + 86400 * 20);
	(void)see(k, 1, "b1|" B("1") "|ประกาศปิดถนนสายหลักทั้งสัปดาห์|2500|" BODY, KIT_NOW + 86400 * 20);
	assert_int_equal(stories(k, "all"), 0);
	assert_true(rk_str_is(kit_row(k, "s1", title).state, "withdrawn"));
}

/* The copy left by its source's word first, its story by the operator's afterwards. */
static void
a_copy_brings_no_withdrawn_story_back(void **state)
{
	struct kit *k = *state;

	(void)see(k, 0, ONE("1", "ประกาศปิดถนนสายหลักทั้งสัปดาห์", "9"), KIT_NOW);
	(void)see(k, 1, "b1|" B("1") "|ประกาศปิดถนนสายหลักทั้งสัปดาห์|9|" BODY, KIT_NOW + 60);
	(void)see(k, 1, "-b1|112", KIT_NOW + 120);
	assert_int_equal(end(k, T1, RK_ORDER_WITHDRAW, KIT_NOW + 180), RK_OBEYED);
	(void)see(k, 1, "b1|" B("1") "|ประกาศปิดถนนสายหลักทั้งสัปดาห์|2500|" BODY, KIT_NOW + 86400 * 20);
	assert_int_equal(stories(k, "all"), 0);
	tombstones_are(k, "all", 1, T1);
}

static void
a_story_goes_on_with_the_next_copy(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	struct rk_export_row lead;

	(void)see(k, 0, ONE("1", "ประกาศปิดถนนสายหลักทั้งสัปดาห์", "9"), KIT_NOW);
	(void)see(k, 1, "b1|" B("1") "|ประกาศปิดถนนสายหลักทั้งสัปดาห์|9|" BODY, KIT_NOW + 60);
	(void)see(k, 2, "c1|https://s2.example/1|ประกาศปิดถนนสายหลักทั้งสัปดาห์|9|" BODY, KIT_NOW + 120);
	assert_int_equal(stories(k, "all"), 1);
	/* its own source takes it away: the story stays under its id, with the next text */
	(void)see(k, 0, "-" T1 "|112", KIT_NOW + 180);
	assert_int_equal(stories(k, "all"), 1);
	assert_int_equal(stories(k, "province/p0"), 0);
	assert_int_equal(stories(k, "province/p1"), 1);
	tombstones_are(k, "all", 0, NULL);
	t = kit_timeline(k, "all", 10);
	assert_true(rk_str_is(t->stories[0].id, T1));
	assert_true(rk_str_is(t->stories[0].source_id, "s1"));
	assert_true(rk_str_is(t->stories[0].url, B("1")));
	assert_int_equal(t->stories[0].first_seen, KIT_NOW);
	assert_int_equal(t->stories[0].updated, KIT_NOW + 180);
	assert_non_null(t->stories[0].copies);
	assert_true(rk_str_is(t->stories[0].copies->source_id, "s2"));
	assert_null(t->stories[0].copies->next);
	rk_timeline_free(t);
	lead = kit_row(k, "s0", "ประกาศปิดถนนสายหลักทั้งสัปดาห์");
	assert_true(rk_str_is(lead.state, "withdrawn"));
	assert_false(lead.lead);
	assert_true(kit_row(k, "s1", "ประกาศปิดถนนสายหลักทั้งสัปดาห์").lead);
	assert_false(kit_row(k, "s2", "ประกาศปิดถนนสายหลักทั้งสัปดาห์").lead);
	/* an edit of the one that speaks is an edit of the story; of another, none */
	(void)see(k, 1, "b1|" B("1") "|ประกาศปิดถนนสายหลักทั้งเดือน|9|" BODY, KIT_NOW + 240);
	(void)see(k, 2, "c1|https://s2.example/1|อีกหัวข้อหนึ่งที่ยาวพอสมควร|9|" BODY, KIT_NOW + 300);
	t = kit_timeline(k, "all", 10);
	assert_true(rk_str_is(t->stories[0].title, "ประกาศปิดถนนสายหลักทั้งเดือน"));
	assert_int_equal(t->stories[0].updated, KIT_NOW + 240);
	rk_timeline_free(t);
	/* a further copy joins the story, which lives */
	(void)see(k, 3, "d1|https://s3.example/1|ประกาศปิดถนนสายหลักทั้งเดือน|9|" BODY, KIT_NOW + 360);
	assert_int_equal(stories(k, "all"), 1);
	/* the others leave: now the story does, once */
	(void)see(k, 1, "-b1|112", KIT_NOW + 400);
	(void)see(k, 2, "-c1|112", KIT_NOW + 401);
	assert_int_equal(stories(k, "all"), 1);
	(void)see(k, 3, "-d1|112", KIT_NOW + 402);
	assert_int_equal(stories(k, "all"), 0);
	tombstones_are(k, "all", 1, T1);
	tombstones_are(k, "province/p3", 1, T1);
	/* somebody who publishes the text later tells a story of his own */
	kit_reopen(k);
}

static void
what_its_source_dates_anew_comes_back(void **state)
{
	struct kit *k = *state;
	const char *before;

	(void)see(k, 0, THREE, KIT_NOW);
	before = order(k);
	(void)see(k, 0, "-tag:s0.example,2026:2|112", KIT_NOW + 86400 * 3);
	tombstones_are(k, "all", 1, "tag:s0.example,2026:2");
	/* the same words again, or an edit with the old date: no */
	(void)see(k, 0, THREE, KIT_NOW + 86400 * 3 + 1);
	(void)see(k, 0, "tag:s0.example,2026:2|" A("2") "|ข่าวที่สอง แก้|10|เนื้อหาสอง",
	    KIT_NOW + 86400 * 3 + 2);
	assert_int_equal(stories(k, "all"), 2);
	assert_true(rk_str_is(kit_row(k, "s0", "ข่าวที่สอง").state, "withdrawn"));
	/* dated after the withdrawal: published only, no updated: still no */
	(void)see(k, 0, "tag:s0.example,2026:2|" A("2") "|ข่าวที่สอง|120|เนื้อหาสอง", KIT_NOW + 86400 * 3 + 3);
	assert_int_equal(stories(k, "all"), 2);
	{
		struct kit_doc *d = kit_doc(k);
		struct rk_entry *e = kit_add(d, "g", "https://s1.example/9", "ก", BODY, KIT_NOW);
		struct rk_store_counts c;
		struct rk_removal gone = {RK_STR("g"), KIT_NOW + 50, {0, 0}};
		uint64_t guid = e->keys[0].hash;

		assert_int_equal(kit_store(k, 1, d, KIT_NOW + 10, &c), 0);
		d = kit_doc(k);
		gone.keys[0] = guid;
		d->in.removals = &gone;
		d->in.n_removals = 1;
		assert_int_equal(kit_store(k, 1, d, KIT_NOW + 100, &c), 0);
		assert_int_equal(c.withdrawn, 1);
		assert_int_equal(stories(k, "province/p1"), 0);
		d = kit_doc(k);
		e = kit_add(d, "g", "https://s1.example/9", "ก", BODY, KIT_NOW);
		e->updated = KIT_NOW + 50; /* as old as the tombstone: no */
		kit_seal(e);
		assert_int_equal(kit_store(k, 1, d, KIT_NOW + 110, &c), 0);
		assert_int_equal(c.returned, 0);
		d = kit_doc(k);
		e = kit_add(d, "g", "https://s1.example/9", "ก", BODY, KIT_NOW);
		e->updated = KIT_NOW + 51;
		kit_seal(e);
		assert_int_equal(kit_store(k, 1, d, KIT_NOW + 120, &c), 0);
		assert_int_equal(c.returned, 1);
		assert_int_equal(stories(k, "province/p1"), 1);
		tombstones_are(k, "province/p1", 0, NULL);
		assert_int_equal(kit_row(k, "s1", "ก").first_seen, KIT_NOW + 10);
	}
	order_is_kept("return", before, order(k));
}

static void
a_shrunk_complete_feed_is_believed_after_a_while(void **state)
{
	struct kit *k = *state;
	struct rk_store_counts c;
	const char *one = "!tag:s0.example,2026:1|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง";

	(void)see(k, 0, "!" THREE, KIT_NOW);
	c = see(k, 0, one, KIT_NOW + 60);
	assert_int_equal(c.held_back, 2);
	assert_int_equal(c.withdrawn, 0);
	c = see(k, 0, one, KIT_NOW + 60 + RK_COMPLETE_HOLD_S - 1);
	assert_int_equal(c.withdrawn, 0);
	c = see(k, 0, "!", KIT_NOW + 60 + 2 * RK_COMPLETE_HOLD_S); /* empty: never */
	assert_int_equal(c.withdrawn, 0);
	c = see(k, 0, one, KIT_NOW + 61 + 2 * RK_COMPLETE_HOLD_S);
	assert_int_equal(c.withdrawn, 2);
	assert_int_equal(stories(k, "all"), 1);
	tombstones_are(k, "all", 2, "tag:s0.example,2026:3");
}

/* The news alone (RFC 3229) says nothing of the rest, whatever it calls itself. */
static void
a_delta_withdraws_nothing(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_store_counts c;

	(void)kit_add(d, "1", "https://s0.example/1", "ก", "x", KIT_NOW);
	(void)kit_add(d, "2", "https://s0.example/2", "ข", "y", KIT_NOW);
	d->in.complete = true;
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, &c), 0);
	for (int partial = 1; partial >= 0; partial--) {
		d = kit_doc(k);
		(void)kit_add(d, "2", "https://s0.example/2", "ข", "y", KIT_NOW);
		d->in.complete = true;
		d->in.partial = partial == 1;
		assert_int_equal(kit_store(k, 0, d, KIT_NOW + 2 - partial, &c), 0);
		assert_int_equal(c.withdrawn, !partial);
	}
}

static void
without_the_behaviour_nothing_is_withdrawn(void **state)
{
	struct kit *k = *state;

	/* the last test of this program: what is dropped stays dropped */
	assert_true(rk_manners_drop("57,58"));
	(void)see(k, 0, "!" THREE, KIT_NOW);
	(void)see(k, 0, "-tag:s0.example,2026:1|112", KIT_NOW + 1);
	(void)see(k, 0,
	    "!tag:s0.example,2026:1|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\n"
	    "tag:s0.example,2026:2|" A("2") "|ข่าวที่สอง|10|เนื้อหาสอง",
	    KIT_NOW + 2);
	assert_int_equal(stories(k, "all"), 3);
}

static void
keys_outlive_their_entry(void **state)
{
	struct kit *k = *state;
	struct rk_store_counts c;

	(void)see(k, 0, THREE, KIT_NOW);
	/* as a purge would: the row goes, its keys say "known, never again" */
	assert_int_equal(sqlite3_exec(k->store->db,
			     "UPDATE entry_key SET entry = -1, seen = NULL WHERE entry = 1;"
			     "DELETE FROM entry WHERE id = 1;"
			     "DELETE FROM entry WHERE id = 2;", /* or only the row */
			     NULL, NULL, NULL),
	    SQLITE_OK);
	kit_reopen(k);
	c = see(k, 0, THREE, KIT_NOW + 1);
	assert_int_equal(c.added + c.joined, 0);
	/* neither under another id nor at another address */
	c = see(k, 0,
	    "n1|" A("1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\n"
	    "n2|" A("new") "|ข่าวที่สอง|10|เนื้อหาสอง\nn9|" A("9") "|ข่าวใหม่|12|จริง",
	    KIT_NOW + 2);
	assert_int_equal(c.added, 1);
	assert_int_equal(kit_rows(k).n, 2);
	c = see(k, 0, "|" A("2") "|ข่าวที่สอง แก้|10|เนื้อหาสอง", KIT_NOW + 2);
	assert_int_equal(c.added, 0);
	/* a tombstone for it hurts nobody */
	(void)see(k, 0, "-tag:s0.example,2026:1|112", KIT_NOW + 3);
	assert_int_equal(kit_rows(k).n, 2);
}

static void
versions_are_kept(void **state)
{
	struct kit *k = *state;
	struct rk_explained *x;
	struct rk_change *changes;
	char doc[256];

	(void)see(k, 0, "g|" A("1") "|ประชุมวันที่ 5|9|ห้องประชุม ชั้น 2 อ่าน 10 ครั้ง", KIT_NOW);
	/* counters, white space, markup and times are no edit */
	(void)see(k, 0, "g|" A("1") "|ประชุมวันที่  5|9|ห้องประชุม  ชั้น 2 อ่าน 11 ครั้ง", KIT_NOW + 1);
	assert_int_equal(rk_store_explain(k->store, RK_STR("g"), 0, k->arena, &x, &k->err), 0);
	assert_int_equal(x->n_versions, 1);
	(void)see(k, 0, "g|" A("1") "|ประชุมวันที่ 6|9|ห้องประชุม ชั้น 3", KIT_NOW + 2);
	assert_int_equal(rk_store_explain(k->store, RK_STR("g"), 0, k->arena, &x, &k->err), 0);
	assert_int_equal(x->n_versions, 2);
	assert_true(rk_str_is(x->versions[0].title, "ประชุมวันที่ 5"));
	assert_int_equal(x->versions[1].since, KIT_NOW + 2);
	changes = rk_changes(x->versions, x->n_versions, k->arena);
	assert_int_equal(changes[0].at, KIT_NOW + 2);
	assert_true(changes[0].title_changed && changes[0].body_changed);
	for (int i = 0; i < RK_MAX_VERSIONS + 5; i++) {
		(void)snprintf(doc, sizeof(doc), "g|" A("1") "|ประชุมครั้งที่ %d|9|ห้อง", 100 + i);
		(void)see(k, 0, doc, KIT_NOW + 10 + i);
	}
	assert_int_equal(rk_store_explain(k->store, RK_STR("g"), 0, k->arena, &x, &k->err), 0);
	assert_int_equal(x->n_versions, RK_MAX_VERSIONS + 1);
	assert_true(rk_str_is(x->versions[RK_MAX_VERSIONS].title, doc + 0) ||
		    rk_str_is(x->title, "ประชุมครั้งที่ 114"));
}

/* Rows of an older program have fewer keys: their source's next document finds them. */
static void
rows_of_an_older_program_get_keys(void **state)
{
	struct kit *k = *state;
	struct rk_store_counts c;

	(void)see(k, 0, THREE, KIT_NOW);
	assert_int_equal(sqlite3_exec(k->store->db,
			     "DELETE FROM identity;"
			     "DELETE FROM entry_key WHERE seen IS NULL;",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	kit_reopen(k);
	c = see(k, 0,
	    "p1|" A("?p=1") "|ข่าวที่หนึ่ง|9|เนื้อหาหนึ่ง\np2|" A("?p=2") "|ข่าวที่สอง|10|เนื้อหาสอง",
	    KIT_NOW + 1);
	assert_int_equal(c.added, 0);
	assert_int_equal(kit_rows(k).n, 3);
}

int
main(void)
{
#define STORE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {cmocka_unit_test(scenarios_of_identity),
	    STORE(the_operator_withdraws_and_blocks), STORE(a_story_goes_on_with_the_next_copy),
	    STORE(the_operator_goes_before_sources), STORE(a_copy_brings_no_withdrawn_story_back),
	    STORE(what_its_source_dates_anew_comes_back),
	    STORE(a_shrunk_complete_feed_is_believed_after_a_while),
	    STORE(a_delta_withdraws_nothing), STORE(keys_outlive_their_entry), STORE(versions_are_kept),
	    STORE(rows_of_an_older_program_get_keys),
	    STORE(without_the_behaviour_nothing_is_withdrawn)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
