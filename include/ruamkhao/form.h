/*
 * application/x-www-form-urlencoded, as hubs and their subscribers write their requests.
 */
#ifndef RUAMKHAO_FORM_H
#define RUAMKHAO_FORM_H

#include <ruamkhao/str.h>

#include <stdbool.h>

struct rk_arena;
struct rk_buf;

/*
 * Take the next "name=value" off *rest, decoded into the arena with a NUL behind; false:
 * there is no further. '+' is a space; a '%' without two hex digits stands for itself.
 * Values may hold any byte, NUL too.
 */
bool rk_form_next(struct rk_str *rest, struct rk_arena *, struct rk_str *name,
    struct rk_str *value);

/* Append s as a name or value; also good for the query of an address. */
void rk_form_encode(struct rk_buf *, struct rk_str s);

#endif
