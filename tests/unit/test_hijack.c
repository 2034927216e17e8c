/*
 * The guard against hijacked sites: advertisements that are held, and news that only
 * looks like them, which are not. All of it invented.
 */
#include <ruamkhao/arena.h>
#include <ruamkhao/doc.h>
#include <ruamkhao/hijack.h>
#include <ruamkhao/normalise.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

struct guard_case {
	const char *title, *body;
	unsigned suspects; /* others like it in the document */
};

#define OFF(host, text) "<a href=\"https://" host "/\">" text "</a>"
#define HIDE(inner) "<div style=\"display:none\">" inner "</div>"

static const struct guard_case hijacked[] = {
    {"สล็อตเว็บตรง แตกง่าย อันดับ 1", "<p>" OFF("www.slot-mee.example", "สมัครเลย") "</p>", 0},
    {"บาคาร่า ทดลองเล่นฟรี", "<p>เล่นได้ที่ " OFF("baccarat88.example", "ที่นี่") "</p>", 0},
    {"แทงบอลออนไลน์ ฝากถอนไม่มีขั้นต่ำ", OFF("ufa9xx.example", "ทางเข้า"), 0},
    {"คาสิโนออนไลน์ เครดิตฟรี 100", OFF("casino-thai.example", "สมัคร"), 0},
    {"PGSLOT เว็บตรง แจกเครดิตฟรี", OFF("pgslot.example", "PG"), 0},
    {"ufabet ทางเข้า", OFF("ufabet-vip.example", "เข้าสู่ระบบ"), 0},
    {"slot gacor bonus new member", OFF("slot88.example", "register now"), 0},
    {"หวยออนไลน์ จ่ายหนัก สมัครสมาชิก", OFF("lotto.example", "แทงหวย หวยออนไลน์"), 0},
    {"ยิงปลา เล่นง่าย แจ็คพอตแตก", OFF("casino1.example", "เล่น"), 0},
    {"เสือมังกร คาสิโนสด", OFF("gclub.example", "เข้าเล่น"), 0},
    {"สล็อต ยิงปลา บาคาร่า ครบจบในเว็บเดียว", OFF("x.example", "สล็อต"), 0},
    {"Online slot free spin today", OFF("slots.example", "play"), 0},
    {"Best casino and baccarat", OFF("casino.example", "join"), 0},
    {"รูเล็ต ป๊อกเด้ง ได้เงินจริง", OFF("sagame.example", "เล่น"), 0},
    {"สล็อตแตกหนัก รับทันที", "<p>ฝากถอน ออโต้ สล็อต บาคาร่า " OFF("slotx.example", "x") "</p>", 0},
    /* several at once */
    {"สล็อตเว็บตรง ไม่ผ่านเอเย่นต์", "<p>สล็อต</p>", 4},
    {"บาคาร่า เครดิตฟรี", "<p>บาคาร่า แทงบอล ฝากถอน</p>", 5},
    {"แทงบอล เว็บตรง โบนัสทุกวัน", "", 9},
    {"pg slot เว็บตรง bonus", "<p>pg slot casino baccarat</p>", 3},
    {"คาสิโน บาคาร่า ทดลองเล่น", "<p>เล่นเลย</p>", 3},
    {"สล็อต ยิงปลา แตกดี", "<p>สมัครเลย</p>", 6},
    {"ufabet แทงบอล", "<p>แทงบอล</p>", 3},
    {"หวยออนไลน์ แทงหวย ฝากถอนไว", "", 3},
    /* hidden in what the office wrote */
    {"ประกาศรับสมัครงาน", "<p>รายละเอียดตามแนบ</p>" HIDE(OFF("slot-online.example", "สล็อต")), 0},
    {"กำหนดการประชุมสภา", "<p>วันจันทร์</p>" HIDE(OFF("ufa99.example", "แทงบอล") OFF("casino9.example", "คาสิโน")), 0},
    {"ข่าวประชาสัมพันธ์",
	"<p>ตามที่แจ้ง</p><span style=\"font-size:0\">บาคาร่า " OFF("baccarat.example", "บาคาร่า") "</span>", 0},
    {"แผนพัฒนาท้องถิ่น",
	"<div style=\"position:absolute;left:-9999px\">" OFF("slotpg.example", "สล็อต pg") "</div><p>แผน</p>", 0},
    {"สรุปผลจัดซื้อจัดจ้าง",
	"<p>ตาราง</p><div style=\"visibility: hidden\">" OFF("casino-a.example", "x") "</div>", 0},
    {"รายงานการเงิน", "<p>ไตรมาส</p><p style=\"text-indent:-9999px\">" OFF("sbobet.example", "sbobet") "</p>", 0},
    {"ภาพกิจกรรม", "<p>ภาพ</p><div style=\"opacity:0\">" OFF("1xbet.example", "เดิมพัน") "</div>", 0},
};

