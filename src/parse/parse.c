/*
 * The bytes of a document to an rk_doc: what they are, in which encoding, and how
 * much has to be forgiven. A strict pass comes first; only where it fails is the
 * document cleaned and read again, then read with libxml2's own recovery. The result
 * with the most complete items stays. Knows no element of any feed.
 */
#include <ruamkhao/parse.h>

#include "page_int.h"

#include <ruamkhao/charset.h>
#include <ruamkhao/html.h>

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory of the libraries (RELIABILITY 1.4 X5) */

/* A failed allocation inside libxml2 2.9 can return success with a different
 * document, so none may fail: beyond the budget, or when the system has no more,
 * rk_oom ends the worker. */
static _Atomic int64_t held;

static void
charge(void *p, size_t wanted)
{
	if (p == NULL)
		rk_oom(wanted);
	if (atomic_fetch_add_explicit(&held, (int64_t)malloc_usable_size(p),
		memory_order_relaxed) > (int64_t)RK_WORKER_ARENA)
		rk_oom(wanted);
}

void
rk_budget_free(void *p)
{
	if (p == NULL)
		return;
	atomic_fetch_sub_explicit(
	    &held, (int64_t)malloc_usable_size(p), memory_order_relaxed);
	free(p);
}

void *
rk_budget_malloc(size_t n)
{
	void *p = malloc(n > 0 ? n : 1);

	charge(p, n);
	return p;
}

void *
rk_budget_realloc(void *old, size_t n)
{
	void *p;

	if (old != NULL)
		atomic_fetch_sub_explicit(
		    &held, (int64_t)malloc_usable_size(old), memory_order_relaxed);
	p = realloc(old, n > 0 ? n : 1);
	charge(p, n);
	return p;
}

char *
rk_budget_strdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(rk_budget_malloc(n), s, n);
}

void
rk_parse_setup(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	rk_xml_setup();
	rk_json_setup();
	rk_charset_warm();
	rk_html_warm();
}

/* ---- the ladder */

static bool
better(const struct rk_doc *a, const struct rk_doc *b)
{
	if (b == NULL)
		return true;
	if (a->n_items != b->n_items)
		return a->n_items > b->n_items;
	return b->truncated && !a->truncated;
}

/* One pass; *best becomes its document where that is better. */
static int
try_pass(struct rk_str text, enum rk_rung rung, struct rk_str url,
    struct rk_arena *arena, struct rk_doc **best, enum rk_form *form,
    struct rk_err *err)
{
	struct rk_doc *doc;
	struct rk_err ignored;

	if (rk_xml_pass(text, NULL, rung == RK_RUNG_RECOVERED, url, arena, &doc, form,
		*best == NULL ? err : &ignored) != 0)
		return *best == NULL ? -1 : 0;
	doc->rung = rung;
	if (better(doc, *best))
		*best = doc;
	return 0;
}

/* The strict pass. What has an error is read again as it is: libxml2 shall say where. */
static void
try_strict(struct rk_str text, struct rk_str url, struct rk_arena *arena,
    struct rk_doc **best, enum rk_form *form, struct rk_err *err)
{
	struct rk_veil veil;
	struct rk_doc *doc = NULL;
	struct rk_err ignored;

	rk_veil_init(&veil);
	if (rk_veil_text(&veil, text) == 0 &&
	    rk_xml_pass(text, &veil, false, url, arena, &doc, form, &ignored) == 0 &&
	    *form == RK_FORM_WELL && rk_veil_whole(&veil)) {
		doc->rung = RK_RUNG_STRICT;
		*best = doc;
	} else {
		(void)try_pass(text, RK_RUNG_STRICT, url, arena, best, form, err);
	}
	rk_veil_release(&veil);
}

static int
parse_xml(struct rk_str text, const struct rk_sniffed *sniffed, struct rk_str url,
    struct rk_arena *arena, struct rk_doc **out, struct rk_err *err)
{
	struct rk_scan scan, cleaned;
	struct rk_doc *best = NULL;
	struct rk_buf clean;
	struct rk_err complaint;
	enum rk_form form = RK_FORM_ILL;
	int rc = -1;

	text = rk_str_from(text, sniffed->start);
	rk_buf_init(&clean, RK_MAX_XML);
	rk_err_clear(&complaint);
	if (text.n > RK_MAX_XML) {
		rk_err_set(err, RK_E_LIMIT, "more than %d MiB of text",
		    (int)(RK_MAX_XML >> 20));
		goto out;
	}
	if (rk_prescan(text, &scan, err) != 0)
		goto out;
	/* a refusal is not final here: tags without an end are deep, too */
	if (!scan.dirty)
		try_strict(text, url, arena, &best, &form, &complaint);
	if (best != NULL && form == RK_FORM_WELL)
		goto done;
	if (rk_clean(text, &clean, &cleaned, err) != 0) {
		if (best == NULL || best->n_items == 0)
			goto out;
		goto done; /* what stood before the error is right anyway */
	}
	if (try_pass(rk_buf_view(&clean), RK_RUNG_CLEANED, url, arena, &best, &form,
		err) != 0)
		goto out;
	if (form == RK_FORM_ILL && try_pass(rk_buf_view(&clean), RK_RUNG_RECOVERED, url,
				       arena, &best, &form, err) != 0)
		goto out;
done:
	if (best->rung != RK_RUNG_STRICT)
		rk_doc_warn(best, arena, "not well-formed XML%s%s",
		    complaint.text[0] != '\0' ? ": " : "", complaint.text);
	if (sniffed->repaired && best->rung == RK_RUNG_STRICT)
		best->rung = RK_RUNG_CLEANED;
	*out = best;
	rk_err_clear(err);
	rc = 0;
out:
	rk_buf_release(&clean);
	return rc;
}

