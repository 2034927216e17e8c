/*
 * status.html: the coverage board for people, the head of an office first of all. How many
 * sources work; agencies of which none does; what needs attention, worst first; then every
 * source by province and agency. Thai first, English at "#en".
 *
 * A page that a phone opens has 100 KB, so every part has its share; what is beyond is
 * counted, and status.json has it all. Where not every source fits, those that work are
 * counted by group; where not every group fits, those without trouble are.
 */
#include "status_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/err.h>

#include <stdio.h>
#include <stdlib.h>

#define ALL_BYTES       ((size_t)94 << 10) /* of the page; its frame takes some more */
#define AGENCIES_BYTES  ((size_t)10 << 10)
#define ATTENTION_BYTES ((size_t)40 << 10)

static const char style[] =
    "<style>table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;"
    "border-top:1px solid var(--line)}td{overflow-wrap:anywhere}"
    ".sum{font-size:1.25rem}.bad{font-weight:600}.note{color:var(--dim);font-size:.9rem}"
    "td p{margin:.1rem 0}.wide{overflow-x:auto}"
    "@media print{details{display:block}}</style>\n";

static void
head_links(struct rk_buf *b, const void *cookie)
{
	const struct rk_board *board = cookie;

	for (size_t i = 0; i < N_FEEDS && board->n_events > 0; i++)
		if (site_has(board->site, feed_kinds[i].suffix))
			(void)rk_buf_addf(b,
			    "<link rel=\"alternate\" type=\"%s\" href=\"operator%s\">\n",
			    feed_kinds[i].type, feed_kinds[i].suffix);
	(void)rk_buf_adds(b, style);
}

static void
day(struct rk_buf *b, int64_t t)
{
	char th[96], en[40], machine[32];

	if (t == RK_NO_TIME) {
		(void)rk_buf_adds(b, "-");
		return;
	}
	board_day(t, th, en);
	(void)rk_buf_addf(b, "<time datetime=\"%s\">", rk_date_rfc3339(t, machine));
	page_both(b, th, en);
	(void)rk_buf_adds(b, "</time>");
}

/* ---- the order */

static int
by_trouble(const void *va, const void *vb)
{
	const struct rk_board_source *a = *(const struct rk_board_source *const *)va;
	const struct rk_board_source *b = *(const struct rk_board_source *const *)vb;
	int d = board_rank(a->health) - board_rank(b->health);

	if (d != 0)
		return d;
	/* of the same kind what lasts longest */
	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	return rk_str_cmp(a->id, b->id);
}

static int
by_group(const void *va, const void *vb)
{
	const struct rk_board_source *a = *(const struct rk_board_source *const *)va;
	const struct rk_board_source *b = *(const struct rk_board_source *const *)vb;
	const struct rk_node *ga = board_group(a), *gb = board_group(b);
	int d;

	if (ga == NULL || gb == NULL) {
		if (ga != gb)
			return ga == NULL ? 1 : -1;
		return by_trouble(va, vb);
	}
	if (ga->scheme != gb->scheme)
		return ga->scheme < gb->scheme ? -1 : 1;
	d = rk_str_cmp(ga->id, gb->id);
	return d != 0 ? d : by_trouble(va, vb);
}

/* ---- parts */

static void
summary(struct rk_buf *b, const struct rk_board *board)
{
	static const enum rk_health shown[] = {RK_HEALTH_GONE, RK_HEALTH_BROKEN,
	    RK_HEALTH_HELD, RK_HEALTH_SILENT, RK_HEALTH_LATE, RK_HEALTH_NEW, RK_HEALTH_OFF};
	size_t count[RK_N_HEALTH] = {0}, all;
	char th[200], en[200];
	bool any = false;

	for (size_t i = 0; i < board->n_sources; i++)
		count[board->sources[i].health]++;
	all = board->n_sources - count[RK_HEALTH_OFF];
	(void)snprintf(th, sizeof(th), "ใช้งานได้ <strong>%zu</strong> จาก %zu แหล่งข่าว",
	    count[RK_HEALTH_WORKING], all);
	(void)snprintf(en, sizeof(en), "<strong>%zu</strong> of %zu sources are working",
	    count[RK_HEALTH_WORKING], all);
	(void)rk_buf_adds(b, "<p class=\"sum\">");
	page_both(b, th, en);
	(void)rk_buf_adds(b, "</p>\n<p>");
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		if (count[shown[i]] == 0)
			continue;
		(void)rk_buf_adds(b, any ? " · " : "");
		any = true;
		status_both(b, board_state(shown[i]));
		(void)rk_buf_addf(b, " %zu", count[shown[i]]);
	}
	(void)rk_buf_adds(b, "</p>\n");
}

