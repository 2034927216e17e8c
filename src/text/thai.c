/*
 * The stored form of a text, and ICU: it is asked only about characters that are
 * neither ASCII nor Thai, for composition (NFC), case, letter or not.
 */
#include <ruamkhao/thai.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/utf8.h>

#include "thai_int.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <stdlib.h>
#include <string.h>

#define NFC_MAX ((size_t)1 << 28) /* ICU counts in int32_t */
#define ROUNDS  4                 /* of stripping and composing */

bool
rk_thai_foreign(uint32_t cp)
{
	return u_getCombiningClass((UChar32)cp) != 0 ||
	       u_getIntPropertyValue((UChar32)cp, UCHAR_NFC_QUICK_CHECK) != UNORM_YES;
}

unsigned
rk_thai_order(uint32_t cp)
{
	return u_getCombiningClass((UChar32)cp);
}

/* Append NFC of valid UTF-8; as it is where ICU will not. */
static int
add_nfc(struct rk_str in, struct rk_buf *out)
{
	UErrorCode rc = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&rc);
	UChar *wide = NULL, *norm = NULL;
	char *text = NULL;
	int32_t n = 0, m = 0, bytes = 0, room;
	int ret;

	if (U_FAILURE(rc) || in.n > NFC_MAX)
		return rk_buf_str(out, in);
	wide = rk_xmalloc((in.n + 1) * sizeof(*wide));
	u_strFromUTF8(wide, (int32_t)in.n + 1, &n, in.p, (int32_t)in.n, &rc);
	/* At most three units for one (Unicode UAX 15, NFC in UTF-16). */
	room = n * 3 + 1;
	norm = rk_xmalloc((size_t)room * sizeof(*norm));
	m = unorm2_normalize(nfc, wide, n, norm, room, &rc);
	if (U_SUCCESS(rc)) {
		text = rk_xmalloc((size_t)m * 3 + 1);
		u_strToUTF8(text, m * 3 + 1, &bytes, norm, m, &rc);
	}
	ret =
	    U_SUCCESS(rc) ? rk_buf_add(out, text, (size_t)bytes) : rk_buf_str(out, in);
	free(text);
	free(norm);
	free(wide);
	return ret;
}

/* The way for texts with characters that compose. What is stripped may bring characters
 * together that compose, and what was composed may have to be stripped: of real texts
 * once is enough. */
static int
mend_foreign(struct rk_str in, struct rk_buf *out)
{
	struct rk_buf a, b;
	int rc = -1;

	rk_buf_init(&a, SIZE_MAX);
	rk_buf_init(&b, SIZE_MAX);
	(void)rk_thai_strip(in, &a);
	for (int round = 0; round < ROUNDS; round++) {
		rk_buf_reset(&b);
		if (add_nfc(rk_buf_view(&a), &b) != 0)
			goto out;
		rk_buf_reset(&a);
		(void)rk_thai_strip(rk_buf_view(&b), &a);
		if (a.n == b.n) /* nothing is only moved */
			break;
	}
	rc = rk_thai_mend(rk_buf_view(&b), RK_TM_NFC, out);
out:
	rk_buf_release(&b);
	rk_buf_release(&a);
	return rc;
}

int
rk_thai_repair_seen(struct rk_str in, struct rk_buf *out, bool *foreign)
{
	size_t start = out->n;
	int rc = rk_thai_mend(in, RK_TM_PLAIN, out);

	*foreign = rc == 1;
	if (!*foreign)
		return rc;
	rk_thai_back(out, start);
	return mend_foreign(in, out);
}

int
rk_thai_repair(struct rk_str in, struct rk_buf *out)
{
	bool foreign;

	return rk_thai_repair_seen(in, out, &foreign);
}

enum rk_thai_keep
rk_thai_judge(uint32_t *cp)
{
	UChar32 c = (UChar32)*cp;

	if (c == 0x85 || c == 0x2028 || c == 0x2029)
		return RK_TK_LINE;
	if (c >= 0xF700 && c <= 0xF71A) {
		*cp = rk_thai_font(*cp);
		return RK_TK_KEEP;
	}
	if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
		return RK_TK_SKIP;
	*cp = (uint32_t)u_foldCase(c, U_FOLD_CASE_DEFAULT);
	if (u_isalnum((UChar32)*cp) || (U_GET_GC_MASK((UChar32)*cp) & U_GC_M_MASK) != 0)
		return RK_TK_KEEP;
	return RK_TK_NOT;
}

void
rk_thai_warm(void)
{
	UErrorCode rc = U_ZERO_ERROR;
	struct rk_buf b;

	(void)unorm2_getNFCInstance(&rc);
	rk_buf_init(&b, SIZE_MAX);
	(void)rk_thai_key(RK_STR("e\xCC\x81 \xC3\x89 \xE0\xB8\x81"), &b);
	rk_buf_release(&b);
}
