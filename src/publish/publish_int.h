/*
 * What the renderers share: writing XML and HTML. Additions go to the buffer, whose `full` is
 * looked at once at the end.
 */
#ifndef RK_PUBLISH_INT_H
#define RK_PUBLISH_INT_H

#include <ruamkhao/board.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/publish.h>

/* Text: & < > " escaped, control characters and what else XML 1.0 forbids left out,
 * ill-formed UTF-8 replaced. Good for attribute values too, where \t and \n then count
 * as spaces. */
void xml_text(struct rk_buf *, struct rk_str);
/* The same with \t and \n as spaces: titles, names, ids, attribute values (RELIABILITY
 * 1.5 case 33). */
void xml_line(struct rk_buf *, struct rk_str);
/* <name>one line</name>\n; nothing for the empty span. */
void xml_element(struct rk_buf *, const char *name, struct rk_str text);
/*  name="value", a space before it, \t and \n as spaces; nothing for the empty span. */
void xml_attr(struct rk_buf *, const char *name, struct rk_str value);
/* <name>RFC 3339</name>\n; nothing for RK_NO_TIME. */
void xml_time(struct rk_buf *, const char *name, int64_t t);

/* http or https: what may stand in a link. Entries were checked when they were made;
 * this is the second lock on the same door (RELIABILITY 1.5 case 20). */
bool xml_web_address(struct rk_str url);

/* Whether that format is published: ".html". */
bool site_has(const struct rk_site *, const char *suffix);

/* Where people read what is in the feed: the node's page, else the site. */
void node_page(struct rk_buf *, const struct rk_timeline *);

/* 0, or RK_E_LIMIT when the buffer was too small. */
int render_end(const struct rk_buf *, const char *what, struct rk_err *);

/* The heading of a node's feed: "ภูเก็ต | SITE" in Thai. */
void node_title(struct rk_buf *, const struct rk_site *, const struct rk_node *);

/* The formats that readers subscribe to, in the order of preference. */
#define N_FEEDS 3
struct feed_kind {
	const char *suffix, *type, *name; /* type: the media type; name: for people */
};
extern const struct feed_kind feed_kinds[N_FEEDS];
/* Suffix of the format that readers subscribe to: the first of atom, rss, json that is
 * published, else NULL. */
const char *feed_suffix(const struct rk_index *);
/* Its media type for link elements. */
const char *feed_type(const char *suffix);

/* ---- page_html.c */

/* To <body>, the style in it; links writes the link elements of the head. */
void page_head(struct rk_buf *, struct rk_str title,
    void (*links)(struct rk_buf *, const void *cookie), const void *cookie);
/* The head that people see: the site, the search where there is one, the language. `from`:
 * path of the page below the root without its suffix, "province/phuket", "story"; empty:
 * the front page, whose h1 is the site. */
void page_bar(struct rk_buf *, const struct rk_site *, struct rk_str from);
/* <main>; page_foot ends it. */
void page_main(struct rk_buf *);
/* From </main> on. */
void page_foot(struct rk_buf *, const struct rk_site *);
/* Thai, and English for who asked for it by "#en"; markup. */
void page_both(struct rk_buf *, const char *th, const char *en);
/* "../" for each folder of a path below the root. */
void page_up(struct rk_buf *, struct rk_str from);
/* A node's name in both languages; and linked, in the language that is read. */
void page_name(struct rk_buf *, const struct rk_node *);
void page_node(struct rk_buf *, struct rk_str from, const struct rk_node *,
    const char *suffix);
/* A day, in the Buddhist era and in the Common one. */
void page_date(struct rk_buf *, int64_t t);
/* <time>: the time of day, with its date; midnight is taken for a date alone. */
void page_time(struct rk_buf *, int64_t t, bool date);
/* <li>, or what the tag is, in the story's language, and its title, linked to its
 * publisher's page where it has one; the tag stays open. both: where it has none, that
 * is said in both languages. */
void page_title(struct rk_buf *, const struct rk_site *, const struct rk_story *,
    const char *tag, bool both);
/* A story's title as a heading ("h2"), linked to its publisher's page where it has one. */
void page_headline(struct rk_buf *, const struct rk_site *, const struct rk_story *,
    const char *tag);
/* A value of a query, percent-encoded where RFC 3986 asks for it; safe in markup. */
void page_query(struct rk_buf *, struct rk_str value);

/* ---- map.c */

/* The region that holds a province at that instant, or NULL. */
const struct rk_node *map_region(
    const struct rk_regions *, const struct rk_node *province, int64_t at);
