/*
 * Every option with its type, default and meaning. One table: the
 * check of shape, the places of values, the defaults and `config describe` are made from it (CONTRACTS 2).
 */
#include "config_int.h"

#include <string.h>

#define KEY(s, m, t, f, d, text)                                                       \
	{                                                                              \
#m, t, f, offsetof(struct s, m), d, text, NULL                         \
	}
#define SUB(s, m, t, f, o, text)                                                       \
	{                                                                              \
#m, t, f, offsetof(struct s, m), NULL, text, o                         \
	}
#define END                                                                            \
	{                                                                              \
		NULL, RK_CFG_TEXT, 0, 0, NULL, NULL, NULL                              \
	}

/* A key of a section: the name is the last part of site.title and the like. */
#define IN(sec, m, t, d, text)                                                         \
	{                                                                              \
#m, t, 0,                                                              \
		    offsetof(struct rk_cfg_raw_main, sec.m) -                          \
			offsetof(struct rk_cfg_raw_main, sec),                         \
		    d, text, NULL                                                      \
	}
#define SECTION(sec) sizeof(((struct rk_cfg_raw_main *)NULL)->sec)

static const struct rk_cfg_option site[] = {
    IN(site, title, RK_CFG_TEXT, "รวมข่าวภาครัฐ",
	"Name of the site, for people; part of every feed's title."),
    IN(site, base_url, RK_CFG_TEXT, "http://127.0.0.1:8080/",
	"Where publish.directory is reached from outside, http or https; part of "
	"every link. Ends with a slash (added when missing)."),
    IN(site, contact, RK_CFG_TEXT, "mailto:webmaster@example.go.th",
	"Whom to ask: mailto: or an http(s) page. Published, and sent to sources in "
	"the User-Agent."),
    IN(site, language, RK_CFG_TEXT, "th", "Language tag of the feeds (BCP 47)."),
    IN(site, rights, RK_CFG_TEXT,
	"เนื้อหาเป็นของผู้เผยแพร่",
	"What the feeds and pages say of rights (the default: the texts belong to "
	"their publishers); empty: nothing."),
    END,
};
static const struct rk_cfg_options site_options = {"site", SECTION(site), 0, site};

static const struct rk_cfg_option storage[] = {
    IN(storage, state, RK_CFG_TEXT, "../out/state",
	"Folder of the database ruamkhao.db, caches and the lock. Not below "
	"publish.directory."),
    IN(storage, keep, RK_CFG_TEXT, "forever",
	"How long entries are kept: forever. A duration such as 730d is not built "
	"yet."),
    END,
};
static const struct rk_cfg_options storage_options = {
    "storage", SECTION(storage), 0, storage};

#define S3(m, d, text) KEY(rk_cfg_raw_s3, m, RK_CFG_TEXT, 0, d, text)

static const struct rk_cfg_option s3[] = {
    S3(endpoint, "",
	"Address of the store, e.g. https://s3.ap-southeast-1.amazonaws.com; keys stand in its "
	"path as BUCKET/KEY. http only to this machine and to fetch.allow_addresses. Empty: "
	"nothing is uploaded."),
    S3(bucket, "", "Name of the bucket, which must exist."),
    S3(region, "us-east-1", "Region that requests are signed for."),
    S3(prefix, "", "Put before every name, e.g. news/; a slash is added where it has none."),
    S3(access_key_file, "",
	"File that holds the access key; without it the environment's AWS_ACCESS_KEY_ID."),
    S3(secret_key_file, "",
	"File that holds the secret key, readable for the program alone; without it the "
	"environment's AWS_SECRET_ACCESS_KEY."),
    END,
};
const struct rk_cfg_options rk_cfg_s3 = {"s3", sizeof(struct rk_cfg_raw_s3), 0, s3};

