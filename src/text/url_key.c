/*
 * Addresses that are compared: tracking parameters, the canonical key.
 */
#include <ruamkhao/url.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>

#include "url_int.h"

#include <stdlib.h>
#include <string.h>

static bool
is_tracking(struct rk_str name)
{
	static const char *const prefixes[] = {"utm_", "mtm_", "hsa_"};
	static const char *const names[] = {"fbclid", "gclid", "gclsrc", "dclid",
	    "gbraid", "wbraid", "srsltid", "_ga", "_gl", "msclkid", "yclid", "ysclid",
	    "twclid", "ttclid", "li_fat_id", "igshid", "igsh", "fb_action_ids",
	    "fb_action_types", "fb_source", "fb_ref", "mc_cid", "mc_eid", "mc_tc",
	    "mkt_tok", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking",
	    "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "rb_clickid", "s_cid",
	    "sc_cid", "wickedid", "ref_src", "zanpid", "_openstat", "_bhlid",
	    "_branch_match_id", "_branch_referrer"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (rk_str_istarts(name, prefixes[i]))
			return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (rk_str_iis(name, names[i]))
			return true;
	return false;
}

/* Without the leftover of an ampersand that was escaped twice. */
static struct rk_str
without_amp(struct rk_str param)
{
	while (rk_str_starts(param, "amp;"))
		param = rk_str_from(param, 4);
	return param;
}

int
rk_url_untrack(struct rk_str url, struct rk_buf *out)
{
	size_t start = out->n, hash = rk_str_chr(url, '#');
	struct rk_str fragment =
	    hash == SIZE_MAX ? rk_str_from(url, url.n) : rk_str_from(url, hash);
	size_t question = rk_str_chr(rk_strn(url.p, url.n - fragment.n), '?');
	struct rk_str query, param;
	bool found = false;
	char sign = '?';
	int rc;

	if (question == SIZE_MAX)
		return rk_buf_str(out, url);
	query = rk_strn(url.p + question + 1, url.n - fragment.n - question - 1);
	rc = rk_buf_add(out, url.p, question);
	while (rc == 0 && rk_str_split(&query, '&', &param)) {
		if (is_tracking(rk_url_param_name(without_amp(param)))) {
			found = true;
			continue;
		}
		if (rk_buf_addc(out, sign) != 0 || rk_buf_str(out, param) != 0)
			rc = -1;
		sign = '&';
	}
	if (rc == 0 && !found) { /* as it came, a lone question mark too */
		out->n = start;
		return rk_buf_str(out, url);
	}
	if (rc == 0)
		rc = rk_buf_str(out, fragment);
	if (rc != 0)
		out->n = start;
	return rc;
}

/* Dot segments out (RFC 3986 5.2.4), in place. */
static size_t
remove_dots(char *p, size_t n)
{
	size_t from = 0, to = 0, len;

	while (from < n) { /* at a slash */
		for (len = 1; from + len < n && p[from + len] != '/'; len++)
			;
		if (len == 2 && p[from + 1] == '.') {
			if (from + len == n)
				p[to++] = '/';
		} else if (len == 3 && p[from + 1] == '.' && p[from + 2] == '.') {
			while (to > 0 && p[--to] != '/')
				;
			if (from + len == n)
				p[to++] = '/';
		} else {
			memmove(p + to, p + from, len);
			to += len;
		}
		from += len;
	}
	return to;
}

/* Without what only says "the page of this folder". */
static size_t
trim_path(const char *p, size_t n)
{
	static const char *const pages[] = {"/index.php", "/index.html", "/index.htm"};
	struct rk_str path = {p, n};
	size_t before;

	do {
		before = path.n;
		while (path.n > 0 && p[path.n - 1] == '/')
			path.n--;
		for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
			size_t len = strlen(pages[i]);

			if (path.n >= len &&
			    rk_str_iis(rk_str_from(path, path.n - len), pages[i]))
				path.n -= len;
		}
	} while (path.n < before);
	return path.n;
}

static int
by_bytes(const void *a, const void *b)
{
	return rk_str_cmp(*(const struct rk_str *)a, *(const struct rk_str *)b);
}

static int
canon_query(struct rk_str query, struct rk_buf *out)
{
	struct rk_str *params = NULL, param, rest;
	struct rk_buf text;
	size_t n = 1;
	int rc = -1;

	rk_buf_init(&text, (size_t)3 * RK_MAX_URL);
	if (rk_url_respell(query, false, &text) != 0)
		goto out;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '&';
	params = rk_xmalloc(n * sizeof(*params));
	n = 0;
	rest = rk_buf_view(&text);
	while (rk_str_split(&rest, '&', &param)) {
		param = without_amp(param);
		if (param.n > 0 && !is_tracking(rk_url_param_name(param)) &&
		    !rk_str_is(param, "ref=rss"))
			params[n++] = param;
	}
	qsort(params, n, sizeof(*params), by_bytes);
	for (size_t i = 0; i < n; i++)
		if (rk_buf_addc(out, i == 0 ? '?' : '&') != 0 ||
		    rk_buf_str(out, params[i]) != 0)
			goto out;
	rc = 0;
out:
	free(params);
	rk_buf_release(&text);
	return rc;
}

static int
canon(const struct rk_url_parts *u, struct rk_buf *out)
{
	size_t start = out->n, n;

	if (rk_url_respell(u->path, true, out) != 0)
		return -1;
	n = out->n - start;
	if (n > 0) {
		n = remove_dots(out->p + start, n);
		out->n = start + trim_path(out->p + start, n);
		out->p[out->n] = '\0';
	}
	return u->has_query ? canon_query(u->query, out) : 0;
}

/* Without "www." in front of a name that is still one without it. */
static const char *
bare_host(const char *host)
{
	while (strncmp(host, "www.", 4) == 0 && strchr(host + 4, '.') != NULL &&
	       !rk_url_ends_in_number(host + 4))
		host += 4;
	return host;
}

int
rk_url_key(struct rk_str url, struct rk_buf *out)
{
	struct rk_url_parts parts;
	struct rk_url u;
	struct rk_buf key;
	bool v6;
	int rc = -1;

	if (rk_url_examine(url, true, &parts, &u) != NULL)
		return -1;
	/* It must be an address again behind "http://". */
	rk_buf_init(&key, RK_MAX_URL - strlen("http://"));
	v6 = strchr(u.host, ':') != NULL;
	if ((v6 && rk_buf_addc(&key, '[') != 0) ||
	    rk_buf_adds(&key, bare_host(u.host)) != 0 ||
	    (v6 && rk_buf_addc(&key, ']') != 0))
		goto out;
	if (u.port != 80 && u.port != 443 && rk_buf_addf(&key, ":%u", u.port) != 0)
		goto out;
	if (canon(&parts, &key) != 0)
		goto out;
	rc = rk_buf_str(out, rk_buf_view(&key));
out:
	rk_buf_release(&key);
	return rc;
}

bool
rk_url_key_is_root(struct rk_str key)
{
	return rk_str_chr(key, '/') == SIZE_MAX && rk_str_chr(key, '?') == SIZE_MAX;
}
