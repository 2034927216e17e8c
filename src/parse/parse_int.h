/*
 * Inside of parse/: what the files of the module know about each other.
 *
 * parse.c asks sniff.c what the bytes are, has prescan.c walk them, and lets xml.c
 * drive libxml2 over them. xml.c knows no feed: it looks elements up in tables of
 * rules (rss.c, atom.c, ext.c) and calls their functions, which fill the document
 * with the help of build.c.
 */
#ifndef RUAMKHAO_PARSE_INT_H
#define RUAMKHAO_PARSE_INT_H

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/doc.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/look.h>
#include <ruamkhao/parse.h>

/* Namespace declarations in scope at once, over all open elements: libxml2 looks
 * prefixes up in a list, so this bounds the cost of one element. */
#define RK_MAX_NAMESPACES_OPEN 256
/* Different names in one document; libxml2 keeps each for good. */
#define RK_MAX_NAMES 20000
/* Entity declarations that are passed over; more are no accident. */
#define RK_MAX_ENTITY_DECLS 16
/* UTF-8 that libxml2 is given: its buffer doubles, so this keeps it at half of the
 * budget of a document. 8 MiB of windows-874 are 24 MiB of UTF-8 at most. */
#define RK_MAX_XML RK_MIB(24)
/* Errors that a recovering parse puts up with: each costs a formatted message. */
#define RK_MAX_XML_ERRORS 2000
/* What a tree of jansson may need, estimated before it is built. */
#define RK_MAX_JSON_TREE RK_MIB(40)

struct rk_charset_result;

/* ---- parse.c: bytes to text; refuses what is binary. text: initialised here, the
 * caller releases it in any case. */
int rk_parse_decode(struct rk_str bytes, const struct rk_parse_hints *,
    struct rk_buf *text, struct rk_charset_result *, struct rk_err *);

/* ---- sniff.c: what the bytes are */

enum rk_kind {
	RK_KIND_EMPTY,
	RK_KIND_XML, /* a feed by its root element */
	RK_KIND_JSON,
	RK_KIND_HTML,
	RK_KIND_OTHER_XML, /* a root element of no feed */
	RK_KIND_TEXT,
	RK_KIND_BINARY
};

struct rk_sniffed {
	enum rk_kind kind;
	size_t start;       /* first byte of the document proper */
	bool repaired;      /* something stood before it, or its prolog was broken */
	struct rk_str root; /* qualified name of the root element, as written */
	const char *binary; /* what a binary seems to be */
};

/* The label in the XML declaration or the first meta element of undecoded bytes
 * (may be empty), or the one that the pattern of NUL bytes shows (*sure). */
struct rk_str rk_sniff_label(struct rk_str bytes, bool *sure);
/* The charset parameter of a Content-Type, or empty. */
struct rk_str rk_sniff_http_charset(struct rk_str content_type);
const char *rk_sniff_binary(struct rk_str bytes); /* NULL: looks like text */
void rk_sniff(struct rk_str text, struct rk_sniffed *);
/* What an HTML page that stands in for another seems to be: "a login page", "a challenge
 * page (Cloudflare)" ...; NULL: it has no sign of that. */
const char *rk_sniff_page(struct rk_str text);
/* Fill err with what a text that is no feed seems to be. Always -1. */
int rk_sniff_refuse(struct rk_str text, const struct rk_sniffed *, struct rk_err *);

/* ---- embedded.c: feeds inside something else */

/* The root element of a feed at or behind text[from], not far away: true, *s is set. */
bool rk_embedded_find(struct rk_str text, size_t from, struct rk_sniffed *);
/* A page of which the first thing to be read is the source of a document: true, and
 * that source appended to out. */
bool rk_embedded_source(struct rk_str text, struct rk_buf *out);

/* ---- prescan.c and clean.c: before libxml2 */

struct rk_scan {
	bool dirty;      /* libxml2 would refuse it: clean it first */
	const char *why; /* ... for this, first at text[at] */
	size_t at;
	bool truncated; /* the end was missing (only by rk_clean) */
};