static const struct rk_cfg_option node[] = {
    KEY(rk_cfg_raw_node, id, RK_CFG_TEXT, RK_CFG_REQUIRED, NULL,
	"The node, e.g. all, province/phuket or topic/flood."),
    KEY(rk_cfg_raw_node, entries, RK_CFG_COUNT, 0, NULL,
	"Newest entries in its feeds (1-10000); without it publish.entries."),
    KEY(rk_cfg_raw_node, summary_only, RK_CFG_BOOL, 0, NULL,
	"Whether its feeds hold summaries only; without it publish.summary_only."),
    END,
};
const struct rk_cfg_options rk_cfg_node = {
    "a node", sizeof(struct rk_cfg_raw_node), 0, node};

static const struct rk_cfg_option publish[] = {
    IN(publish, directory, RK_CFG_TEXT, "../out/public",
	"Folder that the feeds are written to: the web root."),
    IN(publish, formats, RK_CFG_TEXTS, "[atom, rss, json, html]",
	"Formats of every feed: atom, rss (2.0), json (JSON Feed 1.1), html, and embed, "
	"small pages for frames in other sites."),
    IN(publish, entries, RK_CFG_COUNT, "100",
	"Newest entries in a feed (1-10000). Older ones are in the node's archive."),
    IN(publish, summary_only, RK_CFG_BOOL, "false",
	"true: feeds hold summaries only, an excerpt where a publisher gave none; whoever "
	"wants the text follows the link."),
    {"nodes", RK_CFG_MAPS, 0,
	offsetof(struct rk_cfg_raw_main, publish.nodes) -
	    offsetof(struct rk_cfg_raw_main, publish),
	NULL, "Nodes that differ from the others, see below.", &rk_cfg_node},
    IN(publish, hub, RK_CFG_TEXT, "builtin",
	"WebSub hub that the feeds announce and that tells subscribers what changed: "
	"builtin (at base_url + hub, only while serve.listen is set), none, or the URL "
	"of a hub elsewhere, which is told which feeds changed."),
    {"s3", RK_CFG_MAPPTR, 0,
	offsetof(struct rk_cfg_raw_main, publish.s3) - offsetof(struct rk_cfg_raw_main, publish),
	NULL, "A bucket that every changed file is uploaded to, see below; without it none.",
	&rk_cfg_s3},
    END,
};
static const struct rk_cfg_options publish_options = {
    "publish", SECTION(publish), 0, publish};

static const struct rk_cfg_option fetch[] = {
    IN(fetch, every, RK_CFG_DURATION, "1h",
	"How often a source is asked, unless it says so itself; less often while little is "
	"to be expected from it. Under 10m only with allow_addresses, and then only for "
	"sources there."),
    IN(fetch, every_unconditional, RK_CFG_DURATION, "4h",
	"The same for sources that send no validator (ETag, Last-Modified). Never "
	"less than every where it is left out."),
    IN(fetch, connections, RK_CFG_COUNT, "64", "Transfers at once (1-1024)."),
    IN(fetch, per_host, RK_CFG_COUNT, "2", "Transfers at once to one host (1-64)."),
    IN(fetch, host_gap, RK_CFG_DURATION, "1s",
	"Pause between two requests to one host; 0s for none, at most 1h."),
    IN(fetch, timeout, RK_CFG_DURATION, "60s", "Longest time of one transfer (1s-1h)."),
    IN(fetch, max_body, RK_CFG_SIZE, "8MiB", "Largest document, decoded (1KiB-32MiB)."),
    IN(fetch, allow_ports, RK_CFG_TEXTS, "[]",
	"Ports that may be asked beside 80, 443 and the one in a source's own url."),
    IN(fetch, allow_addresses, RK_CFG_TEXTS, "[]",
	"Own networks, e.g. [127.0.0.0/8]: the address guard lets them through, and "
	"the ten-minute floor of every does not hold for them."),
    END,
};
static const struct rk_cfg_options fetch_options = {"fetch", SECTION(fetch), 0, fetch};

