/*
 * The log: the only writer of stderr besides last words. Knows nothing of what
 * the events mean; reads the clock and $JOURNAL_STREAM itself.
 *
 * A descriptor that is not ours to make non-blocking (a terminal, a pipe that
 * others share) must never block us: a line goes out only if it can at once,
 * else it is counted and the count goes out before the next line.
 */
#include <ruamkhao/log.h>

#include <ruamkhao/str.h>

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* POSIX lets a pipe take so much in one piece; poll promises room for it. */
#define LINE_MAX_BYTES ((size_t)4096)
#define CUT            "..."

static const struct {
	const char *name;
	char syslog; /* <N> of journald: RFC 5424, severity */
} levels[] = {
    [RK_ERROR] = {"error", '3'},
    [RK_WARN] = {"warn", '4'},
    [RK_INFO] = {"info", '6'},
    [RK_DEBUG] = {"debug", '7'},
};

static _Atomic int shown = RK_INFO;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t dropped; /* under lock */
static bool torn;        /* under lock: the last write ended within a line */

/* A line being made: text[n] is always there for the newline. */
struct line {
	char text[LINE_MAX_BYTES];
	size_t n;
	size_t max; /* without newline and mark of a cut */
	bool cut;
};

enum quoting { BARE, QUOTED };

/* ---- one character at a time */

