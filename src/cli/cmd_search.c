/* search: what is published and says these words, for people and for programs. */
#include "cli_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/daemon.h>
#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/search.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct view {
	struct rk_query query;
	const struct rk_regions *regions;
	struct rk_buf out;
	bool colours;
	uint64_t until; /* monotonic ms */
};

static bool
is_late(void *cookie)
{
	const struct view *v = cookie;
	const struct rk_clock *clock = rk_clock_real();

	return clock->mono_ms(clock->self) >= v->until;
}

/* All arguments as one text, as they were typed. */
static struct rk_str
typed(const struct cli *cli, struct rk_arena *arena)
{
	struct rk_str all = rk_str(cli->args[0]);

	for (int i = 1; i < cli->n_args; i++)
		all = rk_arena_fmt(arena, "%.*s %s", RK_FMT(all), cli->args[i]);
	return all;
}

/* The node that is meant: by its id, a province's slug or ISO code. */
static int
find_region(const struct rk_config *config, const char *name, struct rk_arena *arena,
    struct rk_str *id)
{
	struct rk_str asked = rk_str(name);
	const struct rk_node *node = rk_regions_find(config->regions, asked);

	*id = asked;
	if (rk_str_is(asked, "national") ||
	    (node != NULL && node->scheme != RK_SCHEME_TOPIC))
		return 0;
	if ((node = rk_regions_province(config->regions, asked)) == NULL)
		node = rk_regions_find(
		    config->regions, rk_arena_fmt(arena, "province/%s", name));
	if (node == NULL)
		return -1;
	*id = node->id;
	return 0;
}

/* ---- for programs */

static void
json_story(struct view *v, const struct rk_story *s)
{
	struct rk_buf *b = &v->out, snippet;
	struct rk_str route = s->route, id;
	size_t at, n;
	bool first = true;

	rk_buf_init(&snippet, RK_KIB(8));
	(void)rk_snippet(s, &v->query, &snippet, &at, &n);
	(void)rk_buf_addc(b, '{');
	cli_key_str(b, "id", s->id);
	cli_key_str(b, "source", s->source_id);
	cli_key_str(b, "publisher", s->source_title.n > 0 ? s->source_title : s->source_id);
	cli_key_str(b, "url", s->url);
	cli_key_str(b, "title", s->title);
	cli_key_str(b, "snippet", rk_buf_view(&snippet));
	cli_key_time(b, "published", s->published);
	cli_key_time(b, "updated", s->updated);
	cli_key_time(b, "first_seen", s->first_seen);
	(void)rk_buf_adds(b, ",\"regions\":[");
	while (rk_str_split(&route, ' ', &id)) {
		enum rk_scheme scheme = rk_node_scheme(id, NULL);

		if (scheme == RK_SCHEME_ALL || scheme == RK_SCHEME_AGENCY)
			continue;
		(void)rk_buf_adds(b, first ? "" : ",");
		(void)rk_json_string(id, b);
		first = false;
	}
	(void)rk_buf_adds(b, "]}\n");
	rk_buf_release(&snippet);
}

/* ---- for people */

