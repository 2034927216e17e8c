/*
 * RELIABILITY F15: mutations of a good file. Each is accepted, and then what show
 * prints loads again to the same text; or it is refused in one line that begins with
 * file, line and column.
 * The seed is printed; RK_SEED sets another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_dir.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/utf8.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 1500
#define MAX    (RK_MIB(2) + 4096)

static const char good[] =
    "# A good file.\n"
    "site:\n"
    "  title: รวมข่าว\n"
    "  base_url: http://127.0.0.1:8080/\n"
    "  contact: mailto:a@example.org\n"
    "storage:\n"
    "  state: state\n"
    "publish:\n"
    "  directory: public\n"
    "  formats: [atom, json]\n"
    "  entries: 50\n"
    "fetch:\n"
    "  every: 30m\n"
    "  host_gap: 0s\n"
    "  max_body: 1MiB\n"
    "  allow_ports: [8080, 8443]\n"
    "  allow_addresses: [127.0.0.0/8, '::1']\n"
    "serve:\n"
    "  listen: \"127.0.0.1:8080\"\n"
    "include: [more/*.yml]\n"
    "sources:\n"
    "- id: phuket-office\n"
    "  title: 'สำนักงานจังหวัดภูเก็ต'\n"
    "  url: https://www.phuket.example.go.th/rss\n"
    "  province: TH-83\n"
    "  agency: dopa\n"
    "  regions: [cluster/06]\n"
    "  headers: [\"Accept-Language: th\"]\n"
    "- id: near\n"
    "  url: http://127.0.0.1:9000/a\n"
    "  every: 5s\n"
    "  distrust: [id, date]\n"
    "- {id: flow, url: 'http://f.example/', enabled: false, timezone: \"+07:00\"}\n";

static const char more[] = "defaults: {province: TH-50}\n"
			   "sources:\n"
			   "- id: cnx\n"
			   "  url: http://cnx.example/\n";

static uint64_t rng;

static size_t
below(size_t n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return n > 0 ? (size_t)(rng % n) : 0;
}

struct text {
	char *p;
	size_t n;
};

/* Bytes [at, at + cut) become the n bytes at p. */
static void
splice(struct text *t, size_t at, size_t cut, const char *p, size_t n)
{
	if (at > t->n)
		at = t->n;
	if (cut > t->n - at)
		cut = t->n - at;
	if (t->n - cut + n > MAX)
		return;
	memmove(t->p + at + n, t->p + at + cut, t->n - at - cut);
	memcpy(t->p + at, p, n);
	t->n = t->n - cut + n;
}

/* Begin and length, with its line feed, of a line taken by chance. */
static size_t
some_line(const struct text *t, size_t *n)
{
	size_t at = below(t->n), end;

	while (at > 0 && t->p[at - 1] != '\n')
		at--;
	for (end = at; end < t->n && t->p[end] != '\n';)
		end++;
	*n = (end < t->n ? end + 1 : end) - at;
	return at;
}

static void
crlf(struct text *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->p[i] == '\n') {
			splice(t, i, 0, "\r", 1);
			i++;
		}
}

static void
long_line(struct text *t)
{
	static const char fill[] = "a '\"[{#-:";
	size_t n = RK_MIB(1);
	char *p = malloc(n);

	assert_non_null(p);
	memset(p, fill[below(sizeof(fill) - 1)], n);
	splice(t, below(t->n), 0, p, n);
	free(p);
}

