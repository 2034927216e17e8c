/*
 * Identity as documents show it: thirty scenarios, each a few documents of one or two
 * sources, read as the program reads them (parse, normalise, store). After every one
 * the same is asked: whatever was known before keeps its id, its first sight and its
 * place, nothing appears a second time, and no source's rows change by another's words.
 * RELIABILITY 0.8, 1.5 cases 37-39, gate G12.
 */
#include "parsekit.h"
#include "storekit.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/cluster.h>
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
	struct rk_store_counts counts;
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
    {"new guids overnight, and every text edited, no dates",
	{{'a', "g1|" A("1") "|ก||หนึ่ง\ng2|" A("2") "|ข||สอง\ng3|" A("3") "|ค||สาม", {3, 0}},
	    {'a', "n1|" A("1") "|กก||ใหม่\nn2|" A("2") "|ขข||ใหม่อีก\nn3|" A("3") "|คค||ใหม่แล้ว",
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
    {"no guids, all addresses new",
	{{'a', "|" A("1") "|ก|9|x\n|" A("2") "|ข|10|y\n|" A("3") "|ค|11|z", {3, 0}},
	    {'a', "|" A("?i=1") "|ก|9|x\n|" A("?i=2") "|ข|10|y\n|" A("?i=3") "|ค|11|z", {3, 0}}}},
    {"title edited twice, no dates",
	{{'a', "g1|" A("1") "|ก||x", {1, 0}}, {'a', "g1|" A("1") "|ข||y", {1, 0}},
	    {'a', "g1|" A("1") "|ค||z", {1, 0}}}},
    {"title edited, known by its address alone",
	{{'a', "|" A("1") "|ก|9|x", {1, 0}}, {'a', "|" A("1") "|ข|10|y", {1, 0}}}},
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

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(scenarios_of_identity)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
