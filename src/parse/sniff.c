/*
 * What a document is, by its first bytes and tags, and what to tell the operator when
 * it is no feed: a page that stands where a feed should be must never read as "no
 * news". Knows names of root elements and signs of block pages, nothing else.
 */
#include "parse_int.h"

#include <ruamkhao/html.h>
#include <ruamkhao/utf8.h>

#include <string.h>

#define HEAD        4096       /* bytes that may hold a declaration or a meta element */
#define JUNK        RK_KIB(64) /* bytes before the root that are looked through */
#define TITLE_SHOWN 80         /* bytes of a page's title in a message */

static size_t
find(struct rk_str s, size_t from, const char *needle)
{
	size_t at = rk_str_find(rk_str_from(s, from), rk_str(needle));

	return at != SIZE_MAX ? from + at : SIZE_MAX;
}

/* Offset of a needle in lower case, ASCII case ignored, within the first max bytes. */
static size_t
ifind(struct rk_str s, const char *needle, size_t max)
{
	size_t n = strlen(needle);

	if (s.n > max)
		s.n = max;
	for (size_t i = 0; i + n <= s.n; i++) {
		if ((s.p[i] | 32) == (needle[0] | 32) &&
		    rk_str_istarts(rk_strn(s.p + i, s.n - i), needle))
			return i;
	}
	return SIZE_MAX;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' ||
	       c == '\v';
}

/* ---- labels */

/* The value behind `name` in s: quoted, or up to white space or punctuation. */
static struct rk_str
label_at(struct rk_str s, size_t at, const char *name)
{
	size_t i = at + strlen(name), from;
	char q = '\0';

	while (i < s.n && is_space(s.p[i]))
		i++;
	if (i == s.n || s.p[i] != '=')
		return (struct rk_str){"", 0};
	for (i++; i < s.n && is_space(s.p[i]);)
		i++;
	if (i < s.n && (s.p[i] == '"' || s.p[i] == '\''))
		q = s.p[i++];
	for (from = i; i < s.n && i - from < 64; i++) {
		if (q != '\0' ? s.p[i] == q
			      : is_space(s.p[i]) || strchr("\"';>/,", s.p[i]) != NULL)
			break;
	}
	return rk_str_trim(rk_strn(s.p + from, i - from));
}

struct rk_str
rk_sniff_label(struct rk_str bytes, bool *sure)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *label;
	} wide[] = {
	    {"<\0\0\0", 4, "utf-32le"},
	    {"\0\0\0<", 4, "utf-32be"},
	    {"<\0", 2, "utf-16le"},
	    {"\0<", 2, "utf-16be"},
	};
	struct rk_str head = rk_strn(bytes.p, bytes.n < HEAD ? bytes.n : HEAD), tag;
	size_t at, end;

	*sure = false;
	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++) {
		if (head.n >= wide[i].n &&
		    memcmp(head.p, wide[i].bytes, wide[i].n) == 0) {
			*sure = true;
			return rk_str(wide[i].label);
		}
	}
	if ((at = find(head, 0, "<?")) != SIZE_MAX) {
		if ((end = find(head, at, ">")) == SIZE_MAX)
			end = head.n;
		tag = rk_strn(head.p + at, end - at);
		if ((at = rk_str_find(tag, RK_STR("encoding"))) != SIZE_MAX)
			return label_at(tag, at, "encoding");
	}
	if ((at = ifind(head, "<meta", HEAD)) != SIZE_MAX) {
		head = rk_str_from(head, at);
		if ((at = ifind(head, "charset", HEAD)) != SIZE_MAX)
			return label_at(head, at, "charset");
	}
	return (struct rk_str){"", 0};
}

struct rk_str
rk_sniff_http_charset(struct rk_str content_type)
{
	size_t at = ifind(content_type, "charset", HEAD);

	return at != SIZE_MAX ? label_at(content_type, at, "charset")
			      : (struct rk_str){"", 0};
}

