/*
 * Inside the module text: Thai letters by what they do in a syllable.
 *
 * thai_scan.c knows the letters and finds what may need a repair, thai_mend.c repairs,
 * thai_noise.c knows counters and boilerplate, thai_key.c makes keys. thai.c alone
 * knows ICU and answers for what is not Thai.
 */
#ifndef RUAMKHAO_THAI_INT_H
#define RUAMKHAO_THAI_INT_H

#include <ruamkhao/buf.h>

#define RK_REPLACEMENT 0xFFFD

/* Marks kept on one letter. A syllable has at most three; the limit keeps the
 * ordering of marks linear on a text that is nothing else (Unicode UAX 15 takes 30
 * for its stream-safe format, for the same reason). */
#define RK_MARKS_MAX 32

enum rk_thai_class {
	RK_TC_OTHER, /* also leading vowels but sara e, digits, signs, all other scripts
		      */
	RK_TC_CONSONANT,
	RK_TC_RU,       /* ru and lu: the only letters with a true lakkhangyao */
	RK_TC_SARA_E,   /* two of them look like one sara ae */
	RK_TC_PHINTHU,  /* from here on marks, in the order they are stored in ... */
	RK_TC_VOWEL,    /* upper and lower, maitaikhu */
	RK_TC_TONE,     /* ... to here */
	RK_TC_KARAN,    /* thanthakhat; sorts as a tone */
	RK_TC_NIKHAHIT, /* its place against a tone is left alone, as yamakkan's */
	RK_TC_YAMAKKAN, /* the last mark */
	RK_TC_A,        /* following vowels */
	RK_TC_AA,
	RK_TC_AM,
	RK_TC_LAKKHANG
};

/* By the low seven bits of U+0E00..0E7F. */
extern const uint8_t rk_thai_classes[128];

/* The Thai block in UTF-8, U+0E00-0E7F: do at least n bytes at p begin with one of it? */
static inline bool
rk_thai_at(const unsigned char *p, size_t n)
{
	return n >= 3 && p[0] == 0xE0 && (p[1] & 0xFE) == 0xB8;
}

/* Which of the 128 it is, where rk_thai_at holds. */
static inline unsigned
rk_thai_code(const unsigned char *p)
{
	return (unsigned)(p[1] & 1) << 6 | (p[2] & 0x3F);
}

static inline enum rk_thai_class
rk_thai_class_of(uint32_t cp)
{
	return cp - 0x0E00 < 0x80 ? (enum rk_thai_class)rk_thai_classes[cp - 0x0E00]
				  : RK_TC_OTHER;
}

static inline bool
rk_thai_is_mark(enum rk_thai_class c)
{
	return c >= RK_TC_PHINTHU && c <= RK_TC_YAMAKKAN;
}

/* Thai mark or sara am: belongs to the letter before it. */
bool rk_thai_hangs(uint32_t cp);

/* What a character outside Thai means for a repair. */
enum rk_thai_fate {
	RK_TF_KEEP,
	RK_TF_DROP,   /* zero width, soft hyphen, bidi control */
	RK_TF_JOINER, /* ZWNJ, ZWJ: kept where it carries meaning */
	RK_TF_LINE,   /* line and paragraph separator */
	RK_TF_FONT,   /* private code of old fonts for a Thai mark */
	RK_TF_FOREIGN /* may take part in a canonical composition: NFC is asked */
};
enum rk_thai_fate rk_thai_fate(uint32_t cp);
uint32_t rk_thai_font(uint32_t cp); /* RK_TF_FONT to its Thai character */

/* By ICU, in thai.c. */
bool rk_thai_foreign(uint32_t cp);
unsigned rk_thai_order(uint32_t cp); /* canonical combining class */

enum rk_thai_mode {
	RK_TM_PLAIN, /* stop at a foreign character */
	RK_TM_NFC    /* in is NFC, foreign characters are as they should be */
};

/* Append the repaired text. 0; -1 when out is full; 1 when a foreign character
 * was met (RK_TM_PLAIN), with out as far as it came. */
int rk_thai_mend(struct rk_str in, enum rk_thai_mode, struct rk_buf *out);

/* Offset of the first block that a repair may change; in.n when there is none. *foreign
 * as above. */
size_t rk_thai_trouble(struct rk_str in, enum rk_thai_mode, bool *foreign);

/* Append without what is dropped, at most RK_MARKS_MAX marks in a row: the form that
 * NFC may be given. */
int rk_thai_strip(struct rk_str in, struct rk_buf *out);

/* As rk_thai_repair. *foreign: were there characters that compose? */
int rk_thai_repair_seen(struct rk_str in, struct rk_buf *out, bool *foreign);

/* What a character is in a key. */
enum rk_thai_keep {
	RK_TK_NOT,  /* divides words */
	RK_TK_KEEP, /* as it is */
	RK_TK_CASE, /* to be folded */
	RK_TK_LINE, /* ends a line */
	RK_TK_SKIP  /* as if it were not there */
};

/* Of a character that is neither ASCII nor Thai; *cp is folded. */
enum rk_thai_keep rk_thai_judge(uint32_t *cp);

/* Set the length back; the buffer stays `full` when it was. */
static inline void
rk_thai_back(struct rk_buf *out, size_t n)
{
	out->n = n;
	if (out->p != NULL)
		out->p[n] = '\0';
}

/* True where a compare key is nothing but counters and boilerplate; counters only
 * (such as may stand behind the last sentence) when `trailing`. */
bool rk_thai_noise(struct rk_str key, bool trailing);

#endif
