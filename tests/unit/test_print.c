/* Fingerprints: what they say of how much two texts share, and of numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/print.h>
#include <ruamkhao/thai.h>

#include <stdio.h>
#include <string.h>

#define MADE 1024 /* bytes of a packed one, with room */

struct made {
	char bytes[MADE];
	struct rk_str packed;
	struct rk_print print;
};

static void
make(struct made *m, const char *title, const char *text)
{
	struct rk_buf keys, out;
	size_t at;

	rk_buf_init(&keys, 1 << 20);
	rk_buf_init(&out, 1 << 20);
	assert_int_equal(rk_thai_key(rk_str(title), &keys), 0);
	at = keys.n;
	assert_int_equal(rk_thai_key(rk_str(text), &keys), 0);
	assert_int_equal(rk_print_make(rk_strn(rk_buf_view(&keys).p, at),
			     rk_str_from(rk_buf_view(&keys), at), rk_str(text), &out),
	    0);
	assert_true(out.n <= RK_PRINT_MAX);
	memcpy(m->bytes, out.p, out.n);
	m->packed = rk_strn(m->bytes, out.n);
	assert_true(rk_print_read(m->packed, &m->print));
	rk_buf_release(&keys);
	rk_buf_release(&out);
}

/* A text of n sentences that nobody else has, from the one numbered `from` on. */
static const char *
text_of(unsigned from, unsigned n)
{
	static char out[200000];
	size_t at = 0;

	for (unsigned i = from; i < from + n; i++) {
		uint32_t x = i * 2654435761u + 12345;

		for (int w = 0; w < 40; w++) { /* a letter from ko kai on */
			x = x * 1664525u + 1013904223u;
			out[at++] = '\xe0';
			out[at++] = '\xb8';
			out[at++] = (char)(0x81 + (x >> 27));
		}
		at += (size_t)snprintf(out + at, sizeof(out) - at, "\n");
	}
	return out;
}

static void
the_same_words(void **state)
{
	struct made a, b;

	(void)state;
	make(&a, "ประกาศ ๒๕๖๙", "น้ำ ท่วม  ๑๕ หมู่บ้าน เเละ ถนน ขาด หลาย สาย ใน เขต เทศบาล ตำบล เมื่อ คืน นี้ ชาวบ้าน เดือดร้อน");
	make(&b, "ประกาศ 2569", "น้ำท่วม 15 หมู่บ้าน\nและถนนขาดหลายสาย ในเขตเทศบาลตำบล\nเมื่อคืนนี้ ชาวบ้านเดือดร้อน");
	assert_true(rk_str_eq(a.packed, b.packed));
	assert_true(rk_sketch_overlap(&a.print.body, &b.print.body).jaccard == 1.0);
}

static void
an_excerpt_is_contained(void **state)
{
	struct made whole, third, other;
	struct rk_overlap o;

	(void)state;
	make(&whole, "t", text_of(0, 30));
	make(&third, "t", text_of(0, 10));
	make(&other, "t", text_of(100, 30));
	o = rk_sketch_overlap(&third.print.body, &whole.print.body);
	assert_true(o.a_in_b > 0.95);
	assert_true(o.b_in_a > 0.15 && o.b_in_a < 0.55);
	assert_true(o.jaccard > 0.15 && o.jaccard < 0.55);
	o = rk_sketch_overlap(&whole.print.body, &third.print.body);
	assert_true(o.b_in_a > 0.95);
	o = rk_sketch_overlap(&other.print.body, &whole.print.body);
	assert_true(o.jaccard < 0.05);
	/* the beginning is the same, and so are keys made of it */
	assert_true(rk_sketch_overlap(&third.print.head, &whole.print.head).jaccard == 1);
	assert_true(third.print.keys[2] != 0);
	assert_int_equal(third.print.keys[2], whole.print.keys[2]);
	assert_int_equal(third.print.keys[3], whole.print.keys[3]);
}

