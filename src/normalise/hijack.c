/*
 * Signs of a hijacked site in one entry: words of gambling, links to where it is done,
 * and both in markup that hides them. What they amount to is decided elsewhere.
 */
#include <ruamkhao/hijack.h>
#include <ruamkhao/limits.h>

#include "normalise_aho.h"
#include "normalise_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/url.h>

#include <stdlib.h>
#include <string.h>

#define HIDES 4096 /* bytes behind what hides: an injected block of links is longer */

extern const unsigned char rk_hijack_tsv[];
extern const size_t rk_hijack_tsv_size;

static struct {
	struct rk_aho *aho;
	struct rk_str *words;
	char *classes;
	size_t n;
} table;

void
rk_hijack_warm(void)
{
	struct rk_str all = {(const char *)rk_hijack_tsv, rk_hijack_tsv_size}, rest, line,
		      word;
	size_t lines = 0;

	if (table.aho != NULL)
		return;
	for (rest = all; rk_str_split(&rest, '\n', &line);)
		lines++;
	table.words = rk_xcalloc(lines, sizeof(*table.words));
	table.classes = rk_xcalloc(lines, 1);
	for (rest = all; rk_str_split(&rest, '\n', &line);) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		rk_assert(rk_str_split(&line, '\t', &word) && line.n == 1);
		table.words[table.n] = word;
		table.classes[table.n++] = line.p[0];
	}
	table.aho = rk_aho_new(table.words, table.n);
}

void
rk_hijack_release(void)
{
	rk_aho_free(table.aho);
	free(table.words);
	free(table.classes);
	table.aho = NULL;
	table.words = NULL;
	table.classes = NULL;
	table.n = 0;
}

/* ---- one text */

struct seen {
	uint64_t words[4], hidden[4]; /* of class V, each once */
	unsigned n;
	bool promo, host, law, hidden_host;
};

