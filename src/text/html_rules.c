/*
 * The tables of the HTML cleaner: which elements and attributes there are, and
 * what becomes of them. Knows nothing of how they are read or written.
 */
#include "text_int.h"

#include <stddef.h>
#include <string.h>

const struct rk_html_eldef rk_html_els[RK_EL_COUNT] = {
#define X(id, name, flags) {{name, sizeof(name) - 1}, (flags)},
    RK_HTML_ELEMENTS(X)
#undef X
};

// clang-format off
#define KEEP(name, el)   {(name), RK_ACT_KEEP, RK_EL_##el, false, false}
#define UNWRAP(name)     {(name), RK_ACT_UNWRAP, RK_EL_COUNT, false, false}
#define SKIP(name, live) {(name), RK_ACT_SKIP, RK_EL_COUNT, (live), false}
#define FOREIGN(name)    {(name), RK_ACT_SKIP, RK_EL_COUNT, true, true}
#define RAW(name, live)  {(name), RK_ACT_RAW, RK_EL_COUNT, (live), false}
#define CODE(name)       {(name), RK_ACT_RAW, RK_EL_COUNT, true, true}
// clang-format on

/*
 * Every element that is known, grouped by the first letter. Presentation that has a
 * neutral twin becomes that; what draws a block becomes div. RELIABILITY 1.5 case 22
 * for what goes with its content.
 */
static const struct rk_html_rule rules[] = {
    KEEP("a", A),
    KEEP("abbr", ABBR),
    KEEP("acronym", ABBR),
    KEEP("address", ADDRESS),
    SKIP("applet", true),
    UNWRAP("area"),
    KEEP("article", ARTICLE),
    KEEP("aside", ASIDE),
    KEEP("audio", AUDIO),

    KEEP("b", B),
    UNWRAP("base"),
    UNWRAP("basefont"),
    UNWRAP("bdi"),
    UNWRAP("bdo"),
    UNWRAP("bgsound"),
    UNWRAP("big"),
    UNWRAP("blink"),
    KEEP("blockquote", BLOCKQUOTE),
    UNWRAP("body"),
    KEEP("br", BR),
    SKIP("button", true),

    SKIP("canvas", true),
    KEEP("caption", CAPTION),
    KEEP("center", DIV),
    KEEP("cite", CITE),
    KEEP("code", CODE),
    UNWRAP("col"),
    UNWRAP("colgroup"),

    UNWRAP("data"),
    SKIP("datalist", false),
    KEEP("dd", DD),
    KEEP("del", DEL),
    KEEP("details", DETAILS),
    KEEP("dfn", DFN),
    KEEP("dialog", DIV),
    KEEP("dir", UL),
    KEEP("div", DIV),
    KEEP("dl", DL),
    KEEP("dt", DT),

    KEEP("em", EM),
    UNWRAP("embed"),

    KEEP("fieldset", DIV),
    KEEP("figcaption", FIGCAPTION),
    KEEP("figure", FIGURE),
    UNWRAP("font"),
    KEEP("footer", FOOTER),
    KEEP("form", DIV),
    UNWRAP("frame"),
    SKIP("frameset", true),

    KEEP("h1", H1),
    KEEP("h2", H2),
    KEEP("h3", H3),
    KEEP("h4", H4),
    KEEP("h5", H5),
    KEEP("h6", H6),
    UNWRAP("head"),
    KEEP("header", HEADER),
    KEEP("hgroup", DIV),
    KEEP("hr", HR),
    UNWRAP("html"),

    KEEP("i", I),
    RAW("iframe", true),
    KEEP("img", IMG),
    UNWRAP("input"),
    KEEP("ins", INS),
    UNWRAP("isindex"),

    KEEP("kbd", KBD),
    UNWRAP("keygen"),

    UNWRAP("label"),
    UNWRAP("legend"),
    KEEP("li", LI),
    UNWRAP("link"),
    KEEP("listing", PRE),

    KEEP("main", DIV),
    UNWRAP("map"),
    KEEP("mark", MARK),
    UNWRAP("marquee"),
    FOREIGN("math"),
    KEEP("menu", UL),
    UNWRAP("meta"),
    SKIP("meter", false),

    KEEP("nav", DIV),
    UNWRAP("nobr"),
    RAW("noembed", false),
    RAW("noframes", false),
    RAW("noscript", false),

    SKIP("object", true),
    KEEP("ol", OL),
    SKIP("optgroup", false),
    SKIP("option", false),

    KEEP("p", P),
    UNWRAP("param"),
    UNWRAP("picture"),
    CODE("plaintext"),
    KEEP("pre", PRE),
    SKIP("progress", false),

    KEEP("q", Q),

    KEEP("rp", RP),
    KEEP("rt", RT),
    KEEP("ruby", RUBY),

    KEEP("s", S),
    KEEP("samp", SAMP),
    CODE("script"),
    KEEP("search", DIV),
    KEEP("section", SECTION),
    SKIP("select", false),
    KEEP("small", SMALL),
    KEEP("source", SOURCE),
    KEEP("span", SPAN),
    KEEP("strike", S),
    KEEP("strong", STRONG),
    CODE("style"),
    KEEP("sub", SUB),
    KEEP("summary", SUMMARY),
    KEEP("sup", SUP),
    FOREIGN("svg"),

    KEEP("table", TABLE),
    KEEP("tbody", TBODY),
    KEEP("td", TD),
    SKIP("template", true),
    RAW("textarea", false),
    KEEP("tfoot", TFOOT),
    KEEP("th", TH),
    KEEP("thead", THEAD),
    UNWRAP("time"),
    RAW("title", false),
    KEEP("tr", TR),
    UNWRAP("track"),
    KEEP("tt", TT),

    KEEP("u", U),
    KEEP("ul", UL),

    KEEP("var", VAR),
    KEEP("video", VIDEO),

    KEEP("wbr", WBR),

    SKIP("xml", false), /* Word's islands of settings */
    RAW("xmp", true),
};
#define N_RULES (sizeof(rules) / sizeof(*rules))

