/* What checkkit.h promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checkkit.h"
#include "program.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

char *
check_fill(const char *text, struct origin *o)
{
	struct rk_buf b;
	char date[40];

	rk_buf_init(&b, RK_MIB(4));
	for (const char *p = text; *p != '\0'; p++) {
		char *end;
		long hours;

		if (o != NULL && strncmp(p, "{O}", 3) == 0) {
			(void)rk_buf_adds(&b, origin_url(o, ""));
			p += 2;
			continue;
		}
		if (*p == '@' && p[1] != '\0' && strchr("-0123456789", p[1]) != NULL) {
			hours = strtol(p + 1, &end, 10);
			if (*end == '@') {
				(void)rk_buf_adds(
				    &b, rk_date_http(
					    (int64_t)time(NULL) + hours * 3600, date));
				p = end;
				continue;
			}
		}
		(void)rk_buf_addc(&b, *p);
	}
	(void)rk_buf_addc(&b, '\0');
	return b.p;
}

static void
fill_answer(struct origin_answer *a, struct origin *o)
{
	if (a->body != NULL && a->n == 0)
		a->body = check_fill(a->body, o);
	if (a->headers != NULL)
		a->headers = check_fill(a->headers, o);
	if (a->location != NULL)
		a->location = check_fill(a->location, o);
}

static void
free_answer(const struct origin_answer *given, const struct origin_answer *a)
{
	if (given->body != a->body)
		free((void *)(uintptr_t)a->body);
	free((void *)(uintptr_t)a->headers);
	free((void *)(uintptr_t)a->location);
}

static void
serve(struct origin *o, const struct check_route *r)
{
	struct origin_answer answers[2] = {r->first, r->then};

	fill_answer(&answers[0], o);
	fill_answer(&answers[1], o);
	origin_route(o, r->path, answers, r->then_set ? 2 : 1);
	free_answer(&r->first, &answers[0]);
	free_answer(&r->then, &answers[1]);
}

json_t *
check_finding(json_t *said, const char *id)
{
	json_t *f;
	size_t i;

	json_array_foreach(json_object_get(said, "findings"), i, f)
	{
		if (strcmp(json_string_value(json_object_get(f, "id")), id) == 0)
			return f;
	}
	return NULL;
}

static const char *
text_of(json_t *said, const char *key)
{
	return json_string_value(json_object_get(said, key));
}

/* The stanza must load as it stands. */
static void
load_stanza(const struct check_row *row, struct program *w, json_t *said)
{
	const char *stanza = text_of(said, "stanza");
	const char *url = text_of(json_object_get(said, "source"), "url");

	if (stanza[0] == '\0')
		fail_msg("%s: usable, but there is no stanza", row->name);
	program_config(w, "include: [s.yml]\n");
	program_write(w, "s.yml", "%s", stanza);
	if (program_run(w, "config", "check", NULL) != 0)
		fail_msg(
		    "%s: the stanza does not load: %s\n%s", row->name, w->err, stanza);
	if (row->source != NULL &&
	    (strlen(url) < strlen(row->source) ||
		strcmp(url + strlen(url) - strlen(row->source), row->source) != 0))
		fail_msg("%s: proposes %s, not ...%s", row->name, url, row->source);
}

static void
compare(const struct check_row *row, const char *url, json_t *said, const char *out)
{
	json_t *f = row->finding != NULL ? check_finding(said, row->finding) : NULL;
	const char *setting, *path = strchr(strstr(url, "://") + 3, '/');
	char want[300] = "";

	if (row->finding == NULL) {
		if (json_array_size(json_object_get(said, "findings")) != 0)
			fail_msg("%s: something was found:\n%s", row->name, out);
		return;
	}
	if (f == NULL)
		fail_msg("%s: %s was not found:\n%s", row->name, row->finding, out);
	setting = text_of(f, "setting");
	if (row->setting != NULL && strncmp(row->setting, "url: {O}", 8) == 0)
		(void)snprintf(want, sizeof(want), "url: %.*s%s", (int)(path - url),
		    url, row->setting + 8);
	else if (row->setting != NULL)
		(void)snprintf(want, sizeof(want), "%s", row->setting);
	if (strcmp(setting, want) != 0)
		fail_msg("%s: %s proposes \"%s\", not \"%s\"", row->name, row->finding,
		    setting, want);
	assert_true(strlen(text_of(f, "text")) > 10);
	assert_true(strlen(text_of(f, "text_th")) > 10);
	assert_null(strstr(text_of(f, "text"), "{1}"));
	/* a setting of the source stands in its stanza */
	if (row->status == 0 && setting[0] != '\0' &&
	    strncmp(setting, "url: ", 5) != 0 &&
	    strncmp(setting, "kind: page", 10) != 0 &&
	    strstr(text_of(said, "stanza"), setting) == NULL)
		fail_msg("%s: \"%s\" is not in the stanza:\n%s", row->name, setting,
		    text_of(said, "stanza"));
}

json_t *
check_url(const struct check_row *row, const char *url, const char *sources)
{
	struct program w;
	json_error_t error;
	json_t *said;
	const char *newline;
	int status;

	program_open(&w);
	program_config(&w, "fetch:\n  host_gap: 0s\n%s%s",
	    row->fetch != NULL ? row->fetch : "  allow_addresses: [127.0.0.0/8]\n",
	    sources);
	status = program_run(&w, "check", "--json", url, NULL);
	if (status != row->status)
		fail_msg("%s: exit %d, not %d: %s\n%s", row->name, status, row->status,
		    w.err, w.out);
	said = json_loads(w.out, 0, &error);
	if (said == NULL)
		fail_msg("%s: no JSON: %s", row->name, error.text);
	/* one line on stderr where it failed, none else */
	newline = strchr(w.err, '\n');
	if (status == 0 ? w.err[0] != '\0' : newline == NULL || newline[1] != '\0')
		fail_msg("%s: stderr: %s", row->name, w.err);
	compare(row, url, said, w.out);
	if (status == 0)
		load_stanza(row, &w, said);
	program_close(&w);
	return said;
}

json_t *
check_row(const struct check_row *row)
{
	struct origin *o = origin_start();
	json_t *said;

	for (size_t i = 0; i < CHECK_ROUTES && row->routes[i].path != NULL; i++)
		serve(o, &row->routes[i]);
	said = check_url(
	    row, origin_url(o, row->ask != NULL ? row->ask : "/feed.xml"), "");
	origin_stop(o);
	return said;
}
