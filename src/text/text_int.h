/*
 * Inside the module text: the parts of the HTML cleaner.
 *
 * html_scrub.c, with html_skip.c, tokenises bytes into the few that libxml2 sees,
 * html.c drives libxml2, html_sink.c rebuilds a valid tree from its events,
 * html_write.c writes it, html_attr.c judges attributes, html_style.c reads what styles
 * hide, html_rules.c holds the tables.
 */
#ifndef RUAMKHAO_TEXT_INT_H
#define RUAMKHAO_TEXT_INT_H

#include <ruamkhao/buf.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>

#include <string.h>

/* What an element is; see html_rules.c. */
enum {
	RK_HF_BLOCK = 1,  /* ends an open p; a line of its own in text */
	RK_HF_VOID = 2,   /* has no content */
	RK_HF_SHY = 4,    /* not written while it has no content */
	RK_HF_INLINE = 8, /* opened again where a p that held it had to be closed */
	RK_HF_CELL = 16,  /* td, th, caption: what is inside does not see the outside */
	RK_HF_STRUCT = 32 /* table and its parts: may not hold text */
};

/* The elements that are written: constant, name, flags. */
#define RK_HTML_ELEMENTS(X)                                                            \
	X(A, "a", RK_HF_SHY | RK_HF_INLINE)                                            \
	X(ABBR, "abbr", RK_HF_SHY | RK_HF_INLINE)                                      \
	X(ADDRESS, "address", RK_HF_BLOCK)                                             \
	X(ARTICLE, "article", RK_HF_BLOCK)                                             \
	X(ASIDE, "aside", RK_HF_BLOCK)                                                 \
	X(AUDIO, "audio", 0)                                                           \
	X(B, "b", RK_HF_SHY | RK_HF_INLINE)                                            \
	X(BLOCKQUOTE, "blockquote", RK_HF_BLOCK)                                       \
	X(BR, "br", RK_HF_VOID)                                                        \
	X(CAPTION, "caption", RK_HF_CELL | RK_HF_BLOCK)                                \
	X(CITE, "cite", RK_HF_SHY | RK_HF_INLINE)                                      \
	X(CODE, "code", RK_HF_SHY | RK_HF_INLINE)                                      \
	X(DD, "dd", RK_HF_BLOCK)                                                       \
	X(DEL, "del", RK_HF_SHY | RK_HF_INLINE)                                        \
	X(DETAILS, "details", RK_HF_BLOCK)                                             \
	X(DFN, "dfn", RK_HF_SHY | RK_HF_INLINE)                                        \
	X(DIV, "div", RK_HF_BLOCK | RK_HF_SHY)                                         \
	X(DL, "dl", RK_HF_BLOCK)                                                       \
	X(DT, "dt", RK_HF_BLOCK)                                                       \
	X(EM, "em", RK_HF_SHY | RK_HF_INLINE)                                          \
	X(FIGCAPTION, "figcaption", RK_HF_BLOCK)                                       \
	X(FIGURE, "figure", RK_HF_BLOCK)                                               \
	X(FOOTER, "footer", RK_HF_BLOCK)                                               \
	X(H1, "h1", RK_HF_BLOCK | RK_HF_SHY)                                           \
	X(H2, "h2", RK_HF_BLOCK | RK_HF_SHY)                                           \
	X(H3, "h3", RK_HF_BLOCK | RK_HF_SHY)                                           \
	X(H4, "h4", RK_HF_BLOCK | RK_HF_SHY)                                           \
	X(H5, "h5", RK_HF_BLOCK | RK_HF_SHY)                                           \
	X(H6, "h6", RK_HF_BLOCK | RK_HF_SHY)                                           \
	X(HEADER, "header", RK_HF_BLOCK)                                               \
	X(HR, "hr", RK_HF_BLOCK | RK_HF_VOID)                                          \
	X(I, "i", RK_HF_SHY | RK_HF_INLINE)                                            \
	X(IMG, "img", RK_HF_VOID)                                                      \
	X(INS, "ins", RK_HF_SHY | RK_HF_INLINE)                                        \
	X(KBD, "kbd", RK_HF_SHY | RK_HF_INLINE)                                        \
	X(LI, "li", RK_HF_BLOCK)                                                       \
	X(MARK, "mark", RK_HF_SHY | RK_HF_INLINE)                                      \
	X(OL, "ol", RK_HF_BLOCK)                                                       \
	X(P, "p", RK_HF_BLOCK | RK_HF_SHY)                                             \
	X(PRE, "pre", RK_HF_BLOCK)                                                     \
	X(Q, "q", RK_HF_SHY | RK_HF_INLINE)                                            \
	X(RP, "rp", 0)                                                                 \
	X(RT, "rt", 0)                                                                 \
	X(RUBY, "ruby", 0)                                                             \
	X(S, "s", RK_HF_SHY | RK_HF_INLINE)                                            \
	X(SAMP, "samp", RK_HF_SHY | RK_HF_INLINE)                                      \
	X(SECTION, "section", RK_HF_BLOCK)                                             \
	X(SMALL, "small", RK_HF_SHY | RK_HF_INLINE)                                    \
	X(SOURCE, "source", RK_HF_VOID)                                                \
	X(SPAN, "span", RK_HF_SHY | RK_HF_INLINE)                                      \
	X(STRONG, "strong", RK_HF_SHY | RK_HF_INLINE)                                  \
	X(SUB, "sub", RK_HF_SHY | RK_HF_INLINE)                                        \
	X(SUMMARY, "summary", RK_HF_BLOCK)                                             \
	X(SUP, "sup", RK_HF_SHY | RK_HF_INLINE)                                        \
	X(TABLE, "table", RK_HF_BLOCK | RK_HF_STRUCT | RK_HF_SHY)                      \
	X(TBODY, "tbody", RK_HF_STRUCT | RK_HF_SHY)                                    \
	X(TD, "td", RK_HF_CELL)                                                        \
	X(TFOOT, "tfoot", RK_HF_STRUCT | RK_HF_SHY)                                    \
	X(TH, "th", RK_HF_CELL)                                                        \
	X(THEAD, "thead", RK_HF_STRUCT | RK_HF_SHY)                                    \
	X(TR, "tr", RK_HF_STRUCT | RK_HF_SHY)                                          \
	X(TT, "tt", RK_HF_SHY | RK_HF_INLINE)                                          \
	X(U, "u", RK_HF_SHY | RK_HF_INLINE)                                            \
	X(UL, "ul", RK_HF_BLOCK)                                                       \
	X(VAR, "var", RK_HF_SHY | RK_HF_INLINE)                                        \
	X(VIDEO, "video", 0)                                                           \
	X(WBR, "wbr", RK_HF_VOID)

