/*
 * The map of the provinces: one tile each, laid out by hand where the province lies among
 * its neighbours, coloured by region. No borders are drawn, so none can be wrong.
 */
#include "publish_int.h"

#define WIDE 44 /* of a tile with its gap, in units of the drawing */
#define HIGH 34
#define COLUMNS 10
#define ROWS    18

struct tile {
	const char *iso;
	unsigned char column, row;
	const char *th, *en; /* two letters of official letters, three of the interior */
};

static const struct tile tiles[] = {
    {"TH-57", 2, 0, "ชร", "CRI"},
    {"TH-58", 0, 1, "มส", "MSN"},
    {"TH-50", 1, 1, "ชม", "CMI"},
    {"TH-56", 2, 1, "พย", "PYO"},
    {"TH-55", 3, 1, "นน", "NAN"},
    {"TH-43", 7, 1, "นค", "NKI"},
    {"TH-38", 8, 1, "บก", "BKN"},
    {"TH-51", 1, 2, "ลพ", "LPN"},
    {"TH-52", 2, 2, "ลป", "LPG"},
    {"TH-54", 3, 2, "พร", "PRE"},
    {"TH-42", 5, 2, "ลย", "LEI"},
    {"TH-39", 6, 2, "นภ", "NBP"},
    {"TH-41", 7, 2, "อด", "UDN"},
    {"TH-47", 8, 2, "สน", "SNK"},
    {"TH-48", 9, 2, "นพ", "NPM"},
    {"TH-63", 1, 3, "ตก", "TAK"},
    {"TH-64", 2, 3, "สท", "STI"},
    {"TH-53", 3, 3, "อต", "UTT"},
    {"TH-40", 6, 3, "ขก", "KKN"},
    {"TH-46", 7, 3, "กส", "KSN"},
    {"TH-49", 8, 3, "มห", "MDH"},
    {"TH-62", 2, 4, "กพ", "KPT"},
    {"TH-65", 3, 4, "พล", "PLK"},
    {"TH-67", 4, 4, "พช", "PNB"},
    {"TH-36", 5, 4, "ชย", "CPM"},
    {"TH-44", 6, 4, "มค", "MKM"},
    {"TH-45", 7, 4, "รอ", "RET"},
    {"TH-35", 8, 4, "ยส", "YST"},
    {"TH-37", 9, 4, "อจ", "ACR"},
    {"TH-60", 2, 5, "นว", "NSN"},
    {"TH-66", 3, 5, "พจ", "PCK"},
    {"TH-16", 4, 5, "ลบ", "LRI"},
    {"TH-30", 5, 5, "นม", "NMA"},
    {"TH-31", 6, 5, "บร", "BRM"},
    {"TH-32", 7, 5, "สร", "SRN"},
    {"TH-33", 8, 5, "ศก", "SSK"},
    {"TH-34", 9, 5, "อบ", "UBN"},
    {"TH-61", 1, 6, "อน", "UTI"},
    {"TH-18", 2, 6, "ชน", "CNT"},
    {"TH-17", 3, 6, "สห", "SBR"},
    {"TH-19", 4, 6, "สบ", "SRI"},
    {"TH-71", 1, 7, "กจ", "KRI"},
    {"TH-72", 2, 7, "สพ", "SPB"},
    {"TH-15", 3, 7, "อท", "ATG"},
    {"TH-14", 4, 7, "อย", "AYA"},
    {"TH-26", 5, 7, "นย", "NYK"},
    {"TH-25", 6, 7, "ปจ", "PRI"},
    {"TH-70", 1, 8, "รบ", "RBR"},
    {"TH-73", 2, 8, "นฐ", "NPT"},
    {"TH-12", 3, 8, "นบ", "NBI"},
    {"TH-13", 4, 8, "ปท", "PTE"},
    {"TH-24", 5, 8, "ฉช", "CCO"},
    {"TH-27", 6, 8, "สก", "SKW"},
    {"TH-75", 1, 9, "สส", "SKM"},
    {"TH-74", 2, 9, "สค", "SKN"},
    {"TH-10", 3, 9, "กท", "BKK"},
    {"TH-11", 4, 9, "สป", "SPK"},
    {"TH-20", 5, 9, "ชบ", "CBI"},
    {"TH-76", 1, 10, "พบ", "PBI"},
    {"TH-21", 5, 10, "รย", "RYG"},
    {"TH-22", 6, 10, "จบ", "CTI"},
    {"TH-23", 7, 10, "ตร", "TRT"},
    {"TH-77", 1, 11, "ปข", "PKN"},
    {"TH-85", 0, 12, "รน", "RNG"},
    {"TH-86", 1, 12, "ชพ", "CPN"},
    {"TH-82", 0, 13, "พง", "PNA"},
    {"TH-84", 1, 13, "สฎ", "SNI"},
    {"TH-83", 0, 14, "ภก", "PKT"},
    {"TH-81", 1, 14, "กบ", "KBI"},
    {"TH-80", 2, 14, "นศ", "NRT"},
    {"TH-92", 1, 15, "ตง", "TRG"},
    {"TH-93", 2, 15, "พท", "PLG"},
    {"TH-91", 2, 16, "สต", "STN"},
    {"TH-90", 3, 16, "สข", "SKA"},
    {"TH-94", 4, 16, "ปน", "PTN"},
    {"TH-95", 4, 17, "ยล", "YLA"},
    {"TH-96", 5, 17, "นธ", "NWT"},
};
#define N_TILES (sizeof(tiles) / sizeof(tiles[0]))

