/*
 * status.json: the coverage board for programs; docs/status.md says what its members mean.
 * One source a line, so that a difference between two of them can be read.
 */
#include "publish_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>

#include <stdlib.h>

static void
key(struct rk_buf *b, const char *name, struct rk_str value)
{
	if (value.n == 0)
		return;
	(void)rk_buf_addf(b, "%s\"%s\":", b->n > 0 && b->p[b->n - 1] == '{' ? "" : ",", name);
	if (rk_json_string(value, b) != 0)
		b->full = true;
}

/* Addresses of strangers: without what is nobody's business. */
static void
key_shown(struct rk_buf *b, const char *name, struct rk_str value)
{
	struct rk_buf shown;

	rk_buf_init(&shown, value.n + 16 * (value.n / 8 + 1));
	board_shown(&shown, value);
	key(b, name, rk_buf_view(&shown));
	rk_buf_release(&shown);
}

static void
key_time(struct rk_buf *b, const char *name, int64_t t)
{
	char text[32];

	if (t != RK_NO_TIME)
		(void)rk_buf_addf(b, ",\"%s\":\"%s\"", name, rk_date_rfc3339(t, text));
}

static void
key_score(struct rk_buf *b, unsigned good, unsigned days)
{
	if (days > 0)
		(void)rk_buf_addf(b, ",\"score\":%u", (good * 100 + days / 2) / days);
}

static void
source(struct rk_buf *b, const struct rk_board *board, const struct rk_board_source *s)
{
	struct words reason = board_reason(s->health), advice = board_advice(s);
	struct rk_buf site;

	(void)rk_buf_addc(b, '{');
	key(b, "id", s->id);
	key(b, "title", s->title);
	key(b, "state", rk_str(rk_health_name(s->health)));
	key_time(b, "since", s->since);
	key(b, "reason_th", rk_str(reason.th));
	key(b, "reason", rk_str(reason.en));
	key(b, "advice_th", rk_str(advice.th));
	key(b, "advice", rk_str(advice.en));
	if (board->month != RK_NO_MONTH)
		key_score(b, s->good, s->days);
	if (s->province != NULL)
		key(b, "province", s->province->term);
	if (s->agency != NULL)
		key(b, "agency", s->agency->term);
	key(b, "url", board_url(s));
	rk_buf_init(&site, 4096);
	board_site(&site, s);
	key(b, "site", rk_buf_view(&site));
	rk_buf_release(&site);
	key_shown(b, "moved_to", s->moved);
	(void)rk_buf_addc(b, '}');
}

static void
totals(struct rk_buf *b, const struct rk_board *board)
{
	size_t count[RK_N_HEALTH] = {0};

	for (size_t i = 0; i < board->n_sources; i++)
		count[board->sources[i].health]++;
	(void)rk_buf_addf(b, ",\n\"totals\":{\"sources\":%zu", board->n_sources);
	for (int h = 0; h < RK_HEALTH_REMOVED; h++)
		(void)rk_buf_addf(b, ",\"%s\":%zu", rk_health_name((enum rk_health)h), count[h]);
	(void)rk_buf_addc(b, '}');
}

static void
agency(struct rk_buf *b, const struct board_count *c)
{
	(void)rk_buf_addc(b, '{');
	key(b, "id", c->node->term);
	key(b, "name_th", c->node->th);
	key(b, "name_en", c->node->en);
	(void)rk_buf_addf(b, ",\"sources\":%zu,\"working\":%zu", c->sources, c->working);
	key_score(b, c->good, c->days);
	(void)rk_buf_addc(b, '}');
}

int
rk_status_json(const struct rk_board *board, struct rk_buf *b, struct rk_err *err)
{
	struct board_count *counts;
	char month[16];

	(void)rk_buf_adds(b, "{\"version\":1");
	key(b, "title", board->site->title);
	key(b, "home_page_url", board->site->base_url);
	if (board->month != RK_NO_MONTH)
		key(b, "score_month", rk_str(rk_month_text(board->month, month)));
	totals(b, board);
	(void)rk_buf_adds(b, ",\n\"agencies\":[");
	counts = board_counts(board);
	for (size_t i = 0; i < board->n_agencies; i++) {
		(void)rk_buf_adds(b, i > 0 ? ",\n" : "\n");
		agency(b, &counts[i]);
	}
	free(counts);
	(void)rk_buf_adds(b, "],\n\"sources\":[");
	for (size_t i = 0; i < board->n_sources; i++) {
		(void)rk_buf_adds(b, i > 0 ? ",\n" : "\n");
		source(b, board, &board->sources[i]);
	}
	(void)rk_buf_adds(b, "]}\n");
	return render_end(b, "status.json", err);
}
