/*
 * The entries of one list, newest first, and what comes of their linked pages: entries
 * that are stored already are left out (their page was read; the list's short words must
 * not replace it), new ones are asked for one by one, and what cannot be had today waits
 * for the next poll.
 */
#include "poll_int.h"

#include <ruamkhao/limits.h>

#include <string.h>

void
articles_begin(struct articles *a, struct rk_store_known *known, struct rk_ingest *ingest)
{
	memset(a, 0, sizeof(*a));
	a->known = known;
	a->ingest = ingest;
	a->listed = (unsigned)ingest->n_entries;
	a->tries = rk_arena_array(known->arena, ingest->n_entries + 1, sizeof(*a->tries));
}

/* ---- what has no page */

static bool
ends_with(struct rk_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n > n && rk_str_iis(rk_str_from(s, s.n - n), suffix);
}

/* Never fetched, as enclosures are not (RELIABILITY 2.50). */
bool
articles_is_file(struct rk_str url)
{
	static const char *const suffixes[] = { ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt",
		".pptx", ".odt", ".zip", ".rar", ".7z", ".jpg", ".jpeg", ".png", ".gif", ".webp",
		".mp3", ".mp4", ".avi", ".mov" };
	size_t end = 0;

	while (end < url.n && url.p[end] != '?' && url.p[end] != '#')
		end++;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		if (ends_with(rk_strn(url.p, end), suffixes[i]))
			return true;
	}
	return false;
}

bool
articles_is_file_body(struct rk_str type, struct rk_str body)
{
	static const char *const pages[] = { "text/", "application/xhtml", "application/xml" };

	if (rk_str_starts(body, "%PDF-") || rk_str_starts(body, "PK\x03\x04"))
		return true;
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		if (rk_str_istarts(type, pages[i]))
			return false;
	}
	return type.n > 0;
}

static bool
has_page(const struct rk_entry *e)
{
	return e->url.n > 0 && e->url_hash != 0 && !articles_is_file(e->url);
}

/* ---- one after the other */

static struct rk_entry *
current(const struct articles *a)
{
	return &a->ingest->entries[a->at];
}

static void
keep(struct articles *a)
{
	if (a->kept != a->at)
		a->ingest->entries[a->kept] = *current(a);
	a->kept++;
	a->at++;
}

static void
wait(struct articles *a, unsigned tries)
{
	if (tries > 0)
		a->tries[a->n_tries++] = (struct rk_page_try){ current(a)->keys[0].hash, tries };
	a->waiting++;
	a->at++;
}

const struct rk_entry *
articles_next(struct articles *a)
{
	while (a->at < a->ingest->n_entries) {
		if (a->known->of[a->at].stored) {
			a->at++;
		} else if (!has_page(current(a))) {
			keep(a);
		} else if (a->enough || a->asked >= RK_MAX_ARTICLES
		    || a->troubles >= RK_ARTICLE_TROUBLES) {
			wait(a, a->known->of[a->at].tries);
		} else {
			a->asked++;
			return current(a);
		}
	}
	a->ingest->n_entries = a->kept;
	return NULL;
}

void
articles_read(struct articles *a, const struct rk_entry *read)
{
	struct rk_arena *arena = a->known->arena;
	struct rk_entry *e = current(a), listed = *e;
	struct rk_str *texts[] = { &e->title, &e->html, &e->summary, &e->author, &e->author_url,
		&e->lang, &e->image, &e->tags, &e->enclosures, &e->authors, &e->source_title,
		&e->source_url, &e->date_text, &e->evidence, &e->print };

	*e = *read;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		*texts[i] = rk_arena_str(arena, *texts[i]);
	e->guid = listed.guid;
	e->url = listed.url;
	e->guid_is_url = listed.guid_is_url;
	e->found.guid = listed.found.guid;
	e->found.url = listed.found.url;
	memcpy(e->keys, listed.keys, sizeof(e->keys));
	e->n_keys = listed.n_keys;
	e->url_hash = listed.url_hash;
	e->position = listed.position;
	keep(a);
}

void
articles_as_listed(struct articles *a)
{
	keep(a);
}

void
articles_forbidden(struct articles *a)
{
	a->asked--;
	keep(a);
}

void
articles_unasked(struct articles *a, bool decided)
{
	a->enough = true;
	if (decided)
		return;
	a->asked--;
	wait(a, a->known->of[a->at].tries);
}

void
articles_failed(struct articles *a)
{
	unsigned tries = a->known->of[a->at].tries + 1;

	a->troubles++;
	if (tries >= RK_ARTICLE_TRIES) {
		keep(a);
		return;
	}
	a->failed++;
	wait(a, tries);
}
