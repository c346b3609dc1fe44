/*
 * Opening an SQLite database: its file, its settings, what each connection has beside it.
 *
 * WAL with synchronous=FULL: COMMIT returns when the change is on the disk. One writer, readers on snapshots beside
 * it.
 */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/banned.h"

#define PROGRESS 2000	/* steps of SQLite's machine between two looks at the clock: some ten microseconds */

const char *const lite_fixed[FIXED] = {
	"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT r", "RELEASE r", "ROLLBACK TO r",
};

/*
 * SQLite gives the files beside it (-wal, -shm) the same mode. A file that is there already is not opened here:
 * closing it would drop the locks that this process holds on it.
 */
err_t lite_file_make(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat st;

	if (fd >= 0) {
		close(fd);
		return OK;
	}
	if (errno != EEXIST || stat(path, &st) != 0 || access(path, R_OK | W_OK) != 0)
		return err_set(ERR_STORE, "%s: %s", path, strerrordesc_np(errno));
	if ((st.st_mode & 077) && chmod(path, 0600) != 0)
		log_warn("database: %s can be read by others, and its mode cannot be changed: %s", path,
			 strerrordesc_np(errno));
	return OK;
}

err_t lite_prepare(sqlite3 *db, const char *text, sqlite3_stmt **out)
{
	const char *rest;

	if (sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, out, &rest) != SQLITE_OK)
		return lite_error(db, "prepare");
	if (!*out || rest[strspn(rest, " \t\n;")])
		return err_set(ERR_STORE, "prepare: not one statement");
	return OK;
}

err_t lite_open(struct store *s, sqlite3 **out)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	sqlite3 *db = NULL;
	err_t e;

	if (sqlite3_open_v2(s->path, &db, flags, NULL) != SQLITE_OK) {
		e = db ? lite_error(db, s->path) : err_set(ERR_STORE, "%s: no memory", s->path);
		sqlite3_close(db);
		return e;
	}
	sqlite3_busy_timeout(db, 5000);
	*out = db;
	return OK;
}

err_t lite_pragmas(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK ? OK :
								       lite_error(db, sqlite3_db_filename(db, "main"));
}

/* Turns WAL on. SQLite's busy timeout does not hold here, so while another process does the same, this tries again. */
static err_t use_wal(sqlite3 *db)
{
	int tries, rc = SQLITE_OK;

	for (tries = 0; tries < 100; tries++) {
		rc = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if ((rc & 0xff) != SQLITE_BUSY)
			break;
		usleep(50000);
	}
	return rc == SQLITE_OK ? OK : lite_error(db, sqlite3_db_filename(db, "main"));
}

/* The settings of SQLite that every connection runs with. */
static err_t set_up(sqlite3 *db, bool write)
{
	err_t e;

	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);	/* "x" is never a text */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	e = lite_pragmas(db, "PRAGMA cache_size = -8192; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
			     "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
	if (!e && !write)
		return lite_pragmas(db, "PRAGMA query_only = ON");
	if (!e)
		e = use_wal(db);
	/* 16 MiB of log between two checkpoints: with less, one would fall into a commit every few requests */
	if (!e)
		e = lite_pragmas(db, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
				     "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
	return e;
}

void lite_conn_close(struct conn *of)
{
	struct lite_conn *c = lite_of(of);
	int i;

	if (c->writer)
		watch_remove(lite_data_of(c->base.store)->watch, c->writer);
	snapshot_remove(c->snapshot);
	for (i = 0; i < FIXED; i++)
		sqlite3_finalize(c->fixed[i]);
	if (c->search.db)
		search_done(&c->search);
	if (c->db && sqlite3_close(c->db) != SQLITE_OK)
		log_error("database: a connection is closed while in use: %s", sqlite3_errmsg(c->db));
	turn_close(c->turn);
	arena_free(c->functions.scratch);
	free(c);
}

/* SQLite asks now and then while a statement runs; not 0 ends the statement with SQLITE_INTERRUPT. */
static int on_progress(void *of)
{
	const struct lite_conn *c = of;

	return deadline_is_over(&c->base.deadline);
}

/* What a connection has beside the database: functions, search index, fixed statements, watcher or snapshot. */
static err_t conn_init(struct lite_conn *c, struct store *s, bool write)
{
	err_t e;
	int i;

	e = lite_open(s, &c->db);
	if (!e)
		e = set_up(c->db, write);
	sqlite3_progress_handler(c->db, PROGRESS, on_progress, c);
	if (!e)
		e = functions_init(c->db, &c->functions);
	if (!e && write)
		e = search_init(&c->search, c->db);
	if (!e && write)
		e = turn_open(s->path, &c->turn);
	for (i = 0; !e && i < FIXED; i++)
		e = lite_prepare(c->db, lite_fixed[i], &c->fixed[i]);
	if (!e && write)
		c->writer = watch_add(lite_data_of(s)->watch, c->db);
	if (!e && !write)
		c->snapshot = snapshot_add(lite_data_of(s)->snapshots, c->fixed[ROLLBACK]);
	return e;
}

err_t lite_conn_open(struct store *s, bool write, struct conn **out)
{
	struct lite_conn *c = store__alloc(sizeof(*c));
	err_t e;

	c->turn = -1;
	c->functions = (struct functions){ arena_new(), &c->base.deadline };
	e = conn_init(c, s, write);
	if (e) {
		lite_conn_close(&c->base);
		return e;
	}
	*out = &c->base;
	return OK;
}
