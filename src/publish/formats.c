/* The table of output formats: adding one is a file and a line here. */
#include "publish_int.h"

#include <stddef.h>

const struct rk_format rk_formats[] = {
	{ "atom", ".atom", "application/atom+xml; charset=utf-8", atom_render },
	{ NULL, NULL, NULL, NULL },
};

const struct rk_format *
rk_format_find(struct rk_str name)
{
	for (const struct rk_format *f = rk_formats; f->name != NULL; f++) {
		if (rk_str_is(name, f->name))
			return f;
	}
	return NULL;
}
