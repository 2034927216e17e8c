/*
 * Which encoding a document is in, and ICU for those that charset_bytes.c does not
 * know. The order of evidence is DOMAIN.md 4.4. Knows nothing of what a document is:
 * the labels are passed in.
 */
#include <ruamkhao/charset.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/utf8.h>

#include "charset_int.h"
#include "thai_int.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/utf16.h>

#include <string.h>

#define UNITS  1024 /* of UTF-16 converted at once */
#define ENOUGH 8    /* with fewer that are not ASCII it guesses wildly */

/* One document on its way. */
struct job {
	struct rk_str in;
	const struct rk_cs *forced, *http, *document; /* NULL: none that is known */
	struct rk_cs_look look;
	bool mixed; /* segments in the other of UTF-8 and windows-874 are expected */
};

unsigned
rk_charset_thai_faults(struct rk_str bytes)
{
	struct rk_cs_look look = {0};

	rk_cs_spelling(bytes, &look);
	return look.marks == 0 ? 1000 : (unsigned)(look.faults * 1000 / look.marks);
}

bool
rk_charset_known(struct rk_str name)
{
	return rk_cs_find(name) != NULL;
}

/*
 * Faulty UTF-8 is still UTF-8 while the faults are few: a document cut in the middle
 * of a character, some bytes of another origin. The more another label insists, the
 * fewer they must be. Texts in windows-874 have more faults than characters.
 */
static bool
mostly_utf8(const struct job *job, const struct rk_cs *label)
{
	size_t factor = label == NULL || label->kind == RK_CS_UTF8 ? 4
			: label->kind == RK_CS_MULTI               ? 64
								   : 16;

	if (job->look.good > 0 && job->look.bad <= job->look.good / factor)
		return true;
	/* Nothing else in it but the cut. */
	return label != NULL && label->kind == RK_CS_UTF8 && job->look.bad == 1 &&
	       job->in.n > 0 && (unsigned char)job->in.p[job->in.n - 1] >= 0x80 &&
	       rk_utf8_valid(rk_strn(job->in.p, job->in.n - 1));
}

/* A mark or a leading vowel in fifty may be wrong. */
static bool
looks_thai(const struct job *job)
{
	return job->look.marks > 0 && job->look.faults * 50 < job->look.marks;
}

/* ICU's first guess that we read and that the bytes do not contradict. */
static const struct rk_cs *
detect(struct rk_str in)
{
	UErrorCode rc = U_ZERO_ERROR;
	UCharsetDetector *det;
	const UCharsetMatch **matches;
	const struct rk_cs *best = NULL;
	char bytes[RK_CS_SAMPLE];
	int32_t count = 0;
	size_t high, n = rk_cs_sample(in, bytes, &high);

	if (high < ENOUGH)
		return rk_cs_kind(RK_CS_LATIN);
	det = ucsdet_open(&rc);
	ucsdet_setText(det, bytes, (int32_t)n, &rc);
	matches = ucsdet_detectAll(det, &count, &rc);
	for (int32_t i = 0; U_SUCCESS(rc) && i < count && best == NULL; i++) {
		const struct rk_cs *cs =
		    rk_cs_find(rk_str(ucsdet_getName(matches[i], &rc)));

		if (cs != NULL &&
		    (cs->kind == RK_CS_SINGLE || cs->kind == RK_CS_MULTI ||
			cs->kind == RK_CS_LATIN))
			best = cs;
	}
	ucsdet_close(det);
	return best != NULL ? best : rk_cs_kind(RK_CS_LATIN);
}

/* A label that the bytes do not refute. */
static bool
believable(const struct job *job, const struct rk_cs *label)
{
	if (label == NULL)
		return false;
	switch (label->kind) {
	case RK_CS_UTF8:
		return job->look.good >= job->look.bad;
	case RK_CS_LATIN: /* the default of servers: asked last */
		return false;
	case RK_CS_UTF16:
	case RK_CS_UTF16LE:
	case RK_CS_UTF16BE:
	case RK_CS_UTF32:
	case RK_CS_UTF32LE:
	case RK_CS_UTF32BE:
		return memchr(job->in.p, '\0', job->in.n) != NULL;
	case RK_CS_ESCAPED:
		return memchr(job->in.p, '\x1B', job->in.n) != NULL;
	case RK_CS_THAI:
	case RK_CS_SINGLE:
	case RK_CS_MULTI:
		break;
	}
	return true;
}

