/*
 * Between the files of config/: the option table, a file as it was read, and what a
 * load carries along.
 *
 * A file goes through two steps: rk_cfg_scan (shape against the table, values into raw
 * structs of strings, places of sources), and checks of meaning, which look up a value's
 * place only when they have to complain.
 */
#ifndef RUAMKHAO_CONFIG_INT_H
#define RUAMKHAO_CONFIG_INT_H

#include <ruamkhao/buf.h>
#include <ruamkhao/config.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/url.h>

#include <sys/types.h>

#define RK_CFG_MAX_VALUE 4096 /* bytes of one value: a title, a header, an address */
#define RK_CFG_MAX_LIST  1000 /* items of a list of texts: no list of ours is longer */
#define RK_CFG_SECTIONS  16   /* keys of a file, at most */
#define RK_CFG_MAX_EVERY 31536000 /* seconds: a year; a longer pause is `enabled` */
#define RK_CFG_MAX_BODY                                                                \
	RK_MIB(32)      /* half of RK_WIRE_MAX: a document goes to a worker            \
			   in one message, with room for the hints */
#define RK_CFG_PATH 160 /* "sources[100000].every_unconditional" and a NUL */

/* ---- The option table (schema.c) */

enum rk_cfg_type {
	RK_CFG_TEXT,
	RK_CFG_BOOL,
	RK_CFG_COUNT,
	RK_CFG_INT,
	RK_CFG_DURATION,
	RK_CFG_SIZE,
	RK_CFG_OFFSET,
	RK_CFG_TEXTS,  /* list of texts: struct rk_cfg_list */
	RK_CFG_MAP,    /* mapping, by value */
	RK_CFG_MAPPTR, /* mapping, a pointer that is NULL where the key is absent */
	RK_CFG_MAPS    /* list of mappings: pointer and count as in rk_cfg_list */
};

enum { RK_CFG_REQUIRED = 1, RK_CFG_OWN = 2 /* not in `defaults` */ };

struct rk_cfg_option {
	const char *name;
	enum rk_cfg_type type;
	unsigned flags;
	size_t offset;       /* of a char * or one of the above in the raw struct */
	const char *def;     /* as it would be written; NULL: none */
	const char *meaning; /* one or two sentences */
	const struct rk_cfg_options *sub;
};

/* The keys of one mapping. At most 64: sets of them are kept in a uint64_t. */
struct rk_cfg_options {
	const char *name; /* for messages: "fetch", "a source" */
	size_t size;      /* of the raw struct */
	unsigned without; /* options with one of these flags are not keys here */
	const struct rk_cfg_option *options; /* ends with .name == NULL */
};

extern const struct rk_cfg_options rk_cfg_main, rk_cfg_include, rk_cfg_source,
    rk_cfg_page_file, rk_cfg_article, rk_cfg_topic, rk_cfg_node, rk_cfg_s3,
    rk_cfg_regions_file, rk_cfg_agencies_file;

const char *rk_cfg_type_name(enum rk_cfg_type); /* "a duration such as 30m" */
/* The default of a key as the table says it, "" for none. */
const char *rk_cfg_default(const struct rk_cfg_options *, const char *key);

/* ---- Raw structs: what scan.c fills. NULL: the key is absent. */

struct rk_cfg_list {
	const char **v;
	uint32_t n;
};

struct rk_cfg_raw_article {
	const char *title, *date, *author, *image, *body;
};

struct rk_cfg_raw_page {
	const char *preset, *container, *items, *link, *title, *date, *author, *image,
	    *body;
	struct rk_cfg_raw_article *article;
	struct rk_cfg_list drop;
	const char *min_items;
};

struct rk_cfg_raw_source {
	const char *id, *title, *url, *province, *agency;
	struct rk_cfg_list regions;
	const char *kind, *every, *every_unconditional, *enabled, *priority, *charset;
	const char *timezone;
	struct rk_cfg_list distrust;
	const char *keep, *drop, *user_agent;
	struct rk_cfg_list headers;
	const char *ca_file, *proxy;
	struct rk_cfg_raw_page *page;
};

struct rk_cfg_raw_topic {
	const char *id, *title, *match;
	struct rk_cfg_list regions, agencies, ministries;
};

struct rk_cfg_raw_node {
	const char *id, *entries, *summary_only;
};

struct rk_cfg_raw_s3 {
	const char *endpoint, *bucket, *region, *prefix, *access_key_file, *secret_key_file;
};