static const struct rk_cfg_option serve[] = {
    IN(serve, listen, RK_CFG_TEXT, "",
	"Address and port of the embedded HTTP server, e.g. 127.0.0.1:8080 or "
	"[::1]:8080; empty: off. Port 0: any free one."),
    END,
};
static const struct rk_cfg_options serve_options = {"serve", SECTION(serve), 0, serve};

#define ARTICLE(m, text) KEY(rk_cfg_raw_article, m, RK_CFG_TEXT, 0, "", text)

static const struct rk_cfg_option article[] = {
    ARTICLE(title, "The headline; else the list's."),
    ARTICLE(date, "Text with the date; else the list's."),
    ARTICLE(author, "Who wrote it; else the list's."),
    ARTICLE(image, "An image's address; else the list's."),
    ARTICLE(body, "The text, with its markup; else the list's."),
    END,
};
const struct rk_cfg_options rk_cfg_article = {
    "article", sizeof(struct rk_cfg_raw_article), 0, article};

#define PAGE(m, t, d, text) KEY(rk_cfg_raw_page, m, t, 0, d, text)

static const struct rk_cfg_option page[] = {
    PAGE(preset, RK_CFG_TEXT, "",
	"Ready rules: wordpress, ewt, joomla, drupal or prd. A key that is given takes "
	"the place of the preset's."),
    PAGE(container, RK_CFG_TEXT, "",
	"Must be on the page, else the poll fails; where it is given and there, no "
	"items are silence and min_items does not apply."),
    PAGE(items, RK_CFG_TEXT, "",
	"One node per entry, on the list page. Needed, here or from a preset."),
    PAGE(link, RK_CFG_TEXT, "",
	"The entry's address, relative to the item; nothing: the page's own."),
    PAGE(title, RK_CFG_TEXT, "", "The headline, relative to the item."),
    PAGE(date, RK_CFG_TEXT, "",
	"Text with the date, relative to the item: the first acceptable one counts."),
    PAGE(author, RK_CFG_TEXT, "", "Who wrote it, relative to the item."),
    PAGE(image, RK_CFG_TEXT, "", "An image's address, relative to the item."),
    PAGE(body, RK_CFG_TEXT, "",
	"The text with its markup, relative to the item: of a list that holds the "
	"whole news, or an excerpt."),
    SUB(rk_cfg_raw_page, article, RK_CFG_MAPPTR, 0, &rk_cfg_article,
	"The same for the page that link leads to, relative to the document. Where "
	"any key is given, each new link is asked for once; what is found there wins "
	"over the list's."),
    PAGE(drop, RK_CFG_TEXTS, "[]",
	"Nodes that are taken out of a page before anything is read."),
    PAGE(min_items, RK_CFG_COUNT, "1",
	"Fewer items than this are a failure, not silence (0-5000)."),
    END,
};
const struct rk_cfg_options rk_cfg_page_file = {
    "page", sizeof(struct rk_cfg_raw_page), 0, page};

#define SRC(m, t, d, text) KEY(rk_cfg_raw_source, m, t, 0, d, text)

