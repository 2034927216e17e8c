/*
 * CSV (RFC 4180) for the spreadsheets of offices: UTF-8 with a byte order mark, every field
 * in quotes, lines end in CR LF. A field that a spreadsheet would take for a formula gets an
 * apostrophe before it: titles are strangers' words.
 */
#include "publish_int.h"

#include <ruamkhao/board.h>
#include <ruamkhao/date.h>
#include <ruamkhao/eight.h>

#include <string.h>

/* Where a byte stands that is not written as it is, from i on. */
static size_t
special(struct rk_str s, size_t i)
{
	uint64_t eight;

	for (; s.n - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, s.p + i, sizeof(eight));
		if (rk_eight_below(eight, ' ') || rk_eight_hold(eight, '"') ||
		    rk_eight_hold(eight, 0x7f))
			break;
	}
	while (i < s.n && s.p[i] != '"' && (unsigned char)s.p[i] >= ' ' && s.p[i] != 0x7f)
		i++;
	return i;
}

void
csv_field(struct rk_buf *b, bool first, struct rk_str s)
{
	static const char formula[] = "=+-@\t\r\n";
	size_t from = 0, i;

	(void)rk_buf_adds(b, first ? "\"" : ",\"");
	if (s.n > 0 && s.p[0] != '\0' && strchr(formula, s.p[0]) != NULL)
		(void)rk_buf_addc(b, '\'');
	while (from < s.n) {
		i = special(s, from);
		(void)rk_buf_add(b, s.p + from, i - from);
		if (i < s.n)
			(void)rk_buf_adds(b, s.p[i] == '"' ? "\"\"" : " ");
		from = i + 1;
	}
	(void)rk_buf_addc(b, '"');
}

void
csv_end(struct rk_buf *b)
{
	(void)rk_buf_adds(b, "\r\n");
}

static void
header(struct rk_buf *b, const char *const *names)
{
	(void)rk_buf_adds(b, CSV_BEGIN);
	for (size_t i = 0; names[i] != NULL; i++)
		csv_field(b, i == 0, rk_str(names[i]));
}

/* ---- index.csv */

int
rk_index_csv(const struct rk_index *x, struct rk_buf *b, struct rk_err *err)
{
	static const char *const names[] = {"id", "kind", "code", "title_th", "title_en", NULL};
	struct rk_buf url;

	header(b, names);
	for (size_t f = 0; x->formats[f] != NULL; f++)
		csv_field(b, false, rk_str(x->formats[f]->name));
	csv_end(b);
	rk_buf_init(&url, b->max);
	for (size_t i = 0; i < x->n_nodes; i++) {
		const struct rk_node *node = &x->nodes[i].node;

		csv_field(b, true, node->id);
		csv_field(b, false, rk_str(rk_scheme_name(node->scheme)));
		csv_field(b, false, node->term);
		csv_field(b, false, node->th);
		csv_field(b, false, node->en);
		for (size_t f = 0; x->formats[f] != NULL; f++) {
			rk_buf_reset(&url);
			(void)rk_buf_str(&url, x->site->base_url);
			(void)rk_buf_str(&url, node->id);
			(void)rk_buf_adds(&url, x->formats[f]->suffix);
			csv_field(b, false, rk_buf_view(&url));
		}
		csv_end(b);
	}
	rk_buf_release(&url);
	return render_end(b, "index.csv", err);
}

/* ---- sources.csv */

static const char *
kind_name(enum rk_kind kind)
{
	return kind == RK_KIND_PAGE ? "page" : kind == RK_KIND_WORDPRESS ? "wordpress" : "feed";
}

static void
node_fields(struct rk_buf *b, const struct rk_node *node)
{
	csv_field(b, false, node != NULL ? node->term : RK_STR(""));
	csv_field(b, false, node != NULL ? node->th : RK_STR(""));
}

static void
source_line(struct rk_buf *b, const struct rk_board *board, const struct rk_board_source *s)
{
	struct rk_buf site;
	char text[32] = "";

	rk_buf_init(&site, 4096);
	board_site(&site, s);
	csv_field(b, true, s->id);
	csv_field(b, false, s->title);
	csv_field(b, false, board_url(s));
	csv_field(b, false, rk_buf_view(&site));
	csv_field(b, false, rk_str(kind_name(s->kind)));
	node_fields(b, s->province);
	node_fields(b, s->agency);
	csv_field(b, false, rk_str(rk_health_name(s->health)));
	csv_field(b, false, rk_str(board_state(s->health).th));
	csv_field(b, false,
	    rk_str(s->since != RK_NO_TIME ? rk_date_rfc3339(s->since, text) : ""));
	rk_buf_release(&site);
	rk_buf_init(&site, 32);
	if (board->month != RK_NO_MONTH && s->days > 0)
		(void)rk_buf_addf(&site, "%u", (s->good * 100 + s->days / 2) / s->days);
	csv_field(b, false, rk_buf_view(&site));
	rk_buf_release(&site);
	csv_end(b);
}

int
rk_sources_csv(const struct rk_board *board, struct rk_buf *b, struct rk_err *err)
{
	static const char *const names[] = {"id", "title", "url", "site", "kind", "province",
	    "province_th", "agency", "agency_th", "state", "state_th", "since", "score", NULL};

	header(b, names);
	csv_end(b);
	for (size_t i = 0; i < board->n_sources; i++)
		source_line(b, board, &board->sources[i]);
	return render_end(b, "sources.csv", err);
}
