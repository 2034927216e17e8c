/*
 * Where entries belong: documents with one item through normalise/, evidence and the
 * shipped table of regions to a route (DOMAIN.md 2.3); the text form of evidence; limits.
 */
#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/config.h>
#include <ruamkhao/doc.h>
#include <ruamkhao/err.h>
#include <ruamkhao/evidence.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/normalise.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define NOW INT64_C(1795651200) /* 2026-11-26 */

/*
 * home: province of the source, "" for a national one. places: ISO codes in the order of
 * the route's slugs sorted as codes, "-": national. nodes: further nodes that must be in
 * the route; a leading '!' must not.
 */
struct route_case {
	const char *home, *title, *author, *body, *places, *nodes;
};

static const struct route_case cases[] = {
    /* a national source: the title */
    {"", "กรมชลประทานเปิดอ่างเก็บน้ำที่จังหวัดแพร่", "", "", "TH-54",
	"cluster/16 inspection/16 region/north !national agency/rid"},
    {"", "รมว.เกษตรฯ ลงพื้นที่ จ.น่าน ตรวจน้ำท่วม", "", "", "TH-55", "cluster/16"},
    {"", "ปลัดกระทรวงเยี่ยมราษฎร จ.ตาก และ จ.สุโขทัย", "", "", "TH-63,TH-64", "cluster/17"},
    {"", "อธิบดีเปิดศูนย์ดิจิทัลชุมชน อบจ.เลย", "", "", "TH-42", "cluster/10"},
    {"", "เปิดตลาดประชารัฐเทศบาลเมืองตราด", "", "", "TH-23", "cluster/09"},
    {"", "กรมการท่องเที่ยวยกระดับภูเก็ตสู่เมืองสุขภาพ", "", "", "TH-83", "cluster/06"},
    {"", "กรมทางหลวงขยายถนนในพื้นที่จังหวัดชลบุรี ระยอง และจันทบุรี", "", "",
	"TH-20,TH-21,TH-22", "cluster/08 cluster/09"},
    {"", "ค่าฝุ่นกรุงเทพมหานครเกินมาตรฐาน", "", "", "TH-10", "!national"},
    {"", "ส.ปชส.พังงา จับมือชุมชนจัดงานวันอนุรักษ์", "", "", "TH-82", ""},
    {"", "Minister opens the new pier in Krabi", "", "", "TH-81", "cluster/06"},
    /* its first sentence, with a cue */
    {"", "พิธีส่งมอบบ้านให้ผู้ประสบภัย", "",
	"<p>วันที่ 20 พฤศจิกายน 2569 นายสมบัติ ใจงาม อธิบดี เป็นประธานส่งมอบบ้าน ณ ศาลากลางจังหวัดตรัง "
	"พร้อมคณะ</p><p>โครงการนี้เริ่มเมื่อปีก่อน</p>",
	"TH-92", "cluster/06"},
    {"", "ร่วมงานวันสถาปนา", "",
	"<p>ผู้ว่าราชการจังหวัดอุบลราชธานี ให้การต้อนรับคณะผู้ตรวจราชการกระทรวง ในโอกาสตรวจเยี่ยมงาน</p>",
	"TH-34", "cluster/14"},
    {"", "ติดตามงานโครงการพระราชดำริ", "",
	"<p>วันที่ 20 พฤศจิกายน 2569</p><p>รองอธิบดีลงพื้นที่อำเภอแม่แจ่ม จังหวัดเชียงใหม่ "
	"ติดตามโครงการฝายต้นน้ำ</p>",
	"TH-50", "cluster/15"},
    {"", "ประชุมติดตามงาน", "", "<p>ภูเก็ต – วันที่ 20 พ.ย. อธิบดีประชุมร่วมกับผู้ประกอบการท่องเที่ยว</p>",
	"TH-83", ""},
    {"", "ประชุมติดตามงาน", "", "<p>น่าน : นายกรัฐมนตรีลงพื้นที่ตรวจระดับน้ำในแม่น้ำ</p>", "TH-55", ""},
    /* a bare name in the lead, a place of meeting, an address: national */
    {"", "ประชุมคณะกรรมการอำนวยการ", "",
	"<p>อธิบดีเป็นประธานการประชุม ณ โรงแรมแห่งหนึ่ง กรุงเทพมหานคร โดยมีผู้เกี่ยวข้องเข้าร่วม</p>", "-",
	"national"},
    {"", "ประชุมคณะกรรมการอำนวยการ", "",
	"<p>อธิบดีเป็นประธานการประชุมคณะกรรมการ เพื่อพิจารณาแผนงานประจำปี และติดตามผลการดำเนินงาน</p>"
	"<p>การประชุมจัดขึ้น ณ ห้องประชุมชั้น 5 อาคารเอ ถนนราชดำเนินนอก กรุงเทพฯ</p>",
	"-", "national"},
    {"", "สัมมนาเครือข่าย", "",
	"<p>กรมจัดสัมมนาเครือข่ายนักประชาสัมพันธ์ทั่วประเทศ เพื่อพัฒนาทักษะการสื่อสารยุคใหม่ให้ทันเหตุการณ์</p>"
	"<p>ณ โรงแรมริมทะเล จังหวัดเพชรบุรี</p>",
	"-", "national"},
    {"", "อบรมเชิงปฏิบัติการ", "",
	"<p>กรมจัดอบรมเชิงปฏิบัติการด้านความปลอดภัยไซเบอร์ให้แก่บุคลากรในสังกัดทุกระดับจำนวนสองร้อยคน</p>"
	"<p>รายละเอียดเพิ่มเติมอยู่ในเอกสารแนบ ติดต่อศูนย์ราชการ จังหวัดนนทบุรี ในวันและเวลาราชการ</p>",
	"-", "national"},
    /* ordinary words and bare ambiguous names */
    {"", "เผยแพร่ผลงานวิจัยดีเด่น", "", "<p>เอกสารนี้เผยแพร่ทั่วประเทศ</p>", "-", "national"},
    {"", "เตือนโรคแพร่ระบาดหนักช่วงปลายปี", "", "", "-", "national"},
    {"", "ไม่เคยพบมาก่อนเลย", "", "", "-", "national"},
    {"", "วิธีตากผ้าให้แห้งเร็วในฤดูฝน", "", "", "-", "national"},
    {"", "ผลงานน่านับถือของเยาวชน", "", "", "-", "national"},
    {"", "ดวงตราดอกบัวงามเด่น", "", "", "-", "national"},
    {"", "ระวังกัมมันตรังสีปนเปื้อน", "", "", "-", "national"},
    {"", "นายสุรินทร์ รักชาติ รับรางวัลข้าราชการดีเด่น", "", "", "-", "national"},
    {"", "นางสาวมาลี ณ เชียงใหม่ รับตำแหน่งใหม่", "", "", "-", "national"},
    {"", "ธนาคารกรุงเทพมอบทุนการศึกษา", "", "", "-", "national"},
    {"", "มหาวิทยาลัยสงขลานครินทร์เปิดรับสมัคร", "", "", "-", "national"},
    {"", "ปิดถนนพิษณุโลกชั่วคราว", "", "", "-", "national"},
    {"", "เปิดเส้นทางดำน้ำหมู่เกาะสุรินทร์", "", "", "-", "national"},
    {"", "76 จังหวัดพร้อมรับมือภัยแล้ง", "", "", "-", "national"},
    {"", "ทุกจังหวัดเร่งฉีดวัคซีน", "", "", "-", "national"},
    {"", "ลงนามความร่วมมือระหว่างกรม", "", "", "-", "national"},
    /* byline, agency, credit */
    {"", "เปิดงานประเพณีประจำปี", "สำนักงานประชาสัมพันธ์จังหวัดมุกดาหาร", "", "TH-49", "cluster/11"},
    {"", "เปิดงานประเพณีประจำปี", "สวท.แพร่", "", "TH-54", ""},
    {"", "เปิดงานประเพณีประจำปี", "นายสุรินทร์ ศรีสุข", "", "-", "national"},
    {"", "เปิดงานประเพณีประจำปี", "ทีมข่าวภูมิภาค", "", "-", "national"},
    {"", "เปิดงานประเพณีประจำปี", "",
	"<p>ประชาชนจำนวนมากร่วมเปิดงานประเพณีประจำปีอย่างคึกคัก มีการแสดงพื้นบ้านตลอดทั้งคืน</p>"
	"<p>ข่าว/ภาพ : ส.ปชส.ตรัง</p>",
	"TH-92", ""},
    {"", "เปิดงานประเพณีประจำปี", "",
	"<p>ประชาชนจำนวนมากร่วมเปิดงานประเพณีประจำปีอย่างคึกคัก มีการแสดงพื้นบ้านตลอดทั้งคืน</p>"
	"<p>ที่มา สำนักงานประชาสัมพันธ์จังหวัดเลย</p><p>ภาพ สมชาย</p>",
	"TH-42", ""},
    {"", "เปิดเครือข่ายสื่อมวลชน", "สำนักประชาสัมพันธ์เขต 2", "", "-",
	"cluster/13 cluster/14 region/northeast !national"},
    /* six provinces and more: their groups */
    {"", "น้ำท่วมจังหวัดกระบี่ พังงา ภูเก็ต ระนอง สตูล และตรัง", "", "", "-",
	"cluster/06 inspection/06 region/south !national"},
    {"", "เตือนฝนหนัก จ.เชียงใหม่ จ.เชียงราย จ.ลำปาง จ.พะเยา จ.แพร่ จ.น่าน จ.ตาก", "", "", "-",
	"cluster/15 cluster/16 cluster/17 region/north region/west !national"},
    {"", "เตือนฝนหนัก จ.เชียงใหม่ จ.เชียงราย จ.ลำปาง จ.พะเยา จ.แพร่", "", "",
	"TH-50,TH-52,TH-54,TH-56,TH-57", "cluster/15 cluster/16"},
    {"", "มอบรางวัลศูนย์ข้อมูลดีเด่น", "",
	"<p>มอบรางวัลแก่สำนักงานจังหวัดกระบี่ สำนักงานจังหวัดสกลนคร สำนักงานจังหวัดลำพูน "
	"สำนักงานจังหวัดยะลา สำนักงานจังหวัดชลบุรี สำนักงานจังหวัดราชบุรี และสำนักงานจังหวัดตาก</p>",
	"-", "cluster/06 cluster/11 cluster/15 cluster/07 cluster/08 cluster/03 cluster/17"},
    /* words for groups */
    {"", "ประชุมกลุ่มจังหวัดภาคใต้ฝั่งอันดามัน", "", "", "-", "cluster/06 inspection/06 region/south"},
    {"", "แผนพัฒนากลุ่มอันดามัน (กระบี่ พังงา ภูเก็ต ระนอง ตรัง สตูล)", "", "", "-", "cluster/06"},
    {"", "จังหวัดภูเก็ตเป็นเจ้าภาพประชุมกลุ่มจังหวัดอันดามัน", "", "", "TH-83", "cluster/06"},
    {"", "เยียวยาผู้ได้รับผลกระทบใน 3 จชต.", "", "", "-", "cluster/07 inspection/07 region/south"},
    {"", "พัฒนาจังหวัดชายแดนภาคใต้อย่างยั่งยืน", "", "", "-", "cluster/07 !province/songkhla"},
    {"", "เปิดด่านใน 5 จังหวัดชายแดนใต้", "", "", "TH-90,TH-91", "cluster/07 cluster/05 cluster/06"},
    {"", "ลงทุนใน EEC เพิ่มขึ้นร้อยละสิบ", "", "", "-", "cluster/08 region/east"},
    {"", "คณะกรรมการอีอีซีเห็นชอบแผน", "", "", "-", "cluster/08"},
    {"", "ฝุ่นกรุงเทพฯ และปริมณฑลสูงขึ้น", "", "", "TH-10,TH-74", "cluster/02"},
    {"", "ภัยแล้งภาคอีสานตอนบนรุนแรง", "", "", "-", "cluster/10 cluster/11 region/northeast"},
    {"", "งบกลุ่มจังหวัดภาคเหนือตอนล่าง 1 ประจำปี", "", "", "-", "cluster/17 !cluster/18"},
    {"", "งบกลุ่มจังหวัดภาคเหนือตอนล่าง ๒ ประจำปี", "", "", "-", "cluster/18 !cluster/17"},
    {"", "ภาคเหนือตอนล่าง 9 จังหวัดเตรียมรับน้ำ", "", "", "-", "cluster/17 cluster/18"},
    {"", "ผู้ตรวจราชการเขตตรวจราชการที่ 16 ลงพื้นที่", "", "", "-", "inspection/16 cluster/16"},
    {"", "ผู้ตรวจราชการเขตตรวจราชการที่ ๕ ลงพื้นที่", "", "", "-", "inspection/05 cluster/05"},
    {"", "เขตตรวจราชการ 18 เขตประชุมร่วมกัน", "", "", "-", "national"},
    {"", "เขตตรวจราชการที่ 19 ไม่มีอยู่", "", "", "-", "national"},
    {"", "สพป. เขต 1 ประชุมครู", "", "", "-", "national"},
    {"", "เขตสุขภาพที่ 12 จัดประชุม", "", "", "-", "national"},
    {"", "ประชุมร่วม", "",
	"<p>รองนายกรัฐมนตรีเป็นประธานการประชุมขับเคลื่อนกลุ่มจังหวัดภาคตะวันออกเฉียงเหนือตอนกลาง ครั้งที่ 3</p>",
	"-", "cluster/12"},
    /* a source with a home keeps it */
    {"TH-83", "ชาวบ้านร่วมปลูกป่าชายเลน", "", "", "TH-83", "cluster/06 region/south"},
    {"TH-83", "ต้อนรับคณะศึกษาดูงาน", "",
	"<p>จังหวัดภูเก็ตต้อนรับคณะจากสำนักงานจังหวัดตรัง และจังหวัดพังงา</p>", "TH-83", ""},
    {"TH-14", "ได้รับเลือกเป็นศูนย์ข้อมูลต้นแบบ", "",
	"<p>มอบรางวัลแก่ สำนักงานจังหวัดสกลนคร จังหวัดเพชรบูรณ์ จังหวัดยะลา จังหวัดกระบี่ จังหวัดชลบุรี "
	"จังหวัดพัทลุง จังหวัดร้อยเอ็ด ณ กรุงเทพมหานคร</p>",
	"TH-14", "cluster/01 !cluster/06"},
    {"TH-54", "ผู้ว่าฯ แพร่ ร่วมงานกับจังหวัดน่าน", "", "", "TH-54,TH-55", ""},
    {"TH-54", "จังหวัดแพร่เตือนโรคระบาด", "สำนักงานประชาสัมพันธ์จังหวัดน่าน", "", "TH-54", ""},
    {"TH-54", "คณะทัวร์ภูเก็ตเยือนเมืองแป้", "", "", "TH-54", "!province/phuket"},
    {"TH-83", "ภูเก็ตประชุมกลุ่มจังหวัดภาคใต้ฝั่งอ่าวไทย", "", "", "TH-83", "cluster/05 cluster/06"},
    {"TH-10", "กรุงเทพมหานครเตรียมงานลอยกระทง", "", "", "TH-10", ""},
    {"TH-83", "ตลาดนัดสินค้า จ.กระบี่ จ.พังงา จ.ระนอง จ.สตูล จ.ตรัง จ.ชุมพร จ.สงขลา", "", "", "TH-83",
	"cluster/05 cluster/06 !province/krabi"},
};