static const struct rk_cfg_option source[] = {
    KEY(rk_cfg_raw_source, id, RK_CFG_TEXT, RK_CFG_REQUIRED | RK_CFG_OWN, NULL,
	"Lower-case letters, digits and \"-\", at most 64; unique over all files and "
	"for ever: it is part of the entries' identity."),
    KEY(rk_cfg_raw_source, title, RK_CFG_TEXT, RK_CFG_OWN, NULL,
	"Name of the publisher, for people; without it the id."),
    KEY(rk_cfg_raw_source, url, RK_CFG_TEXT, RK_CFG_REQUIRED | RK_CFG_OWN, NULL,
	"Address of the feed, the list page or the WordPress site, http or https. file: "
	"is not built yet."),
    SRC(province, RK_CFG_TEXT, "",
	"ISO code of the home province, e.g. TH-83; empty: a national source."),
    SRC(agency, RK_CFG_TEXT, "",
	"Id of the publishing agency; it need not stand in the agencies file."),
    SRC(regions, RK_CFG_TEXTS, "[]",
	"Further nodes that it publishes in, by id, e.g. [cluster/06]."),
    SRC(kind, RK_CFG_TEXT, "feed",
	"What is at url: feed; page, an HTML page that is read by the rules under page; "
	"wordpress, a WordPress site, asked by its REST interface."),
    SRC(every, RK_CFG_DURATION, "",
	"How often it is asked, as written; empty: fetch.every, or less often where it "
	"posts rarely. Under 10m only where the url's "
	"host is an address in fetch.allow_addresses."),
    SRC(every_unconditional, RK_CFG_DURATION, "",
	"The same while it sends no validator; empty: fetch.every_unconditional, but "
	"not less than every."),
    SRC(enabled, RK_CFG_BOOL, "true", "false: not asked, its entries stay."),
    SRC(priority, RK_CFG_INT, "0",
	"Whose copy leads when several publish the same text: the highest (-1000 to "
	"1000). Whom the text names as its issuer goes before; among equals the one "
	"seen first."),
    SRC(charset, RK_CFG_TEXT, "",
	"Encoding of the documents whatever they say, e.g. windows-874."),
    SRC(timezone, RK_CFG_OFFSET, "+07:00", "Of dates that name no zone."),
    SRC(distrust, RK_CFG_TEXTS, "[]",
	"Fields not to be believed, of: id, date, updated, author, language."),
    SRC(keep, RK_CFG_TEXT, "",
	"Regular expression (ICU's): only entries are published in which it is found, in "
	"the title, a line break, and the text. Applied when publishing: what it keeps "
	"out is stored, and comes back when it changes. (?i) ignores case, (?m) lets ^ "
	"begin at a line."),
    SRC(drop, RK_CFG_TEXT, "",
	"The same: entries in which it is found are not published."),
    SRC(user_agent, RK_CFG_TEXT, "", "Empty: the program's own."),
    SRC(headers, RK_CFG_TEXTS, "[]", "Further request headers, each \"Name: value\"."),
    SRC(ca_file, RK_CFG_TEXT, "",
	"PEM file with an extra CA or a missing intermediate, for this source only."),
    SRC(proxy, RK_CFG_TEXT, "", "http://, https:// or socks5:// HOST:PORT."),
    SUB(rk_cfg_raw_source, page, RK_CFG_MAPPTR, 0, &rk_cfg_page_file,
	"XPath 1.0 rules of a source of kind page, see below."),
    END,
};
const struct rk_cfg_options rk_cfg_source = {
    "a source", sizeof(struct rk_cfg_raw_source), 0, source};
static const struct rk_cfg_options defaults_options = {
    "defaults", sizeof(struct rk_cfg_raw_source), RK_CFG_OWN, source};

static const struct rk_cfg_option topic[] = {
    KEY(rk_cfg_raw_topic, id, RK_CFG_TEXT, RK_CFG_REQUIRED, NULL,
	"Lower-case letters, digits and \"-\", at most 64: the node is topic/ID."),
    KEY(rk_cfg_raw_topic, title, RK_CFG_TEXT, 0, NULL,
	"Name of the feed, for people; without it the id."),
    KEY(rk_cfg_raw_topic, match, RK_CFG_TEXT, 0, NULL,
	"What is searched for, as `ruamkhao search` takes it: words, \"phrases\", OR, "
	"-word, ( ). May be left out where another key narrows it."),
    KEY(rk_cfg_raw_topic, regions, RK_CFG_TEXTS, 0, NULL,
	"Only what is published in one of these nodes, e.g. [cluster/06, national]."),
    KEY(rk_cfg_raw_topic, agencies, RK_CFG_TEXTS, 0, NULL,
	"Only what one of these agencies published, by id."),
    KEY(rk_cfg_raw_topic, ministries, RK_CFG_TEXTS, 0, NULL,
	"Or an agency of one of these ministries, as the agencies file names them."),
    END,
};
const struct rk_cfg_options rk_cfg_topic = {
    "a topic", sizeof(struct rk_cfg_raw_topic), 0, topic};

