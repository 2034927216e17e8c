/*
 * The whole program at work: configuration in, published files out.
 *
 * Owns the loop, the tickets and the state of every poll. Knows all engines; knows
 * neither the command line nor how results are printed.
 */
#ifndef RUAMKHAO_DAEMON_H
#define RUAMKHAO_DAEMON_H

#include <ruamkhao/clock.h>
#include <ruamkhao/config.h>
#include <ruamkhao/err.h>
#include <ruamkhao/store.h>

/* The machine's clocks. Static. */
const struct rk_clock *rk_clock_real(void);

/* Running figures of a round; times in milliseconds. */
struct rk_progress {
	size_t sources;       /* to be polled in this round */
	size_t done;          /* polled and stored */
	size_t news, same;    /* with a changed document; 304 or the same body */
	size_t failed;
	size_t held;          /* not asked: Retry-After, or gone for good */
	size_t added, edited, joined;
	size_t nodes, nodes_done; /* being published */
	size_t files;         /* that were replaced */
	uint64_t elapsed_ms;
};

struct rk_daemon_opts {
	const char *program;       /* path of the binary, to start workers */
	const struct rk_clock *clock;
	/* Called at most five times a second, on the loop; NULL: never. */
	void (*progress)(void *cookie, const struct rk_progress *);
	void *cookie;
	struct rk_config_opts config_opts; /* for a reload */
	bool sandbox;              /* close the process in (Landlock) before it starts */
};

/*
 * Each takes the configuration over and returns 0, or -1 with RK_E_BUSY (another
 * instance holds the state), RK_E_STORE or RK_E_SYS (state, output or address cannot be
 * used). All handles are closed on return.
 */

/* One round over every enabled source, then publish. *result is the final figures. */
int rk_daemon_once(struct rk_config *, const struct rk_daemon_opts *,
    struct rk_progress *result, struct rk_err *);

/* Until SIGTERM or SIGINT; reloads on SIGHUP from config->path. A second signal ends
 * the process at once. */
int rk_daemon_run(struct rk_config *, const struct rk_daemon_opts *, struct rk_err *);

/* Render everything again from the database. */
int rk_daemon_publish(struct rk_config *, const struct rk_daemon_opts *,
    struct rk_progress *result, struct rk_err *);

/* An order is carried out (rk_store_order), then what changed is published. */
int rk_daemon_order(struct rk_config *, const struct rk_daemon_opts *, struct rk_str id,
    enum rk_order, enum rk_obeyed *, struct rk_err *);

/* What came of it, for people (static), and as an exit status: 1 where nothing answers to
 * the id. */
const char *rk_order_sentence(enum rk_obeyed, enum rk_order);
int rk_order_status(enum rk_obeyed);

/* The same order to the daemon that uses that state folder: its exit status, and in
 * answer what it said; -1: none listens. Waits at most half a minute. */
int rk_control_ask(const char *state, enum rk_order, struct rk_str id, char *answer,
    size_t size);

/*
 * How many files the bucket of publish.s3 holds, by its record, and how many of the tree
 * differ from that and wait (bucket_files.c). false: there is no bucket.
 */
bool rk_daemon_uploads(const struct rk_config *, size_t *held, size_t *waiting);

/* The server alone, until SIGTERM or SIGINT. listening is called once with the port. */
int rk_daemon_serve(struct rk_config *, struct rk_str listen,
    void (*listening)(void *cookie, uint16_t port), void *cookie, struct rk_err *);

#endif
