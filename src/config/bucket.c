/*
 * publish.s3: the bucket that changed files are uploaded to.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define LOWER_DIGITS "abcdefghijklmnopqrstuvwxyz0123456789"

static struct rk_cfg_at
place(const struct rk_cfg_section *s, const char *key)
{
	return rk_cfg_section_at(s, key);
}

static const char *
text_of(const char *raw, const char *key)
{
	return raw != NULL ? raw : rk_cfg_default(&rk_cfg_s3, key);
}

static bool
is_loopback(const struct rk_config *cfg, const char *host)
{
	unsigned char v4[4];

	return (inet_pton(AF_INET, host, v4) == 1 && v4[0] == 127) ||
	       strcmp(host, "::1") == 0 ||
	       strcmp(host, "localhost") == 0 || rk_cfg_allowed(cfg, host);
}

/* Keys travel signed, not hidden; but what is stored, and who stores it, is nobody's
 * business on the way. */
static int
read_endpoint(const struct rk_cfg_section *s, const char *text)
{
	struct rk_config *cfg = s->load->cfg;
	struct rk_cfg_at at = place(s, "s3.endpoint");
	struct rk_str rest = rk_str(text);
	bool secure = rk_str_starts(rest, "https://");
	struct rk_url url;

	if ((!secure && !rk_str_starts(rest, "http://")) ||
	    rk_url_parse(rest, &url, NULL) != 0)
		return rk_cfg_complain(&at, "%s (expected an address such as "
					    "https://s3.ap-southeast-1.amazonaws.com)",
		    rk_cfg_quote(text).text);
	rest = rk_str_from(rest, secure ? 8 : 7);
	if (rest.n > 0 && rest.p[rest.n - 1] == '/')
		rest.n--;
	if (rest.n == 0 ||
	    strspn(rest.p, LOWER_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-:[]") < rest.n)
		return rk_cfg_complain(&at,
		    "%s holds more than a host and a port (the bucket and a prefix are keys "
		    "of their own)",
		    rk_cfg_quote(text).text);
	if (!secure && !is_loopback(cfg, url.host))
		return rk_cfg_complain(&at,
		    "%s is not encrypted (expected https; http only to this machine and to "
		    "fetch.allow_addresses)",
		    rk_cfg_quote(text).text);
	cfg->publish.s3.endpoint = rk_arena_fmt(
	    s->arena, "%s%.*s", secure ? "https://" : "http://", RK_FMT(rest));
	return 0;
}

static int
read_names(const struct rk_cfg_section *s, const struct rk_cfg_raw_s3 *raw)
{
	struct rk_config *cfg = s->load->cfg;
	const char *bucket = text_of(raw->bucket, "bucket");
	const char *region = text_of(raw->region, "region");
	const char *prefix = text_of(raw->prefix, "prefix");
	size_t n = strlen(bucket), k = strlen(prefix);
	struct rk_cfg_at at = place(s, "s3.bucket");

	if (n < 3 || n > 63 || strspn(bucket, LOWER_DIGITS ".-") < n)
		return rk_cfg_complain(&at,
		    "%s (expected a bucket's name: 3 to 63 lower-case letters, digits, \"-\" "
		    "and \".\")",
		    rk_cfg_quote(bucket).text);
	at = place(s, "s3.region");
	if (region[0] == '\0' || strspn(region, LOWER_DIGITS "-") < strlen(region))
		return rk_cfg_complain(&at, "%s (expected a region such as ap-southeast-1)",
		    rk_cfg_quote(region).text);
	at = place(s, "s3.prefix");
	if (k > 200 || prefix[0] == '/' || strstr(prefix, "//") != NULL ||
	    strstr(prefix, "..") != NULL ||
	    strspn(prefix, LOWER_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ._-/") < k)
		return rk_cfg_complain(&at,
		    "%s (expected nothing, or folders such as news/th/ of letters, digits, "
		    "\".\", \"_\" and \"-\")",
		    rk_cfg_quote(prefix).text);
	cfg->publish.s3.bucket = rk_cfg_keep(s->arena, bucket);
	cfg->publish.s3.region = rk_cfg_keep(s->arena, region);
	cfg->publish.s3.prefix = k == 0 ? RK_STR("")
					: rk_arena_fmt(s->arena, "%s%s", prefix,
					      prefix[k - 1] == '/' ? "" : "/");
	return 0;
}

int
rk_cfg_bucket(struct rk_cfg_load *load, const struct rk_cfg_raw_s3 *raw)
{
	struct rk_cfg_section s = rk_cfg_section(load, "publish");
	struct rk_config *cfg = load->cfg;
	const char *folder = load->main->folder, *access, *secret;
	struct rk_cfg_at at = place(&s, "s3");

	if (raw == NULL || text_of(raw->endpoint, "endpoint")[0] == '\0')
		return 0;
	access = text_of(raw->access_key_file, "access_key_file");
	secret = text_of(raw->secret_key_file, "secret_key_file");
	if (read_endpoint(&s, raw->endpoint) != 0 || read_names(&s, raw) != 0)
		return -1;
	if ((access[0] == '\0') != (secret[0] == '\0'))
		return rk_cfg_complain(&at, "one of access_key_file and secret_key_file is not "
					    "there (expected both, or none)");
	if (access[0] != '\0') {
		cfg->publish.s3.access_key_file = rk_cfg_join(s.arena, folder, access);
		cfg->publish.s3.secret_key_file = rk_cfg_join(s.arena, folder, secret);
	}
	return 0;
}