/* Of a routine text every shingle is known, not only a sample of them. */
static void
what_is_filled_anew(void **state)
{
	struct made a, b, c, other;
	char text[4000];

	(void)state;
	make(&a, "พยากรณ์อากาศวันนี้", text_of(0, 8));
	assert_true(a.print.routine);
	assert_int_equal(a.print.label, 0);
	assert_false(rk_print_filled_anew(&a.print, &a.print));
	/* more before or behind is no filling */
	make(&b, "พยากรณ์อากาศวันนี้", text_of(0, 9));
	assert_false(rk_print_filled_anew(&a.print, &b.print));
	/* two letters in the midst are, wherever they stand */
	for (unsigned at = 40; at < 280; at += at % 40 == 32 ? 8 : 7) {
		(void)snprintf(text, sizeof(text), "%s", text_of(0, 8));
		text[3 * at + at / 40 + 2] = '\x88';
		text[3 * at + at / 40 + 5] = '\x81';
		make(&c, "พยากรณ์อากาศวันนี้ ฉบับที่ 3", text);
		assert_int_equal(c.print.label, 1);
		assert_true(rk_print_filled_anew(&a.print, &c.print));
		assert_true(rk_print_filled_anew(&c.print, &a.print));
	}
	/* of others a sample has to do, and old ones have no bits */
	make(&other, "ข่าว", text_of(0, 8));
	assert_false(other.print.routine);
	assert_false(rk_print_filled_anew(&a.print, &other.print));
	assert_true(a.packed.n == other.packed.n + RK_PRINT_BITS + /* of the title */
				      3 * (a.print.title.n - other.print.title.n));
}

static void
lengths(void **state)
{
	struct made m;
	struct rk_overlap o;

	(void)state;
	make(&m, "", "");
	assert_int_equal(m.print.length, 0);
	assert_int_equal(m.print.body.n, 0);
	for (size_t i = 0; i < RK_PRINT_KEYS; i++)
		assert_int_equal(m.print.keys[i], 0);
	o = rk_sketch_overlap(&m.print.body, &m.print.body);
	assert_true(o.a_in_b == 0 && o.jaccard == 0);
	make(&m, "สั้นเกินไป", "สั้น");
	assert_int_equal(m.print.title_length, 10);
	assert_int_equal(m.print.body.n, 0);
	assert_int_equal(m.print.keys[4], 0); /* no key of so short a title */
	make(&m, "หัวข้อนี้ยาวพอที่จะเป็นกุญแจสำหรับค้นหาได้", text_of(0, 300));
	assert_true(m.print.keys[4] != 0);
	assert_int_equal(m.print.body.n, RK_PRINT_BODY);
	assert_true(m.print.body.full && !m.print.numbers.full);
}

static void
add_repeated(struct rk_buf *b, const char *text, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		(void)rk_buf_adds(b, text);
}

/* Fingerprints are stored and compared with those of other programs: they stay as they
 * are, byte by byte. */
static void
they_never_change(void **state)
{
	static const struct {
		const char *text;
		unsigned times; /* that it is said */
		unsigned sentences;
		uint64_t hash;
	} cases[] = {
	    {"ประชุมคณะกรรมการครั้งที่ 3/2569 ณ ห้องประชุม 007\n", 1, 0, 0x3460d27df3928363u},
	    {"ข่าวเดิมซ้ำๆ กัน วันที่ 12 มกราคม 2569 ", 60, 0, 0xaf209c2711a69f1eu},
	    {"Mixed ข้อความ with Ä and 1,234 baht\nที่มา: สำนักงานจังหวัด\n", 3, 9, 0x2107ae565eec2305u},
	    {"ก", 400, 40, 0xe0cba7aaec98a177u},
	    {"", 0, 300, 0x733c4ed3fb21c1c6u},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rk_buf b;
		struct made m;

		rk_buf_init(&b, 1 << 20);
		(void)rk_buf_adds(&b, cases[i].sentences > 0 ? text_of(7, cases[i].sentences) : "");
		add_repeated(&b, cases[i].text, cases[i].times);
		(void)rk_buf_add(&b, "", 1);
		make(&m, "ประกาศจังหวัด ฉบับที่ 12 เรื่อง การประชุมใหญ่ประจำปี", rk_buf_view(&b).p);
		assert_int_equal(rk_hash64(m.packed), cases[i].hash);
		rk_buf_release(&b);
	}
}

