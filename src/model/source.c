/*
 * The address of a source, and names of what is remembered of it. Knows neither
 * configuration nor store.
 */
#include <ruamkhao/source.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/hash.h>

int
rk_source_address(const struct rk_source *s, struct rk_buf *out)
{
	struct rk_str url = s->url;
	size_t n = 0;

	if (s->kind != RK_KIND_WORDPRESS ||
	    rk_str_find(url, RK_STR("/wp-json/")) != SIZE_MAX ||
	    rk_str_find(url, RK_STR("rest_route=")) != SIZE_MAX)
		return rk_buf_str(out, url);
	while (n < url.n && url.p[n] != '?' && url.p[n] != '#')
		n++;
	url.n = n;
	if (rk_str_ends(url, "/index.php"))
		url.n -= sizeof("index.php") - 1;
	/* the slashes behind the scheme belong to it */
	while (url.n > sizeof("https://") && url.p[url.n - 1] == '/')
		url.n--;
	if (rk_str_ends(url, "/wp-json"))
		url.n -= sizeof("/wp-json") - 1;
	return rk_buf_str(out, url) != 0
		   ? -1
		   : rk_buf_adds(out, "/wp-json/wp/v2/posts");
}

const char *
rk_standing_name(enum rk_source_standing standing)
{
	switch (standing) {
	case RK_STANDING_NEW:
		return "new";
	case RK_STANDING_OK:
		return "ok";
	case RK_STANDING_FAILING:
		return "failing";
	case RK_STANDING_GONE:
		return "gone";
	case RK_STANDING_OFF:
		return "off";
	}
	return "unknown";
}

static uint64_t
mix(uint64_t hash, struct rk_str s)
{
	/* The length parts "ab" "c" from "a" "bc". */
	hash = rk_hash64_more(hash, rk_strn((const char *)&s.n, sizeof(s.n)));
	return rk_hash64_more(hash, s);
}

const struct rk_source_request rk_source_plain = {
    .user_agent = {"", 0}, .ca_file = {"", 0}, .proxy = {"", 0}};

uint64_t
rk_source_reading(const struct rk_source *s)
{
	const int64_t numbers[] = {s->kind, s->timezone, s->distrust};
	const struct rk_page_rules *p = s->page;
	uint64_t hash = rk_hash64(rk_strn((const char *)numbers, sizeof(numbers)));

	hash = mix(hash, s->charset);
	if (p != NULL) {
		const struct rk_str rules[] = {p->container, p->items, p->link, p->title,
		    p->date, p->author, p->image, p->body, p->article.title,
		    p->article.date, p->article.author, p->article.image,
		    p->article.body};

		for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
			hash = mix(hash, rules[i]);
		for (size_t i = 0; i < p->n_drop; i++)
			hash = mix(hash, p->drop[i]);
	}
	return hash != 0 ? hash : 1;
}

void
rk_source_reread(struct rk_source_state *state)
{
	state->etag = state->last_modified = RK_STR("");
	state->body_hash = 0;
}