const struct rk_node *
map_region(const struct rk_regions *regions, const struct rk_node *province, int64_t at)
{
	province = rk_regions_find(regions, province->id); /* the table's own */
	if (province == NULL)
		return NULL;
	for (size_t i = 0; i < rk_regions_count(regions); i++) {
		const struct rk_node *node = rk_regions_at(regions, i);

		if (node->scheme == RK_SCHEME_REGION &&
		    rk_regions_holds(regions, node, province, at))
			return node;
	}
	return NULL;
}

/* One tile of one language; suffix NULL: nothing is published there. */
static void
tile(struct rk_buf *b, const struct tile *t, const struct rk_node *node,
    const char *suffix, bool english)
{
	struct rk_str name = english && node->en.n > 0 ? node->en : node->th;

	(void)rk_buf_adds(b, suffix != NULL ? "<a" : "<g");
	if (suffix != NULL) {
		xml_attr(b, "href", node->id);
		b->n--; /* the name goes on */
		(void)rk_buf_addf(b, "%s%s\"", suffix, english ? "#en" : "");
	}
	(void)rk_buf_addf(b, " class=\"%s\"%s transform=\"translate(%d %d)\"><title>",
	    english ? "en" : "th", english ? " lang=\"en\"" : "", t->column * WIDE,
	    t->row * HIGH);
	xml_line(b, name);
	(void)rk_buf_addf(b, "</title><use href=\"#tile\"></use>"
	    "<text x=\"%d\" y=\"22\">%s</text></%s>", (WIDE - 3) / 2,
	    english ? t->en : t->th, suffix != NULL ? "a" : "g");
}

void
map_svg(struct rk_buf *b, const struct rk_regions *regions, int64_t at,
    const char *(*page)(const void *cookie, const struct rk_node *), const void *cookie)
{
	(void)rk_buf_addf(b, "<svg viewBox=\"-1 -1 %d %d\" role=\"group\" "
	    "aria-labelledby=\"map\">\n<defs><path id=\"tile\" d=\"M4 0h%dq4 0 4 4v%dq0 4-4 4"
	    "h-%dq-4 0-4-4v-%dq0-4 4-4z\"></path></defs>\n", COLUMNS * WIDE, ROWS * HIGH,
	    WIDE - 11, HIGH - 11, WIDE - 11, HIGH - 11);
	for (size_t i = 0; i < N_TILES; i++) {
		const struct rk_node *node = rk_regions_province(regions, rk_str(tiles[i].iso));
		const struct rk_node *region;
		const char *suffix;

		if (node == NULL)
			continue;
		region = map_region(regions, node, at);
		suffix = page(cookie, node);
		(void)rk_buf_adds(b, "<g class=\"tile");
		if (suffix == NULL)
			(void)rk_buf_adds(b, " off");
		if (region != NULL) {
			(void)rk_buf_addc(b, ' ');
			xml_line(b, region->term);
		}
		(void)rk_buf_adds(b, "\">");
		tile(b, &tiles[i], node, suffix, false);
		tile(b, &tiles[i], node, suffix, true);
		(void)rk_buf_adds(b, "</g>\n");
	}
	(void)rk_buf_adds(b, "</svg>\n");
}