/* One with as much of everything as is kept can be read too. */
static void
the_largest(void **state)
{
	struct rk_buf b;
	struct made m;

	(void)state;
	rk_buf_init(&b, 1 << 20);
	(void)rk_buf_adds(&b, text_of(0, 300));
	for (unsigned i = 0; i < 60; i++)
		(void)rk_buf_addf(&b, " ก%u", 1000 + 7 * i);
	(void)rk_buf_adds(&b, "\nที่มา: สำนักงานประชาสัมพันธ์จังหวัดนครราชสีมา\n");
	(void)rk_buf_add(&b, "", 1);
	make(&m, "1ก2ก3ก4ก5ก6ก7ก8ก9ก10ก11ก12ก13ก14 หัวข้อนี้ยาวพอที่จะเป็นกุญแจ", rk_buf_view(&b).p);
	assert_true(m.print.body.full && m.print.head.full && m.print.title.full &&
		    m.print.numbers.full && m.print.title_numbers.full);
	assert_true(m.print.credit.n > 100);
	rk_buf_release(&b);
}

static bool
disagree(const char *a, const char *b)
{
	struct made x, y;
	bool yes;

	make(&x, "", a);
	make(&y, "", b);
	yes = rk_print_numbers_disagree(&x.print, &y.print);
	assert_int_equal(yes, rk_print_numbers_disagree(&y.print, &x.print));
	return yes;
}

static void
numbers(void **state)
{
	(void)state;
	assert_false(disagree("มี 5 คน ได้ 10 บาท", "มี ๕ คน ได้ ๑๐ บาท"));
	assert_true(disagree("มี 5 คน ได้ 10 บาท", "มี 6 คน ได้ 10 บาท"));
	/* a part of the other */
	assert_false(disagree("มี 5 คน ได้", "มี 5 คน ได้ 10 บาท"));
	/* cut within a number */
	assert_false(disagree("มี 5 คน ได้ 1", "มี 5 คน ได้ 1,250 บาท"));
	assert_true(disagree("มี 5 คน ได้ 1 บาท", "มี 5 คน ได้ 1,250 บาท"));
	/* the second 24 is another than the first */
	assert_true(disagree("ลม 24 ใน 24 ชั่วโมง", "ลม 25 ใน 24 ชั่วโมง"));
	assert_false(disagree("08 คน", "8 คน"));
}

/* What both have, where nothing is against it; of one text that is shorter, or a part. */
static unsigned
agree(const char *part, const char *whole, bool excerpt)
{
	struct made x, y;

	make(&x, "", part);
	make(&y, "", whole);
	return rk_print_numbers_agree(&x.print, &y.print, excerpt);
}

static void
numbers_that_agree(void **state)
{
	(void)state;
	assert_int_equal(agree("มี 5 คน ได้ 10 บาท", "ได้ ๑๐ บาท มี ๕ คน", false), 2);
	assert_int_equal(agree("ลม 24 ใน 24 ชั่วโมง", "ลม 24 ใน 24 ชั่วโมง", false), 2);
	assert_int_equal(agree("มีคน", "มีคน", false), 0);
	assert_int_equal(agree("มี 5 คน", "มี 5 คน ได้ 10 บาท", false), 0);
	assert_int_equal(agree("มี 5 คน ได้ 10 บาท", "มี 5 คน", false), 0);
	assert_int_equal(agree("มี 5 คน งวดที่ 1", "มี 5 คน งวดที่ 2", false), 0);
	assert_int_equal(agree("มี 5 คน", "มี 5 คน ได้ 10 บาท", true), 1);
	assert_int_equal(agree("มี 6 คน", "มี 5 คน ได้ 10 บาท", true), 0);
	assert_int_equal(agree("มี 5 คน ได้ 1", "มี 5 คน ได้ 10 บาท", true), 1);
	assert_int_equal(agree("มี 5 คน ได้ 1 บาท", "มี 5 คน ได้ 10 บาท", true), 0);
}

