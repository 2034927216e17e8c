/*
 * How one source is asked: its user agent, headers, certificate file and proxy. Values
 * here may be secrets: messages do not repeat them.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/url.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Headers that the fetcher sets itself, or that would change what a transfer is. */
static bool
header_is_ours(struct rk_str name)
{
	static const char *const ours[] = {"Host", "Connection", "Content-Length",
	    "Transfer-Encoding", "Accept-Encoding", "If-None-Match",
	    "If-Modified-Since", "Range", "Expect", "TE", "Upgrade", "User-Agent"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (rk_str_iis(name, ours[i]))
			return true;
	return false;
}

static int
read_headers(struct rk_cfg_job *j, struct rk_source_request *out)
{
	const struct rk_cfg_list *list = &j->raw.headers;
	struct rk_cfg_at a = rk_cfg_job_at(j, "headers");
	struct rk_str *headers = rk_arena_array(j->arena, list->n, sizeof(*headers));

	out->headers = headers;
	out->n_headers = list->n;
	for (uint32_t i = 0; i < list->n; i++) {
		struct rk_str line = rk_str(list->v[i]);
		size_t colon = strspn(line.p, /* RFC 9110 5.6.2: a token */
		    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		    "!#$%&'*+-.^_`|~");

		a.sub = i; /* the value may be a secret: it is not printed */
		if (colon == 0 || line.p[colon] != ':' || !rk_cfg_ascii_ok(line.p))
			return rk_cfg_complain(
			    &a, "not a header (expected \"Name: value\" in ASCII)");
		if (rk_str_trim(rk_str_from(line, colon + 1)).n == 0)
			return rk_cfg_complain(
			    &a, "a header without a value (expected \"Name: value\")");
		if (header_is_ours(rk_strn(line.p, colon)))
			return rk_cfg_complain(&a,
			    "%.*s is set by the program (expected another header)",
			    (int)colon, line.p);
		headers[i] = rk_cfg_keep(j->arena, list->v[i]);
	}
	return 0;
}

static int
read_ca_file(struct rk_cfg_job *j, struct rk_source_request *out)
{
	struct rk_cfg_at a = rk_cfg_job_at(j, "ca_file");
	struct rk_str path;
	struct stat st;
	int fd, saved;

	if (j->raw.ca_file[0] == '\0')
		return 0;
	path = rk_cfg_join(j->arena, j->file->folder, j->raw.ca_file);
	/* Opened and not only asked for: what `check` accepts, `run` can read. */
	fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	saved = errno;
	if (fd < 0)
		return rk_cfg_complain(&a,
		    "%s cannot be read: %s (expected a PEM file)",
		    rk_cfg_quote(j->raw.ca_file).text, strerrordesc_np(saved));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return rk_cfg_complain(&a, "%s is no plain file (expected a PEM file)",
		    rk_cfg_quote(j->raw.ca_file).text);
	}
	(void)close(fd);
	out->ca_file = path;
	return 0;
}

static int
read_proxy(struct rk_cfg_job *j, struct rk_source_request *out)
{
	struct rk_str text = rk_str(j->raw.proxy), as_http = text;
	struct rk_cfg_at a = rk_cfg_job_at(j, "proxy");
	struct rk_url url;
	struct rk_err err;

	if (text.n == 0)
		return 0;
	/* The URL parser knows http only; what follows the scheme has the same form. */
	if (rk_str_istarts(text, "socks5://"))
		as_http = rk_arena_fmt(j->arena, "http://%s", text.p + 9);
	if (rk_url_parse(as_http, &url, &err) != 0)
		return rk_cfg_complain(&a,
		    "%s (expected http://, https:// or socks5:// HOST:PORT)", err.text);
	out->proxy = rk_cfg_keep(j->arena, text.p);
	return 0;
}

static int
read_request(struct rk_cfg_job *j, struct rk_source_request *out)
{
	struct rk_cfg_at a = rk_cfg_job_at(j, "user_agent");

	if (!rk_cfg_ascii_ok(j->raw.user_agent))
		return rk_cfg_complain(
		    &a, "%s (expected ASCII)", rk_cfg_quote(j->raw.user_agent).text);
	out->user_agent = rk_cfg_keep(j->arena, j->raw.user_agent);
	if (j->raw.headers.n > 0 && read_headers(j, out) != 0)
		return -1;
	if (read_ca_file(j, out) != 0)
		return -1;
	return read_proxy(j, out);
}

int
rk_cfg_request(struct rk_cfg_job *j)
{
	struct rk_source_request own = rk_source_plain, *kept;

	j->out->request = &rk_source_plain;
	if (j->raw.user_agent[0] == '\0' && j->raw.ca_file[0] == '\0' &&
	    j->raw.proxy[0] == '\0' && j->raw.headers.n == 0)
		return 0;
	if (read_request(j, &own) != 0)
		return -1;
	kept = RK_NEW(j->arena, struct rk_source_request);
	*kept = own;
	j->out->request = kept;
	return 0;
}