/*
 * One linear pass over a document that starts at a tag: limits that libxml2 2.9 has
 * not (attributes and namespaces of a tag), declarations in a DOCTYPE. RK_E_LIMIT,
 * RK_E_INPUT for declarations that no feed has.
 */
int rk_prescan(struct rk_str text, struct rk_scan *, struct rk_err *);

/*
 * Append a version that is well-formed, as far as that can be told without losing
 * an item: control characters and DOCTYPE out, stray & and < escaped, HTML entities
 * resolved, attributes quoted, end tags put in or left out. Where the end is
 * missing, the output ends there too, with elements open. Errors as rk_prescan.
 */
int rk_clean(struct rk_str text, struct rk_buf *out, struct rk_scan *, struct rk_err *);

/* A DOCTYPE at text[*at] ("<!DOCTYPE"): *at behind it. Sets *declares when it holds
 * entity declarations. -1 with err: declarations that are refused. */
int rk_scan_doctype(struct rk_str text, size_t *at, bool *declares, struct rk_err *);
/* A reference at text[at] ('&'): its length with the semicolon and its code points as
 * UTF-8 (at most 16 bytes, n may be 0 for a character that XML forbids); 0: none. */
size_t rk_scan_reference(struct rk_str text, size_t at, char out[16], size_t *n);
/* Offset of the needle at or behind `from`, or text.n. */
size_t rk_scan_find(struct rk_str text, size_t from, const char *needle, size_t n);

/* ---- veil.c: long text is kept from libxml2 */

/* Owns copy and the list of runs, until rk_veil_release; the bytes of the runs are the
 * document's. */
struct rk_veil {
	struct rk_buf copy;  /* the document with marks for its long runs of text */
	struct rk_str *runs; /* into the document */
	size_t n, room;
	size_t met;          /* marks that came back */
	bool broken;         /* something came back that is no mark of ours */
};
void rk_veil_init(struct rk_veil *);
void rk_veil_release(struct rk_veil *);
/* Fill it from text, which must outlive it. -1: there is nothing to gain, or the text is
 * not to be veiled. */
int rk_veil_text(struct rk_veil *, struct rk_str text);
/* The next piece of a text with marks, *text behind it; false at the end. */
bool rk_veil_next(struct rk_veil *, struct rk_str *text, struct rk_str *piece);
/* Did every mark come back? */
bool rk_veil_whole(const struct rk_veil *);

/* ---- signs.c: what a page gives away */

struct rk_look;

struct rk_sign {
	enum rk_look_kind kind;
	const char *sign; /* in the page in lower case */
	const char *what; /* "a challenge page (Cloudflare)" */
	uint32_t text, links; /* a page that has more is a page; 0: any */
};
/* The first sign that holds; NULL: none. lower: the page in lower case; its title, text
 * and links are in the look. */
const struct rk_sign *rk_sign_of(struct rk_str lower, const struct rk_look *);
enum rk_system rk_system_of(struct rk_str lower, struct rk_str generator);

/* ---- rules: what an element means */

enum rk_ns {
	RK_NS_CORE, /* the feed's own: RSS or Atom */
	RK_NS_OTHER,
	RK_NS_NONE,
	RK_NS_RSS,
	RK_NS_ATOM,
	RK_NS_ATOM03,
	RK_NS_RDF,
	RK_NS_CONTENT,
	RK_NS_DC,
	RK_NS_DCTERMS,
	RK_NS_FH,
	RK_NS_ITUNES,
	RK_NS_MEDIA,
	RK_NS_ORIGIN, /* of services that put themselves before a feed */
	RK_NS_SY,
	RK_NS_XHTML,
	RK_NS_TOMBSTONES /* RFC 6721 */
};

