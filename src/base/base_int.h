/*
 * What the files of base share: steps of replacing a file (fsatom.c), names of files.
 */
#ifndef RK_BASE_INT_H
#define RK_BASE_INT_H

#include <ruamkhao/str.h>

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

struct rk_err;

/*
 * The folder that holds root/rel, and in name the last component. Returns a
 * descriptor or -1.
 */
int fs_parent(const char *root, const char *rel, bool make, char name[NAME_MAX + 1],
    struct rk_err *);

/* What a new file is to be. owner: NULL for ours. */
struct fs_wanted {
	struct rk_str data;
	mode_t mode;
	int64_t mtime;
	const struct stat *owner;
	const struct timespec *exactly; /* mtime to the nanosecond, or NULL */
};
/* Replace dir/name; the old file is whole until the rename. errno on -1. */
int fs_replace(int dir, const char *name, const struct fs_wanted *);

/* fsnames.c: a name in a folder, which is a name itself or FS_ROOT; never 0. */
#define FS_ROOT UINT64_C(0)
uint64_t fs_name(uint64_t folder, struct rk_str name);
struct rk_file_names *fs_names_new(void);
void fs_names_add(struct rk_file_names *, uint64_t name);

/* A twin has its file's time (fsatom.h). */
bool fs_same_time(const struct stat *twin, const struct stat *file);
/* Remove dir/name with each suffix of the list (NULL: none), where it is. errno on -1. */
int fs_drop_twins(int dir, const char *name, const char *const *suffixes);

#endif