/* Names are taken off the first letter's group: a handful of comparisons. */
static uint8_t first[27]; /* of each letter, and the end */
static bool ready;

static void
index_rules(void)
{
	size_t at = 0;

	for (unsigned letter = 0; letter < 26; letter++) {
		first[letter] = (uint8_t)at;
		while (at < N_RULES && rules[at].name[0] == (char)('a' + letter))
			at++;
	}
	first[26] = (uint8_t)at;
	ready = true;
}

const struct rk_html_rule *
rk_html_rule(const char *name, size_t n)
{
	unsigned letter;

	_Static_assert(N_RULES < 256, "indexed by a byte");
	if (!ready)
		index_rules();
	if (n == 0)
		return NULL;
	letter = ((unsigned)(unsigned char)name[0] | 0x20u) - 'a';
	if (letter >= 26)
		return NULL;
	for (size_t i = first[letter]; i < first[letter + 1]; i++) {
		const char *a = rules[i].name;
		size_t k = 1;

		while (k < n && ((unsigned char)name[k] | 0x20) == (unsigned char)a[k])
			k++;
		/* Letters and digits only: | 0x20 maps nothing else onto them that
		 * the tokeniser lets into a name. */
		if (k == n && a[k] == '\0')
			return &rules[i];
	}
	return NULL;
}

static bool
is_heading(enum rk_html_el el)
{
	return el >= RK_EL_H1 && el <= RK_EL_H6;
}

static bool
one_of(enum rk_html_el el, const enum rk_html_el *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (set[i] == el)
			return true;
	return false;
}
#define ONE_OF(el, ...)                                                                \
	one_of((el), (const enum rk_html_el[]){__VA_ARGS__},                           \
	    sizeof((enum rk_html_el[]){__VA_ARGS__}) / sizeof(enum rk_html_el))

/*
 * libxml2's parser ends elements by rules of HTML 4, looking at the innermost one
 * only. It sees them before elements are left out by us, so they are applied again
 * here: else a second cleaning would find more to end. Table parts are placed by
 * html_sink.c.
 */
bool
rk_html_closes(enum rk_html_el top, enum rk_html_el el)
{
	switch ((int)top) {
	case RK_EL_A:
		return ONE_OF(el, RK_EL_A, RK_EL_TABLE);
	case RK_EL_ADDRESS:
		return ONE_OF(el, RK_EL_DD, RK_EL_DL, RK_EL_DT, RK_EL_LI, RK_EL_UL);
	case RK_EL_B:
	case RK_EL_I:
	case RK_EL_S:
	case RK_EL_SMALL:
	case RK_EL_TT:
	case RK_EL_U:
		return el == RK_EL_P;
	case RK_EL_DD:
		return el == RK_EL_DT || el == RK_EL_DD;
	case RK_EL_DL:
		return el == RK_EL_LI;
	case RK_EL_DT:
		return ONE_OF(el, RK_EL_DD, RK_EL_DL, RK_EL_DT);
	case RK_EL_H1:
	case RK_EL_H2:
	case RK_EL_H3:
	case RK_EL_H4:
	case RK_EL_H5:
	case RK_EL_H6:
		return is_heading(el) || ONE_OF(el, RK_EL_LI, RK_EL_P, RK_EL_TABLE);
	case RK_EL_LI:
		return el == RK_EL_LI;
	case RK_EL_OL:
		return el == RK_EL_UL;
	case RK_EL_PRE:
		return ONE_OF(
		    el, RK_EL_DD, RK_EL_DL, RK_EL_DT, RK_EL_LI, RK_EL_TABLE, RK_EL_UL);
	case RK_EL_RP:
	case RK_EL_RT:
		return el == RK_EL_RP || el == RK_EL_RT;
	case RK_EL_UL:
		return ONE_OF(el, RK_EL_ADDRESS, RK_EL_OL, RK_EL_PRE);
	default:
		return false;
	}
}

static const struct {
	const char *name;
	enum rk_html_attr attr;
} attributes[] = {
    {"href", RK_AT_HREF},
    {"src", RK_AT_SRC},
    {"alt", RK_AT_ALT},
    {"title", RK_AT_TITLE},
    {"width", RK_AT_WIDTH},
    {"height", RK_AT_HEIGHT},
    {"lang", RK_AT_LANG},
    {"dir", RK_AT_DIR},
    {"colspan", RK_AT_COLSPAN},
    {"rowspan", RK_AT_ROWSPAN},
    {"start", RK_AT_START},
    {"type", RK_AT_TYPE},
    {"cite", RK_AT_CITE},
    {"poster", RK_AT_POSTER},
    {"data-src", RK_AT_LAZY},
    {"data-lazy-src", RK_AT_LAZY},
    {"data-original", RK_AT_LAZY},
    {"style", RK_AT_STYLE},
    {"hidden", RK_AT_HIDDEN},
};

enum rk_html_attr
rk_html_attr(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		const char *a = attributes[i].name;
		size_t k = 0;

		while (k < n && ((unsigned char)name[k] | 0x20) == (unsigned char)a[k])
			k++;
		if (k == n && a[k] == '\0')
			return attributes[i].attr;
	}
	return RK_AT_NONE;
}