static void
titles(void **state)
{
	struct made a, b, c;

	(void)state;
	make(&a, "พบ 3 ราย", "มีผู้ป่วย 3 ราย");
	make(&b, "พบ 4 ราย", "มีผู้ป่วย 4 ราย");
	make(&c, "พบผู้ป่วยอีก", "มีผู้ป่วย 3 ราย");
	assert_true(rk_print_titles_disagree(&a.print, &b.print));
	assert_false(rk_print_titles_disagree(&a.print, &c.print));
	assert_false(rk_print_titles_disagree(&a.print, &a.print));
}

static void
serials(void **state)
{
	struct made a, b, c;

	(void)state;
	make(&a, "พยากรณ์อากาศ ฉบับที่ ๑", "");
	make(&b, "พยากรณ์อากาศ (ฉบับที่ 2)", "");
	make(&c, "พยากรณ์อากาศ", "ประกาศ ฉบับที่ 1 วันนี้");
	assert_true(a.print.label != 0 && a.print.label == b.print.label);
	assert_true(a.print.serial != b.print.serial);
	assert_true(c.print.label == a.print.label && c.print.serial == a.print.serial);
}

static void
credits(void **state)
{
	struct made m;

	(void)state;
	make(&m, "", "ข้อความ\nที่มา : กรมทางหลวง");
	assert_true(rk_str_is(m.print.credit, "กรมทางหลวง"));
	make(&m, "", "ข้อความ ที่มา: กรมทางหลวงชนบท\nอ่านต่อ");
	assert_true(rk_str_is(m.print.credit, "กรมทางหลวงชนบท"));
	make(&m, "", "ที่มาของโครงการนี้ยาวมาก จึงไม่ใช่เครดิต และไม่มีเครื่องหมาย");
	assert_int_equal(m.print.credit.n, 0);
}

/* What comes from a worker may be anything. */
static void
broken_bytes(void **state)
{
	struct made m;
	struct rk_print p;
	char bytes[MADE];

	(void)state;
	make(&m, "หัวข้อ 12 ที่ยาวพอสมควรสำหรับการทดสอบ", text_of(5, 20));
	for (size_t n = 0; n < m.packed.n; n++)
		if (!rk_print_read(rk_strn(m.bytes, n), &p))
			assert_int_equal(p.length + p.body.n + p.numbers.n, 0);
	assert_false(rk_print_read(rk_strn(m.bytes, 3), &p));
	for (size_t i = 0; i < m.packed.n; i++) {
		memcpy(bytes, m.bytes, m.packed.n);
		bytes[i] = (char)~(unsigned char)bytes[i];
		if (rk_print_read(rk_strn(bytes, m.packed.n), &p)) {
			assert_true(p.body.n <= RK_PRINT_BODY);
			(void)rk_sketch_overlap(&p.body, &m.print.body);
			(void)rk_print_numbers_disagree(&p, &m.print);
			(void)rk_print_numbers_agree(&p, &m.print, false);
			(void)rk_print_numbers_agree(&p, &m.print, true);
		}
	}
	/* a sketch of nothing, of which there is more */
	for (size_t i = 0; i < m.packed.n; i++) {
		memcpy(bytes, m.bytes, m.packed.n);
		bytes[i] = (char)0x80;
		if (rk_print_read(rk_strn(bytes, m.packed.n), &p)) {
			const struct rk_sketch *all[] = {
			    &p.body, &p.head, &p.title, &p.numbers, &p.title_numbers};

			for (size_t k = 0; k < sizeof(all) / sizeof(*all); k++)
				assert_false(all[k]->full && all[k]->n == 0);
			(void)rk_print_filled_anew(&p, &m.print);
			(void)rk_print_numbers_disagree(&p, &m.print);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_same_words),
	    cmocka_unit_test(an_excerpt_is_contained),
	    cmocka_unit_test(what_is_filled_anew),
	    cmocka_unit_test(lengths),
	    cmocka_unit_test(they_never_change),
	    cmocka_unit_test(the_largest),
	    cmocka_unit_test(numbers),
	    cmocka_unit_test(numbers_that_agree),
	    cmocka_unit_test(titles),
	    cmocka_unit_test(serials),
	    cmocka_unit_test(credits),
	    cmocka_unit_test(broken_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
