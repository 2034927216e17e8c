/*
 * The configuration: CONTRACTS 2, read strictly from libyaml's events.
 *
 * Unknown, missing, duplicate or ill-typed keys are refused with
 * file:line:column and what was expected. A loaded configuration is immutable; a
 * reload makes a new one. Knows nothing of the network or the database.
 */
#ifndef RUAMKHAO_CONFIG_H
#define RUAMKHAO_CONFIG_H

#include <ruamkhao/region.h>
#include <ruamkhao/source.h>

struct rk_arena;
struct rk_buf;
struct rk_err;

struct rk_agency {
	struct rk_str id, th, en, short_name, ministry;
	struct rk_str *hosts;
	size_t n_hosts;
};

/* A saved search: a story is in it that matches, is in one of the places, and was
 * published by one of the publishers. */
struct rk_topic {
	struct rk_str id, title;
	struct rk_str match; /* empty: whatever it says */
	const struct rk_node *node;                 /* "topic/ID", in the table of regions */
	struct rk_str *places, *publishers;         /* ids of nodes; none: wherever, whoever */
	size_t n_places, n_publishers;
	struct rk_str *agencies, *ministries;       /* as they were written */
	size_t n_agencies, n_ministries;
};

/* What differs in one node's feeds; entries 0: as in the others. */
struct rk_node_options {
	struct rk_str id;
	unsigned entries;
	bool summary_only;
};

/* An address range in CIDR form: of fetch.allow_addresses. */
struct rk_cidr {
	bool ipv6;
	unsigned char addr[16]; /* network order; 4 bytes used for IPv4 */
	unsigned bits;
};

struct rk_config {
	struct rk_arena *arena; /* holds everything here */
	struct rk_arena *titles; /* but the sources' titles */
	struct rk_str path;     /* of the main file, as given */
	struct rk_str folder;   /* that it stands in, absolute */
	/* in which the files of each item of include lie, absolute, as far down as its name
	 * is no pattern: to be read again at a reload, with what is new there */
	struct rk_str *include_folders;
	size_t n_include_folders;
	struct {
		struct rk_str title, base_url, contact, language, rights; /* base_url ends with '/' */
		struct rk_str host; /* of base_url, with a port that is not the default */
	} site;
	struct {
		struct rk_str state; /* absolute folder */
		int64_t keep;        /* seconds, 0: for ever */
	} storage;
	struct {
		struct rk_str directory; /* absolute folder */
		struct rk_str *formats;  /* names, in the order given */
		size_t n_formats;
		unsigned entries;
		bool summary_only;
		struct rk_node_options *nodes; /* sorted by id */
		size_t n_nodes;
		struct rk_str hub;       /* "builtin", "none" or a URL */
		struct {
			/* "https://HOST" or "https://HOST:PORT", nothing behind; empty: no
			 * bucket */
			struct rk_str endpoint;
			struct rk_str bucket, region;
			struct rk_str prefix; /* of every key: empty, or ends with '/' */
			struct rk_str access_key_file, secret_key_file; /* absolute; both or
									   none: the
									   environment */
		} s3;
	} publish;
	struct {
		int64_t every, every_unconditional; /* seconds */
		unsigned connections, per_host;
		int64_t host_gap;  /* seconds */
		int64_t timeout;   /* seconds */
		uint64_t max_body; /* bytes */
		uint16_t *allow_ports;
		size_t n_allow_ports;
		struct rk_cidr *allow_addresses;
		size_t n_allow_addresses;
	} fetch;
	struct {
		struct rk_str listen; /* "ADDR:PORT", "[V6]:PORT", or empty: off */
	} serve;
	struct rk_str regions_path, agencies_path; /* absolute; empty: compiled in, none */
	struct rk_regions *regions;                /* with a node for each agency named */
	struct rk_agency *agencies;
	size_t n_agencies;
	struct rk_topic *topics;   /* sorted by id */
	size_t n_topics;
	struct rk_source *sources; /* in file order; ids unique */
	size_t n_sources;
};

struct rk_config_opts {
	const char *const *formats; /* names that are built, ends with NULL; others refused.
	                               NULL: atom, rss, json, html */
	rk_page_resolve_fn *page;   /* completes and checks `page` rules; NULL: they are kept
	                               as written */
};

/*
 * Read the file at path with its includes; opts may be NULL. 0 and *out, or -1: RK_E_CONFIG with a
 * text "FILE:LINE:COLUMN: what is wrong, what was expected", or RK_E_SYS.
 */
int rk_config_load(const char *path, const struct rk_config_opts *,
    struct rk_config **out, struct rk_err *);
/*
 * The same with text for the bytes of the file at instead (the main file or one that it
 * names): how an edit is validated before it replaces that file.
 */
int rk_config_load_instead(const char *path, const struct rk_config_opts *,
    const char *instead, struct rk_str text, struct rk_config **out, struct rk_err *);
void rk_config_free(struct rk_config *); /* NULL is fine */
/* Every source's title becomes its id: for who only asks sources, titles are a tenth of
 * what is kept of them. */
void rk_config_forget_titles(struct rk_config *);

/*
 * A file that holds the `page` mapping of a source and nothing else, for `parse --page`.
 * *out is in the arena, resolved where opts->page is given. Errors as rk_config_load.
 */
int rk_config_page(const char *path, const struct rk_config_opts *, struct rk_arena *,
    const struct rk_page_rules **out, struct rk_err *);

/* How many entries the node's feeds hold, and whether only summaries of them. */
unsigned rk_config_entries(const struct rk_config *, struct rk_str node, bool *summary_only);

/* The first that exists of the default places (CONTRACTS 1), or NULL. Static. */
const char *rk_config_default_path(void);

/* The effective configuration as YAML that loads to the same. */
int rk_config_show(const struct rk_config *, struct rk_buf *);
/* Every option: name, type, default, meaning; one block a section. */
int rk_config_describe(struct rk_buf *);

/* The table of regions that is compiled in (feeds/regions.yml of the sources). */
struct rk_regions *rk_regions_builtin(struct rk_arena *, struct rk_err *);

/* "127.0.0.0/8", "::1", "10.1.2.3": 0 or -1. */
int rk_cidr_parse(struct rk_str, struct rk_cidr *);

#endif