static struct rk_arena *arena;
static struct rk_regions *regions;

static int
setup(void **unused)
{
	struct rk_err err = {0};

	(void)unused;
	arena = rk_arena_new(0);
	regions = rk_regions_builtin(arena, &err);
	return regions != NULL ? 0 : -1;
}

static int
teardown(void **unused)
{
	(void)unused;
	rk_places_release();
	rk_arena_free(arena);
	return 0;
}

static struct rk_str
evidence_of(const char *title, const char *author, const char *body)
{
	struct rk_doc *doc = RK_NEW(arena, struct rk_doc);
	struct rk_item *item = RK_NEW(arena, struct rk_item);
	struct rk_normalise_opts opts = {.url = RK_STR("https://www.example.go.th/rss"),
	    .now = NOW,
	    .timezone = 25200};
	struct rk_ingest *in;

	doc->format = RK_IN_RSS;
	doc->charset = "utf-8";
	item->title.s = rk_str(title);
	item->content.s = rk_str(body);
	item->content.kind = RK_TEXT_HTML;
	item->guid = RK_STR("a1");
	item->link = RK_STR("https://www.example.go.th/news/1");
	if (author[0] != '\0') {
		item->authors = RK_NEW(arena, struct rk_person);
		item->authors->name = rk_str(author);
	}
	doc->items = item;
	doc->n_items = 1;
	in = rk_normalise(doc, &opts, arena);
	assert_int_equal(in->n_entries, 1);
	return in->entries[0].evidence;
}