/* The encoding of bytes that are not UTF-8 throughout. */
static const struct rk_cs *
choose(struct job *job)
{
	const struct rk_cs *label = job->http != NULL ? job->http : job->document;
	bool plain = label == NULL || label->kind == RK_CS_UTF8 ||
		     label->kind == RK_CS_LATIN || label->kind == RK_CS_THAI;

	rk_cs_look(job->in, &job->look);
	job->mixed = true;
	if (mostly_utf8(job, label))
		return rk_cs_kind(RK_CS_UTF8);
	if (plain && looks_thai(job))
		return rk_cs_kind(RK_CS_THAI);
	if (believable(job, job->http))
		return job->http;
	if (believable(job, job->document))
		return job->document;
	if (looks_thai(job))
		return rk_cs_kind(RK_CS_THAI);
	job->mixed = false;
	if (label != NULL && label->kind == RK_CS_LATIN)
		return label;
	return detect(job->in);
}

/* Append units of UTF-16, U+FFFD counted. A pair may be cut at the end: then *high
 * holds its first half until the next call. */
static int
add_units(const UChar *u, size_t n, UChar *high, struct rk_buf *out, size_t *replaced)
{
	char b[4];

	for (size_t i = 0; i < n; i++) {
		uint32_t cp = u[i];

		if (U16_IS_LEAD(cp)) {
			*high = u[i];
			continue;
		}
		if (cp == 0x1A) /* how some converters of ICU say U+FFFD */
			cp = RK_REPLACEMENT;
		if (U16_IS_TRAIL(cp))
			cp = *high != 0 ? (uint32_t)U16_GET_SUPPLEMENTARY(*high, cp)
					: RK_REPLACEMENT;
		*high = 0;
		*replaced += cp == RK_REPLACEMENT;
		if (rk_buf_add(out, b, rk_utf8_put(cp, b)) != 0)
			return -1;
	}
	return 0;
}

/* 0, -1: out is full, 1: ICU has no such converter. */
static int
by_icu(const char *name, struct rk_str in, struct rk_buf *out, size_t *replaced)
{
	UErrorCode rc = U_ZERO_ERROR;
	UConverter *conv = ucnv_open(name, &rc);
	const char *p = in.p, *end = in.p + in.n;
	UChar units[UNITS], *u, high = 0;
	int ret = 1;

	if (U_FAILURE(rc))
		goto out;
	ret = -1;
	do {
		rc = U_ZERO_ERROR;
		u = units;
		ucnv_toUnicode(conv, &u, units + UNITS, &p, end, NULL, 1, &rc);
		if (add_units(units, (size_t)(u - units), &high, out, replaced) != 0)
			goto out;
	} while (rc == U_BUFFER_OVERFLOW_ERROR);
	ret = 0;
out:
	ucnv_close(conv);
	return ret;
}

static int
decode(
    const struct job *job, const struct rk_cs *cs, struct rk_buf *out, size_t *replaced)
{
	int rc;

	switch (cs->kind) {
	case RK_CS_UTF8:
	case RK_CS_THAI:
		if (job->mixed)
			return rk_cs_mixed(cs->kind, job->in, out, replaced);
		return cs->kind == RK_CS_UTF8
			   ? rk_cs_utf8(job->in, out, replaced)
			   : rk_cs_single(cs->kind, job->in, out, replaced);
	case RK_CS_LATIN:
		return rk_cs_single(cs->kind, job->in, out, replaced);
	case RK_CS_UTF16:
	case RK_CS_UTF32:
	case RK_CS_UTF16LE:
	case RK_CS_UTF16BE:
	case RK_CS_UTF32LE:
	case RK_CS_UTF32BE:
		return rk_cs_wide(cs->kind, job->in, out, replaced);
	case RK_CS_SINGLE:
	case RK_CS_MULTI:
	case RK_CS_ESCAPED:
		break;
	}
	rc = by_icu(cs->icu, job->in, out, replaced);
	return rc == 1 ? rk_cs_single(RK_CS_LATIN, job->in, out, replaced) : rc;
}