/* Entries are strangers' words: nothing of them moves the terminal. */
static void
plain(struct rk_buf *b, struct rk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		(void)rk_buf_addc(b, (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7F ? ' ' : s.p[i]);
}

static void
text_story(struct view *v, const struct rk_story *s)
{
	const char *bold = v->colours ? "\033[1m" : "", *end = v->colours ? "\033[0m" : "";
	struct rk_buf *b = &v->out, snippet;
	char when[96];
	size_t at = 0, n = 0;

	rk_buf_init(&snippet, RK_KIB(8));
	(void)rk_snippet(s, &v->query, &snippet, &at, &n);
	(void)rk_buf_adds(b, bold);
	plain(b, s->title.n > 0 ? s->title : RK_STR("(ไม่มีหัวเรื่อง)"));
	(void)rk_buf_addf(b, "%s\n  %s  ", end,
	    rk_date_thai(
		s->published != RK_NO_TIME ? s->published : s->first_seen, true, when));
	plain(b, s->source_title.n > 0 ? s->source_title : s->source_id);
	(void)rk_buf_addc(b, '\n');
	if (snippet.n > 0) {
		(void)rk_buf_adds(b, "  ");
		plain(b, rk_strn(snippet.p, n > 0 ? at : snippet.n));
		if (n > 0) {
			(void)rk_buf_adds(b, bold);
			plain(b, rk_strn(snippet.p + at, n));
			(void)rk_buf_adds(b, end);
			plain(b, rk_str_from(rk_buf_view(&snippet), at + n));
		}
		(void)rk_buf_addc(b, '\n');
	}
	if (s->url.n > 0) {
		(void)rk_buf_adds(b, "  ");
		plain(b, s->url);
		(void)rk_buf_addc(b, '\n');
	}
	(void)rk_buf_addc(b, '\n');
	rk_buf_release(&snippet);
}

static void
say_end(const struct cli *cli, const struct rk_timeline *t, const struct rk_search_end *end)
{
	if (cli->verbosity < 0)
		return;
	if (t->n_stories == 0)
		rk_say("nothing was found");
	else if (end->more)
		rk_say("there are more: see --limit");
	if (end->cut)
		rk_say("the search was ended before it came to the oldest entries: say it more "
		       "exactly");
	if (end->waiting > RK_SEARCH_TAIL)
		rk_say("%" PRId64 " of %" PRId64 " entries are not in the index yet; the newest "
		       "%d of them were searched",
		    end->waiting, end->entries, RK_SEARCH_TAIL);
}

static int
search(struct cli *cli, const struct rk_config *config,
    struct view *v, struct rk_search *what)
{
	static const struct rk_node node = { .id = { "search", 6 } };
	struct rk_store *store = NULL;
	struct rk_timeline *t = NULL;
	struct rk_search_end end;
	struct rk_err err = { 0 };
	struct rk_site site = { .host = RK_STR("") };
	const struct rk_clock *clock = rk_clock_real();
	int status;

	v->until = clock->mono_ms(clock->self) + RK_SEARCH_MS;
	if (rk_store_open(rk_cstr(config->storage.state), RK_STORE_READ, &store, &err) != 0
	    || rk_store_search(store, what, &node, &site, config->regions, &t, &end, &err) != 0) {
		rk_store_close(store);
		return cli_fail(&err);
	}
	for (size_t i = 0; i < t->n_stories; i++) {
		if (cli->json)
			json_story(v, &t->stories[i]);
		else
			text_story(v, &t->stories[i]);
	}
	(void)fwrite(v->out.p, 1, v->out.n, stdout);
	status = cli_flush();
	say_end(cli, t, &end);
	if (status == RK_EXIT_OK && t->n_stories == 0)
		status = RK_EXIT_FAILED;
	rk_timeline_free(t);
	rk_store_close(store);
	return status;
}

int
cmd_search(struct cli *cli)
{
	struct view v = { 0 };
	struct rk_search what = { .query = &v.query, .limit = 20, .stop = is_late, .cookie = &v };
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_config *config = NULL;
	struct rk_err err = { 0 };
	struct rk_str region;
	uint64_t limit;
	int status = RK_EXIT_USAGE;

	rk_buf_init(&v.out, RK_MIB(64));
	if (cli->limit != NULL) {
		if (rk_str_u64(rk_str(cli->limit), 1000, &limit) != 0 || limit == 0) {
			rk_say("ruamkhao: --limit %s: expected 1 to 1000", cli->limit);
			goto out;
		}
		what.limit = (unsigned)limit;
	}
	if (rk_query_parse(typed(cli, arena), arena, &v.query, &err) != 0) {
		rk_say("ruamkhao: %s", err.text);
		goto out;
	}
	if ((status = cli_config(cli, &config)) != RK_EXIT_OK)
		goto out;
	if (cli->region != NULL) {
		if (find_region(config, cli->region, arena, &region) != 0) {
			rk_say("ruamkhao: --region %s: there is no such node (try province/phuket, "
			       "phuket, TH-83, cluster/06 or national)", cli->region);
			status = RK_EXIT_USAGE;
			goto out;
		}
		what.places = (struct rk_node_list){ &region, 1 };
	}
	v.colours = !cli->json && isatty(STDOUT_FILENO);
	status = search(cli, config, &v, &what);
out:
	rk_buf_release(&v.out);
	rk_config_free(config);
	rk_arena_free(arena);
	return status;
}
