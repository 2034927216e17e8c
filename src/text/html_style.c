/*
 * What a style attribute says about whether its element is seen. Styles are never
 * written; only what they hide is of use. Knows a handful of properties, no selectors,
 * no escapes: one that is written strangely hides nothing.
 */
#include "text_int.h"

#include <string.h>

enum prop { P_DISPLAY, P_VISIBILITY, P_FONT_SIZE, P_WIDTH, P_HEIGHT, P_COUNT };

static const struct {
	const char *name;
	size_t n;
} props[P_COUNT] = {
    {"display", 7}, {"visibility", 10}, {"font-size", 9}, {"width", 5}, {"height", 6}};

/* "0", ".00em", "0px"; max 1: "1px" too. */
static bool
is_tiny(struct rk_str v, char max)
{
	size_t i = 0;

	if (v.n == 0 || !((v.p[0] >= '0' && v.p[0] <= max) || v.p[0] == '.'))
		return false;
	if (v.p[0] != '.')
		i++;
	if (i < v.n && v.p[i] == '.')
		for (i++; i < v.n && v.p[i] == '0'; i++)
			;
	if (i < v.n && v.p[i] >= '0' && v.p[i] <= '9')
		return false;
	/* One of anything but a pixel is to be seen. */
	return v.p[0] != '1' || rk_str_iis(rk_str_from(v, i), "px");
}

static bool
applies(enum prop p, struct rk_str v)
{
	switch (p) {
	case P_DISPLAY:
		return rk_str_iis(v, "none");
	case P_VISIBILITY:
		return rk_str_iis(v, "hidden") || rk_str_iis(v, "collapse");
	case P_FONT_SIZE:
		return is_tiny(v, '0');
	case P_WIDTH:
	case P_HEIGHT:
		return is_tiny(v, '1');
	case P_COUNT:
		break;
	}
	return false;
}

/* The last one of a name counts. */
static void
declaration(struct rk_str d, bool *is)
{
	size_t colon = rk_str_chr(d, ':'), bang;
	struct rk_str name, value;

	if (colon == SIZE_MAX)
		return;
	name = rk_str_trim(rk_strn(d.p, colon));
	for (enum prop p = 0; p < P_COUNT; p++) {
		if (name.n != props[p].n || !rk_str_iis(name, props[p].name))
			continue;
		value = rk_str_from(d, colon + 1);
		bang = rk_str_chr(value, '!');
		if (bang != SIZE_MAX)
			value.n = bang;
		is[p] = applies(p, rk_str_trim(value));
		return;
	}
}

unsigned
rk_html_style(struct rk_str style)
{
	bool is[P_COUNT] = {false};
	struct rk_str d;
	unsigned facts = 0;

	while (rk_str_split(&style, ';', &d))
		declaration(d, is);
	if (is[P_DISPLAY] || is[P_VISIBILITY])
		facts |= RK_STYLE_HIDDEN;
	if (is[P_FONT_SIZE])
		facts |= RK_STYLE_NO_FONT;
	if (is[P_WIDTH] && is[P_HEIGHT])
		facts |= RK_STYLE_PIXEL;
	return facts;
}