#define MAIN(m, t, o, text) SUB(rk_cfg_raw_main, m, t, 0, o, text)

static const struct rk_cfg_option main_keys[] = {
    MAIN(site, RK_CFG_MAP, &site_options, "The site as a whole."),
    MAIN(storage, RK_CFG_MAP, &storage_options, "What is remembered, and where."),
    MAIN(publish, RK_CFG_MAP, &publish_options, "What is written for readers."),
    MAIN(fetch, RK_CFG_MAP, &fetch_options, "How sources are asked."),
    MAIN(serve, RK_CFG_MAP, &serve_options, "The embedded HTTP server."),
    KEY(rk_cfg_raw_main, regions, RK_CFG_TEXT, 0, "regions.yml",
	"The table of provinces and groups. Without the key and the file, and with "
	"\"\", the table compiled in."),
    KEY(rk_cfg_raw_main, agencies, RK_CFG_TEXT, 0, "agencies.yml",
	"Names of agencies. Without the key and the file, and with \"\", none."),
    KEY(rk_cfg_raw_main, include, RK_CFG_TEXTS, 0, "[sources/*.yml]",
	"Files with further sources, as patterns; a pattern may match nothing."),
    MAIN(sources, RK_CFG_MAPS, &rk_cfg_source, "The sources; best kept last."),
    MAIN(topics, RK_CFG_MAPS, &rk_cfg_topic, "Saved searches: each becomes a feed, topic/ID."),
    END,
};
const struct rk_cfg_options rk_cfg_main = {
    "the configuration", sizeof(struct rk_cfg_raw_main), 0, main_keys};

static const struct rk_cfg_option include_keys[] = {
    SUB(rk_cfg_raw_include, defaults, RK_CFG_MAPPTR, 0, &defaults_options,
	"Keys of a source (not id, title, url) for all sources of this file that do "
	"not have them."),
    SUB(rk_cfg_raw_include, sources, RK_CFG_MAPS, 0, &rk_cfg_source, "The sources."),
    END,
};
const struct rk_cfg_options rk_cfg_include = {
    "an included file", sizeof(struct rk_cfg_raw_include), 0, include_keys};

#define AGENCY(m, t, f, text) KEY(rk_cfg_raw_agency, m, t, f, NULL, text)

static const struct rk_cfg_option agency[] = {
    AGENCY(id, RK_CFG_TEXT, RK_CFG_REQUIRED,
	"Lower-case letters, digits and \"-\", at most 64."),
    AGENCY(th, RK_CFG_TEXT, RK_CFG_REQUIRED, "Name in Thai."),
    AGENCY(en, RK_CFG_TEXT, 0, "Name in English; without it the Thai one."),
    {"short", RK_CFG_TEXT, 0, offsetof(struct rk_cfg_raw_agency, short_name), NULL,
	"Short name.", NULL},
    AGENCY(ministry, RK_CFG_TEXT, 0, "The ministry it belongs to."),
    AGENCY(hosts, RK_CFG_TEXTS, 0, "Hosts of its pages."),
    END,
};
static const struct rk_cfg_options agency_options = {
    "an agency", sizeof(struct rk_cfg_raw_agency), 0, agency};
static const struct rk_cfg_option agencies_keys[] = {
    {"agencies", RK_CFG_MAPS, 0, offsetof(struct rk_cfg_raw_agencies, agencies), NULL,
	"The agencies.", &agency_options},
    END,
};
const struct rk_cfg_options rk_cfg_agencies_file = {
    "an agencies file", sizeof(struct rk_cfg_raw_agencies), 0, agencies_keys};