const char *
rk_sniff_binary(struct rk_str bytes)
{
	static const struct {
		const char *magic;
		size_t n;
		const char *name;
	} known[] = {
	    {"\x1F\x8B", 2, "gzip data"},
	    {"BZh", 3, "bzip2 data"},
	    {"\xFD"
	     "7zXZ",
		5, "xz data"},
	    {"\x28\xB5\x2F\xFD", 4, "zstd data"},
	    {"PK\x03\x04", 4, "a ZIP archive or an office document"},
	    {"\xD0\xCF\x11\xE0", 4, "an office document"},
	    {"%PDF-", 5, "a PDF document"},
	    {"\x89PNG", 4, "a PNG image"},
	    {"\xFF\xD8\xFF", 3, "a JPEG image"},
	    {"GIF8", 4, "a GIF image"},
	    {"RIFF", 4, "a media file"},
	    {"\x7F"
	     "ELF",
		4, "a program"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (bytes.n >= known[i].n &&
		    memcmp(bytes.p, known[i].magic, known[i].n) == 0)
			return known[i].name;
	}
	return NULL;
}

/* ---- kinds */

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == ':' || c == '-' || c == '_' || c == '.';
}

static struct rk_str
local_name(struct rk_str name)
{
	size_t colon = rk_str_chr(name, ':');

	return colon != SIZE_MAX ? rk_str_from(name, colon + 1) : name;
}

static bool
one_of(struct rk_str name, const char *const *list)
{
	for (; *list != NULL; list++) {
		if (rk_str_iis(name, *list))
			return true;
	}
	return false;
}

/* Behind a comment, declaration or processing instruction at text[i]. */
static size_t
skip_misc(struct rk_str text, size_t i)
{
	struct rk_str here = rk_str_from(text, i);
	bool declares;
	size_t end;

	if (rk_str_istarts(here, "<!DOCTYPE")) {
		end = i;
		if (rk_scan_doctype(text, &end, &declares, NULL) != 0)
			end = i + 9; /* refused later, by its content */
		return end;
	}
	if (rk_str_starts(here, "<!--"))
		end = find(text, i + 4, "-->");
	else
		end = find(text, i + 2, ">");
	if (end == SIZE_MAX)
		return text.n;
	return end + (rk_str_starts(here, "<!--") ? 3 : 1);
}

/* <?xml name="value" ... ?>, as it ought to be. */
static bool
is_declaration(struct rk_str s)
{
	size_t i = 5;

	for (;;) {
		char q;

		while (i < s.n && is_space(s.p[i]))
			i++;
		if (i + 1 < s.n && s.p[i] == '?')
			return s.p[i + 1] == '>';
		while (i < s.n && is_name(s.p[i]))
			i++;
		while (i < s.n && is_space(s.p[i]))
			i++;
		if (i + 1 >= s.n || s.p[i] != '=')
			return false;
		for (i++; i < s.n && is_space(s.p[i]);)
			i++;
		if (i == s.n || ((q = s.p[i]) != '"' && q != '\''))
			return false;
		for (i++; i < s.n && s.p[i] != q; i++) {
			if (s.p[i] == '<' || s.p[i] == '>')
				return false;
		}
		i++;
	}
}

/*
 * From the first tag to the root element. Junk before it (notices of PHP, which are
 * tags too) is passed over while it is short; what a browser would take for a page
 * is one.
 */
