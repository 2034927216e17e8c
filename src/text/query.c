/*
 * What was typed into a search, as a tree of words.
 */
#include <ruamkhao/query.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/thai.h>
#include <ruamkhao/utf8.h>

#include <stdlib.h>
#include <string.h>

/* ---- tokens */

enum token { END, WORD, OR, AND, NOT, OPEN, CLOSE };

struct parser {
	struct rk_str rest;
	struct rk_arena *arena;
	enum token token; /* the one being looked at */
	struct rk_str word;
	unsigned depth, n_terms;
};

static bool
is_space(uint32_t c)
{
	return c <= ' ' || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F ||
	       c == 0x3000;
}

/* Telephones type the round ones. */
static bool
is_quote(uint32_t c)
{
	return c == '"' || (c >= 0x201C && c <= 0x201F) || c == 0xAB || c == 0xBB;
}

static void
skip_spaces(struct parser *p)
{
	struct rk_str rest = p->rest;
	uint32_t c;

	while (rk_utf8_next(&rest, &c) && is_space(c))
		p->rest = rest;
}

/* A '-' means "not" at the begin of a word only: "covid-19" is one word. */
static bool
is_minus(struct rk_str rest)
{
	uint32_t c;

	if (rest.n < 2 || rest.p[0] != '-')
		return false;
	rest = rk_str_from(rest, 1);
	return rk_utf8_next(&rest, &c) && !is_space(c) && c != '-';
}

static void
phrase(struct parser *p)
{
	struct rk_str rest = p->rest, at = p->rest;
	uint32_t c;

	while (rk_utf8_next(&rest, &c) && !is_quote(c))
		at = rest;
	p->token = WORD;
	p->word = rk_strn(p->rest.p, (size_t)(at.p - p->rest.p));
	p->rest = rest;
}

static void
word(struct parser *p)
{
	struct rk_str rest = p->rest, at = p->rest;
	uint32_t c;

	while (rk_utf8_next(&rest, &c) && !is_space(c) && !is_quote(c) && c != '(' &&
	       c != ')')
		at = rest;
	p->word = rk_strn(p->rest.p, (size_t)(at.p - p->rest.p));
	p->rest = at;
	p->token = rk_str_is(p->word, "OR")    ? OR
		   : rk_str_is(p->word, "AND") ? AND
		   : rk_str_is(p->word, "NOT") ? NOT
					       : WORD;
}

static void
next(struct parser *p)
{
	struct rk_str after;
	uint32_t c;

	skip_spaces(p);
	after = p->rest;
	if (!rk_utf8_next(&after, &c)) {
		p->token = END;
	} else if (c == '(' || c == ')') {
		p->rest = after;
		p->token = c == '(' ? OPEN : CLOSE;
	} else if (is_quote(c)) {
		p->rest = after;
		phrase(p);
	} else if (is_minus(p->rest)) {
		p->rest = rk_str_from(p->rest, 1);
		p->token = NOT;
	} else {
		word(p);
	}
}

/* ---- the tree; NULL: there was nothing to look for */

static const struct rk_query_node *
join(struct parser *p, enum rk_query_op op, const struct rk_query_node *a,
    const struct rk_query_node *b)
{
	struct rk_query_node *node;

	if (a == NULL || (b == NULL && op != RK_Q_NOT))
		return a != NULL ? a : b;
	node = RK_NEW(p->arena, struct rk_query_node);
	node->op = op;
	node->a = a;
	node->b = b;
	return node;
}

static const struct rk_query_node *
term(struct parser *p)
{
	struct rk_query_node *node = NULL;
	struct rk_buf key;

	rk_buf_init(&key, 2 * RK_QUERY_BYTES);
	if (rk_search_key(p->word, &key) == 0 && key.n > 0) {
		node = RK_NEW(p->arena, struct rk_query_node);
		node->op = RK_Q_TERM;
		node->key = rk_arena_str(p->arena, rk_buf_view(&key));
		node->word = rk_arena_str(p->arena, rk_str_trim(p->word));
		p->n_terms++;
	}
	rk_buf_release(&key);
	return node;
}

static const struct rk_query_node *either(struct parser *);

static const struct rk_query_node *
one(struct parser *p)
{
	const struct rk_query_node *node;
	bool not = false;

	for (; p->token == NOT; next(p))
		not = !not;
	if (p->token == OPEN && p->depth < RK_QUERY_DEPTH) {
		p->depth++;
		next(p);
		node = either(p);
		p->depth--;
		if (p->token == CLOSE)
			next(p);
	} else if (p->token == WORD) {
		node = term(p);
		next(p);
	} else { /* nothing to say no to */
		if (p->token == OPEN)
			next(p);
		return NULL;
	}
	return not ? join(p, RK_Q_NOT, node, NULL) : node;
}

static const struct rk_query_node *
all(struct parser *p)
{
	const struct rk_query_node *node = NULL;

	while (p->token != END && p->token != OR && (p->token != CLOSE || p->depth == 0)) {
		if (p->token == AND || p->token == CLOSE)
			next(p);
		else
			node = join(p, RK_Q_AND, node, one(p));
	}
	return node;
}

static const struct rk_query_node *
either(struct parser *p)
{
	const struct rk_query_node *node = all(p);

	while (p->token == OR) {
		next(p);
		node = join(p, RK_Q_OR, node, all(p));
	}
	return node;
}