/* A page by rules; what is none says what it is. */
static int
parse_page(struct rk_str text, const struct rk_sniffed *sniffed,
    const struct rk_parse_hints *hints, struct rk_arena *arena, struct rk_doc **out,
    struct rk_err *err)
{
	switch (sniffed->kind) {
	case RK_KIND_XML:
		return rk_err_set(err, RK_E_INPUT,
		    "a feed where a page was expected: it can be read as kind: feed");
	case RK_KIND_JSON:
		return rk_err_set(err, RK_E_INPUT, "JSON where a page was expected");
	case RK_KIND_EMPTY:
	case RK_KIND_BINARY:
		(void)rk_sniff_refuse(text, sniffed, err);
		return -1;
	case RK_KIND_HTML:
	case RK_KIND_OTHER_XML: /* a fragment may begin with any tag */
	case RK_KIND_TEXT:
		break;
	}
	return rk_page_pass(text, hints, arena, out, err);
}

/*
 * Without a character of UTF-8 that was cut in two at the very end: it alone would
 * make a truncated document no valid UTF-8. What ends there is incomplete anyhow.
 */
static struct rk_str
whole_characters(struct rk_str bytes)
{
	for (size_t back = 1; back <= 3 && back <= bytes.n; back++) {
		unsigned char b = (unsigned char)bytes.p[bytes.n - back];
		size_t want = b < 0xC0 ? 0 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;

		if (b < 0x80 || want > back)
			return rk_strn(bytes.p, bytes.n - (b < 0x80 ? 0 : back));
		if (want != 0)
			break;
	}
	return bytes;
}

/* A label is any bytes: only what an encoding's name may hold is shown. */
static struct rk_str
printable(struct rk_str label, struct rk_arena *arena)
{
	for (size_t i = 0; i < label.n; i++)
		if (label.p[i] <= ' ' || label.p[i] > '~')
			return RK_STR("");
	return rk_arena_str(arena, label);
}

int
rk_parse_feed(struct rk_str bytes, const struct rk_parse_hints *hints,
    struct rk_arena *arena, struct rk_doc **out, struct rk_err *err)
{
	struct rk_charset_hints labels = {.forced = hints->charset};
	struct rk_charset_result decoded;
	struct rk_sniffed sniffed = {0};
	struct rk_buf text;
	bool sure;
	int rc = -1;

	*out = NULL;
	rk_parse_setup();
	bytes = whole_characters(bytes);
	/* windows-874 in UTF-8 is three times as long */
	rk_buf_init(&text, bytes.n * 3 + RK_KIB(64));
	if ((sniffed.binary = rk_sniff_binary(bytes)) != NULL) {
		sniffed.kind = RK_KIND_BINARY;
		rk_sniff_refuse(bytes, &sniffed, err);
		goto out;
	}
	labels.http = rk_sniff_http_charset(hints->content_type);
	labels.document = rk_sniff_label(bytes, &sure);
	if (sure && labels.forced.n == 0)
		labels.forced = labels.document;
	if (rk_charset_decode(bytes, &labels, &text, &decoded, err) != 0)
		goto out;
	rk_sniff(decoded.text, &sniffed);
	if (hints->part != RK_PAGE_NONE)
		rc = parse_page(decoded.text, &sniffed, hints, arena, out, err);
	else if (sniffed.kind == RK_KIND_XML)
		rc = parse_xml(decoded.text, &sniffed, hints->url, arena, out, err);
	else if (sniffed.kind == RK_KIND_JSON)
		rc = rk_json_pass(rk_str_from(decoded.text, sniffed.start), hints->url,
		    arena, out, err);
	else
		rc = rk_sniff_refuse(decoded.text, &sniffed, err);
	if (rc != 0)
		goto out;
	(*out)->charset = decoded.name;
	(*out)->charset_mislabelled = decoded.mislabelled;
	(*out)->charset_label = printable(
	    labels.http.n > 0 ? labels.http : labels.document, arena);
	(*out)->double_encoded = decoded.double_encoded;
	(*out)->replaced = decoded.replaced;
	if (decoded.double_encoded)
		rk_doc_warn(*out, arena, "was encoded as UTF-8 twice: undone");
	if (decoded.replaced > 0)
		rk_doc_warn(*out, arena, "%zu places are no text in %s",
		    decoded.replaced, decoded.name);
out:
	rk_buf_release(&text);
	return rc;
}
