/*
 * Beginning and ending a read costs two file locks, more than reading one row by its key. So a reading connection
 * keeps its snapshot when it is done, and reads from it again as long as no process has committed anything since. The
 * header of the wal-index tells, since every commit changes it (walformat.html, section 2.2.1): shared memory, which
 * is mapped here a second time and only read.
 *
 * While a snapshot is kept, the log cannot start over. So beyond LONG_LOG a writer ends the snapshots that are idle,
 * and beyond TOO_LONG_LOG no reader keeps one until the log is short again.
 *
 * The descriptor stays open as long as the connections do: closing it would drop SQLite's own locks on the file.
 */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "base/banned.h"

#define HEADER_WORDS 12		/* 48 bytes */
#define FRAMES_WORD 4		/* mxFrame */
#define LONG_LOG 4000		/* frames; as wal_autocheckpoint */
#define TOO_LONG_LOG 16000

struct snapshots {
	int fd;
	const uint32_t *header;
	pthread_mutex_t lock;	/* of the list */
	struct snapshot *all;
	atomic_bool off;
};

struct snapshot {
	struct snapshots *of;
	sqlite3_stmt *rollback;
	pthread_mutex_t use;	/* held while the connection reads */
	bool kept;
	uint32_t seen[HEADER_WORDS];	/* of the index, before the snapshot was taken */
	struct snapshot *next;
};

err_t snapshots_open(const char *path, struct snapshots **out)
{
	struct snapshots *s = store__alloc(sizeof(*s));
	char *name = store__alloc(strlen(path) + 5);
	void *map = MAP_FAILED;

	memcpy(name, path, strlen(path));
	memcpy(name + strlen(path), "-shm", 5);
	s->fd = open(name, O_RDONLY | O_CLOEXEC);
	free(name);
	if (s->fd >= 0)
		map = mmap(NULL, HEADER_WORDS * sizeof(uint32_t), PROT_READ, MAP_SHARED, s->fd, 0);
	if (map == MAP_FAILED) {
		int why = errno;

		free(s);	/* the descriptor stays, see above */
		return err_set(ERR_STORE, "the index of the log cannot be read: %s", strerrordesc_np(why));
	}
	s->header = map;
	pthread_mutex_init(&s->lock, NULL);
	*out = s;
	return OK;
}

void snapshots_close(struct snapshots *s)
{
	if (!s)
		return;
	munmap((void *)(uintptr_t)s->header, HEADER_WORDS * sizeof(uint32_t));
	close(s->fd);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

struct snapshot *snapshot_add(struct snapshots *s, sqlite3_stmt *rollback)
{
	struct snapshot *one;

	if (!s)
		return NULL;
	one = store__alloc(sizeof(*one));
	one->of = s;
	one->rollback = rollback;
	pthread_mutex_init(&one->use, NULL);
	pthread_mutex_lock(&s->lock);
	one->next = s->all;
	s->all = one;
	pthread_mutex_unlock(&s->lock);
	return one;
}

/* Ends the snapshot if one is kept. The caller holds `use`. */
static void snapshot_drop(struct snapshot *one)
{
	if (one->kept && sqlite3_step(one->rollback) != SQLITE_DONE)
		log_error("database: a snapshot cannot be ended");
	sqlite3_reset(one->rollback);
	one->kept = false;
}

void snapshot_remove(struct snapshot *one)
{
	struct snapshot **at;

	if (!one)
		return;
	pthread_mutex_lock(&one->of->lock);
	for (at = &one->of->all; *at != one; at = &(*at)->next)
		;
	*at = one->next;
	pthread_mutex_unlock(&one->of->lock);
	snapshot_drop(one);
	pthread_mutex_destroy(&one->use);
	free(one);
}

/* Copies the header. While a commit changes it the copy equals no later header, so a new snapshot is taken then. */
static void read_header(const struct snapshots *s, uint32_t *out)
{
	for (int i = 0; i < HEADER_WORDS; i++)
		out[i] = __atomic_load_n(&s->header[i], __ATOMIC_ACQUIRE);
}

bool snapshot_begin(struct snapshot *one)
{
	uint32_t now[HEADER_WORDS];

	pthread_mutex_lock(&one->use);
	read_header(one->of, now);
	if (one->kept && memcmp(now, one->seen, sizeof(now)) == 0)
		return true;
	snapshot_drop(one);
	memcpy(one->seen, now, sizeof(now));
	return false;
}

bool snapshot_end(struct snapshot *one, bool good)
{
	one->kept = good && !atomic_load_explicit(&one->of->off, memory_order_relaxed);
	return one->kept;
}

void snapshot_leave(struct snapshot *one)
{
	pthread_mutex_unlock(&one->use);
}

void snapshots_note_commit(struct snapshots *s)
{
	uint32_t frames = __atomic_load_n(&s->header[FRAMES_WORD], __ATOMIC_RELAXED);

	if (frames < LONG_LOG) {
		atomic_store_explicit(&s->off, false, memory_order_relaxed);
		return;
	}
	atomic_store_explicit(&s->off, frames > TOO_LONG_LOG, memory_order_relaxed);
	pthread_mutex_lock(&s->lock);
	for (struct snapshot *one = s->all; one; one = one->next) {
		if (pthread_mutex_trylock(&one->use) != 0)
			continue;	/* it reads, and takes a new one next time */
		snapshot_drop(one);
		pthread_mutex_unlock(&one->use);
	}
	pthread_mutex_unlock(&s->lock);
}
