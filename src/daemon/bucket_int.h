/*
 * Uploads to a bucket. bucket.c: the queue and what is on its way. bucket_files.c: the
 * published tree and the record of what the bucket holds.
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

#endif
