/*
 * Bytes of unknown encoding to UTF-8. Order and decoder: DOMAIN.md 4.4.
 *
 * BOM; strict UTF-8 over the whole body wins over any label; then the label
 * (forced, HTTP, document); then windows-874 by the Thai spelling test; then ICU's
 * detector; else windows-1252. tis-620, iso-8859-11, windows-874, cp874 ... are one
 * decoder, windows-874. A label of ISO-8859-1 or windows-1252 is overridden by the
 * Thai test. Double-encoded UTF-8 is undone where all of it can be.
 *
 * Bytes that are no valid text spoil themselves, not their neighbours: UTF-8 with few
 * faults stays UTF-8, and in a document of UTF-8 (or windows-874) a stretch between
 * tags that can only be windows-874 (or UTF-8) is read as that. Labels for encodings
 * that browsers do not know (UTF-7, EBCDIC) say nothing.
 */
#ifndef RUAMKHAO_CHARSET_H
#define RUAMKHAO_CHARSET_H

#include <ruamkhao/str.h>

struct rk_buf;
struct rk_err;

struct rk_charset_hints {
	struct rk_str forced;   /* the operator's word: beats all but a BOM */
	struct rk_str http;     /* charset parameter of Content-Type, or empty */
	struct rk_str document; /* of the XML declaration or a meta element, or empty */
};

struct rk_charset_result {
	struct rk_str text; /* UTF-8, ill-formed parts as U+FFFD, no BOM; points into in
			       when that was usable as it is, else into out */
	const char *name;   /* static, "utf-8", "windows-874", "koi8-r" ... */
	bool mislabelled;   /* a label said otherwise, and it mattered */
	bool double_encoded; /* was undone */
	size_t replaced;     /* U+FFFD put in */
};

/*
 * out: initialised by the caller, emptied first, holds the text where decoding was
 * needed. An empty hint is none.
 * RK_E_INPUT for an unknown forced label, RK_E_LIMIT when out is full.
 */
int rk_charset_decode(struct rk_str in, const struct rk_charset_hints *,
    struct rk_buf *out, struct rk_charset_result *, struct rk_err *);

/* Share of broken Thai spelling if the bytes were windows-874, in permille of
 * marks and leading vowels; 1000 where there is nothing Thai. */
unsigned rk_charset_thai_faults(struct rk_str bytes);

/* True when the name is an encoding that rk_charset_decode accepts as forced. */
bool rk_charset_known(struct rk_str name);

/* Load what decoding needs (tables of ICU), before a sandbox closes. */
void rk_charset_warm(void);

#endif
