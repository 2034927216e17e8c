/* What the writers of JSON share: values of jansson from our spans. */
#ifndef RK_PUBLISH_JSON_INT_H
#define RK_PUBLISH_JSON_INT_H

#include "publish_int.h"

#include <jansson.h>

json_t *js_string(struct rk_str); /* ill-formed UTF-8 repaired */
/* Absent when empty, or RK_NO_TIME. */
void js_set(json_t *, const char *key, struct rk_str);
void js_set_time(json_t *, const char *key, int64_t);
/* Takes the list; an empty one is left out. */
void js_set_list(json_t *, const char *key, json_t *list);

/* From the lines of an entry or a story (entry.h). */
json_t *js_authors(struct rk_str lines);
json_t *js_tags(struct rk_str lines);
json_t *js_attachments(struct rk_str lines);

/* Writes and frees it: 0, or RK_E_LIMIT. */
int js_end(json_t *, struct rk_buf *, const char *what, struct rk_err *);

#endif
