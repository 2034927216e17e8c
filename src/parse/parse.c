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

static size_t
line_of(struct rk_str text, size_t at)
{
	size_t n = 1;

	for (size_t i = 0; i < at && i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
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
	bool well = false;
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
	if (scan.dirty)
		rk_err_set(&complaint, RK_E_INPUT, "%s (line %zu)", scan.why,
		    line_of(text, scan.at));
	/* a refusal is not final here: tags without an end are deep, too */
	if (!scan.dirty)
		try_strict(text, url, arena, &best, &form, &complaint);
	well = best != NULL && form == RK_FORM_WELL;
	if (well)
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
	/* what came before an error may be all there is: still, it was forgiven */
	if (best->rung == RK_RUNG_STRICT && (!well || sniffed->repaired))
		best->rung = RK_RUNG_CLEANED;
	if (!well)
		rk_doc_warn(best, arena, "not well-formed XML%s%s",
		    complaint.text[0] != '\0' ? ": " : "", complaint.text);
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
 * A feed inside of what was sniffed, or behind the empty one that it is. True: *out. One
 * without items is no reason to take a page for a feed.
 */
static bool
parse_embedded(struct rk_str text, const struct rk_sniffed *around, struct rk_str url,
    struct rk_arena *arena, struct rk_doc **out)
{
	bool page = around->kind == RK_KIND_HTML, found;
	struct rk_doc *doc = NULL;
	struct rk_sniffed inside;
	struct rk_buf source;
	struct rk_err ignored;

	rk_buf_init(&source, RK_MAX_XML);
	if (around->kind == RK_KIND_EMPTY || around->kind == RK_KIND_BINARY)
		return false;
	found = rk_embedded_find(text, around->start, &inside);
	if (found && around->kind == RK_KIND_XML) /* that was the empty one's own root */
		found = rk_embedded_find(text, inside.start + 1, &inside);
	if (!found && page && rk_embedded_source(text, &source)) {
		text = rk_buf_view(&source);
		rk_sniff(text, &inside);
		found = inside.kind == RK_KIND_XML;
	}
	found = found && parse_xml(text, &inside, url, arena, &doc, &ignored) == 0 &&
		doc->n_items > 0;
	if (found) {
		if (page)
			doc->rung = RK_RUNG_HTML;
		rk_doc_warn(doc, arena, "the feed stands %s",
		    page                           ? "inside an HTML page"
		    : around->kind == RK_KIND_XML ? "behind an empty one"
						  : "inside another document");
		*out = doc;
	}
	rk_buf_release(&source);
	return found;
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
rk_parse_decode(struct rk_str bytes, const struct rk_parse_hints *hints,
    struct rk_buf *text, struct rk_charset_result *decoded, struct rk_err *err)
{
	struct rk_charset_hints labels = {.forced = hints->charset};
	struct rk_sniffed binary = {.kind = RK_KIND_BINARY};
	bool sure;

	bytes = whole_characters(bytes);
	/* windows-874 in UTF-8 is three times as long */
	rk_buf_init(text, bytes.n * 3 + RK_KIB(64));
	if ((binary.binary = rk_sniff_binary(bytes)) != NULL)
		return rk_sniff_refuse(bytes, &binary, err);
	labels.http = rk_sniff_http_charset(hints->content_type);
	labels.document = rk_sniff_label(bytes, &sure);
	if (sure && labels.forced.n == 0)
		labels.forced = labels.document;
	return rk_charset_decode(bytes, &labels, text, decoded, err);
}

/* A feed, also one that stands inside something else. */
static int
parse_feed(struct rk_str text, const struct rk_sniffed *sniffed, struct rk_str url,
    struct rk_arena *arena, struct rk_doc **out, struct rk_err *err)
{
	int rc = -1;

	if (sniffed->kind == RK_KIND_JSON)
		return rk_json_pass(
		    rk_str_from(text, sniffed->start), url, arena, out, err);
	if (sniffed->kind == RK_KIND_XML)
		rc = parse_xml(text, sniffed, url, arena, out, err);
	if ((*out == NULL || (*out)->n_items == 0) &&
	    parse_embedded(text, sniffed, url, arena, out))
		return 0;
	return sniffed->kind == RK_KIND_XML ? rc : rk_sniff_refuse(text, sniffed, err);
}

/* The encoding that is claimed, by HTTP or else by the document itself. */
static struct rk_str
label_of(struct rk_str bytes, const struct rk_parse_hints *hints, struct rk_arena *arena)
{
	struct rk_str http = rk_sniff_http_charset(hints->content_type);
	bool sure;

	return printable(http.n > 0 ? http : rk_sniff_label(bytes, &sure), arena);
}

int
rk_parse_feed(struct rk_str bytes, const struct rk_parse_hints *hints,
    struct rk_arena *arena, struct rk_doc **out, struct rk_err *err)
{
	struct rk_charset_result decoded;
	struct rk_sniffed sniffed = {0};
	struct rk_buf text;
	int rc = -1;

	*out = NULL;
	rk_parse_setup();
	if (rk_parse_decode(bytes, hints, &text, &decoded, err) != 0)
		goto out;
	rk_sniff(decoded.text, &sniffed);
	rc = hints->part != RK_PAGE_NONE
		 ? parse_page(decoded.text, &sniffed, hints, arena, out, err)
		 : parse_feed(decoded.text, &sniffed, hints->url, arena, out, err);
	if (rc != 0)
		goto out;
	if (sniffed.repaired && (*out)->rung == RK_RUNG_STRICT)
		(*out)->rung = RK_RUNG_CLEANED;
	(*out)->charset = decoded.name;
	(*out)->charset_mislabelled = decoded.mislabelled;
	(*out)->charset_label = label_of(bytes, hints, arena);
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
