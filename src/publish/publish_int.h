/*
 * What the renderers share: writing XML. Additions go to the buffer, whose `full` is
 * looked at once at the end.
 */
#ifndef RK_PUBLISH_INT_H
#define RK_PUBLISH_INT_H

#include <ruamkhao/buf.h>
#include <ruamkhao/publish.h>

/* Text and attribute values: & < > " escaped, what XML 1.0 forbids left out, ill-formed
 * UTF-8 replaced. Good for both places. */
void xml_text(struct rk_buf *, struct rk_str);
/* <name>text</name>\n; nothing for the empty span. */
void xml_element(struct rk_buf *, const char *name, struct rk_str text);
/*  name="value", a space before it; nothing for the empty span. */
void xml_attr(struct rk_buf *, const char *name, struct rk_str value);
/* <name>RFC 3339</name>\n; nothing for RK_NO_TIME. */
void xml_time(struct rk_buf *, const char *name, int64_t t);

/* 0, or RK_E_LIMIT when the buffer was too small. */
int render_end(const struct rk_buf *, const char *what, struct rk_err *);

/* The heading of a node's feed: "ภูเก็ต | SITE" in Thai. */
void node_title(struct rk_buf *, const struct rk_site *, const struct rk_node *);

int atom_render(const struct rk_timeline *, struct rk_buf *, struct rk_err *);

#endif