static struct rk_str
route_of(const char *home, struct rk_str evidence, struct rk_str *decided)
{
	struct rk_str source = rk_route_make(
	    regions, arena, rk_str(home), RK_STR("rid"), NULL, 0, NOW);

	return rk_route_decide(regions, arena, source, evidence, NOW, decided);
}

static bool
has(struct rk_str route, struct rk_str id)
{
	struct rk_str one;

	while (rk_str_split(&route, ' ', &one))
		if (rk_str_eq(one, id))
			return true;
	return false;
}

/* ISO codes of the route, in code order. */
static const char *
places_of(struct rk_str route)
{
	struct rk_buf out;
	const char *text;

	rk_buf_init(&out, RK_KIB(4));
	for (size_t i = 0; i < rk_regions_count(regions); i++) {
		const struct rk_node *node = rk_regions_at(regions, i);

		if (node->scheme == RK_SCHEME_PROVINCE && has(route, node->id))
			(void)rk_buf_addf(
			    &out, "%s%.*s", out.n > 0 ? "," : "", RK_FMT(node->term));
	}
	text = out.n > 0 ? rk_cstr(rk_arena_str(arena, rk_buf_view(&out))) : "-";
	rk_buf_release(&out);
	return text;
}

static void
test_cases(void **unused)
{
	unsigned wrong = 0;

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct route_case *c = &cases[i];
		struct rk_str ev = evidence_of(c->title, c->author, c->body), decided;
		struct rk_str route = route_of(c->home, ev, &decided), rest, id;
		bool good = strcmp(places_of(route), c->places) == 0;

		for (rest = rk_str(c->nodes); rk_str_split(&rest, ' ', &id);)
			if (id.n > 0)
				good = good && (id.p[0] == '!'
						       ? !has(route, rk_str_from(id, 1))
						       : has(route, id));
		if (!good) {
			print_error("%zu %s\n  is %s\n  [%.*s]\n  wanted %s %s\n", i, c->title,
			    places_of(route), RK_FMT(decided), c->places, c->nodes);
			print_error("  route %.*s\n", RK_FMT(route));
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void
test_decision_is_marked(void **unused)
{
	struct rk_str decided, rest;
	struct rk_evidence ev;
	struct rk_str given = evidence_of("อบจ.เลย ขุดลอกคลอง", "",
	    "<p>งานนี้มีผู้เข้าร่วมจำนวนมากจากทุกภาคส่วน ทั้งภาครัฐและเอกชน รวมถึงนักเรียนนักศึกษาในพื้นที่ใกล้เคียง</p>"
	    "<p>ณ ลานหน้าศาลากลางจังหวัดตาก</p>");

	(void)unused;
	(void)route_of("", given, &decided);
	rest = decided;
	assert_true(rk_evidence_next(&rest, &ev));
	assert_int_equal(ev.kind, RK_EVIDENCE_TITLE);
	assert_true(ev.counted && ev.strong && !ev.group);
	assert_true(rk_str_is(ev.places, "TH-42"));
	assert_true(rk_str_is(ev.words, "อบจ.เลย"));
	assert_true(rk_evidence_next(&rest, &ev));
	assert_int_equal(ev.kind, RK_EVIDENCE_LAST);
	assert_true(!ev.counted && rk_str_is(ev.places, "TH-63"));
	assert_false(rk_evidence_next(&rest, &ev));
	/* what was decided once reads the same when it is decided again */
	assert_true(rk_str_eq(route_of("", decided, &rest), route_of("", given, &rest)));
}

static void
test_text_form(void **unused)
{
	struct rk_evidence e = {.kind = RK_EVIDENCE_BYLINE,
	    .strong = true,
	    .counted = true,
	    .places = RK_STR("cluster/06+TH-90"),
	    .words = RK_STR("a b")},
			   back;
	struct rk_buf b;
	struct rk_str rest, decided;

	(void)unused;
	rk_buf_init(&b, 100);
	assert_int_equal(rk_evidence_put(&b, &e), 0);
	assert_true(rk_str_is(rk_buf_view(&b), "B!cluster/06+TH-90 a b"));
	rest = rk_buf_view(&b);
	assert_true(rk_evidence_next(&rest, &back));
	assert_true(back.group && back.counted && rk_str_is(back.words, "a b"));
	rk_buf_release(&b);
	/* what no worker of ours writes decides nothing */
	rest = RK_STR("\n\nx!TH-10 a\nt?TH-10 a\nt!\nt! a\n!\n");
	assert_false(rk_evidence_next(&rest, &back));
	rest = route_of("", RK_STR("t!TH-99 a\nt!cluster/99 b\nt!agency/x c\nt!all d"), &decided);
	assert_true(rk_str_is(rest, "agency/rid national"));
}

/* A title that names everything stays within the limit, whole lines only. */
static void
test_limit(void **unused)
{
	struct rk_buf title;
	struct rk_str ev, rest, decided;
	struct rk_evidence e;
	size_t lines = 0, given = 1;

	(void)unused;
	rk_buf_init(&title, RK_MAX_TITLE);
	for (size_t i = 0; i < rk_regions_count(regions); i++) {
		const struct rk_node *node = rk_regions_at(regions, i);

		if (node->scheme == RK_SCHEME_PROVINCE)
			(void)rk_buf_addf(&title, "จังหวัด%.*s ", RK_FMT(node->th));
	}
	ev = evidence_of(rk_cstr(rk_buf_view(&title)), "", "");
	assert_true(ev.n > 1000 && ev.n <= RK_MAX_EVIDENCE);
	for (size_t i = 0; i < ev.n; i++)
		given += ev.p[i] == '\n';
	for (rest = ev; rk_evidence_next(&rest, &e); lines++)
		assert_true(e.words.n <= RK_MAX_EVIDENCE_WORDS);
	assert_int_equal(lines, given);
	rest = route_of("", ev, &decided);
	assert_string_equal(places_of(rest), "-"); /* all of them in groups */
	rk_buf_release(&title);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_decision_is_marked),
	    cmocka_unit_test(test_text_form),
	    cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
