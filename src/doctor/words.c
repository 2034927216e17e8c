/*
 * Values as they stand in sentences, in English and in Thai.
 */
#include <ruamkhao/doctor.h>

#include "doctor_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/url.h>

struct word
same(struct rk_str s)
{
	return (struct word){s, s};
}

struct word
number(struct doctor *d, uint64_t n)
{
	return same(rk_arena_fmt(d->arena, "%llu", (unsigned long long)n));
}

static struct word
counted(struct doctor *d, uint64_t n, const char *one, const char *many, const char *th)
{
	return (struct word){rk_arena_fmt(d->arena, "%llu %s", (unsigned long long)n,
				 n == 1 ? one : many),
	    rk_arena_fmt(d->arena, "%llu %s", (unsigned long long)n, th)};
}

struct word
entries(struct doctor *d, uint64_t n)
{
	return (struct word){counted(d, n, "entry", "entries", "").en,
	    rk_arena_fmt(d->arena, "ข่าว %llu รายการ", (unsigned long long)n)};
}

struct word
places(struct doctor *d, uint64_t n)
{
	return counted(d, n, "place", "places", "แห่ง");
}

struct word
some(struct doctor *d, uint64_t k, uint64_t n)
{
	unsigned long long part = k, whole = n;

	if (n == 1)
		return (struct word){RK_STR("the only entry"), RK_STR("ข่าวเดียวที่มี")};
	if (k == n)
		return (struct word){rk_arena_fmt(d->arena, "all %llu entries", whole),
		    rk_arena_fmt(d->arena, "ข่าวทั้ง %llu รายการ", whole)};
	return (struct word){
	    rk_arena_fmt(d->arena, "%llu of %llu entries", part, whole),
	    rk_arena_fmt(d->arena, "ข่าว %llu จาก %llu รายการ", part, whole)};
}

struct word
duration(struct doctor *d, int64_t s)
{
	static const struct {
		int64_t seconds;
		const char *one, *many, *th;
	} units[] = {{86400, "day", "days", "วัน"}, {3600, "hour", "hours", "ชั่วโมง"},
	    {60, "minute", "minutes", "นาที"}, {1, "second", "seconds", "วินาที"}};
	size_t i = 0;
	uint64_t n;

	while (units[i].seconds > 1 && s < units[i].seconds * 2)
		i++;
	n = (uint64_t)((s + units[i].seconds / 2) / units[i].seconds);
	return counted(d, n, units[i].one, units[i].many, units[i].th);
}

struct rk_str
size_text(struct doctor *d, uint64_t bytes)
{
	if (bytes < 1024)
		return rk_arena_fmt(d->arena, "%llu bytes", (unsigned long long)bytes);
	if (bytes < RK_MIB(1))
		return rk_arena_fmt(d->arena, "%.1f KiB", (double)bytes / 1024);
	return rk_arena_fmt(d->arena, "%.1f MiB", (double)bytes / (double)RK_MIB(1));
}

struct rk_str
host_of(struct doctor *d, struct rk_str url)
{
	struct rk_url parts;

	if (rk_url_parse(url, &parts, NULL) != 0)
		return RK_STR("");
	return rk_arena_str(d->arena, rk_str(parts.host));
}