static void
sniff_markup(struct rk_str text, size_t from, struct rk_sniffed *s)
{
	static const char *const feeds[] = {
	    "rss", "rdf", "feed", "channel", "entry", NULL};
	static const char *const pages[] = {"html", "head", "body", "script", "meta",
	    "title", "style", "frameset", NULL};
	/* what warnings and notices are wrapped in */
	static const char *const notices[] = {"br", "b", "p", "div", "font", "strong",
	    "i", "em", "span", "pre", "code", "a", "table", "tr", "td", "th", NULL};
	bool notice = false, tag = false;
	size_t i = from, limit = from + JUNK;

	s->kind = RK_KIND_TEXT;
	while (i < text.n && i < limit) {
		struct rk_str here, name;
		const char *lt = memchr(text.p + i, '<', text.n - i);
		size_t end;

		if (lt == NULL)
			break;
		i = (size_t)(lt - text.p);
		here = rk_str_from(text, i);
		if (here.n < 2)
			break;
		if (!tag)
			s->start = i;
		tag = true;
		if (here.p[1] == '!' || here.p[1] == '?') {
			bool xml = rk_str_starts(here, "<?xml") && here.n > 5 &&
				   is_space(here.p[5]);
			bool broken = rk_str_starts(here, "<?phpxml");

			if (xml || broken)
				s->repaired =
				    broken || i != 0 || !is_declaration(here);
			limit -= i; /* comments and DOCTYPEs may be long */
			i = skip_misc(text, i);
			limit += i;
			if (xml || broken) /* what was before it does not count */
				s->start = i;
			continue;
		}
		for (end = i + 1; end < text.n && is_name(text.p[end]); end++)
			;
		name = rk_strn(text.p + i + 1, end - i - 1);
		if (one_of(local_name(name), feeds)) {
			s->kind = RK_KIND_XML;
			s->root = name;
			if (notice)
				s->start = i;
			s->repaired = s->repaired || notice;
			return;
		}
		if (one_of(name, pages) ||
		    (notice && name.n > 0 && !one_of(name, notices))) {
			s->kind = RK_KIND_HTML;
			return;
		}
		if (name.n > 0 && !one_of(name, notices)) {
			/* words before the first tag: text that speaks of tags */
			s->kind =
			    text.p[from] == '<' ? RK_KIND_OTHER_XML : RK_KIND_TEXT;
			s->root = name;
			return;
		}
		notice = notice || name.n > 0;
		i = end > i + 1 ? end : i + 1;
	}
	if (notice)
		s->kind = RK_KIND_HTML;
}

/* JSON Feed behind a notice, or as the argument of a call (JSONP): by its version. */
static void
sniff_json(struct rk_str text, size_t from, struct rk_sniffed *s)
{
	struct rk_str head = rk_str_from(text, from);
	size_t version, brace;

	if (head.n > JUNK)
		head.n = JUNK;
	version = rk_str_find(head, RK_STR("jsonfeed.org/version/"));
	brace = rk_str_find(head, RK_STR("{\""));
	if (brace == SIZE_MAX)
		brace = rk_str_find(head, RK_STR("{\n"));
	if (version == SIZE_MAX || brace == SIZE_MAX || brace > version ||
	    version - brace > 200)
		return;
	*s = (struct rk_sniffed){
	    .kind = RK_KIND_JSON, .start = from + brace, .repaired = true};
}

void
rk_sniff(struct rk_str text, struct rk_sniffed *s)
{
	size_t i = 0, odd = 0, looked;

	*s = (struct rk_sniffed){.kind = RK_KIND_EMPTY};
	for (; i < text.n; i++) {
		if (text.n - i >= 3 && memcmp(text.p + i, "\xEF\xBB\xBF", 3) == 0)
			i += 2;
		else if (!is_space(text.p[i]) && text.p[i] != '\0')
			break;
	}
	if (i == text.n)
		return;
	if (text.p[i] == '{' || text.p[i] == '[') {
		s->kind = RK_KIND_JSON;
		s->start = i;
		return;
	}
	looked = text.n - i < HEAD ? text.n - i : HEAD;
	for (size_t k = i; k < i + looked; k++)
		odd += (unsigned char)text.p[k] < 0x20 && !is_space(text.p[k]);
	sniff_markup(text, i, s);
	if (s->kind != RK_KIND_XML)
		sniff_json(text, i, s);
	if (s->kind == RK_KIND_TEXT && odd > looked / 32)
		s->kind = RK_KIND_BINARY;
	s->repaired = s->repaired || (s->kind == RK_KIND_XML && text.p[i] != '<');
}

/* ---- what it is instead */