/* Where an element stands: the context that its parent opened. */
enum {
	RK_AT_ROOT = 1,
	RK_AT_FEED = 2,
	RK_AT_ITEM = 4,
	RK_AT_PERSON = 8,
	RK_AT_SOURCE = 16,
	RK_AT_IMAGE = 32,
	RK_AT_SKIP = 64
};

enum rk_el_mode {
	RK_EL_ENTER, /* children are looked up in context `enter`; text is ignored */
	RK_EL_SOFT,  /* the same, and text is kept while no child is known */
	RK_EL_STR,   /* characters, tags inside ignored */
	RK_EL_TEXT,  /* characters, or markup serialised again */
	RK_EL_EMPTY  /* attributes only */
};

struct rk_feedp;

struct rk_rule {
	const char *name; /* local name in lower case */
	uint8_t ns;       /* tables are sorted by ns, then name */
	uint8_t in;       /* RK_AT_ bits of its parent */
	uint8_t mode;
	uint8_t enter; /* 0: the parent's own context goes on (wrappers) */
	void (*open)(struct rk_feedp *);
	void (*close)(struct rk_feedp *, struct rk_str text); /* text is trimmed */
};

struct rk_rules {
	const struct rk_rule *row;
	size_t n;
};
extern const struct rk_rules rk_rss_rules, rk_atom_rules, rk_ext_rules;

/* ---- the state of one pass over a feed */

/* Rank of a language that an element says; xml:lang has less. */
#define RK_LANG_SAID 20

/* Values of an item or a feed that several elements may give. */
enum rk_field {
	RK_F_GUID,
	RK_F_LINK,
	RK_F_TITLE,
	RK_F_SUMMARY,
	RK_F_CONTENT,
	RK_F_PUBLISHED,
	RK_F_UPDATED,
	RK_F_LANG,
	RK_F_IMAGE,
	RK_F_COUNT
};

struct rk_frame {
	const struct rk_rule *rule; /* NULL inside a text */
	struct rk_str base, lang;   /* in the arena */
	bool own_lang;              /* ... lang was said by this element */
	uint8_t at;                 /* context of the children */
	uint16_t namespaces;        /* in scope */
};

/* What of an item is decided only at its end. */
struct rk_work {
	uint8_t rank[RK_F_COUNT];
	uint8_t n_authors, n_categories, n_enclosures, n_media, n_source;
	struct rk_person **authors;
	struct rk_category **categories;
	struct rk_enclosure **enclosures;
	struct rk_enclosure *media; /* media:content, behind the enclosures */
	struct rk_enclosure **media_tail;
	struct rk_str dc_date, itunes_author, about;
	struct rk_str text_lang[3]; /* of title, summary, content: what was said of the */
	uint8_t has_text, own_lang; /* text itself; bit per text: is there, has one */
	struct rk_person *source_authors;
	struct rk_person **source_tail;
	uint8_t source_rank;
};

struct rk_feedp {
	struct rk_str url; /* of the document, or empty */
	struct rk_arena *arena;
	struct rk_doc *doc;
	struct rk_err *err;
	/* the open item */
	struct rk_item *item;
	struct rk_work work;
	/* the feed */
	struct rk_item **items;
	uint8_t rank[RK_F_COUNT];
	struct rk_person **feed_authors;
	uint8_t n_feed_authors;
	struct rk_str text_lang[3]; /* as rk_work has them of an item */
	uint8_t has_text, own_lang;
	struct rk_str publisher; /* webMaster: an author where there is no other */
	struct rk_person *person;
	bool too_many; /* items were dropped, said once */
	/* the open element */
	struct rk_frame frames[RK_MAX_DEPTH + 2];
	unsigned depth; /* frames[depth] is the innermost open element's */
	unsigned skip;  /* depth of the element that is being skipped, 0 none */
	unsigned field; /* depth of the element whose text is collected, 0 none */
	enum rk_el_mode mode;
	bool markup; /* elements were met inside: text is being escaped */
	bool mixed;  /* ... behind markup as text: not escaped */
	bool cut;
	struct rk_buf text, scratch;
	char type[32], mode_attr[16]; /* Atom text constructs and media:title */
	bool src;                     /* the text stands elsewhere */
	bool named;                   /* a category by its attributes */
	struct rk_str domain;         /* of an RSS category */
	/* attributes of the element being opened, libxml2's */
	const unsigned char **attrs;
	unsigned n_attrs;
	const unsigned char *str_xml;
	/* result of the pass */
	bool root_closed;
	bool failed;     /* err is set: no other pass will do better */
	bool ill_formed; /* libxml2 met an error */
	bool at_end;     /* ... where the bytes end */
	char why[160];   /* the first one */
	unsigned why_line;
	unsigned n_errors;
};

