/*
 * Uploads to a bucket. bucket.c: the queue, and which is next. bucket_send.c: one upload.
 * bucket_files.c: the published tree and the record of what the bucket holds.
 */
#ifndef RK_BUCKET_INT_H
#define RK_BUCKET_INT_H

#include "daemon_int.h"

#include <ruamkhao/hash.h>

#include <sys/queue.h>

/* Bytes that stand in a file or in the bucket. */
struct content {
	struct rk_hash128 hash;
	int64_t size, mtime_ns; /* of the file that had them */
};

enum object_state { AT_REST, QUEUED, READING, SENDING };

struct object {
	TAILQ_ENTRY(object) in_queue;
	char *name;
	struct content held; /* by the bucket, as far as we know */
	bool known;          /* it holds something */
	bool again;          /* changed while it was on its way */
	bool refused;        /* the last try: it alone was not taken */
	bool seen;           /* a file of that name was there at the start */
	enum object_state state;
	unsigned tries;
	uint64_t not_before; /* monotonic ms */
};

struct objects {
	struct rk_map *by_name;
	struct object **all;
	size_t n, room;
};

struct object *objects_get(struct objects *, struct rk_str name); /* made when absent */
void objects_free(struct objects *);

/* Is the name one that is uploaded? Not codings of files (NAME.gz), not what begins with
 * a dot. */
bool bucket_wants(struct rk_str name);

/*
 * The record: a text in the state folder, its first line the bucket that it is of, then
 * one line for each upload, "HASH SIZE MTIME NAME", and for each removal, "- 0 0 NAME";
 * the last of a name counts. A lost line costs an upload. -1: it cannot be written.
 */
int record_load(const char *path, const char *head, struct objects *);
int record_begin(const char *path, const char *head, const struct objects *, struct rk_err *);
void record_add(int fd, const struct object *);

/* The path and the first line of the record of a configuration's bucket. */
struct rk_str record_path(const struct rk_config *, struct rk_arena *);
struct rk_str record_head(const struct rk_config *, struct rk_arena *);

/* A file of the tree as found: called for each that is wanted. */
typedef void tree_found_fn(void *cookie, const char *name, const struct content *);
void tree_walk(const char *root, tree_found_fn *, void *cookie);
/* Its bytes with their content; false: there is no such file, or *err tells. */
bool tree_read(const char *root, const char *name, struct rk_buf *out, struct content *,
    struct rk_err *err);

/* The two keys by their files or the environment, to the arena. */
int bucket_keys(const struct rk_config *, struct rk_arena *, struct rk_str *access,
    struct rk_str *secret, struct rk_str *token, struct rk_err *);

/* ---- bucket.c */

/* Names from threads of the pool. */
struct inbox {
	uv_mutex_t lock;
	bool open;
	char **names;
	size_t n, room;
};

struct bucket {
	struct engine *e;
	struct rk_arena *arena;
	struct rk_str access, secret, token;
	struct rk_str path, head; /* of the record */
	int record;
	struct objects objects;
	TAILQ_HEAD(, object) queue;
	size_t queued, active;
	struct rk_fetcher *fetcher;
	uv_timer_t timer;
	uv_async_t wake;
	uv_work_t walking, pack_runs;
	unsigned handles;
	bool walked, walk_runs, fetcher_open, stopping;
	struct objects found; /* by the walk */
	struct inbox inbox;
	unsigned failures;  /* of the store, in a row */
	unsigned refusals;  /* of single files, in a row */
	size_t noted;       /* lines of the record */
	size_t held;        /* objects that are known to be there */
	bool packing;       /* it is being written anew: nothing else is done */
	struct rk_err packed;
	int fresh;          /* the new one */
	uint64_t resume_at; /* monotonic ms */
	bool told;          /* the present run of failures was logged */
	size_t sent, removed, failed;
	void (*drained)(void *cookie);
	void *drained_cookie;
};

uint64_t bucket_now(const struct bucket *); /* monotonic ms */
void bucket_enqueue(struct bucket *, struct object *);
void bucket_pump(struct bucket *); /* what can be done now */

/* ---- bucket_send.c */

/* An object that is in the queue no more: it is at rest or there again when it is done. */
void bucket_send(struct bucket *, struct object *);

#endif