struct rk_cfg_raw_main {
	struct {
		const char *title, *base_url, *contact, *language, *rights;
	} site;
	struct {
		const char *state, *keep;
	} storage;
	struct {
		const char *directory;
		struct rk_cfg_list formats;
		const char *entries, *summary_only, *hub;
		struct rk_cfg_raw_node *nodes;
		uint32_t n_nodes;
		struct rk_cfg_raw_s3 *s3;
	} publish;
	struct {
		const char *every, *every_unconditional, *connections, *per_host,
		    *host_gap;
		const char *timeout, *max_body;
		struct rk_cfg_list allow_ports, allow_addresses;
	} fetch;
	struct {
		const char *listen;
	} serve;
	const char *regions, *agencies;
	struct rk_cfg_list include;
	struct rk_cfg_raw_source *sources;
	uint32_t n_sources;
	struct rk_cfg_raw_topic *topics;
	uint32_t n_topics;
};

struct rk_cfg_raw_include {
	struct rk_cfg_raw_source *defaults;
	struct rk_cfg_raw_source *sources;
	uint32_t n_sources;
};

struct rk_cfg_raw_agency {
	const char *id, *th, *en, *short_name, *ministry;
	struct rk_cfg_list hosts;
};

struct rk_cfg_raw_agencies {
	struct rk_cfg_raw_agency *agencies;
	uint32_t n;
};

struct rk_cfg_raw_province {
	const char *iso, *slug, *th, *en, *abbrev;
};

struct rk_cfg_raw_membership {
	const char *from, *until;
	struct rk_cfg_list provinces;
};

struct rk_cfg_raw_group {
	const char *id, *th, *en;
	struct rk_cfg_raw_membership *members;
	uint32_t n_members;
};

struct rk_cfg_raw_regions {
	struct rk_cfg_raw_province *provinces;
	uint32_t n_provinces;
	struct rk_cfg_raw_group *groups;
	uint32_t n_groups;
};

/* ---- A file that was read (file.c) */

/* Where an item of `sources` begins, and which keys it has (bits of the table). */
struct rk_cfg_place {
	unsigned line, column;
	uint64_t keys;
};

struct rk_cfg_file {
	struct rk_cfg_file *next;
	char *path;   /* for messages */
	char *folder; /* absolute; NULL until rk_cfg_file_folder */
	struct rk_buf text;
	struct rk_arena *arena; /* holds all values */
	void *raw;              /* of the table's raw struct */
	const struct rk_cfg_options *options;
	struct rk_cfg_place *places; /* of the items of `sources` */
	size_t n_places;
	uint64_t keys;                          /* of the file itself */
	uint64_t section_keys[RK_CFG_SECTIONS]; /* of its n-th key, where a mapping */
	dev_t dev; /* which file it is, to read none twice */
	ino_t ino;
};

/*
 * Read and fill. Takes the bytes of `instead` for the file where that is given (its
 * p is not NULL). Errors have a place. On failure too, release with rk_cfg_file_free.
 */
int rk_cfg_file_read(struct rk_cfg_file **out, const char *path,
    const struct rk_cfg_options *, struct rk_str instead, struct rk_err *);
/* Does the file have the key, an empty list included? section: NULL for the file's own.
 */
bool rk_cfg_has(const struct rk_cfg_file *, const char *section, const char *key);
/* The keys that its mapping `section` has, as bits of that table. */
uint64_t rk_cfg_section_keys(const struct rk_cfg_file *, const char *section);
/* Set folder: absolute, links resolved. Relative paths in the file start there. */
int rk_cfg_file_folder(struct rk_cfg_file *, struct rk_err *);
void rk_cfg_file_free(struct rk_cfg_file *); /* that one only, not its next */

/* ---- Shape and places (scan.c, where.c) */

int rk_cfg_scan(struct rk_cfg_file *, struct rk_err *);

/* "FILE:LINE:COLUMN: text" of the value at path ("fetch.every", "sources[3].id"), or
 * of what holds it when it is not there. -1 always. */