/* ---- names.c */

#define RK_NAME_CACHE 128

/* The parser interns names, so a pointer is the name as long as a pass lasts. */
struct rk_cached {
	const unsigned char *name, *prefix, *uri;
	const struct rk_rule *rule; /* the first of its name, or NULL */
};

struct rk_names {
	const struct rk_rules *core;   /* of the format: rss or atom */
	const unsigned char *root_uri; /* the root's namespace, or its children's */
	struct rk_cached cache[RK_NAME_CACHE];
};

/* uri and prefix as libxml2 gives them, NULL for none. A prefix that was not declared,
 * or as something unknown, means what it usually means. */
enum rk_ns rk_ns_of(const unsigned char *uri, const unsigned char *prefix);
/* The first row of its name, or NULL; name in lower case. */
const struct rk_rule *rk_rule_search(
    const struct rk_rules *, enum rk_ns, const char *name);
/* The rule of an element in a context, or NULL. */
const struct rk_rule *rk_rule_of(struct rk_names *, const unsigned char *name,
    const unsigned char *prefix, const unsigned char *uri, uint8_t at);
void rk_names_check(void); /* asserts that the tables are sorted */

/* ---- markup.c */

/* For rules, inside open(): an attribute's value without its white space, by local
 * name, case ignored; empty when absent. Valid until open() returns or the next
 * call; copy what is kept. */
struct rk_str rk_attr(struct rk_feedp *, const char *name);
bool rk_attr_is(struct rk_feedp *, const char *name, const char *value);
/* xml:base and xml:lang of the element being opened, into its frame. */
void rk_inherit(struct rk_feedp *, struct rk_frame *);
/* Characters, tags inside the open field. Tags have local names only, so that what is
 * of another vocabulary (SVG, MathML) is called what it is. */
void rk_text_add(struct rk_feedp *, struct rk_str);
void rk_text_open(struct rk_feedp *, const char *name);
void rk_text_close(struct rk_feedp *, const char *name);

/* ---- xml.c */

void rk_xml_setup(void);
enum rk_form {
	RK_FORM_WELL,
	RK_FORM_CUT, /* nothing is wrong but that the end is missing */
	RK_FORM_ILL
};

/*
 * One pass over text (UTF-8, starts at a tag, no XML declaration), or over the copy of
 * veil where that is not NULL. 0 and *out, which
 * may be incomplete (rk_doc.truncated); *form says what libxml2 thought of it, and
 * where that is not WELL err holds its first complaint. -1: refused, err is set.
 */
int rk_xml_pass(struct rk_str text, struct rk_veil *veil, bool recover, struct rk_str url,
    struct rk_arena *, struct rk_doc **out, enum rk_form *, struct rk_err *);

/* ---- build.c */

struct rk_str rk_base_here(const struct rk_feedp *);
struct rk_str rk_lang_here(const struct rk_feedp *);
struct rk_str rk_keep(struct rk_feedp *, struct rk_str);
/* Absolute by the base that holds here, where that works; else as written. */
struct rk_str rk_keep_url(struct rk_feedp *, struct rk_str);
/* May a value of this rank replace what the field has (later ones win a tie)? */
bool rk_claim(struct rk_feedp *, enum rk_field, unsigned rank, struct rk_str value);
void rk_set_str(struct rk_feedp *, enum rk_field, unsigned rank, struct rk_str *to,
    struct rk_str value);
