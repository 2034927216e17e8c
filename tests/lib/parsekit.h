/*
 * A document in a string to an rk_doc and back to nothing, for the tests of parse/.
 */
#ifndef RUAMKHAO_PARSEKIT_H
#define RUAMKHAO_PARSEKIT_H

#include <ruamkhao/doc.h>
#include <ruamkhao/err.h>

struct rk_arena;

struct parsed {
	struct rk_arena *arena;
	struct rk_doc *doc; /* NULL when it was refused */
	struct rk_err err;
};

/* url may be NULL. The bytes are handed over in a block of just their size, which is
 * overwritten before the call returns: a result may not point into it. */
struct parsed parse_bytes(const char *p, size_t n, const char *url);
struct parsed parse_text(const char *text);
struct parsed parse_type(const char *text, const char *content_type);
/* <rss><channel> text </channel></rss>, and an item around text inside it. */
struct parsed parse_channel(const char *text);
struct parsed parse_item(const char *text);
void parsed_release(struct parsed *);

/* Item n from 0; ends the test when there is none. */
const struct rk_item *parsed_item(const struct parsed *, size_t n);

/* A whole file; ends the test when it cannot be read. Free with free(). */
char *parse_read_file(const char *path, size_t *n);
/* The folder of shared data that may be absent: NULL, or a static string. */
const char *parse_shared(void);

/* NULL reads as "". */
#define assert_str(s, want) check_str((s), (want), #s, __FILE__, __LINE__)
void check_str(
    struct rk_str s, const char *want, const char *what, const char *file, int line);

#endif
