/*
 * When each source was last asked, noted before the request goes out: what a poll came to
 * is in the database only when it is over, and a process that is killed meanwhile, however
 * often, must not ask again at its next start (RELIABILITY 2.27).
 *
 * The file `asked` in the state folder: which database it goes with, then a stamp for each
 * row of a source. It is written in place, four bytes for a request. It need outlive the
 * process, not the machine, so nothing is synced; where it cannot be written or read, a
 * killed process asks again, which is all that is lost.
 */
#include "poll_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct head {
	uint64_t file;  /* of the database: another one has other rows */
	uint64_t birth; /* ns, where the file system knows it */
};

static struct head
head_of(const char *state)
{
	struct head h = { 0 };
	struct statx at;
	char path[4200];

	(void)snprintf(path, sizeof(path), "%s/ruamkhao.db", state);
	memset(&at, 0, sizeof(at));
	if (statx(AT_FDCWD, path, 0, STATX_INO | STATX_BTIME, &at) == 0) {
		h.file = at.stx_ino;
		if ((at.stx_mask & STATX_BTIME) != 0)
			h.birth = (uint64_t)at.stx_btime.tv_sec * 1000000000u + at.stx_btime.tv_nsec;
	}
	return h;
}

int
asked_open(const struct engine *e)
{
	const char *state = rk_cstr(e->config->storage.state);
	struct head now = head_of(state), was;
	char path[4200];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/asked", state);
	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)) < 0)
		goto fail;
	if (pread(fd, &was, sizeof(was), 0) == (ssize_t)sizeof(was)
	    && memcmp(&was, &now, sizeof(was)) == 0)
		return fd;
	if (ftruncate(fd, 0) == 0 && pwrite(fd, &now, sizeof(now), 0) == (ssize_t)sizeof(now))
		return fd;
fail:
	rk_log(RK_WARN, "requests are not noted: killed now, the program may ask a second time",
	    "file", path, "error", strerror(errno), NULL);
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static off_t
place_of(const struct slot *slot)
{
	return (off_t)sizeof(struct head) + (off_t)slot->row * (off_t)sizeof(stamp);
}

static void
note(const struct pipeline *pl, size_t i, stamp at)
{
	const struct slot *slot = &pl->e->slots[i];

	if (pl->asked >= 0 && slot->row > 0)
		(void)!pwrite(pl->asked, &at, sizeof(at), place_of(slot));
}

void
asked_mark(const struct pipeline *pl, size_t i)
{
	note(pl, i, stamp_of(engine_now(pl->e)));
}

void
asked_forget(const struct pipeline *pl, size_t i)
{
	note(pl, i, 0);
}

/* One that never answered may be asked soon. */
int64_t
asked_wait(const struct slot *slot)
{
	int64_t wait = slot->source->every;

	return slot->last_success == 0 && wait > RK_MIN_EVERY_S ? RK_MIN_EVERY_S : wait;
}

/* All of it at once: it is read at the start alone. */
static stamp *
read_all(int fd, size_t *n)
{
	struct stat st;
	stamp *all;
	ssize_t got;

	*n = 0;
	if (fstat(fd, &st) != 0 || st.st_size <= (off_t)sizeof(struct head))
		return NULL;
	*n = (size_t)(st.st_size - (off_t)sizeof(struct head)) / sizeof(*all);
	all = rk_xcalloc(*n + 1, sizeof(*all));
	got = pread(fd, all, *n * sizeof(*all), sizeof(struct head));
	*n = got > 0 ? (size_t)got / sizeof(*all) : 0;
	return all;
}

void
asked_recall(const struct pipeline *pl)
{
	struct engine *e = pl->e;
	int64_t now = engine_now(e);
	stamp *all;
	size_t n;

	if (pl->asked < 0 || (all = read_all(pl->asked, &n)) == NULL)
		return;
	for (size_t i = 0; i < e->n_slots; i++) {
		struct slot *slot = &e->slots[i];
		int64_t due;

		/* later than now: a clock was wrong */
		if (slot->row <= 0 || (uint64_t)slot->row >= n || all[slot->row] <= slot->last_poll
		    || stamp_time(all[slot->row]) > now)
			continue;
		slot->last_poll = all[slot->row];
		due = slot_open(slot, stamp_time(all[slot->row]) + asked_wait(slot));
		if (due > slot->next_due)
			slot->next_due = due;
	}
	free(all);
}