enum rk_html_el {
#define X(id, name, flags) RK_EL_##id,
	RK_HTML_ELEMENTS(X)
#undef X
	    RK_EL_COUNT
};

struct rk_html_eldef {
	struct rk_str name;
	unsigned flags; /* RK_HF_* */
};
extern const struct rk_html_eldef rk_html_els[RK_EL_COUNT];

enum rk_html_act {
	RK_ACT_UNWRAP, /* the tags go, the content stays */
	RK_ACT_KEEP,   /* written as .el */
	RK_ACT_SKIP,   /* goes with its content, which is markup */
	RK_ACT_RAW /* goes with its content, which is no markup: up to its end tag */
};

struct rk_html_rule {
	const char *name; /* lower case */
	enum rk_html_act act;
	enum rk_html_el el; /* of KEEP */
	bool active;        /* leaving it out is worth a mark */
	bool code;          /* no text for people: goes also where it does not end */
};

/* The rule for an element's name in any case, or NULL: unknown, unwrapped. */
const struct rk_html_rule *rk_html_rule(const char *name, size_t n);

/* True when libxml2, or HTML itself, ends an open `top` at the start tag of `el`. */
bool rk_html_closes(enum rk_html_el top, enum rk_html_el el);

enum rk_html_attr {
	RK_AT_NONE,
	RK_AT_ALT,
	RK_AT_CITE,
	RK_AT_COLSPAN,
	RK_AT_DIR,
	RK_AT_HEIGHT,
	RK_AT_HIDDEN, /* written by the scrubber only: see rk_html_scrub */
	RK_AT_HREF,
	RK_AT_LANG,
	RK_AT_LAZY, /* data-src and its kin: the address behind a placeholder */
	RK_AT_POSTER,
	RK_AT_ROWSPAN,
	RK_AT_SRC,
	RK_AT_START,
	RK_AT_STYLE,
	RK_AT_TITLE,
	RK_AT_TYPE,
	RK_AT_WIDTH,
	RK_AT_COUNT
};