#define PROVINCE(m, f, text) KEY(rk_cfg_raw_province, m, RK_CFG_TEXT, f, NULL, text)

static const struct rk_cfg_option province[] = {
    PROVINCE(iso, RK_CFG_REQUIRED, "ISO 3166-2 code, e.g. TH-83."),
    PROVINCE(slug, RK_CFG_REQUIRED, "The node is province/SLUG."),
    PROVINCE(th, RK_CFG_REQUIRED, "Name in Thai."),
    PROVINCE(en, RK_CFG_REQUIRED, "Name in English."),
    PROVINCE(abbrev, 0, "Thai abbreviation, for people."),
    END,
};
static const struct rk_cfg_options province_options = {
    "a province", sizeof(struct rk_cfg_raw_province), 0, province};

#define MEMBERS(m, t, f, text) KEY(rk_cfg_raw_membership, m, t, f, NULL, text)

static const struct rk_cfg_option membership[] = {
    MEMBERS(from, RK_CFG_TEXT, 0, "First day, YYYY-MM-DD in Bangkok; open without."),
    MEMBERS(until, RK_CFG_TEXT, 0, "First day it holds no more; open without."),
    MEMBERS(provinces, RK_CFG_TEXTS, RK_CFG_REQUIRED, "ISO codes."),
    END,
};
static const struct rk_cfg_options membership_options = {
    "a membership", sizeof(struct rk_cfg_raw_membership), 0, membership};

#define GROUP(m, text)                                                                 \
	KEY(rk_cfg_raw_group, m, RK_CFG_TEXT, RK_CFG_REQUIRED, NULL, text)

static const struct rk_cfg_option group[] = {
    GROUP(id, "The node: cluster/NN, inspection/NN or region/SLUG."),
    GROUP(th, "Name in Thai."),
    GROUP(en, "Name in English."),
    SUB(rk_cfg_raw_group, members, RK_CFG_MAPS, RK_CFG_REQUIRED, &membership_options,
	"Which provinces belong to it, and when."),
    END,
};
static const struct rk_cfg_options group_options = {
    "a group", sizeof(struct rk_cfg_raw_group), 0, group};

static const struct rk_cfg_option regions_keys[] = {
    SUB(rk_cfg_raw_regions, provinces, RK_CFG_MAPS, RK_CFG_REQUIRED, &province_options,
	"The provinces."),
    SUB(rk_cfg_raw_regions, groups, RK_CFG_MAPS, 0, &group_options,
	"What they belong to."),
    END,
};
const struct rk_cfg_options rk_cfg_regions_file = {
    "a regions file", sizeof(struct rk_cfg_raw_regions), 0, regions_keys};

const char *
rk_cfg_type_name(enum rk_cfg_type type)
{
	switch (type) {
	case RK_CFG_TEXT:
		return "a text";
	case RK_CFG_BOOL:
		return "true or false";
	case RK_CFG_COUNT:
		return "a number";
	case RK_CFG_INT:
		return "a whole number";
	case RK_CFG_DURATION:
		return "a duration such as 30m";
	case RK_CFG_SIZE:
		return "a size such as 8MiB";
	case RK_CFG_OFFSET:
		return "an offset such as +07:00";
	case RK_CFG_TEXTS:
		return "a list of texts";
	case RK_CFG_MAP:
	case RK_CFG_MAPPTR:
		return "a mapping";
	case RK_CFG_MAPS:
		return "a list of mappings";
	}
	return "?";
}

const char *
rk_cfg_default(const struct rk_cfg_options *options, const char *key)
{
	for (const struct rk_cfg_option *o = options->options; o->name != NULL; o++)
		if (strcmp(o->name, key) == 0)
			return o->def != NULL ? o->def : "";
	rk_assert(false && "an option that the table does not have");
	return "";
}