/* Valid UTF-8 in stored form, each space one, none at the ends. */
static struct rk_str
tidy(struct rk_str typed, struct rk_arena *arena)
{
	struct rk_buf utf8, stored, text;
	struct rk_str rest, at, out;
	uint32_t c;
	bool gap = false;

	rk_buf_init(&utf8, SIZE_MAX / 8);
	rk_buf_init(&stored, SIZE_MAX / 8);
	rk_buf_init(&text, SIZE_MAX / 8);
	(void)rk_utf8_repair(typed, &utf8);
	(void)rk_thai_repair(rk_buf_view(&utf8), &stored);
	rest = at = rk_buf_view(&stored);
	while (rk_utf8_next(&rest, &c)) {
		if (is_space(c)) {
			gap = text.n > 0;
		} else {
			if (gap)
				(void)rk_buf_addc(&text, ' ');
			(void)rk_buf_add(&text, at.p, (size_t)(rest.p - at.p));
			gap = false;
		}
		at = rest;
	}
	out = rk_arena_str(arena, rk_buf_view(&text));
	rk_buf_release(&utf8);
	rk_buf_release(&stored);
	rk_buf_release(&text);
	return out;
}

int
rk_query_parse(
    struct rk_str typed, struct rk_arena *arena, struct rk_query *q, struct rk_err *err)
{
	struct parser p = {.arena = arena};

	*q = (struct rk_query){0};
	if (typed.n > RK_QUERY_BYTES)
		return rk_err_set(err, RK_E_LIMIT,
		    "a search of %zu bytes (expected at most %d)", typed.n, RK_QUERY_BYTES);
	q->text = tidy(typed, arena);
	p.rest = q->text;
	next(&p);
	q->root = either(&p);
	q->n_terms = p.n_terms;
	if (q->n_terms > RK_QUERY_TERMS)
		return rk_err_set(err, RK_E_LIMIT,
		    "a search for %u words (expected at most %d)", q->n_terms,
		    RK_QUERY_TERMS);
	if (q->root == NULL)
		return rk_err_set(err, RK_E_INPUT,
		    "nothing to search for (expected a word of letters or digits)");
	return 0;
}

/* ---- what it says of a text */

static bool
matches(const struct rk_query_node *q, struct rk_str text)
{
	switch (q->op) {
	case RK_Q_TERM:
		return memmem(text.p, text.n, q->key.p, q->key.n) != NULL;
	case RK_Q_AND:
		return matches(q->a, text) && matches(q->b, text);
	case RK_Q_OR:
		return matches(q->a, text) || matches(q->b, text);
	case RK_Q_NOT:
		break;
	}
	return !matches(q->a, text);
}

bool
rk_query_matches(const struct rk_query *q, struct rk_str text)
{
	return text.n > 0 && matches(q->root, text);
}

static bool
spot(const struct rk_query_node *q, struct rk_str text, size_t *at, size_t *n)
{
	if (q->op == RK_Q_NOT)
		return false;
	if (q->op != RK_Q_TERM)
		return spot(q->a, text, at, n) || spot(q->b, text, at, n);
	for (size_t i = 0; i + q->word.n <= text.n && q->word.n > 0; i++)
		if (rk_str_ieq(rk_strn(text.p + i, q->word.n), q->word)) {
			*at = i;
			*n = q->word.n;
			return true;
		}
	return false;
}

bool
rk_query_spot(const struct rk_query *q, struct rk_str text, size_t *at, size_t *n)
{
	return spot(q->root, text, at, n);
}

/* ---- trigrams */

#define MOST 16 /* trigrams of one word: more hardly narrow it */

/* Where the characters of a key begin, and where it ends. */
static size_t
starts(struct rk_str key, size_t *at)
{
	size_t n = 0;

	for (size_t i = 0; i < key.n; i++)
		if (((unsigned char)key.p[i] & 0xC0) != 0x80)
			at[n++] = i;
	at[n] = key.n;
	return n;
}

static bool
term_trigrams(struct rk_str key, struct rk_buf *out)
{
	size_t *at = rk_xmalloc((key.n + 1) * sizeof(*at));
	size_t n = starts(key, at), grams = n < 3 ? 0 : n - 2;
	size_t used = grams < MOST ? grams : MOST;

	for (size_t i = 0; i < used; i++) {
		size_t g = used > 1 ? i * (grams - 1) / (used - 1) : 0;

		/* a key has letters, marks, digits and spaces only: nothing to escape */
		(void)rk_buf_adds(out, i > 0 ? " AND \"" : "(\"");
		(void)rk_buf_add(out, key.p + at[g], at[g + 3] - at[g]);
		(void)rk_buf_addc(out, '"');
	}
	if (used > 0)
		(void)rk_buf_addc(out, ')');
	free(at);
	return used > 0;
}

static bool
trigrams(const struct rk_query_node *q, struct rk_buf *out)
{
	size_t from = out->n, middle;
	bool a;

	if (q->op == RK_Q_NOT)
		return false;
	if (q->op == RK_Q_TERM)
		return term_trigrams(q->key, out);
	(void)rk_buf_addc(out, '(');
	a = trigrams(q->a, out);
	if (!a && q->op == RK_Q_OR)
		goto none;
	middle = out->n;
	if (a)
		(void)rk_buf_adds(out, q->op == RK_Q_AND ? " AND " : " OR ");
	if (!trigrams(q->b, out)) {
		if (!a || q->op == RK_Q_OR)
			goto none;
		out->n = middle;
	}
	(void)rk_buf_addc(out, ')');
	return true;
none:
	out->n = from;
	return false;
}

bool
rk_query_trigrams(const struct rk_query *q, struct rk_buf *out)
{
	size_t from = out->n;
	bool narrow = trigrams(q->root, out) && !out->full;

	if (!narrow)
		out->n = from;
	return narrow;
}