static void
mutate(struct text *t)
{
	static const char *const bits[] = {"\x80", "\xFF", "\xE0\xB8", "\xC0\x80",
	    "\xED\xA0\x80", "\xEF\xBB\xBF", "\xFF\xFE", "\t", "\r", "&a ", "*a",
	    "!!str ", "|\n", ">\n", "---\n", "...\n", "%YAML 1.1\n", "? ", ": ", "- ",
	    "[", "]", "{", "}", ",", "'", "\"", "#", "<<: ", "\\0", "\n", " ", "  ",
	    "0", "-", "@", "`", "\xC2\x85", "\xE2\x80\xA8", "null", "~",
	    "999999999999999999999", ".."};
	size_t n, m, a, b;
	char line[4096];

	switch (below(11)) {
	case 0: /* delete a line */
		a = some_line(t, &n);
		splice(t, a, n, "", 0);
		break;
	case 1: /* double one, elsewhere */
		a = some_line(t, &n);
		n = n < sizeof(line) ? n : sizeof(line);
		memcpy(line, t->p + a, n);
		b = some_line(t, &m);
		splice(t, b, 0, line, n);
		break;
	case 2: /* swap two: take one out, put it in elsewhere */
		a = some_line(t, &n);
		n = n < sizeof(line) ? n : sizeof(line);
		memcpy(line, t->p + a, n);
		splice(t, a, n, "", 0);
		b = some_line(t, &m);
		splice(t, b, 0, line, n);
		break;
	case 3:
		splice(t, below(t->n), 0, "\0", 1);
		break;
	case 4:
		splice(t, below(2) * below(t->n), 0, "\xEF\xBB\xBF", 3);
		break;
	case 5:
		if (t->n < RK_KIB(64))
			crlf(t);
		break;
	case 6:
		if (below(10) == 0)
			long_line(t);
		break;
	case 7: /* a byte over 127, or any */
		line[0] = (char)(below(4) > 0 ? 128 + below(128) : below(256));
		splice(t, below(t->n), below(2), line, 1);
		break;
	case 8: /* cut a piece out */
		splice(t, below(t->n), 1 + below(12), "", 0);
		break;
	case 9: /* the file ends early */
		t->n = below(t->n);
		break;
	default:
		n = below(sizeof(bits) / sizeof(bits[0]));
		splice(t, below(t->n), 0, bits[n], strlen(bits[n]));
		break;
	}
}

static void
must_be_told(const struct config_dir *d, const struct rk_err *err)
{
	const char *at = err->text + strlen(d->path);
	unsigned line = 0, column = 0;

	assert_int_equal(err->kind, RK_E_CONFIG);
	assert_int_equal(strncmp(err->text, d->path, strlen(d->path)), 0);
	at = strchr(at, ':');
	assert_non_null(at);
	assert_int_equal(sscanf(at, ":%u:%u: ", &line, &column), 2);
	assert_true(line >= 1 && column >= 1);
	assert_int_equal(line, err->line);
	assert_int_equal(column, err->column);
	assert_true(rk_utf8_valid(rk_str(err->text)));
	assert_null(strchr(err->text, '\n'));
}

static void
must_load_again(struct config_dir *d, struct rk_config *a)
{
	struct rk_config *b = NULL;
	struct rk_buf first, second;
	struct rk_err err;

	rk_buf_init(&first, RK_MIB(8));
	rk_buf_init(&second, RK_MIB(8));
	assert_int_equal(rk_config_show(a, &first), 0);
	config_dir_put(d, "shown.yml", first.p, first.n);
	{
		char path[400];

		(void)snprintf(path, sizeof(path), "%s/shown.yml", d->path);
		if (rk_config_load(path, NULL, &b, &err) != 0)
			fail_msg("what was shown is refused: %s", err.text);
	}
	assert_int_equal(rk_config_show(b, &second), 0);
	assert_string_equal(first.p, second.p);
	rk_config_free(b);
	rk_buf_release(&first);
	rk_buf_release(&second);
}

static void
mutations(void **state)
{
	const char *seed = getenv("RK_SEED");
	struct text t = {malloc(MAX), 0};
	struct config_dir d;
	int accepted = 0, refused = 0;

	(void)state;
	assert_non_null(t.p);
	rng = seed != NULL ? strtoull(seed, NULL, 10) : 20260101;
	print_message("seed %llu\n", (unsigned long long)rng);
	config_dir_make(&d);
	config_dir_puts(&d, "more/a.yml", more);
	for (int i = 0; i < ROUNDS; i++) {
		bool in_main = below(8) > 0;
		struct rk_config *c = NULL;
		struct rk_err err;

		t.n = in_main ? sizeof(good) - 1 : sizeof(more) - 1;
		memcpy(t.p, in_main ? good : more, t.n);
		for (size_t n = i == 0 ? 0 : 1 + below(3); n > 0 && t.n > 0; n--)
			mutate(&t);
		config_dir_put(&d, "ruamkhao.yml", in_main ? t.p : good,
		    in_main ? t.n : sizeof(good) - 1);
		config_dir_put(&d, "more/a.yml", in_main ? more : t.p,
		    in_main ? sizeof(more) - 1 : t.n);
		if (rk_config_load(d.main, NULL, &c, &err) == 0) {
			must_load_again(&d, c);
			rk_config_free(c);
			accepted++;
		} else {
			must_be_told(&d, &err);
			refused++;
		}
	}
	print_message("%d accepted, %d refused\n", accepted, refused);
	assert_true(accepted > ROUNDS / 20); /* the mutations are not all wild ... */
	assert_true(refused > ROUNDS / 2);   /* ... nor all harmless */
	config_dir_remove(&d);
	free(t.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mutations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