/* Which attribute that we may write or read, by its name in any case. */
enum rk_html_attr rk_html_attr(const char *name, size_t n);

/* Elements that libxml2 may have open: html, body, as many as we may have, and one
 * that has no content. */
#define RK_HTML_FRAMES (RK_MAX_HTML_OPEN + 3)
/* The written form stays so far below RK_MAX_HTML that it is not cut when it is
 * cleaned again: end tags and one tag with its attributes. */
#define RK_HTML_SLACK RK_KIB(16)

/* An element of ours that is open. */
struct rk_html_open {
	enum rk_html_el el;
	uint32_t serial;
	uint32_t frame; /* of libxml2's that opened it, UINT32_MAX: implied */
	size_t tag;     /* offset of its start tag in .tags */
};

/* An element that libxml2 has open: what we made of it. */
struct rk_html_frame {
	uint32_t at;     /* index in .open */
	uint32_t serial; /* 0: nothing was opened */
};

/* One run of the cleaner. Buffers are kept from one to the next. */
struct rk_html_sink {
	struct rk_html_out *out;
	struct rk_str base;
	size_t html_start, text_start; /* where our part of the buffers begins */
	bool line;                     /* all text on one line */
	bool stopped;                  /* a limit was met: no more is taken */
	bool want_break;   /* an empty block went: what it parted stays parted */
	bool after_inline; /* the last thing written was no block */
	bool gap;          /* text: a space is due */
	bool newline;      /* text: a line break is due */
	uint32_t serial;
	size_t hidden;            /* of libxml2's open ones so many enclose what is not
	                             shown; 0: all is */
	size_t pre_at;            /* length of html behind a <pre>, SIZE_MAX none */
	size_t n_open, n_written; /* of the open ones the first so many are written */
	size_t n_frames;
	unsigned count[RK_EL_COUNT]; /* open ones by kind */
	struct rk_html_open open[RK_MAX_HTML_OPEN];
	struct rk_html_frame frames[RK_HTML_FRAMES];
	struct rk_buf run;  /* text not yet written */
	struct rk_buf tags; /* start tags of the open elements */
	struct rk_buf tag;  /* the start tag that is being made */
	struct rk_buf hold; /* tags on their way out of a p */
	struct rk_buf fixed, tmp, url;
};

void rk_html_sink_init(struct rk_html_sink *, struct rk_html_out *, struct rk_str base);
/* attrs: name, value, name, value ..., NULL as SAX gives them, or NULL. -1: too many
 * elements are open, the event was not taken. */
int rk_html_sink_start(struct rk_html_sink *, const char *name, const char **attrs);
void rk_html_sink_end(struct rk_html_sink *);
void rk_html_sink_text(struct rk_html_sink *, const char *p, size_t n);
int rk_html_sink_finish(struct rk_html_sink *); /* -1: a buffer is full */

/* ---- html_write.c */

static inline unsigned
rk_html_flags(enum rk_html_el el)
{
	return rk_html_els[el].flags;
}

static inline bool
rk_html_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool rk_html_blank(const char *p, size_t n); /* white space only */

/*
 * Before content: write the text so far, then the start tags that were held back.
 * Where an empty block stood between two texts a line break takes its place.
 */
void rk_html_settle(struct rk_html_sink *, bool inline_follows);
/* Write the text that was gathered; last: nothing comes behind it. */
void rk_html_flush(struct rk_html_sink *, bool last);
void rk_html_put_tag(struct rk_html_sink *, enum rk_html_el, struct rk_str tag);
void rk_html_put_end(struct rk_html_sink *, enum rk_html_el);
/* Bytes of markup that may still be written; out->html is not NULL. */
size_t rk_html_room(const struct rk_html_sink *);
/* The markup is as long as it may be: nothing more is taken. */
void rk_html_stop(struct rk_html_sink *);