static const struct guard_case honest[] = {
    {"ตำรวจทลายเว็บพนันออนไลน์รายใหญ่ จับผู้ต้องหา 12 คน", "<p>ยึดเงินหมุนเวียนร้อยล้าน สล็อต บาคาร่า แทงบอล</p>", 0},
    {"บุกค้นบ้านเช่า จับแก๊งแอดมินเว็บสล็อต", "<p>พบคอมพิวเตอร์ 20 เครื่อง</p>", 0},
    {"ศาลสั่งปิดเว็บพนัน 500 เว็บ", "<p>" OFF("www.coj.go.th", "คำสั่งศาลเรื่องเว็บพนัน") "</p>", 0},
    {"เตือนภัย! แทงบอลช่วงบอลโลก ผิดกฎหมาย", "<p>โทษจำคุก</p>", 5},
    {"รณรงค์เยาวชนไทยไม่เล่นพนันออนไลน์", "<p>บาคาร่า สล็อต ยิงปลา ล้วนเป็นภัย</p>", 5},
    {"คณะรัฐมนตรีพิจารณาร่าง พ.ร.บ.สถานบันเทิงครบวงจร คาสิโน", "<p>คาสิโน</p>", 0},
    {"ผลวิจัยผลกระทบจากคาสิโนต่อชุมชน", "<p>งานวิจัยศึกษาคาสิโนในประเทศเพื่อนบ้าน</p>", 0},
    {"สายด่วนเลิกพนัน 1323", "<p>ผู้ติดพนันออนไลน์ปรึกษาได้</p>", 0},
    {"ดีอีปิดกั้นเว็บสล็อต บาคาร่า กว่าพันรายการ", "<p>" OFF("www.facebook.com", "เว็บพนัน สล็อต") "</p>", 4},
    {"รู้ทันพนันออนไลน์ ตอนที่ 1", "<p>ตอนต่อไปสัปดาห์หน้า</p>", 3},
    {"รู้ทันพนันออนไลน์ ตอนที่ 2", "<p>พนันออนไลน์</p>", 3},
    {"เปิดรับสมัครสมาชิกสหกรณ์ โบนัสปลายปี", "<p>สมัครสมาชิกได้ที่สำนักงาน ทางเข้าด้านหลัง</p>", 0},
    {"จ่ายโบนัสพนักงานรัฐวิสาหกิจ", "<p>โบนัส 2 เดือน</p>", 0},
    {"ผลการออกรางวัลสลากกินแบ่งรัฐบาล", "<p>แจ็คพอต N3 สะสม</p>", 0},
    {"เปิดให้ทดลองเล่นเครื่องดนตรีไทย", "<p>ฟรี</p>", 0},
    {"จองสล็อตเวลาบินของสายการบิน", "<p>สนามบินจัดสรรสล็อตใหม่ " OFF("www.iata.org", "slot guidelines") "</p>", 0},
    {"ขยายสล็อตการบินภูเก็ต", "<p>สล็อตเพิ่มวันละ 10 เที่ยว</p>", 3},
    {"Airport slot allocation for winter", "<p>Time slots</p>", 0},
    {"Police raid illegal casino", "<p>casino baccarat betting</p>", 0},
    {"ประชุมแก้ปัญหาบ่อนคาสิโนชายแดน", "<p>แรงงานไทยถูกหลอกไปทำงานคาสิโน</p>", 0},
    {"ช่วยเหลือคนไทยจากคาสิโนปอยเปต", "<p>ถูกบังคับทำงานเว็บพนัน</p>", 0},
    {"จัดซื้อเครื่องออกกำลังกาย", "<p>ผู้ผลิต " OFF("www.manufacturer.example", "เว็บไซต์") "</p>", 0},
    {"งานวิ่งการกุศล", "<p>" OFF("www.alphabet.example", "สมัคร") OFF("judiciary.example", "x") "</p>", 0},
    {"ข่าวประชาสัมพันธ์", "<div style=\"display:none\">เมนู manufacture slotted</div><p>เนื้อหา</p>", 0},
    {"คู่มือครู: รู้เท่าทันบาคาร่าและสล็อต",
	"<span style=\"display:none\">แชร์</span><p>เนื้อหาเรื่องบาคาร่าและสล็อต เพื่อป้องกันเยาวชน</p>", 0},
    {"แถลงข่าวจับกุมเครือข่าย ufabet ปลอม", "<p>ufabet</p>", 0},
    {"อายัดทรัพย์เครือข่ายพนันออนไลน์", "<p>ปปง. ยึดทรัพย์ " OFF("www.amlo.go.th", "พนันออนไลน์") "</p>", 0},
    {"น้ำท่วมหนักหลายพื้นที่", "<p>" OFF("www.tmd.go.th", "พยากรณ์") "</p>", 0},
    {"ย้ายเว็บไซต์ใหม่ นำเข้าข่าวเก่าทั้งหมด", "<p>ข่าวเก่าห้าร้อยเรื่อง</p>", 0},
    {"ตรวจสอบการพนันในงานวัด ไฮโลออนไลน์", "<p>ไฮโลออนไลน์</p>", 0},
};