static void
header(struct rk_buf *b, const struct rk_board *board)
{
	struct rk_buf title;

	rk_buf_init(&title, 4096);
	(void)rk_buf_adds(&title, "สถานะแหล่งข่าว | ");
	(void)rk_buf_str(&title, board->site->title);
	page_head(b, rk_buf_view(&title), head_links, board);
	rk_buf_release(&title);
	page_bar(b, board->site, RK_STR("status"));
	page_main(b);
	(void)rk_buf_adds(b, "<h1>");
	page_both(b, "สถานะแหล่งข่าว", "Status of the sources");
	(void)rk_buf_adds(b, "</h1>\n");
	summary(b, board);
	(void)rk_buf_adds(b, "<nav><a href=\"status.json\">JSON</a><a href=\"sources.csv\">CSV</a>"
			     "<a href=\"sources.opml\">OPML</a>");
	for (size_t i = 0; i < N_FEEDS && board->n_events > 0; i++)
		if (site_has(board->site, feed_kinds[i].suffix)) {
			(void)rk_buf_addf(b, "<a href=\"operator%s\">", feed_kinds[i].suffix);
			page_both(b, "ติดตามการเปลี่ยนแปลง", "Follow the changes");
			(void)rk_buf_adds(b, "</a>");
			break;
		}
	(void)rk_buf_adds(b, "</nav>\n");
}

static void
agency_list(struct rk_buf *b, const struct board_count *counts, size_t n, bool with_sources)
{
	size_t most = b->n + AGENCIES_BYTES, left = 0;

	(void)rk_buf_adds(b, "<ul>\n");
	for (size_t i = 0; i < n; i++) {
		if (counts[i].working > 0 || (counts[i].sources > 0) != with_sources)
			continue;
		if (b->n > most) {
			left++;
			continue;
		}
		(void)rk_buf_adds(b, "<li>");
		status_name(b, counts[i].node);
		if (with_sources) {
			char th[160], en[120];

			(void)snprintf(th, sizeof(th), "มี %zu แหล่งข่าว ใช้ไม่ได้ทั้งหมด",
			    counts[i].sources);
			(void)snprintf(en, sizeof(en), "sources: %zu, none of them works",
			    counts[i].sources);
			(void)rk_buf_adds(b, "<span class=\"note\">");
			page_both(b, th, en);
			(void)rk_buf_adds(b, "</span>");
		}
		(void)rk_buf_adds(b, "</li>\n");
	}
	(void)rk_buf_adds(b, "</ul>\n");
	status_rest(b, left);
}

/* Agencies nobody hears of. */
static void
agencies(struct rk_buf *b, const struct rk_board *board)
{
	struct board_count *counts = board_counts(board);
	size_t mute = 0, none = 0;

	for (size_t i = 0; i < board->n_agencies; i++) {
		mute += counts[i].sources > 0 && counts[i].working == 0;
		none += counts[i].sources == 0;
	}
	if (mute > 0) {
		(void)rk_buf_adds(b, "<section aria-labelledby=\"agencies\">\n<h2 id=\"agencies\">");
		page_both(b, "หน่วยงานที่ไม่มีแหล่งข่าวใดใช้งานได้", "Agencies without a working source");
		(void)rk_buf_addf(b, " <small>%zu</small></h2>\n", mute);
		agency_list(b, counts, board->n_agencies, true);
		(void)rk_buf_adds(b, "</section>\n");
	}
	if (none > 0) {
		(void)rk_buf_adds(b, "<details>\n<summary>");
		page_both(b, "หน่วยงานที่ยังไม่มีแหล่งข่าวในระบบ", "Agencies without any source here");
		(void)rk_buf_addf(b, " (%zu)</summary>\n", none);
		agency_list(b, counts, board->n_agencies, false);
		(void)rk_buf_adds(b, "</details>\n");
	}
	free(counts);
}

static void
shown(struct rk_buf *b, struct rk_str text)
{
	struct rk_buf safe;

	rk_buf_init(&safe, text.n + 16 * (text.n / 8 + 1));
	board_shown(&safe, text);
	xml_line(b, rk_buf_view(&safe));
	rk_buf_release(&safe);
}

/* Why, and what to do. In our words alone: what a connection came to is for the operator,
 * who asks `ruamkhao status` (RELIABILITY 1.5 case 12). */
static void
explanation(struct rk_buf *b, const struct rk_board_source *s)
{
	struct words reason = board_reason(s->health), advice = board_advice(s);

	if (reason.th[0] != '\0') {
		(void)rk_buf_adds(b, "<p>");
		status_both(b, reason);
		(void)rk_buf_adds(b, "</p>");
	}
	if (advice.en[0] != '\0') {
		(void)rk_buf_adds(b, "<p>");
		page_both(b, "คำแนะนำ: ", "What to do: ");
		(void)rk_buf_adds(b, "<span class=\"th\">");
		xml_line(b, rk_str(advice.th));
		(void)rk_buf_adds(b, "</span><span class=\"en\" lang=\"en\">");
		xml_line(b, rk_str(advice.en));
		(void)rk_buf_adds(b, "</span></p>");
	}
	if (s->moved.n > 0) {
		(void)rk_buf_adds(b, "<p>");
		page_both(b, "ย้ายไปที่ ", "It moved to ");
		shown(b, s->moved);
		page_both(b, " ให้แก้ url ในการตั้งค่า", "; change url in the configuration");
		(void)rk_buf_adds(b, "</p>");
	}
}

