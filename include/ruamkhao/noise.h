/*
 * What stands around the text of a web page: counters, boilerplate, drawn rules, the
 * headline once more, and lines that are only a date, a name or a section. DOMAIN.md 5.
 *
 * A page's text comes as its lines; what is not cut stays as it is, byte for byte.
 */
#ifndef RUAMKHAO_NOISE_H
#define RUAMKHAO_NOISE_H

#include <ruamkhao/str.h>

struct rk_buf;

struct rk_line {
	struct rk_str text; /* valid UTF-8, any white space */
	bool linked;        /* all of it is inside of links */
	bool cut;           /* result */
};

/* What is known of the news already; empty where it is not. */
struct rk_line_facts {
	struct rk_str title, date, author, category;
};

/* What was found in lines that were cut, where the facts did not say it. The strings
 * point into the lines. */
struct rk_line_found {
	struct rk_str date;   /* a line that is a date and nothing else */
	struct rk_str author; /* a person, else the unit that signs */
};

/*
 * Mark the lines that are not the text. now, offset: as rk_date_parse. Linear in the
 * lines.
 */
void rk_noise_cut(struct rk_line *, size_t n, const struct rk_line_facts *, int64_t now,
    int offset, struct rk_line_found *);

/*
 * The name in a line that says who wrote something, without its label and without "of
 * this office": "ผู้เขียน: ก ข จาก สำนักงาน" gives "ก ข". bare: the line may be a name and
 * nothing else. Points into line; empty: there is none.
 */
struct rk_str rk_credit_name(struct rk_str line, bool bare);

/* Is it the name of an office, not of a person? */
bool rk_credit_is_unit(struct rk_str name);

#endif
