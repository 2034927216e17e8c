/*
 * The table of commands and what they share. One command, one function; options are
 * read before it is called.
 */
#ifndef RK_CLI_INT_H
#define RK_CLI_INT_H

#include <ruamkhao/cli.h>
#include <ruamkhao/config.h>
#include <ruamkhao/err.h>

#include <stdbool.h>
#include <stddef.h>

/* Options beside the global ones; each command lists those it takes. */
enum cli_option {
	OPT_NONE,
	OPT_STRICT,
	OPT_LISTEN,
	OPT_CONTENT_TYPE,
	OPT_BASE_URL,
	OPT_JSON,
	OPT_NOW,
	OPT_PAGE,
	OPT_REGION,
	OPT_LIMIT
};

struct cli {
	const char *program;       /* absolute path of this binary */
	const char *config_path;   /* of -c, or NULL */
	int verbosity;             /* -q counts down, -v up */
	bool strict, json;
	const char *listen, *content_type, *base_url, *now, *page;
	const char *region, *limit;
	char **args;               /* what is not an option */
	int n_args;
};

struct cli_option_info {
	enum cli_option id;
	const char *name;          /* without the dashes */
	const char *value;         /* of its argument, or NULL */
	const char *help;
};

struct cli_command {
	const char *name;
	const char *args;          /* "FILE|-" or "" */
	const char *summary;       /* one line, no full stop */
	const char *help;          /* a paragraph */
	int min_args, max_args;
	enum cli_option options[4];
	int (*run)(struct cli *);  /* exit status */
};

extern const struct cli_command cli_commands[];   /* ends with name NULL */
extern const struct cli_option_info cli_options[]; /* ends with name NULL */

/* What docs/contracts.md names and nobody has built yet. */
struct cli_planned {
	const char *name;
	const char *instead;       /* what does the same today */
};
extern const struct cli_planned cli_planned[];    /* ends with name NULL */

struct rk_visit;
struct rk_diagnosis;
struct rk_buf;
/* What `check` says, for people (colours: on a terminal) and for programs. */
void check_text(
    const struct rk_visit *, const struct rk_diagnosis *, bool colours, struct rk_buf *);
void check_json(const struct rk_visit *, const struct rk_diagnosis *, struct rk_buf *);

/* Load the configuration of -c or the default one: exit status, 0 when *out is there. */
int cli_config(const struct cli *, struct rk_config **out);
/* Say what went wrong and give the exit status for it. */
int cli_fail(const struct rk_err *);
/* stdout could not be written? Exit status; called at the end of a command. */
int cli_flush(void);

/* A member of a JSON object that is being written: a comma before it unless it is the
 * first. A time in RFC 3339, null for RK_NO_TIME; never the first. */
void cli_key_str(struct rk_buf *, const char *name, struct rk_str value);
void cli_key_time(struct rk_buf *, const char *name, int64_t utc);

struct rk_daemon_opts;
#define CLI_MAX_FORMATS 16
/* What the daemon is started with; formats: room for CLI_MAX_FORMATS, lives as long. */
void cli_daemon_opts(
    const struct cli *, struct rk_daemon_opts *, const char **formats, bool round);

int cmd_run(struct cli *);
int cmd_once(struct cli *);
int cmd_publish(struct cli *);
int cmd_serve(struct cli *);
int cmd_parse(struct cli *);
int cmd_check(struct cli *);
int cmd_config(struct cli *);
int cmd_status(struct cli *);
int cmd_explain(struct cli *);
int cmd_export(struct cli *);
int cmd_search(struct cli *);
int cmd_release(struct cli *);
int cmd_withdraw(struct cli *);
int cmd_block(struct cli *);
int cmd_date(struct cli *);
int cmd_places(struct cli *);
int cmd_help(struct cli *);

/* ---- status_hub.c */

struct rk_hub_totals;
/* Lines for people, none where there is nothing to tell; the key "hub". */
void status_hub_text(struct rk_buf *, const struct rk_hub_totals *);
void status_hub_json(struct rk_buf *, const struct rk_hub_totals *);

/* ---- status_peers.c */

struct rk_map;
struct rk_status_row;
struct rk_store;
struct status_peers;
/* sources: configured ones by id; it must live as long. NULL: err. */
struct status_peers *status_peers_read(
    struct rk_store *, const struct rk_map *sources, int64_t now, struct rk_err *);
void status_peers_free(struct status_peers *); /* NULL is fine */
/* When the row is due and why, with what its host asked other sources. *why lives as long. */
int64_t status_peers_due(
    const struct status_peers *, const struct rk_status_row *, struct rk_str *why);
/* The id of the first source whose document is the same; empty: none other. */
struct rk_str status_peers_same(const struct status_peers *, const struct rk_status_row *);

#endif
