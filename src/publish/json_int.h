/*
 * Writing JSON straight into a buffer, one value a line, indented by a space a level.
 * What is in a list or an object of its own is written between its open and its close;
 * a list that was left empty leaves nothing, not even its key.
 */
#ifndef RK_PUBLISH_JSON_INT_H
#define RK_PUBLISH_JSON_INT_H

#include "publish_int.h"

struct js {
	struct rk_buf *b;
	unsigned depth;
	bool some;        /* of what is open something was written */
	const char *list; /* key of a list whose first value did not come yet */
};

/* key: NULL in a list. */
void js_open(struct js *, const char *key); /* an object */
void js_close(struct js *);
void js_list(struct js *, const char *key); /* of values and objects, no lists in it */
void js_list_end(struct js *);
void js_string(struct js *, const char *key, struct rk_str); /* ill-formed UTF-8 repaired */
void js_int(struct js *, const char *key, int64_t);
void js_true(struct js *, const char *key);
/* Absent when empty, or RK_NO_TIME. */
void js_set(struct js *, const char *key, struct rk_str);
void js_set_time(struct js *, const char *key, int64_t);
/* A list that stands there with nothing in it too. */
void js_items(struct js *, const char *key);
void js_items_end(struct js *);

/* From the lines of an entry or a story (entry.h). */
void js_authors(struct js *, const char *key, struct rk_str lines);
void js_tags(struct js *, struct rk_str lines); /* values of the list that is open */
void js_attachments(struct js *, const char *key, struct rk_str lines);
void js_hub(struct js *, struct rk_str hub); /* "hubs"; nothing for the empty span */

/* 0, or RK_E_LIMIT. */
int js_end(struct js *, const char *what, struct rk_err *);

#endif