static bool
needs_attention(const struct rk_board_source *s)
{
	return rk_health_is_trouble(s->health) || s->moved.n > 0;
}

static void
table_head(struct rk_buf *b, const struct rk_board *board)
{
	char month[16], th[160], en[120];

	(void)rk_buf_adds(b, "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">");
	page_both(b, "แหล่งข่าว", "Source");
	(void)rk_buf_adds(b, "</th><th scope=\"col\">");
	page_both(b, "สถานะ", "State");
	(void)rk_buf_adds(b, "</th><th scope=\"col\">");
	page_both(b, "ตั้งแต่", "Since");
	(void)rk_buf_adds(b, "</th><th scope=\"col\">");
	page_both(b, "เหตุผลและคำแนะนำ", "Why, and what to do");
	(void)rk_buf_adds(b, "</th>");
	if (board->month != RK_NO_MONTH) {
		(void)rk_month_text(board->month, month);
		(void)snprintf(en, sizeof(en), "Score of %s", month);
		(void)snprintf(th, sizeof(th), "คะแนนเดือน %d/%d", (int)(board->month % 12) + 1,
		    (int)(board->month / 12) + 543);
		(void)rk_buf_adds(b, "<th scope=\"col\">");
		page_both(b, th, en);
		(void)rk_buf_adds(b, "</th>");
	}
	(void)rk_buf_adds(b, "</tr></thead>\n<tbody>\n");
}

static void
row(struct rk_buf *b, const struct rk_board *board, const struct rk_board_source *s)
{
	const struct rk_node *group = board_group(s);

	(void)rk_buf_adds(b, "<tr id=\"s-");
	xml_line(b, s->id);
	(void)rk_buf_adds(b, "\"><td>");
	status_title(b, s);
	if (group != NULL) {
		(void)rk_buf_adds(b, "<p class=\"note\">");
		status_name(b, group);
		(void)rk_buf_adds(b, "</p>");
	}
	(void)rk_buf_adds(b, "</td><td class=\"bad\">");
	status_both(b, board_state(s->health));
	(void)rk_buf_adds(b, "</td><td>");
	day(b, s->since);
	(void)rk_buf_adds(b, "</td><td>");
	explanation(b, s);
	(void)rk_buf_adds(b, "</td>");
	if (board->month != RK_NO_MONTH) {
		(void)rk_buf_adds(b, "<td>");
		status_score(b, s->good, s->days);
		(void)rk_buf_adds(b, "</td>");
	}
	(void)rk_buf_adds(b, "</tr>\n");
}

/* Worst first, as far as they fit: has_row[i] of the i-th source. */
static void
attention(struct rk_buf *b, const struct rk_board *board,
    const struct rk_board_source *const *order, bool *has_row)
{
	size_t n = 0, shown_n = 0, most = b->n + ATTENTION_BYTES;

	(void)rk_buf_adds(b, "<section aria-labelledby=\"attention\">\n<h2 id=\"attention\">");
	page_both(b, "แหล่งข่าวที่ต้องดูแล", "Sources that need attention");
	(void)rk_buf_adds(b, "</h2>\n");
	for (size_t i = 0; i < board->n_sources; i++) {
		if (!needs_attention(order[i]))
			continue;
		if (n++ == 0)
			table_head(b, board);
		if (b->n > most)
			continue;
		row(b, board, order[i]);
		has_row[order[i] - board->sources] = true;
		shown_n++;
	}
	if (n == 0) {
		(void)rk_buf_adds(b, "<p>");
		page_both(b, "ไม่มี ทุกแหล่งใช้งานได้ตามปกติ", "None: all is well.");
		(void)rk_buf_adds(b, "</p>\n");
	} else {
		(void)rk_buf_adds(b, "</tbody>\n</table></div>\n");
		status_rest(b, n - shown_n);
	}
	(void)rk_buf_adds(b, "</section>\n");
}

int
rk_status_html(const struct rk_board *board, struct rk_buf *b, struct rk_err *err)
{
	const struct rk_board_source **order =
	    rk_xcalloc(board->n_sources + 1, sizeof(const struct rk_board_source *));

	bool *has_row = rk_xcalloc(board->n_sources + 1, sizeof(*has_row));

	for (size_t i = 0; i < board->n_sources; i++)
		order[i] = &board->sources[i];
	header(b, board);
	agencies(b, board);
	qsort(order, board->n_sources, sizeof(*order), by_trouble);
	attention(b, board, order, has_row);
	qsort(order, board->n_sources, sizeof(*order), by_group);
	status_groups(b, board, order, has_row, ALL_BYTES);
	free(order);
	free(has_row);
	(void)rk_buf_adds(b, "<p class=\"note\">");
	page_both(b, "คะแนน คือร้อยละของวันในเดือนก่อนที่แหล่งข่าวใช้งานได้ ไม่นับวันที่ปิดไว้หรือที่ระบบรวมข่าวขัดข้องเอง",
	    "The score is the share of days of last month on which a source worked; days on which"
	    " it was disabled, or not asked by our own fault, do not count.");
	(void)rk_buf_adds(b, "</p>\n");
	page_foot(b, board->site);
	return render_end(b, "status.html", err);
}