/* The collected text as a text of the item or the feed, whichever is open. */
void rk_set_text(struct rk_feedp *, enum rk_field, unsigned rank, struct rk_text *to,
    struct rk_str value, enum rk_text_kind);
void rk_set_link(struct rk_feedp *, unsigned rank, struct rk_str url);
void rk_set_image(struct rk_feedp *, unsigned rank, struct rk_str url);
/* What an element says of the item or the feed; xml:lang has less rank. */
void rk_set_lang(struct rk_feedp *, struct rk_str lang);

void rk_item_open(struct rk_feedp *); /* may start to skip: too many */
void rk_item_close(struct rk_feedp *);
void rk_feed_close(struct rk_feedp *); /* after the last item of a document */

/* "a@b (Name)", "Name <a@b>", "Name (a@b)", "a@b" or "Name". */
struct rk_person *rk_person_of(struct rk_feedp *, struct rk_str text);
/* Added to the open item, else to the feed; a name that is there is not added. */
void rk_add_author(struct rk_feedp *, struct rk_person *);
void rk_add_category(
    struct rk_feedp *, struct rk_str term, struct rk_str label, struct rk_str scheme);
void rk_add_words(struct rk_feedp *, struct rk_str list); /* keywords */
/* One term, or several where it reads as a list of them ("news, sports"). */
void rk_add_terms(struct rk_feedp *, struct rk_str text, struct rk_str scheme);
/* NULL: too many, or no address. media: media:content, not an enclosure. */
struct rk_enclosure *rk_add_enclosure(struct rk_feedp *, struct rk_str url, bool media);

/* ---- shared by rss.c, atom.c and ext.c */

void rk_atom_link(struct rk_feedp *);      /* open() of any atom:link */
void rk_atom_text_open(struct rk_feedp *); /* remembers type, mode, src */
/* Kind and decoding (base64) of an Atom text construct. */
enum rk_text_kind rk_atom_kind(struct rk_feedp *, struct rk_str *text);
void rk_person_open(struct rk_feedp *);
void rk_person_name(struct rk_feedp *, struct rk_str);
void rk_person_email(struct rk_feedp *, struct rk_str);
void rk_person_url(struct rk_feedp *, struct rk_str);
void rk_person_close(struct rk_feedp *, struct rk_str text); /* to item or feed */

/* ---- jsonfeed.c and wpjson.c */

void rk_json_setup(void);
int rk_json_pass(struct rk_str text, struct rk_str url, struct rk_arena *,
    struct rk_doc **out, struct rk_err *);

struct json_t; /* jansson's */

/* A member as text: a string without white space at its ends, or a number, which is
 * valid until the next call. Empty where there is none; cut to RK_MAX_FIELD. */
struct rk_str rk_json_text(struct rk_feedp *, const struct json_t *object, const char *key);

/* wpjson.c: posts of WordPress's REST interface, or its error object. */
bool rk_wp_is(struct rk_feedp *, const struct json_t *root);
/* 0; -1: RK_E_INPUT, the site said an error. */
int rk_wp_read(struct rk_feedp *, const struct json_t *root, struct rk_err *);

struct rk_json_scan {
	bool dirty;     /* jansson would refuse it */
	bool truncated; /* the end was missing; out ends behind the last item */
	size_t tree;    /* bytes that a tree of it may need */
};
/* jsonscan.c: one linear pass; what it appends is JSON where that could be had. */
int rk_json_clean(
    struct rk_str text, struct rk_buf *out, struct rk_json_scan *, struct rk_err *);

/* Bytes that libxml2 and jansson hold; over RK_WORKER_ARENA is rk_oom. (parse.c) */
void *rk_budget_malloc(size_t);
void *rk_budget_realloc(void *, size_t);
char *rk_budget_strdup(const char *);
void rk_budget_free(void *);

#endif
