/*
 * The pure path of one document, parse and normalise, over the files of a list, in
 * process and without a sandbox: what scripts/bench --parse measures.
 * usage: bench_parse LIST
 */
#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/charset.h>
#include <ruamkhao/date.h>
#include <ruamkhao/err.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/thai.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double
cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int
main(int argc, char **argv)
{
	unsigned long long files = 0, refused = 0, bytes = 0, entries = 0;
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_normalise_opts opts = {.url = RK_STR("http://feeds.example/feed"),
	    .timezone = RK_BANGKOK,
	    .now = time(NULL)};
	struct rk_parse_hints hints = {.url = opts.url};
	struct rk_err err = {0};
	struct rk_buf body;
	double parse = 0, normalise = 0;
	FILE *list = argc == 2 ? fopen(argv[1], "r") : NULL;
	char path[4096];

	if (list == NULL) {
		(void)fprintf(stderr, "usage: bench_parse LIST\n");
		return 2;
	}
	rk_parse_setup();
	rk_html_warm();
	rk_charset_warm();
	rk_thai_warm();
	rk_buf_init(&body, RK_MAX_BODY_DEFAULT);
	while (fgets(path, sizeof(path), list) != NULL) {
		struct rk_doc *doc;
		double start;

		path[strcspn(path, "\n")] = '\0';
		rk_buf_reset(&body);
		rk_arena_reset(arena);
		if (rk_file_read(path, RK_MAX_BODY_DEFAULT, &body, &err) != 0) {
			(void)fprintf(stderr, "%s\n", err.text);
			return 1;
		}
		files++;
		bytes += body.n;
		start = cpu();
		if (rk_parse_feed(rk_buf_view(&body), &hints, arena, &doc, &err) != 0) {
			refused++;
			continue;
		}
		parse += cpu() - start;
		start = cpu();
		entries += rk_normalise(doc, &opts, arena)->n_entries;
		normalise += cpu() - start;
	}
	(void)printf("files=%llu refused=%llu bytes=%llu entries=%llu parse_s=%.3f "
		     "normalise_s=%.3f\n",
	    files, refused, bytes, entries, parse, normalise);
	rk_buf_release(&body);
	rk_arena_free(arena);
	rk_html_release();
	(void)fclose(list);
	return refused > 0;
}
