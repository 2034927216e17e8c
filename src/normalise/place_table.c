/*
 * places.tsv, which is compiled in, made ready for searching: the names as one
 * automaton, the words that stand before names by their ends.
 */
#include "place_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/normalise.h>

#include <stdlib.h>
#include <string.h>

extern const unsigned char rk_places_tsv[];
extern const size_t rk_places_tsv_size;

static struct rk_place_table *table;

/* Our own data: anything odd in it is a program error. */
static enum rk_place_class
class_of(char c)
{
	static const char letters[] = "ABCPEFGHXKTNnZQ";
	static const enum rk_place_class classes[] = {RK_PLACE_A, RK_PLACE_B,
	    RK_PLACE_C, RK_PLACE_P, RK_PLACE_LATIN, RK_PLACE_LATIN_WEAK, RK_PLACE_GROUP,
	    RK_PLACE_GROUP_NUMBERED, RK_PLACE_DECOY,
	    RK_PLACE_CUE, RK_PLACE_TITLE, RK_PLACE_NO, RK_PLACE_NO, RK_PLACE_NEUTRAL,
	    RK_PLACE_QUANTITY};
	const char *at = strchr(letters, c);

	rk_assert(c != '\0' && at != NULL);
	return classes[at - letters];
}

static bool
read_row(struct rk_str line, struct rk_place_row *row)
{
	struct rk_str code, class, piece;

	*row = (struct rk_place_row){0};
	if (line.n == 0 || line.p[0] == '#')
		return false;
	rk_assert(rk_str_split(&line, '\t', &row->text) && row->text.n > 0);
	rk_assert(rk_str_split(&line, '\t', &code));
	rk_assert(rk_str_split(&line, '\t', &class) && class.n == 1);
	if (rk_str_split(&line, '\t', &piece))
		row->reject = piece;
	row->class = class_of(class.p[0]);
	row->starts_word = class.p[0] == 'n';
	if (row->class < RK_PLACE_GROUP) {
		uint64_t v;

		rk_assert(rk_str_starts(code, "TH-"));
		rk_assert(
		    rk_str_u64(rk_str_from(code, 3), RK_PLACE_CODES - 1, &v) == 0);
		row->code = (unsigned char)v;
	}
	return true;
}

static unsigned char
last_byte(struct rk_str s)
{
	return (unsigned char)s.p[s.n - 1];
}

static int
by_end(const void *a, const void *b)
{
	const struct rk_place_row *x = *(const struct rk_place_row *const *)a;
	const struct rk_place_row *y = *(const struct rk_place_row *const *)b;

	if (last_byte(x->text) != last_byte(y->text))
		return last_byte(x->text) < last_byte(y->text) ? -1 : 1;
	if (x->text.n != y->text.n)
		return x->text.n > y->text.n ? -1 : 1;
	return rk_str_cmp(x->text, y->text);
}

static void
read_rows(struct rk_place_table *t)
{
	struct rk_str all = {(const char *)rk_places_tsv, rk_places_tsv_size}, rest,
		      line;
	struct rk_place_row row;
	size_t lines = 0;

	for (rest = all; rk_str_split(&rest, '\n', &line);)
		lines++;
	t->rows = rk_xcalloc(lines, sizeof(*t->rows));
	for (int names = 1; names >= 0; names--) /* the names first */
		for (rest = all; rk_str_split(&rest, '\n', &line);)
			if (read_row(line, &row) &&
			    (row.class <= RK_PLACE_DECOY) == names)
				t->rows[t->n++] = row;
	while (t->names < t->n && t->rows[t->names].class <= RK_PLACE_DECOY)
		t->names++;
}

void
rk_places_warm(void)
{
	struct rk_place_table *t;
	struct rk_str *words;

	if (table != NULL)
		return;
	t = rk_xcalloc(1, sizeof(*t));
	read_rows(t);
	words = rk_xcalloc(t->names, sizeof(*words));
	for (size_t i = 0; i < t->names; i++)
		words[i] = t->rows[i].text;
	t->aho = rk_aho_new(words, t->names);
	free(words);
	t->heads = rk_xcalloc(t->n, sizeof(*t->heads));
	for (size_t i = t->names; i < t->n; i++)
		t->heads[i - t->names] = &t->rows[i];
	qsort(t->heads, t->n - t->names, sizeof(*t->heads), by_end);
	for (size_t c = 0, i = 0; c < 257; c++) {
		while (i < t->n - t->names && last_byte(t->heads[i]->text) < c)
			i++;
		t->first[c] = i;
	}
	table = t;
}

void
rk_places_release(void)
{
	if (table == NULL)
		return;
	rk_aho_free(table->aho);
	free(table->heads);
	free(table->rows);
	free(table);
	table = NULL;
}

const struct rk_place_table *
rk_place_table(void)
{
	rk_places_warm();
	return table;
}

const struct rk_place_row *
rk_place_head(const struct rk_place_table *t, struct rk_str text, size_t end)
{
	unsigned char c;

	if (end == 0)
		return NULL;
	c = (unsigned char)text.p[end - 1];
	for (size_t i = t->first[c]; i < t->first[c + 1U]; i++) {
		const struct rk_place_row *h = t->heads[i];
		size_t n = h->text.n;

		if (n > end || memcmp(text.p + end - n, h->text.p, n) != 0)
			continue;
		if (h->starts_word && n < end &&
		    (text.p[end - n - 1] == '.' ||
			(end >= n + 3 &&
			    rk_place_letter(rk_place_thai(text, end - n - 3)))))
			continue;
		return h;
	}
	return NULL;
}