/* Length of the well-formed UTF-8 character at p (RFC 3629), 0 for a bad byte. */
static size_t
utf8(const unsigned char *p, size_t n, uint32_t *code)
{
	uint32_t c = p[0], least;
	size_t want;

	if (c < 0x80) {
		*code = c;
		return 1;
	}
	if (c < 0xC2 || c > 0xF4)
		return 0;
	want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
	least = want == 4 ? 0x10000 : want == 3 ? 0x800 : 0x80;
	if (n < want)
		return 0;
	c &= 0x7FU >> want;
	for (size_t i = 1; i < want; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*code = c;
	return want;
}

/* What moves the cursor, hides text or turns its direction. */
static bool
is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E ||
	       c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/*
 * The character at s as it is shown, into out (at most 8 bytes and a NUL); returns
 * how many bytes of s it took. Broken bytes and C0 are \xNN, others \uNNNN.
 */
static size_t
show(struct rk_str s, enum quoting quoting, char out[9])
{
	uint32_t c = 0;
	size_t len = utf8((const unsigned char *)s.p, s.n, &c);

	if (len == 0) {
		(void)snprintf(out, 9, "\\x%02x", (unsigned char)s.p[0]);
		return 1;
	}
	if (c == '\n' || c == '\t' || c == '\r')
		(void)snprintf(out, 9, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
	else if (quoting == QUOTED && (c == '"' || c == '\\'))
		(void)snprintf(out, 9, "\\%c", (char)c);
	else if (is_unsafe(c))
		(void)snprintf(out, 9, c < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)c);
	else
		(void)snprintf(out, 9, "%.*s", (int)len, s.p);
	return len;
}

char *
rk_log_escape(const char *text, char *out, unsigned long size)
{
	struct rk_str s = rk_str(text);
	size_t n = 0;

	if (size == 0)
		return out;
	while (s.n > 0) {
		char shown_as[9];
		size_t took = show(s, BARE, shown_as), len = strlen(shown_as);

		if (len >= size - n)
			break;
		memcpy(out + n, shown_as, len);
		n += len;
		s = rk_str_from(s, took);
	}
	out[n] = '\0';
	return out;
}

/* ---- a line */

static void
line_init(struct line *l)
{
	l->n = 0;
	l->max = sizeof(l->text) - sizeof(CUT "\n");
	l->cut = false;
}

/* All of it or, with the line marked as cut, nothing of it or of what follows. */
static void
line_put(struct line *l, const char *text, size_t n)
{
	if (l->cut || n > l->max - l->n) {
		l->cut = true;
		return;
	}
	memcpy(l->text + l->n, text, n);
	l->n += n;
}

static void
line_show(struct line *l, struct rk_str s, enum quoting quoting)
{
	while (s.n > 0 && !l->cut) {
		char shown_as[9];
		size_t took;

		/* Most of a line is plain: no formatting for it. */
		if (s.p[0] >= 0x20 && s.p[0] < 0x7F && s.p[0] != '"' &&
		    s.p[0] != '\\') {
			line_put(l, s.p, 1);
			s = rk_str_from(s, 1);
			continue;
		}
		took = show(s, quoting, shown_as);
		line_put(l, shown_as, strlen(shown_as));
		s = rk_str_from(s, took);
	}
}

static void
line_pair(struct line *l, const char *key, struct rk_str value)
{
	bool quote = value.n == 0;

	for (size_t i = 0; i < value.n && !quote; i++)
		quote = strchr(" \"=\\", value.p[i]) != NULL;
	line_put(l, " ", 1);
	line_put(l, key, strlen(key));
	line_put(l, "=", 1);
	if (quote)
		line_put(l, "\"", 1);
	line_show(l, value, quote ? QUOTED : BARE);
	if (quote)
		line_put(l, "\"", 1);
}

/* ---- the target */

/* systemd says which stream is the journal's, so that "2>file" is told apart. */
static bool
to_journal(void)
{
	static int known = -1; /* under lock */
	const char *name;
	char here[64];
	struct stat st;

	if (known < 0) {
		known = 0;
		name = getenv("JOURNAL_STREAM");
		if (name != NULL && fstat(STDERR_FILENO, &st) == 0) {
			(void)snprintf(here, sizeof(here), "%ju:%ju",
			    (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
			known = strcmp(name, here) == 0;
		}
	}
	return known == 1;
}

/* Days since 1970 to a date of the Gregorian calendar (Howard Hinnant,
 * civil_from_days); gmtime_r would read the time zone file. */
static void
line_time(struct line *l)
{
	struct timespec now;
	int64_t days, era, doe, yoe, doy, mp, rest;
	char text[64];

	(void)clock_gettime(CLOCK_REALTIME, &now);
	days = (int64_t)now.tv_sec / 86400 + 719468;
	rest = (int64_t)now.tv_sec % 86400;
	era = days / 146097;
	doe = days % 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	(void)snprintf(text, sizeof(text),
	    "%04" PRId64 "-%02" PRId64 "-%02" PRId64 "T%02" PRId64 ":%02" PRId64
	    ":%02" PRId64 "Z ",
	    yoe + era * 400 + (mp >= 10), mp < 10 ? mp + 3 : mp - 9,
	    doy - (153 * mp + 2) / 5 + 1, rest / 3600, rest / 60 % 60, rest % 60);
	line_put(l, text, strlen(text));
}

static void
line_start(struct line *l, enum rk_level level, bool journal)
{
	char prefix[4] = {'<', levels[level].syslog, '>', '\0'};

	line_init(l);
	if (journal)
		line_put(l, prefix, 3);
	else
		line_time(l);
	line_put(l, levels[level].name, strlen(levels[level].name));
	line_put(l, " ", 1);
}

/* Bytes written, or -1 when it cannot be done at once. */
static ssize_t
write_now(const char *text, size_t n)
{
	struct pollfd target = {.fd = STDERR_FILENO, .events = POLLOUT};
	ssize_t put;

	do {
		/* The journal and docker give a socket: there the kernel knows. */
		put = send(STDERR_FILENO, text, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (put < 0 && errno == EINTR);
	if (put >= 0 || (errno != ENOTSOCK && errno != EPERM && errno != EBADF))
		return put;
	if (poll(&target, 1, 0) != 1 || (target.revents & POLLOUT) == 0)
		return -1;
	do {
		put = write(STDERR_FILENO, text, n);
	} while (put < 0 && errno == EINTR);
	return put;
}

static bool
line_write(struct line *l)
{
	ssize_t put;

	if (l->cut) {
		memcpy(l->text + l->n, CUT, sizeof(CUT) - 1);
		l->n += sizeof(CUT) - 1;
	}
	l->text[l->n++] = '\n';
	if (torn) {
		if (write_now("\n", 1) != 1)
			return false;
		torn = false;
	}
	put = write_now(l->text, l->n);
	if (put > 0 && (size_t)put < l->n)
		torn = true;
	return put >= 0 && (size_t)put == l->n;
}

/* Under the lock: first what was lost, then the line. */
static void
line_send(struct line *l, bool journal)
{
	struct line lost;
	char count[24];

	if (dropped > 0) {
		(void)snprintf(count, sizeof(count), "%" PRIu64, dropped);
		line_start(&lost, RK_WARN, journal);
		line_put(&lost, "log lines dropped", strlen("log lines dropped"));
		line_pair(&lost, "count", rk_str(count));
		if (!line_write(&lost)) {
			dropped++;
			return;
		}
		dropped = 0;
	}
	if (!line_write(l))
		dropped++;
}

void
rk_log_level(enum rk_level level)
{
	atomic_store_explicit(&shown, (int)level, memory_order_relaxed);
}

void
rk_log(enum rk_level level, const char *message, ...)
{
	int saved = errno;
	struct line l;
	const char *key, *value;
	bool journal;
	va_list ap;

	if ((int)level > atomic_load_explicit(&shown, memory_order_relaxed))
		return;
	(void)pthread_mutex_lock(&lock);
	journal = to_journal();
	line_start(&l, level, journal);
	line_show(&l, rk_str(message), BARE);
	va_start(ap, message);
	while ((key = va_arg(ap, const char *)) != NULL) {
		value = va_arg(ap, const char *);
		if (value != NULL)
			line_pair(&l, key, rk_str(value));
	}
	va_end(ap);
	line_send(&l, journal);
	(void)pthread_mutex_unlock(&lock);
	errno = saved;
}

void
rk_say(const char *fmt, ...)
{
	int saved = errno;
	char text[LINE_MAX_BYTES];
	struct rk_str said;
	struct line l;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	line_init(&l);
	/* A newline at the end is a habit of printf, not a second line. */
	said = rk_str(text);
	if (rk_str_ends(said, "\n"))
		said.n--;
	line_show(&l, said, BARE);
	(void)pthread_mutex_lock(&lock);
	line_send(&l, to_journal());
	(void)pthread_mutex_unlock(&lock);
	errno = saved;
}