int rk_cfg_bad(const struct rk_cfg_file *, struct rk_err *, const char *path,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The same for a place that is known. */
int rk_cfg_bad_at(const struct rk_cfg_file *, struct rk_err *, unsigned line,
    unsigned column, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Line and column (bytes from 1) of a place that libyaml gives in characters from 0.
 * The cursor makes a row of ascending places linear; start with {0, 0}. */
struct rk_cfg_cursor {
	size_t line, at;
};
void rk_cfg_place_of(struct rk_str text, struct rk_cfg_cursor *, size_t line,
    size_t column, unsigned *out_line, unsigned *out_column);
/* The same for an offset in bytes. */
void rk_cfg_place_of_offset(
    struct rk_str text, size_t offset, unsigned *out_line, unsigned *out_column);

/* A value for a message: in quotes, cut, nothing that moves a terminal. */
struct rk_cfg_quoted {
	char text[80];
};
struct rk_cfg_quoted rk_cfg_quote(const char *value);

/* ---- Checks of meaning */

struct rk_cfg_load {
	struct rk_config *cfg;
	const struct rk_config_opts *opts;
	const char *instead; /* a file whose bytes are instead_text; NULL: none */
	struct rk_str instead_text;
	struct rk_err *err;
	struct rk_cfg_file *main, *files; /* files: all, in order; main is the first */
	struct rk_cfg_file **files_end;
	struct rk_map *ids;   /* source id -> struct rk_source */
	struct rk_map *hosts; /* of sources: many have the same */
};

/* A value under check: in which key it stands, for the line that complains of it. */
struct rk_cfg_at {
	const struct rk_cfg_file *file;
	struct rk_err *err;
	const char *map; /* "fetch", "sources", "defaults"; NULL: a key of the file */
	const char *key;
	const char *id; /* of the source it is about, or NULL */
	long item, sub; /* items of map and of key where these are lists, else -1 */
};

/* "FILE:LINE:COLUMN: fetch.every: TEXT". -1 always. */
int rk_cfg_complain(const struct rk_cfg_at *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

int rk_cfg_duration(
    const struct rk_cfg_at *, const char *text, int64_t min, int64_t max, int64_t *out);
int rk_cfg_count(const struct rk_cfg_at *, const char *text, unsigned min, unsigned max,
    unsigned *out);
bool rk_cfg_id_ok(const char *id);      /* [a-z0-9-]{1,64} */
bool rk_cfg_ascii_ok(const char *text); /* printable ASCII and spaces only */
/* Absolute and without "." and "..", in the arena. */
struct rk_str rk_cfg_join(struct rk_arena *, const char *folder, const char *path);
struct rk_str rk_cfg_keep(struct rk_arena *, const char *text); /* a copy */

/* The mapping of the main file that is being read. */
struct rk_cfg_section {
	struct rk_cfg_load *load;
	struct rk_arena *arena;
	const char *name;
	const struct rk_cfg_options *options;
};

struct rk_cfg_section rk_cfg_section(struct rk_cfg_load *, const char *name);
struct rk_cfg_at rk_cfg_section_at(const struct rk_cfg_section *, const char *key);
/* What was written, or the default of the option table. */
const char *rk_cfg_or_default(
    const struct rk_cfg_section *, const char *raw, const char *key);

int rk_cfg_site(struct rk_cfg_load *, const struct rk_cfg_raw_main *);
/* publish.s3 (bucket.c); after fetch.allow_addresses. */
int rk_cfg_bucket(struct rk_cfg_load *, const struct rk_cfg_raw_s3 *);
int rk_cfg_settings(struct rk_cfg_load *); /* site, storage, publish, fetch, serve */
/* The sources of a file, appended to cfg->sources, which has room for them. */
int rk_cfg_sources(struct rk_cfg_load *, const struct rk_cfg_file *,
    const struct rk_cfg_raw_source *, uint32_t n,
    const struct rk_cfg_raw_source *defaults);

/* One source on its way. */
struct rk_cfg_job {
	struct rk_cfg_load *load;
	struct rk_arena *arena;
	const struct rk_cfg_file *file;
	const char *file_name;        /* in the configuration's arena */
	struct rk_cfg_raw_source raw; /* complete: every text is there */
	uint64_t own, common;         /* keys of the source, of `defaults` */
	long item;                    /* of the file's `sources` */
	struct rk_source *out;
	struct rk_url url;
};

/* Where the value of key came from, for complaints. */
struct rk_cfg_at rk_cfg_job_at(const struct rk_cfg_job *, const char *key);
int rk_cfg_request(struct rk_cfg_job *); /* source_request.c */
int rk_cfg_page(struct rk_cfg_job *);    /* source_page.c; kind is known */

/* The saved searches: agencies of all sources are known. topics.c */
int rk_cfg_topics(struct rk_cfg_load *);
/* publish.nodes, when topics are known too. nodes.c */
int rk_cfg_nodes(struct rk_cfg_load *);
/* "true" or "false". */
int rk_cfg_bool(const struct rk_cfg_at *, const char *text, bool *out);

int rk_cfg_regions(const struct rk_cfg_file *, struct rk_regions *, struct rk_arena *,
    struct rk_err *);
int rk_cfg_agencies(struct rk_cfg_load *, const struct rk_cfg_file *);
/* The node of an agency; made where it is not there yet. */
const struct rk_node *rk_cfg_agency_node(
    struct rk_config *, struct rk_str id, struct rk_str th, struct rk_str en);

/* Is the literal address in one of the ranges? A name never is, but "localhost" where
 * 127.0.0.1 or ::1 is. */
bool rk_cfg_allowed(const struct rk_config *, const char *host);
struct rk_str rk_cfg_cidr_text(struct rk_arena *, const struct rk_cidr *);

extern const unsigned char rk_regions_yml[];
extern const size_t rk_regions_yml_size;

#endif
