/*
 * robots.txt: the lines of the groups that hold for us, and paths matched against them.
 *
 * Rules are kept in a normal form: what may stand plain stands plain, all else is
 * percent-encoded in capitals; '*' and a '$' at the end are special, as letters they are
 * %2A and %24. Addresses are brought into the same form. Matching looks for the pieces
 * between the stars from left to right, each once: time is linear in rule and address
 * whatever a site writes.
 */
#include <ruamkhao/robots.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>

#include <stdlib.h>
#include <string.h>

struct rule {
	struct rule *next;
	struct rk_str pattern; /* normal form, without the '$' of `end` */
	bool allow;
	bool end; /* the address must end there */
};

/* The rules of one kind of group. */
struct rules {
	struct rule *first, **last;
	int64_t delay;
	bool named; /* such a group was there */
};

struct rk_robots {
	struct rule *rules;
	int64_t delay;
};

/* ---- normal form */

static int
hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/*
 * May the byte stand plain? '/' and '?' that were encoded are data, but in a query
 * (or behind a star, which may stand for a '?'): there the RFC's example takes both
 * spellings for the same.
 */
static bool
is_plain(unsigned char c, bool in_query, bool was_encoded)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	if (c == '/' || c == '?')
		return !was_encoded || in_query;
	return c != '\0' && strchr("-._~:@[]!&'()+,;=", c) != NULL;
}

static void
put(struct rk_buf *out, unsigned char c, bool plain)
{
	if (plain)
		(void)rk_buf_addc(out, (char)c);
	else
		(void)rk_buf_addf(out, "%%%02X", c);
}

static void
normalise(struct rk_str s, bool pattern, struct rk_buf *out)
{
	bool in_query = false;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool encoded = c == '%' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 &&
			       hex(s.p[i + 2]) >= 0;

		if (encoded) {
			c = (unsigned char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]));
			i += 2;
		}
		if (pattern && !encoded && c == '*') {
			in_query = true;
			(void)rk_buf_addc(out, '*');
			continue;
		}
		put(out, c, is_plain(c, in_query, encoded));
		in_query |= c == '?' && !encoded;
	}
}

/* ---- parsing */

static bool
next_line(struct rk_str *rest, struct rk_str *line)
{
	size_t n = 0;

	if (rest->n == 0)
		return false;
	while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
		n++;
	*line = rk_strn(rest->p, n);
	if (n + 1 < rest->n && rest->p[n] == '\r' && rest->p[n + 1] == '\n')
		n++;
	*rest = rk_str_from(*rest, n + 1);
	return true;
}

/* "ruamkhao/1.0" and "ruamkhao" name us, "ruamkhao-news" and "ruam" do not. */
static bool
is_agent(struct rk_str value, const char *agent)
{
	size_t n = 0;

	while (n < value.n && (value.p[n] == '-' || value.p[n] == '_' ||
				  (value.p[n] >= 'a' && value.p[n] <= 'z') ||
				  (value.p[n] >= 'A' && value.p[n] <= 'Z')))
		n++;
	return rk_str_iis(rk_strn(value.p, n), agent);
}

static bool
is_everybody(struct rk_str value)
{
	return value.n > 0 && value.p[0] == '*' &&
	       (value.n == 1 || value.p[1] == ' ' || value.p[1] == '\t');
}

static void
add_rule(struct rules *to, bool allow, struct rk_str value, struct rk_arena *arena)
{
	struct rule *rule;
	struct rk_buf pattern;

	if (value.n == 0) /* names nothing */
		return;
	rule = RK_NEW(arena, struct rule);
	rule->allow = allow;
	if (value.p[value.n - 1] == '$') {
		rule->end = true;
		value.n--;
	}
	rk_buf_init(&pattern, SIZE_MAX);
	normalise(value, true, &pattern);
	rule->pattern = rk_arena_str(arena, rk_buf_view(&pattern));
	rk_buf_release(&pattern);
	*to->last = rule;
	to->last = &rule->next;
}

/* "10", "2.5": whole seconds, rounded up; what is no number is not asked. */
static void
set_delay(struct rules *to, struct rk_str value)
{
	struct rk_str whole = value, part = {"", 0};
	size_t dot = rk_str_chr(value, '.');
	uint64_t seconds, fraction = 0;

	if (dot != SIZE_MAX) {
		whole = rk_strn(value.p, dot);
		part = rk_str_from(value, dot + 1);
	}
	if (rk_str_u64(whole, UINT64_MAX, &seconds) != 0 ||
	    (part.n > 0 && rk_str_u64(part, UINT64_MAX, &fraction) != 0))
		return;
	seconds = seconds < RK_MAX_CRAWL_DELAY_S ? seconds + (fraction > 0) : seconds;
	if (seconds > RK_MAX_CRAWL_DELAY_S)
		seconds = RK_MAX_CRAWL_DELAY_S;
	if ((int64_t)seconds > to->delay)
		to->delay = (int64_t)seconds;
}

static void
rules_init(struct rules *r)
{
	*r = (struct rules){.first = NULL};
	r->last = &r->first;
}

/* What the group at hand holds for. */
struct group {
	bool ours, everybodys;
	bool open; /* more user-agents may follow */
};

static void
line_of(struct rk_str line, const char *agent, struct group *g, struct rules *ours,
    struct rules *everybodys, struct rk_arena *arena)
{
	size_t comment = rk_str_chr(line, '#'), colon;
	struct rk_str key, value;
	bool allow;