/* ---- html_attr.c, html_scrub.c, html_text.c */

/*
 * The start tag of el with what may stay of its attributes, into tag; links and media
 * are noted in out. -1: the element is nothing without an attribute that it lacks or
 * that is refused.
 */
int rk_html_write_tag(struct rk_html_sink *, enum rk_html_el el, const char **attrs);

/*
 * Append to out the part of the fragment that libxml2 is to see: elements of ours by
 * their names, with attributes that we may want, and a RK_HTML_MARK for each piece of
 * text; no comment, no declaration, no raw text. The pieces, struct rk_str that point
 * into the fragment, are appended to pieces. At most RK_MAX_HTML bytes of both. An
 * element that is not shown, and ends, has the attribute "hidden"; a void one is left out.
 */
void rk_html_scrub(struct rk_str fragment, struct rk_html_out *, struct rk_buf *out,
    struct rk_buf *pieces);
#define RK_HTML_MARK 'x'

/* What a style attribute says: nothing is shown, text is of no size, the box is one
 * pixel or none. Linear. */
enum { RK_STYLE_HIDDEN = 1, RK_STYLE_NO_FONT = 2, RK_STYLE_PIXEL = 4 };
unsigned rk_html_style(struct rk_str style);

/* ---- html_scrub.c and html_skip.c among themselves */

#define RK_SCRUB_HIDDEN 16 /* names of hidden elements whose ends are looked for: each
                              may cost a look at all of the fragment */
#define RK_SCRUB_CLOSES (32 + RK_SCRUB_HIDDEN) /* names whose content goes, one more */

/* Where the next end tag of a name is; at NULL: there is none. */
struct rk_scrub_close {
	const struct rk_html_rule *rule;
	const char *at;
};

struct rk_scrub {
	const char *p, *end;
	struct rk_html_out *result;
	struct rk_buf *out;
	struct rk_buf *pieces;
	size_t room;    /* bytes of tags and text that may still be given out */
	unsigned cdata; /* markers whose end is awaited */
	bool in_p;      /* a p is open, as far as can be seen from here */
	bool done;
	/* The element that is being left out with its content, or NULL; how many of its
	 * name are open, and how many others in it. */
	const struct rk_html_rule *skip;
	size_t skip_depth, skip_inner;
	struct rk_scrub_close closes[RK_SCRUB_CLOSES];
};

static inline const char *
rk_scrub_find(const char *p, const char *end, char c)
{
	return p < end ? memchr(p, c, (size_t)(end - p)) : NULL;
}

/* Behind the next > or at the end. */
void rk_scrub_gt(struct rk_scrub *);
/* At "<!": past a comment or declaration. */
void rk_scrub_declaration(struct rk_scrub *);
/* The next end tag of an element whose content is to be left out, or NULL. */
const char *rk_scrub_ends(struct rk_scrub *, const struct rk_html_rule *);
/* Past the content of a raw text element and its end tag. */
void rk_scrub_raw(struct rk_scrub *, const struct rk_html_rule *);
/* A start tag inside of what is left out. */
void rk_scrub_inner_start(struct rk_scrub *, const struct rk_html_rule *, bool closed);
/* An end tag there. true: it is not of the inside, so that the element ends. */
bool rk_scrub_inner_end(struct rk_scrub *, const struct rk_html_rule *);

/* Bytes before the first one that stops says of, for tables that say no of all bytes
 * above 0x7f but 0xc2. */
size_t rk_html_span(const char *p, size_t n, const unsigned char stops[256]);

/* Append text with &, <, >, " and ' escaped. */
void rk_html_escape(struct rk_str text, struct rk_buf *out);
/* Append text with its character references resolved. */
void rk_html_decode(struct rk_str text, struct rk_buf *out);
/* Append text without controls (C1 read as windows-1252), CR as LF, repaired;
 * scratch is overwritten. */
void rk_html_fix(struct rk_str text, struct rk_buf *scratch, struct rk_buf *out);

/* The code point that a numeric reference means; 0: none. */
uint32_t rk_html_ref(uint32_t number);

#endif
