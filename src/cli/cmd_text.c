/* parse, date, places: the pure stages at the command line. No configuration. */
#include "cli_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/daemon.h>
#include <ruamkhao/date.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/worker.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t
now(void)
{
	const struct rk_clock *clock = rk_clock_real();

	return clock->wall(clock->self);
}

/* ---- parse */

/* One line, as promised, whatever stands in the document. */
static int
refuse(const struct rk_err *err)
{
	char line[1024];

	rk_say("%s", rk_log_escape(err->text, line, sizeof(line)));
	return RK_EXIT_FAILED;
}

/* The rules of --page into the work: an exit status. */
static int
page_rules(const struct cli *cli, struct rk_arena *arena, struct rk_work *work)
{
	struct rk_config_opts opts = { .page = rk_page_resolve };
	struct rk_err err = { 0 };

	if (cli->page == NULL)
		return RK_EXIT_OK;
	if (rk_config_page(cli->page, &opts, arena, &work->page, &err) != 0) {
		char line[1024];

		rk_say("ruamkhao: %s", rk_log_escape(err.text, line, sizeof(line)));
		return RK_EXIT_USAGE;
	}
	work->part = RK_PAGE_EITHER;
	return RK_EXIT_OK;
}

int
cmd_parse(struct cli *cli)
{
	struct rk_arena *arena = NULL, *rules = rk_arena_new(0);
	struct rk_ingest *ingest;
	struct rk_buf body, out;
	struct rk_work work;
	struct rk_err err = { 0 };
	int status;

	rk_buf_init(&body, RK_MAX_BODY_DEFAULT);
	rk_buf_init(&out, 4 * RK_WIRE_MAX);
	memset(&work, 0, sizeof(work));
	if ((status = page_rules(cli, rules, &work)) != RK_EXIT_OK)
		goto out;
	if (rk_file_read(cli->args[0], RK_MAX_BODY_DEFAULT, &body, &err) != 0) {
		status = refuse(&err);
		goto out;
	}
	work.body = rk_buf_view(&body);
	work.content_type = rk_str(cli->content_type);
	work.url = rk_str(cli->base_url);
	work.timezone = RK_BANGKOK;
	work.now = now();
	if (rk_work_once(cli->program, &work, &arena, &ingest, &err) != 0
	    || rk_ingest_json(ingest, arena, &out, &err) != 0) {
		status = refuse(&err);
		goto out;
	}
	(void)fwrite(out.p, 1, out.n, stdout);
	status = cli_flush();
out:
	rk_arena_free(arena);
	rk_arena_free(rules);
	rk_buf_release(&body);
	rk_buf_release(&out);
	return status;
}

/* ---- a line in, a line out */

typedef void line_fn(struct rk_str line, const void *cookie);

static int
each_line(const struct cli *cli, line_fn *fn, const void *cookie)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (cli->n_args > 0) {
		fn(rk_str(cli->args[0]), cookie);
		return cli_flush();
	}
	while ((n = getline(&line, &size, stdin)) >= 0) {
		struct rk_str s = rk_strn(line, (size_t)n);

		while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
			s.n--;
		fn(s, cookie);
	}
	free(line);
	return cli_flush();
}

static void
date_line(struct rk_str line, const void *cookie)
{
	const int64_t *today = cookie;
	struct rk_date date;
	char text[32];

	if (rk_date_parse(line, *today, RK_BANGKOK, &date) == 0)
		(void)puts(rk_date_rfc3339(date.utc, text));
	else
		(void)puts("reject");
}

int
cmd_date(struct cli *cli)
{
	int64_t today = now();

	if (cli->now != NULL) {
		struct rk_date date;

		if (rk_date_parse(rk_str(cli->now), today, RK_BANGKOK, &date) != 0) {
			rk_say("ruamkhao: --now %s is not a date (try 2026-12-31)", cli->now);
			return RK_EXIT_USAGE;
		}
		today = date.utc;
	}
	return each_line(cli, date_line, &today);
}

static void
places_line(struct rk_str line, const void *cookie)
{
	struct rk_buf out;

	(void)cookie;
	rk_buf_init(&out, RK_KIB(4));
	(void)rk_places(line, &out);
	(void)puts(out.n > 0 ? out.p : "-");
	rk_buf_release(&out);
}

int
cmd_places(struct cli *cli)
{
	int status;

	rk_places_warm();
	status = each_line(cli, places_line, NULL);
	rk_places_release();
	return status;
}