	if (comment != SIZE_MAX)
		line = rk_strn(line.p, comment);
	if ((colon = rk_str_chr(line, ':')) == SIZE_MAX)
		return;
	key = rk_str_trim(rk_strn(line.p, colon));
	value = rk_str_trim(rk_str_from(line, colon + 1));
	if (rk_str_iis(key, "user-agent")) {
		if (!g->open)
			*g = (struct group){.open = true};
		g->ours |= is_agent(value, agent);
		g->everybodys |= is_everybody(value);
		ours->named |= g->ours;
		return;
	}
	allow = rk_str_iis(key, "allow");
	if (allow || rk_str_iis(key, "disallow")) {
		g->open = false;
		if (g->ours)
			add_rule(ours, allow, value, arena);
		if (g->everybodys)
			add_rule(everybodys, allow, value, arena);
	} else if (rk_str_iis(key, "crawl-delay")) { /* other records end no group */
		if (g->ours)
			set_delay(ours, value);
		if (g->everybodys)
			set_delay(everybodys, value);
	}
}

struct rk_robots *
rk_robots_parse(struct rk_str bytes, const char *agent, struct rk_arena *arena)
{
	struct rk_robots *robots = RK_NEW(arena, struct rk_robots);
	struct rules ours, everybodys, *r;
	struct group group = {.open = false};
	struct rk_str line;

	rules_init(&ours);
	rules_init(&everybodys);
	if (bytes.n > RK_MAX_ROBOTS) { /* the line that is cut says something else */
		bytes.n = RK_MAX_ROBOTS;
		while (bytes.n > 0 && bytes.p[bytes.n - 1] != '\n' &&
		       bytes.p[bytes.n - 1] != '\r')
			bytes.n--;
	}
	if (rk_str_starts(bytes, "\xef\xbb\xbf"))
		bytes = rk_str_from(bytes, 3);
	while (next_line(&bytes, &line))
		line_of(line, agent, &group, &ours, &everybodys, arena);
	r = ours.named ? &ours : &everybodys;
	robots->rules = r->first;
	robots->delay = r->delay;
	return robots;
}

/* ---- matching */

static bool
matches(const struct rule *rule, struct rk_str path)
{
	struct rk_str rest = rule->pattern;
	size_t star = rk_str_chr(rest, '*');
	struct rk_str piece = star == SIZE_MAX ? rest : rk_strn(rest.p, star);

	if (path.n < piece.n || (piece.n > 0 && memcmp(path.p, piece.p, piece.n) != 0))
		return false;
	path = rk_str_from(path, piece.n);
	while (star != SIZE_MAX) {
		size_t at;

		rest = rk_str_from(rest, star + 1);
		star = rk_str_chr(rest, '*');
		piece = star == SIZE_MAX ? rest : rk_strn(rest.p, star);
		if (star == SIZE_MAX && rule->end) /* the last piece: as far right as can be */
			return path.n >= piece.n &&
			       rk_str_eq(rk_str_from(path, path.n - piece.n), piece);
		if ((at = rk_str_find(path, piece)) == SIZE_MAX)
			return false;
		path = rk_str_from(path, at + piece.n);
	}
	return !rule->end || path.n == 0;
}

static struct rk_str
path_of(struct rk_str url)
{
	size_t scheme = rk_str_find(url, RK_STR("://")), n;

	if (url.n > 0 && url.p[0] != '/' && scheme != SIZE_MAX) {
		url = rk_str_from(url, scheme + 3);
		for (n = 0; n < url.n && url.p[n] != '/' && url.p[n] != '?' &&
			    url.p[n] != '#';)
			n++;
		url = rk_str_from(url, n);
	}
	n = rk_str_chr(url, '#');
	return n == SIZE_MAX ? url : rk_strn(url.p, n);
}

bool
rk_robots_allowed(const struct rk_robots *robots, struct rk_str url)
{
	struct rk_str path = path_of(url);
	size_t longest = 0;
	bool allowed = true;
	struct rk_buf normal;

	rk_buf_init(&normal, SIZE_MAX);
	if (path.n == 0 || path.p[0] != '/')
		(void)rk_buf_addc(&normal, '/');
	normalise(path, false, &normal);
	path = rk_buf_view(&normal);
	if (!rk_str_is(path, "/robots.txt")) {
		for (const struct rule *r = robots->rules; r != NULL; r = r->next) {
			size_t n = r->pattern.n + r->end;

			if (n < longest || (n == longest && !r->allow) || !matches(r, path))
				continue;
			longest = n;
			allowed = r->allow;
		}
	}
	rk_buf_release(&normal);
	return allowed;
}

int64_t
rk_robots_delay(const struct rk_robots *robots)
{
	return robots->delay;
}

int
rk_robots_print(const struct rk_robots *robots, struct rk_buf *out)
{
	int rc = 0;

	if (robots->rules == NULL && robots->delay == 0)
		return 0;
	rc |= rk_buf_adds(out, "User-agent: *\n");
	if (robots->delay > 0)
		rc |= rk_buf_addf(out, "Crawl-delay: %lld\n", (long long)robots->delay);
	for (const struct rule *r = robots->rules; r != NULL; r = r->next) {
		rc |= rk_buf_adds(out, r->allow ? "Allow: " : "Disallow: ");
		rc |= rk_buf_str(out, r->pattern);
		rc |= rk_buf_adds(out, r->end ? "$\n" : "\n");
	}
	return rc != 0 ? -1 : 0;
}
