/*
 * Removes the uploaded files of a deleted tenant from the data folder, after what deletes it is committed. A new
 * tenant may have the same id by then: what came after the deletion is its own.
 */
#include "tenant/storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/worker.h"
#include "store/store.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define SLICE 1000	/* files that are looked at before others get their turn */

GLOBAL_STATEMENT(files_left_add,
		 "INSERT INTO files_left (id, since) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET since = $2");
GLOBAL_STATEMENT(files_left_first,
		 "SELECT f.id, f.since, CASE WHEN EXISTS (SELECT 1 FROM tenants t WHERE t.id = f.id"
		 " AND t.deleted_at IS NULL) THEN 1 ELSE 0 END AS is_new FROM files_left f ORDER BY f.id LIMIT 1");
COLUMNS(files_left_first, id, since, is_new);
GLOBAL_STATEMENT(files_left_end, "DELETE FROM files_left WHERE id = $1 AND since = $2");

err_t storage_leave(struct txn *tx, const char *tenant)
{
	return store_exec(tx, &files_left_add, ARGS(T(tenant), N(clock_ms())), NULL);
}

struct leaving {
	const char *id, *path;
	int64_t since_ms;
	bool is_new;	/* a new tenant has the id */
};
FLOW(leaving, struct leaving)

static err_t find_folder(struct request *rq);
static const struct step find_step = { "find files of a deleted tenant", READ, find_folder };

/* -- the folder -- */

static void folder_close(DIR **d)
{
	if (*d)
		closedir(*d);
}

/* Whether the file of the folder is one of the deleted tenant. */
static bool is_left(const struct leaving *l, int folder, const char *name)
{
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
		return false;
	return !l->is_new || st.st_mtim.tv_sec * INT64_C(1000) + st.st_mtim.tv_nsec / 1000000 <= l->since_ms;
}

/* Removes a slice of the files; `*more`: there may be more of them. */
static err_t remove_slice(const struct leaving *l, bool *more)
{
	CLEANUP(folder_close) DIR *d = opendir(l->path);
	const struct dirent *entry;
	int removed = 0;

	*more = false;
	if (!d)
		return errno == ENOENT ? OK : err_set(ERR_UPLOAD, "%s: %s", l->path, strerror(errno));
	while (removed < SLICE && (entry = readdir(d))) {
		if (!is_left(l, dirfd(d), entry->d_name))
			continue;
		if (unlinkat(dirfd(d), entry->d_name, 0) != 0 && errno != ENOENT)
			return err_set(ERR_UPLOAD, "an upload in %s: %s", l->path, strerror(errno));
		removed++;
	}
	*more = removed == SLICE;
	if (!*more)
		(void)rmdir(l->path);	/* unless it has files of a new tenant */
	return OK;
}

/* -- a round -- */

static err_t forget_folder(struct request *rq)
{
	const struct leaving *l = leaving(rq);
	err_t e = store_exec(rq->tx, &files_left_end, ARGS(T(l->id), N(l->since_ms)), NULL);

	return e ? e : next(rq, &find_step);
}

static const struct step forget_step = { "forget files of a deleted tenant", WRITE, forget_folder };

static err_t remove_files(struct request *rq);
static const struct step remove_step = { "remove files of a deleted tenant", WORK, remove_files };

static err_t remove_files(struct request *rq)
{
	bool more;
	err_t e = remove_slice(leaving(rq), &more);

	if (e)
		return e;
	return next(rq, more ? &remove_step : &forget_step);
}

static err_t find_folder(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	struct leaving *l = leaving(rq);
	err_t e = store_first(rq->tx, &files_left_first, NO_ARGS, &row);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	l->id = arena_copy(rq->arena, rows_text(&row, files_left_first_id));
	l->since_ms = rows_int(&row, files_left_first_since);
	l->is_new = rows_int(&row, files_left_first_is_new) != 0;
	l->path = arena_printf(rq->arena, "%s/uploads/%s", context.settings->data, l->id);
	e = rows_end(&row);
	return e ? e : next(rq, &remove_step);
}

WORKER(remove_files_left) = {
	.name = "remove files of deleted tenants", .every_s = 60, .wake_on = CHANGE_DELETIONS, .lane = READ,
	.run = find_folder,
};