static struct rk_arena *arena;

static struct rk_signals
signals_of(const char *title, const char *body)
{
	struct rk_doc *doc = RK_NEW(arena, struct rk_doc);
	struct rk_item *item = RK_NEW(arena, struct rk_item);
	struct rk_normalise_opts opts = {
	    .url = RK_STR("https://www.office.go.th/rss"), .now = 1795651200};
	struct rk_ingest *in;

	doc->format = RK_IN_RSS;
	doc->charset = "utf-8";
	item->title.s = rk_str(title);
	item->content.s = rk_str(body);
	item->content.kind = RK_TEXT_HTML;
	item->guid = RK_STR("1");
	item->link = RK_STR("https://www.office.go.th/1");
	doc->items = item;
	doc->n_items = 1;
	in = rk_normalise(doc, &opts, arena);
	assert_int_equal(in->n_entries, 1);
	return rk_signals_unpack(in->entries[0].signals);
}

static unsigned
wrong(const struct guard_case *cases, size_t n, bool held)
{
	unsigned bad = 0, why;

	for (size_t i = 0; i < n; i++) {
		struct rk_signals s = signals_of(cases[i].title, cases[i].body);
		struct rk_hijack_news news = {.known = true,
		    .fresh = cases[i].suspects + 1,
		    .suspects = rk_hijack_suspect(&s) ? cases[i].suspects : 0,
		    .entries = 200,
		    .polls = 100};
		unsigned score = rk_hijack_score(&s, &news, &why);

		if ((score >= RK_HIJACK_HOLD) == held)
			continue;
		print_error("%s: score %u why %u words %u/%u links %u promo %d/%d hidden %d "
			    "law %d\n",
		    cases[i].title, score, why, s.title_words, s.body_words, s.links,
		    s.title_promo, s.body_promo, s.hidden, s.law);
		bad++;
	}
	return bad;
}

static void
hijacked_are_held(void **unused)
{
	(void)unused;
	assert_int_equal(sizeof(hijacked) / sizeof(*hijacked), 30);
	assert_int_equal(wrong(hijacked, sizeof(hijacked) / sizeof(*hijacked), true), 0);
}

static void
honest_are_not(void **unused)
{
	(void)unused;
	assert_int_equal(sizeof(honest) / sizeof(*honest), 30);
	assert_int_equal(wrong(honest, sizeof(honest) / sizeof(*honest), false), 0);
}

/* However loud, one kind of sign does not hold; nor does a new source's first document
 * count as a burst. */
static void
one_kind_is_not_enough(void **unused)
{
	struct rk_hijack_news first = {.known = false, .fresh = 50, .suspects = 50},
			      quiet = {.known = true, .fresh = 1, .entries = 100, .polls = 100};
	struct rk_signals words = {.title_words = 15, .body_words = 15, .title_promo = true,
	    .body_promo = true};
	struct rk_signals links = {.links = 15}, hidden = {.hidden = true};
	unsigned why;

	(void)unused;
	assert_true(rk_hijack_score(&words, &first, &why) < RK_HIJACK_HOLD);
	assert_int_equal(why, RK_HIJACK_WORDS);
	assert_true(rk_hijack_score(&words, &quiet, &why) < RK_HIJACK_HOLD);
	assert_true(rk_hijack_score(&links, &quiet, &why) < RK_HIJACK_HOLD);
	assert_true(rk_hijack_score(&hidden, &quiet, &why) < RK_HIJACK_HOLD);
	quiet.fresh = 500; /* a site that moved: many at once, and nothing else */
	words = (struct rk_signals){0};
	assert_int_equal(rk_hijack_score(&words, &quiet, &why), 0);
	assert_int_equal(why, 0);
}

static void
signals_pack(void **unused)
{
	(void)unused;
	for (uint32_t v = 0; v < 1U << 16; v++) {
		struct rk_signals s = rk_signals_unpack(v);

		assert_int_equal(rk_signals_pack(&s), v);
	}
}

static int
setup(void **unused)
{
	(void)unused;
	arena = rk_arena_new(0);
	return 0;
}

static int
teardown(void **unused)
{
	(void)unused;
	rk_arena_free(arena);
	rk_places_release();
	rk_hijack_release();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hijacked_are_held),
	    cmocka_unit_test(honest_are_not),
	    cmocka_unit_test(one_kind_is_not_enough),
	    cmocka_unit_test(signals_pack),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