static bool
is_wide(const struct rk_cs *cs)
{
	return cs->kind >= RK_CS_UTF16 && cs->kind <= RK_CS_UTF32BE;
}

static bool
contradicts(const struct rk_cs *label, const struct rk_cs *cs)
{
	return label != NULL && label != cs && !(is_wide(label) && is_wide(cs));
}

static bool
is_ascii(struct rk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* ISO-2022-JP is made of ASCII bytes, so that it is valid UTF-8 too. */
static const struct rk_cs *
by_escapes(const struct job *job)
{
	const struct rk_cs *labels[2] = {job->http, job->document};

	for (size_t i = 0; i < 2; i++)
		if (labels[i] != NULL && labels[i]->kind == RK_CS_ESCAPED &&
		    believable(job, labels[i]))
			return labels[i];
	return NULL;
}

/* Undo a double encoding of res->text, which is out or the input. */
static void
undo(struct rk_buf *out, struct rk_charset_result *res)
{
	struct rk_buf single;

	rk_buf_init(&single, out->max);
	if (rk_cs_undo(res->text, &single)) {
		rk_buf_reset(out);
		/* It is shorter than what it was made of; the input may have been more
		 * than out may hold. */
		if (rk_buf_str(out, rk_buf_view(&single)) == 0) {
			res->text = rk_buf_view(out);
			res->double_encoded = true;
		}
	}
	rk_buf_release(&single);
}

int
rk_charset_decode(struct rk_str in, const struct rk_charset_hints *hints,
    struct rk_buf *out, struct rk_charset_result *res, struct rk_err *err)
{
	struct job job = {.in = in.n > 0 ? in : rk_str("")};
	const struct rk_cs *cs;
	bool ready = false; /* the input is the text */

	*res = (struct rk_charset_result){.name = "utf-8"};
	job.http = rk_cs_find(hints->http);
	job.document = rk_cs_find(hints->document);
	if (hints->forced.n > 0 && (job.forced = rk_cs_find(hints->forced)) == NULL)
		return rk_err_set(err, RK_E_INPUT,
		    "\"%.*s\" is no character encoding that can be read",
		    hints->forced.n < 60 ? (int)hints->forced.n : 60, hints->forced.p);
	rk_buf_reset(out);
	cs = rk_cs_by_bom(&job.in);
	if (!rk_keeps(RK_M_CHARSET))
		cs = job.http;
	if (cs == NULL) {
		if (job.forced != NULL)
			cs = rk_cs_with_order(job.forced, job.in);
		else if ((cs = rk_cs_by_zeros(job.in)) == NULL &&
			 (cs = by_escapes(&job)) == NULL) {
			ready = rk_utf8_valid(job.in);
			cs = ready ? rk_cs_kind(RK_CS_UTF8)
				   : rk_cs_with_order(choose(&job), job.in);
		}
	}
	if (!ready && cs->kind == RK_CS_UTF8)
		ready = rk_utf8_valid(job.in);
	if (ready) {
		res->text = job.in;
	} else {
		if (decode(&job, cs, out, &res->replaced) != 0)
			return rk_err_set(err, RK_E_LIMIT,
			    "the document is over %zu bytes when read as %s", out->max,
			    cs->name);
		res->text = rk_buf_view(out);
	}
	res->name = cs->name;
	if ((contradicts(job.http, cs) || contradicts(job.document, cs)) &&
	    !(ready && is_ascii(job.in)))
		res->mislabelled = true;
	if (cs->kind == RK_CS_UTF8)
		undo(out, res);
	return 0;
}

void
rk_charset_warm(void)
{
	UErrorCode rc;

	/* ICU keeps a table that was loaded once. */
	for (const struct rk_cs *cs = rk_cs_table; cs->name != NULL; cs++) {
		UConverter *conv;

		if (cs->icu == NULL)
			continue;
		rc = U_ZERO_ERROR;
		conv = ucnv_open(cs->icu, &rc);
		ucnv_close(conv);
	}
	(void)detect(RK_STR("\xC1\xC2\xC3\xC4\xC5\xC6\xC7\xC8\xC9"));
}