/* Named by the element with the id "map". page: suffix of the page of a province, NULL:
 * it has none. */
void map_svg(struct rk_buf *, const struct rk_regions *, int64_t at,
    const char *(*page)(const void *cookie, const struct rk_node *), const void *cookie);

/* ---- page_text.c */

/* A short text of the story: its summary, else from its markup; appended as text. */
void page_excerpt(struct rk_buf *, const struct rk_story *, size_t code_points);
/* Our cleaned markup for a page that loads nothing: images, sound and films as links,
 * headings below the page's own. */
void page_markup(struct rk_buf *, struct rk_str html);

/* ---- story.c */

/* One of the other publishers, and another account of the same event, linked; markup. */
void story_copy(struct rk_buf *html, const struct rk_copy *);
void story_related(struct rk_buf *html, const struct rk_related *);
/* There is something to read beside title and summary. */
bool story_has_body(const struct rk_story *);
/* The cleaned text with the lines that name the other publishers and accounts; markup. */
void story_html(struct rk_buf *html, const struct rk_story *);
/* The same, escaped once more for XML. */
void story_body(struct rk_buf *, const struct rk_story *);
/* Who is named as the author where one must be. */
struct rk_str story_author(const struct rk_story *);
/* One file of a story; length empty when not known. */
struct story_file {
	struct rk_str url, type, length, title;
};
/* The next that can be linked to; false: there is no further. */
bool story_enclosure(struct rk_str *lines, struct story_file *);
/* Whether a source's configured address may be shown: no user info, no secret in its
 * query (RELIABILITY 1.5 case 43). */
bool story_shows_address(struct rk_str url);

/* ---- board_words.c: what the board and the operator's feed say in the same way */

struct words {
	const char *th, *en;
};
struct words board_state(enum rk_health);  /* "ใช้งานได้", "working" */
struct words board_reason(enum rk_health); /* one sentence each; empty for WORKING */
/* What to do: as was advised then, else what its health asks for. en is not our own where
 * th is empty. */
struct words board_advice(const struct rk_board_source *);
/* A text, with the secrets of addresses in it left out. */
void board_shown(struct rk_buf *, struct rk_str text);
/* Bangkok's day: "20 พฤศจิกายน 2569" and "20 Nov 2026". */
void board_day(int64_t t, char th[96], char en[40]);
/* Where people read what a source publishes: its site as the feed says, else the root of
 * its address; empty: not to be shown. Into the buffer. */
void board_site(struct rk_buf *, const struct rk_board_source *);
/* The address that is asked, where it may be shown, else empty. */
struct rk_str board_url(const struct rk_board_source *);
int board_rank(enum rk_health); /* worst first */
/* The group of the board that a source stands in: its province, else its agency, NULL. */
const struct rk_node *board_group(const struct rk_board_source *);

/* What the sources of an agency come to. */
struct board_count {
	const struct rk_node *node;
	size_t sources, working; /* without disabled ones */
	unsigned good, days;     /* of the month, all sources together */
};
/* One for each of board->agencies; from malloc. */
struct board_count *board_counts(const struct rk_board *);

/* ---- csv.c: a field and what parts it (RFC 4180), no formula for a spreadsheet */
void csv_field(struct rk_buf *, bool first, struct rk_str);
void csv_end(struct rk_buf *);
#define CSV_BEGIN "\xef\xbb\xbf" /* or spreadsheets take Thai for something else */

/* ---- atom.c */

/* <name>tag:HOST,2026:/NODE</name>\n */
void atom_tag(struct rk_buf *, const char *name, struct rk_str host, struct rk_str node);
/* Nothing where href is no web address. */
void atom_link(struct rk_buf *, const char *rel, const char *type, struct rk_str href,
    struct rk_str title);

/* ---- archive.c */

/* Id and title of an archive document. */
void archive_id(struct rk_buf *, const struct rk_timeline *);
/* What leads from document to document; of an archive document also what says that it is
 * one. */
void archive_links(struct rk_buf *, const struct rk_timeline *);

/* The <entry> elements alone. */
void atom_entries(struct rk_buf *, const struct rk_timeline *);
int atom_render(const struct rk_timeline *, struct rk_buf *, struct rk_err *);
int rss_render(const struct rk_timeline *, struct rk_buf *, struct rk_err *);
int html_render(const struct rk_timeline *, struct rk_buf *, struct rk_err *);
int json_render(const struct rk_timeline *, struct rk_buf *, struct rk_err *);
int embed_render(const struct rk_timeline *, struct rk_buf *, struct rk_err *);

#endif
