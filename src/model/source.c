/*
 * Names of what is remembered of a source. Knows neither configuration nor store.
 */
#include <ruamkhao/source.h>

#include <ruamkhao/hash.h>

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
