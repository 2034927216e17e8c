/*
 * What published files are, and how long a cache may keep them.
 */
#include <ruamkhao/media.h>

#include <stddef.h>

/* XML says its own charset, JSON has but one. */
static const struct rk_media media[] = {
    {".atom", "application/atom+xml", true, false, false},
    {".rss", "application/rss+xml", true, false, false},
    {".rdf", "application/rdf+xml", true, false, false},
    {".json", "application/json", false, false, false},
    {".html", "text/html; charset=utf-8", false, true, false},
    {".opml", "text/x-opml", false, false, false},
    {".xml", "application/xml", false, false, false},
    {".csv", "text/csv; charset=utf-8", false, false, false},
    {".txt", "text/plain; charset=utf-8", false, false, false},
    {".css", "text/css; charset=utf-8", false, false, true},
    {".svg", "image/svg+xml", false, false, true},
    {NULL, NULL, false, false, false},
};

const struct rk_media *
rk_media_of(struct rk_str name)
{
	for (const struct rk_media *m = media; m->suffix != NULL; m++) {
		if (rk_str_ends(name, m->suffix))
			return m;
	}
	return NULL;
}

bool
rk_media_archived(struct rk_str path)
{
	return rk_str_starts(path, "archive/");
}

/*
 * News is to be seen within five minutes. A month that is over changes only when something
 * in it is withdrawn, but then it must change for everybody: it is kept for an hour, and
 * never called immutable.
 */
const char *
rk_media_cache(struct rk_str path)
{
	const struct rk_media *m = rk_media_of(path);

	if (m != NULL && m->still)
		return "max-age=86400";
	return rk_media_archived(path) ? "max-age=3600" : "max-age=300";
}
