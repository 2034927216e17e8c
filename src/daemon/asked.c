/*
 * When each source was last asked, noted before the request goes out: what a poll came to
 * is in the database only when it is over, and a process that is killed meanwhile, however
 * often, must not ask again at its next start (RELIABILITY 2.27).
 *
 * The file `asked` in the state folder: which database it goes with, then a stamp for each
 * row of a source. It is mapped, so that a request costs no call of the system, and has all
 * its blocks before it is: on a full disk a mapping would end the process. It need outlive
 * the process, not the machine, so nothing is synced; where it cannot be had, a killed
 * process asks again, which is all that is lost.
 */
#include "poll_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct head {
	uint64_t file;  /* of the database: another one has other rows */
	uint64_t birth; /* ns, where the file system knows it */
};

struct askbook {
	struct head *head; /* the mapping; n stamps follow */
	size_t bytes;
	stamp *at; /* by row */
	int64_t n;
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

static int64_t
last_row(const struct engine *e)
{
	int64_t last = 0;

	for (size_t i = 0; i < e->n_slots; i++)
		last = e->slots[i].row > last ? e->slots[i].row : last;
	return last;
}

/* With blocks for all of it; errno says why not. */
static struct head *
map(int fd, size_t bytes, const struct head *now)
{
	struct head was;
	int rc;

	if (pread(fd, &was, sizeof(was), 0) != (ssize_t)sizeof(was)
	    || memcmp(&was, now, sizeof(was)) != 0) {
		if (ftruncate(fd, 0) != 0 || pwrite(fd, now, sizeof(*now), 0) != (ssize_t)sizeof(*now))
			return MAP_FAILED;
	}
	if ((rc = posix_fallocate(fd, 0, (off_t)bytes)) != 0) {
		errno = rc;
		return MAP_FAILED;
	}
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

struct askbook *
askbook_new(const struct engine *e)
{
	const char *state = rk_cstr(e->config->storage.state);
	struct head now = head_of(state), *mapped = MAP_FAILED;
	int64_t n = last_row(e) + 1;
	size_t bytes = sizeof(now) + (size_t)n * sizeof(stamp);
	struct askbook *a = NULL;
	char path[4200];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/asked", state);
	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)) >= 0)
		mapped = map(fd, bytes, &now);
	if (mapped != MAP_FAILED) {
		a = rk_xmalloc(sizeof(*a));
		*a = (struct askbook){ mapped, bytes, (stamp *)(mapped + 1), n };
	} else {
		rk_log(RK_WARN, "requests are not noted: killed now, the program may ask a second time",
		    "file", path, "error", strerror(errno), NULL);
	}
	if (fd >= 0)
		(void)close(fd);
	return a;
}

void
askbook_free(struct askbook *a)
{
	if (a == NULL)
		return;
	(void)munmap(a->head, a->bytes);
	free(a);
}

static stamp *
place_of(const struct askbook *a, const struct slot *slot)
{
	return a != NULL && slot->row > 0 && slot->row < a->n ? &a->at[slot->row] : NULL;
}

static void
note(const struct pipeline *pl, size_t i, stamp at)
{
	stamp *place = place_of(pl->asked, &pl->e->slots[i]);

	if (place != NULL)
		*place = at;
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

void
asked_recall(const struct pipeline *pl)
{
	struct engine *e = pl->e;
	int64_t now = engine_now(e), due;

	for (size_t i = 0; i < e->n_slots; i++) {
		struct slot *slot = &e->slots[i];
		const stamp *at = place_of(pl->asked, slot);

		/* later than now: a clock was wrong */
		if (at == NULL || *at <= slot->last_poll || stamp_time(*at) > now)
			continue;
		slot->last_poll = *at;
		due = slot_open(slot, stamp_time(*at) + asked_wait(slot));
		if (due > slot->next_due)
			slot->next_due = due;
	}
}