/* A few words of a foreign document: one line that does no harm on a terminal. */
static void
shown(struct rk_str markup, char *out, size_t size)
{
	struct rk_buf line;
	struct rk_str s;
	uint32_t cp;
	size_t n = 0;

	rk_buf_init(&line, RK_KIB(8));
	(void)rk_html_line(rk_strn(markup.p, markup.n < 2048 ? markup.n : 2048), &line);
	s = rk_str_trim(rk_buf_view(&line));
	s = rk_utf8_cut(s, size - 1);
	while (rk_utf8_next(&s, &cp)) {
		bool bad = cp < 0x20 || (cp >= 0x7F && cp < 0xA0) ||
			   (cp >= 0x200B && cp <= 0x200F) ||
			   (cp >= 0x2028 && cp <= 0x202E) ||
			   (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF ||
			   cp == 0xFFFD || cp == '"';

		if (!bad && n + 4 < size)
			n += rk_utf8_put(cp, out + n);
	}
	out[n] = '\0';
	rk_buf_release(&line);
}

/* The signs of pages that stand in for something else, most telling first. */
const char *
rk_sniff_page(struct rk_str text)
{
	static const struct {
		const char *sign;
		const char *what;
	} signs[] = {
	    {"the requested url was rejected", "a block page (Request Rejected, F5)"},
	    {"<title>request rejected", "a block page (Request Rejected, F5)"},
	    {"_incapsula_resource", "a challenge page (Incapsula)"},
	    {"incapsula incident id", "a block page (Incapsula)"},
	    {"cdn-cgi/challenge-platform", "a challenge page (Cloudflare)"},
	    {"cf-browser-verification", "a challenge page (Cloudflare)"},
	    {"cf-chl-", "a challenge page (Cloudflare)"},
	    {"<title>just a moment", "a challenge page (Cloudflare)"},
	    {"attention required! | cloudflare", "a block page (Cloudflare)"},
	    {"sucuri website firewall", "a block page (Sucuri)"},
	    {"g-recaptcha", "a CAPTCHA page"},
	    {"h-captcha", "a CAPTCHA page"},
	    {"this domain is for sale", "a parking page"},
	    {"buy this domain", "a parking page"},
	    {"domain is parked", "a parking page"},
	    {"sedoparking", "a parking page"},
	    {"parkingcrew", "a parking page"},
	    {"suspendedpage.cgi", "a page of a suspended site"},
	    {"account has been suspended", "a page of a suspended site"},
	    {"type=\"password\"", "a login page"},
	    {"type='password'", "a login page"},
	    {"type=password", "a login page"},
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (ifind(text, signs[i].sign, JUNK) != SIZE_MAX)
			return signs[i].what;
	}
	return NULL;
}

static int
refuse_page(struct rk_str text, struct rk_err *err)
{
	const char *stands_in = rk_sniff_page(text);
	const char *what = stands_in != NULL ? stands_in : "an HTML page";
	size_t at = ifind(text, "<title", JUNK), end;
	char title[TITLE_SHOWN];

	title[0] = '\0';
	if (at != SIZE_MAX && (at = find(text, at, ">")) != SIZE_MAX) {
		struct rk_str rest = rk_str_from(text, at + 1);

		if ((end = ifind(rest, "</title", 4096)) != SIZE_MAX)
			shown(rk_strn(rest.p, end), title, sizeof(title));
	}
	if (title[0] != '\0')
		return rk_err_set(
		    err, RK_E_INPUT, "no feed but %s, titled \"%s\"", what, title);
	return rk_err_set(err, RK_E_INPUT, "no feed but %s", what);
}

int
rk_sniff_refuse(struct rk_str text, const struct rk_sniffed *s, struct rk_err *err)
{
	static const struct {
		const char *root;
		const char *what;
	} known[] = {
	    {"opml", "a subscription list (OPML)"},
	    {"urlset", "a sitemap"},
	    {"sitemapindex", "a list of sitemaps"},
	    {"svg", "an SVG image"},
	    {"kml", "a map (KML)"},
	    {"error", "an error message in XML"},
	    {"OpenSearchDescription", "a search description"},
	};
	struct rk_str root = local_name(s->root);
	char name[48];

	switch (s->kind) {
	case RK_KIND_EMPTY:
		return rk_err_set(err, RK_E_INPUT, "the document is empty");
	case RK_KIND_HTML:
		return refuse_page(text, err);
	case RK_KIND_OTHER_XML:
		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
			if (rk_str_iis(root, known[i].root))
				return rk_err_set(
				    err, RK_E_INPUT, "no feed but %s", known[i].what);
		}
		shown(root, name, sizeof(name));
		return rk_err_set(err, RK_E_INPUT,
		    "no feed but XML of another kind: its root element is <%s>", name);
	case RK_KIND_BINARY:
		return rk_err_set(err, RK_E_INPUT, "no feed but %s",
		    s->binary != NULL ? s->binary : "binary data");
	case RK_KIND_XML:
	case RK_KIND_JSON:
	case RK_KIND_TEXT:
		break;
	}
	return rk_err_set(err, RK_E_INPUT, "no feed but plain text");
}
