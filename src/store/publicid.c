/*
 * Published ids (CONTRACTS 3): the publisher's own where it is an absolute IRI of the
 * source's host that nobody else carries, else one of ours. Decided once.
 */
#include "ingest_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/hash.h>

#include <stdlib.h>
#include <string.h>

#define MAX_ID ((size_t)2048) /* longer is no address either (RK_MAX_URL) */

/* The rest behind "scheme:", or p NULL for no match. */
static struct rk_str
behind(struct rk_str s, const char *prefix)
{
	return rk_str_istarts(s, prefix) ? rk_str_from(s, strlen(prefix))
					 : rk_strn(NULL, 0);
}

/* No character that RFC 3987 forbids everywhere. */
static bool
is_iri(struct rk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == 0x7f || strchr("<>\"{}|\\^`", c) != NULL)
			return false;
	}
	return s.n > 0 && s.n <= MAX_ID;
}

static struct rk_str
upto_any(struct rk_str s, const char *ends)
{
	size_t n = 0;

	while (n < s.n && strchr(ends, s.p[n]) == NULL)
		n++;
	return rk_strn(s.p, n);
}

/* The host that an id belongs to by its own words, or the empty span. */
static struct rk_str
authority_of(struct rk_str id)
{
	static const struct {
		const char *scheme, *port;
	} web[] = {{"http://", ":80"}, {"https://", ":443"}};
	struct rk_str rest, a;
	size_t at;

	for (size_t i = 0; i < 2; i++)
		if ((rest = behind(id, web[i].scheme)).p != NULL) {
			a = upto_any(rest, "/?#");
			if (rk_str_chr(a, '@') != SIZE_MAX)
				return RK_STR("");
			if (rk_str_ends(a, web[i].port))
				a.n -= strlen(web[i].port);
			return a;
		}
	if ((rest = behind(id, "tag:")).p == NULL)
		return RK_STR("");
	/* RFC 4151: tag: host or mail address "," date ":" what it likes */
	a = upto_any(rest, ",:/?#");
	if (a.n == rest.n || rest.p[a.n] != ',' ||
	    rk_str_chr(rk_str_from(rest, a.n + 1), ':') == SIZE_MAX)
		return RK_STR("");
	if ((at = rk_str_chr(a, '@')) != SIZE_MAX)
		a = rk_str_from(a, at + 1);
	return a;
}

enum rk_id_why
st_id_form(const struct rk_found *found, struct rk_str guid, struct rk_str source_host,
    struct rk_str host, struct rk_arena *arena)
{
	struct rk_str ours, a = authority_of(guid);

	if (guid.n == 0)
		return RK_ID_ABSENT;
	/* no id: the operator says so, or it names the whole site */
	if (found->guid == RK_USE_DISTRUSTED)
		return RK_ID_DISTRUSTED;
	if (found->guid == RK_USE_SITE)
		return RK_ID_SITE;
	if (rk_str_istarts(a, "www."))
		a = rk_str_from(a, 4);
	if (a.n == 0 || !is_iri(guid))
		return RK_ID_NO_IRI;
	if (source_host.n == 0 || !rk_str_ieq(a, source_host))
		return RK_ID_FOREIGN;
	/* ours, should we gather from our own host */
	ours = rk_arena_fmt(arena, "tag:%.*s,2026:", RK_FMT(host));
	return rk_str_istarts(guid, ours.p) ? RK_ID_OURS : RK_ID_KEPT;
}

struct guid {
	uint64_t hash;
	struct st_item *item;
};

static int
by_hash(const void *a, const void *b)
{
	const struct guid *x = a, *y = b;

	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static void
count_guids(struct st_ingest *g)
{
	struct guid *all = rk_arena_array(g->store->scratch, g->n + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		if (g->items[i].entry->guid.n > 0)
			all[n++] = (struct guid){
			    rk_hash64(g->items[i].entry->guid), &g->items[i]};
	qsort(all, n, sizeof(*all), by_hash);
	for (size_t i = 1; i < n; i++)
		if (all[i].hash == all[i - 1].hash)
			all[i].item->shared_guid = all[i - 1].item->shared_guid = true;
	g->guids_counted = true;
}

int
st_own_id(struct st_ingest *g, struct st_item *item, int64_t row, struct rk_str *id,
    struct rk_err *err)
{
	struct rk_str guid = item->entry->guid;
	uint64_t shared, seen;
	int64_t first;

	*id = RK_STR("");
	if (g->steady.rule != ST_TRUSTED || st_id_form(&item->entry->found, guid, g->poll->source_host, g->host,
		g->store->scratch) != RK_ID_KEPT)
		return 0;
	if (!g->guids_counted)
		count_guids(g);
	/* a key of no kind: "several entries of this source carried that guid" */
	shared = rk_hash64_more(rk_hash64(RK_STR("shared guid")), guid);
	if (item->shared_guid)
		return st_key_shared(g, shared, row, err);
	if (st_key_find(g, shared, &first, &seen, err) != 0)
		return -1;
	if (first == 0)
		*id = guid;
	return 0;
}

struct rk_str
st_minted_id(const struct st_ingest *g, const struct st_item *item)
{
	unsigned char key[9];
	char hex[33];

	key[0] = (unsigned char)item->keys[0].kind;
	for (unsigned i = 0; i < 8; i++) /* the same on every machine */
		key[1 + i] = (unsigned char)(item->keys[0].hash >> (56 - 8 * i));
	rk_hash128_hex(rk_hash128(rk_strn((const char *)key, sizeof(key))), hex);
	return rk_arena_fmt(g->store->scratch, "tag:%.*s,2026:%.*s/%s", RK_FMT(g->host),
	    RK_FMT(g->poll->source_id), hex);
}
