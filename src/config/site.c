/*
 * The section `site`, and what every section of the main file is read with.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/url.h>

#include <string.h>

struct rk_cfg_section
rk_cfg_section(struct rk_cfg_load *load, const char *name)
{
	struct rk_cfg_section s = {load, load->cfg->arena, name, NULL};

	for (const struct rk_cfg_option *o = rk_cfg_main.options; o->name != NULL; o++)
		if (strcmp(o->name, name) == 0)
			s.options = o->sub;
	rk_assert(s.options != NULL);
	return s;
}

struct rk_cfg_at
rk_cfg_section_at(const struct rk_cfg_section *s, const char *key)
{
	return (struct rk_cfg_at){
	    s->load->main, s->load->err, s->name, key, NULL, -1, -1};
}

const char *
rk_cfg_or_default(const struct rk_cfg_section *s, const char *raw, const char *key)
{
	return raw != NULL ? raw : rk_cfg_default(s->options, key);
}

/* No white space, quotes or brackets: the address will stand in markup and headers. */
static bool
plain_address(const char *text)
{
	return rk_cfg_ascii_ok(text) && strpbrk(text, " \"<>\\^`{|}") == NULL;
}

static int
read_base_url(const struct rk_cfg_section *s, const char *text)
{
	struct rk_config *cfg = s->load->cfg;
	struct rk_cfg_at a = rk_cfg_section_at(s, "base_url");
	size_t n = strlen(text);
	struct rk_url url;
	struct rk_err err;
	bool v6;

	if (rk_url_parse(rk_str(text), &url, &err) != 0)
		return rk_cfg_complain(
		    &a, "%s (expected http:// or https://)", err.text);
	if (!plain_address(text) || strpbrk(text, "?#") != NULL)
		return rk_cfg_complain(
		    &a, "not a plain address (expected no spaces, quotes, ? or #)");
	cfg->site.base_url = rk_arena_fmt(
	    s->arena, "%s%s", text, n > 0 && text[n - 1] == '/' ? "" : "/");
	v6 = strchr(url.host, ':') != NULL;
	cfg->site.host =
	    rk_arena_fmt(s->arena, "%s%s%s", v6 ? "[" : "", url.host, v6 ? "]" : "");
	if (url.port != (url.https ? 443 : 80))
		cfg->site.host = rk_arena_fmt(
		    s->arena, "%.*s:%u", RK_FMT(cfg->site.host), (unsigned)url.port);
	return 0;
}

static bool
contact_ok(const char *text)
{
	const char *sign;
	struct rk_url url;

	if (!plain_address(text))
		return false;
	if (strncmp(text, "mailto:", 7) != 0)
		return rk_url_parse(rk_str(text), &url, NULL) == 0;
	sign = strchr(text + 7, '@');
	return sign != NULL && sign > text + 7 && sign[1] != '\0' &&
	       strchr(sign + 1, '@') == NULL;
}

/* BCP 47 in outline: letters, then subtags of up to eight letters or digits. */
static bool
language_ok(const char *text)
{
	size_t n = 0, total = strlen(text);

	for (size_t i = 0; i <= total; i++) {
		char c = text[i];

		if (c == '-' || c == '\0') {
			if (n < 1 || n > 8)
				return false;
			n = 0;
		} else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			   (c >= '0' && c <= '9' && i > n)) {
			n++;
		} else {
			return false;
		}
	}
	return total <= 35;
}

int
rk_cfg_site(struct rk_cfg_load *load, const struct rk_cfg_raw_main *raw)
{
	struct rk_cfg_section s = rk_cfg_section(load, "site");
	const char *title = rk_cfg_or_default(&s, raw->site.title, "title");
	const char *contact = rk_cfg_or_default(&s, raw->site.contact, "contact");
	const char *language = rk_cfg_or_default(&s, raw->site.language, "language");
	const char *rights = rk_cfg_or_default(&s, raw->site.rights, "rights");
	struct rk_cfg_at a;

	if (title[0] == '\0') {
		a = rk_cfg_section_at(&s, "title");
		return rk_cfg_complain(&a, "empty (expected a name for the site)");
	}
	if (!contact_ok(contact)) {
		a = rk_cfg_section_at(&s, "contact");
		return rk_cfg_complain(&a,
		    "%s (expected mailto:NAME@HOST or an http(s) address)",
		    rk_cfg_quote(contact).text);
	}
	if (!language_ok(language)) {
		a = rk_cfg_section_at(&s, "language");
		return rk_cfg_complain(&a, "%s (expected a language tag such as th)",
		    rk_cfg_quote(language).text);
	}
	load->cfg->site.title = rk_cfg_keep(s.arena, title);
	load->cfg->site.contact = rk_cfg_keep(s.arena, contact);
	load->cfg->site.language = rk_cfg_keep(s.arena, language);
	load->cfg->site.rights = rk_cfg_keep(s.arena, rights);
	return read_base_url(&s, rk_cfg_or_default(&s, raw->site.base_url, "base_url"));
}