static bool
begins_word(struct rk_str s, const struct rk_aho_match *m)
{
	unsigned char c = (unsigned char)s.p[m->start], before;

	if (c >= 0x80 || m->start == 0)
		return true;
	before = (unsigned char)s.p[m->start - 1];
	return !((before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
		 (before >= '0' && before <= '9'));
}

/* The word begins a label of a host's name: s is one, or an address stands there. */
static bool
in_host(struct rk_str s, const struct rk_aho_match *m)
{
	size_t i = m->start, least = i > RK_MAX_HOST ? i - RK_MAX_HOST : 0;

	if (!begins_word(s, m) && !(s.p[i - 1] >= '0' && s.p[i - 1] <= '9'))
		return false;
	while (i > least && ((s.p[i - 1] >= 'a' && s.p[i - 1] <= 'z') ||
			    (s.p[i - 1] >= 'A' && s.p[i - 1] <= 'Z') ||
			    (s.p[i - 1] >= '0' && s.p[i - 1] <= '9') ||
			    s.p[i - 1] == '-' || s.p[i - 1] == '.'))
		i--;
	return i == 0 || (i >= 2 && s.p[i - 1] == '/' && s.p[i - 2] == '/');
}

static void
note(uint64_t set[4], uint32_t word)
{
	if (word < 256)
		set[word >> 6] |= UINT64_C(1) << (word & 63);
}

static void
look(struct rk_str s, struct seen *seen)
{
	struct rk_aho_match m;
	size_t hides = SIZE_MAX;

	rk_hijack_warm();
	for (size_t from = 0; rk_aho_find(table.aho, s, from, &m); from = m.end) {
		char class = table.classes[m.word];
		bool latin = (unsigned char)s.p[m.start] < 0x80;
		bool behind = hides != SIZE_MAX && m.start - hides < HIDES;
		/* names of games are names of hosts too */
		bool host = (class == 'D' || (class == 'V' && latin)) && in_host(s, &m);

		if (class == 'H') {
			hides = m.end;
			continue;
		}
		seen->host = seen->host || host;
		seen->hidden_host = seen->hidden_host || (host && behind);
		if (class == 'D' || !begins_word(s, &m))
			continue;
		seen->law = seen->law || class == 'L';
		seen->promo = seen->promo || class == 'P';
		if (class != 'V')
			continue;
		note(seen->words, m.word);
		if (behind)
			note(seen->hidden, m.word);
	}
	for (size_t i = 0; i < 4; i++)
		seen->n += (unsigned)__builtin_popcountll(seen->words[i]);
	if (seen->n > 15)
		seen->n = 15;
}

/* ---- links */

/* The part of a host that one body owns: "a.go.th" of "www.a.go.th". */
static struct rk_str
site_of(struct rk_str host)
{
	unsigned dots = 0, want = 2;
	size_t i = host.n, last = host.n;

	while (i > 0) {
		if (host.p[--i] != '.')
			continue;
		dots++;
		/* "go.th", "co.uk": two letters at the end, and a short one before */
		if (dots == 2 && host.n - last == 3 && last - i <= 4)
			want = 3;
		if (dots == want)
			return rk_str_from(host, i + 1);
		last = i;
	}
	return host;
}

static struct rk_str
host_of(struct rk_str url)
{
	size_t at = rk_str_find(url, RK_STR("://")), end;

	if (at == SIZE_MAX)
		return RK_STR("");
	url = rk_str_from(url, at + 3);
	for (end = 0; end < url.n && url.p[end] != '/' && url.p[end] != ':' &&
		      url.p[end] != '?' && url.p[end] != '#';
	     end++)
		;
	return rk_strn(url.p, end);
}

/* Links of cleaned markup that lead to a gambling site elsewhere. */
static unsigned
gambling_links(struct rk_str html, struct rk_str home, struct rk_str own)
{
	unsigned n = 0;
	size_t at;

	home = site_of(home);
	own = site_of(own);
	while ((at = rk_str_find(html, RK_STR("<a href=\""))) != SIZE_MAX) {
		struct rk_str host, text;
		struct seen of_host = {0}, in_text = {0};
		size_t quote, end;

		html = rk_str_from(html, at + strlen("<a href=\""));
		quote = rk_str_chr(html, '"');
		if (quote == SIZE_MAX)
			break;
		host = host_of(rk_strn(html.p, quote));
		html = rk_str_from(html, quote);
		end = rk_str_find(html, RK_STR("</a>"));
		text = rk_strn(html.p, end == SIZE_MAX ? 0 : end);
		if (host.n == 0 || rk_str_ieq(site_of(host), home) ||
		    rk_str_ieq(site_of(host), own))
			continue;
		look(host, &of_host);
		look(text, &in_text);
		/* a link to news of the police has the law in its words */
		n += n < 15 && (of_host.host || (in_text.n > 0 && !in_text.law &&
						    !rk_str_ends(host, ".th")));
	}
	return n;
}

void
rk_norm_signals(struct rk_norm *n, struct rk_entry *e, struct rk_str raw)
{
	struct seen title = {0}, body = {0}, markup = {0};
	struct rk_signals s = {0};

	look(e->title, &title);
	look(rk_buf_view(&n->text), &body);
	look(raw, &markup);
	s.title_words = title.n;
	s.body_words = body.n;
	s.title_promo = title.promo;
	s.body_promo = body.promo;
	/* words that can be read as well are not hidden */
	for (size_t i = 0; i < 4; i++)
		s.hidden = s.hidden || (markup.hidden[i] & ~body.words[i]) != 0;
	s.hidden = s.hidden || markup.hidden_host;
	/* who advertises may speak of the law, but not in the headline */
	s.law = title.law || (!title.promo && body.law);
	if (markup.host || body.n > 0)
		s.links = gambling_links(e->html, host_of(n->opts->url), host_of(e->url));
	if (s.links == 0 && markup.hidden_host)
		s.links = 1;
	e->signals = rk_signals_pack(&s);
}
