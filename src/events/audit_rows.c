/* Rows of the audit log, written alone or many at once by a worker. */
#include "events/audit_rows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "http/request.h"
#include "http/worker.h"
#include "base/banned.h"

#define ROOM 16384	/* rows that may wait, about 12 MiB */
#define TOGETHER 500	/* rows of one transaction: some milliseconds of SQLite's writer */
#define LISTED 100	/* rows of one statement on PostgreSQL */
#define LIST_BYTES MIB(8)

#define END_US INT64_C(131621703842267135)	/* the last time of so many digits, in the year 6140 */

#define INTO "INSERT INTO logs (tenant_id, id, key, user_id, application_id, payload, created_at)"
STATEMENT(audit_insert, INTO " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING");
/* $2: a list of rows, each a list of values */
STATEMENT2(audit_insert_list,
	   INTO " SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5"
	   " FROM json_each($2) WHERE true ON CONFLICT DO NOTHING",
	   INTO " SELECT $1, e ->> 0, e ->> 1, e ->> 2, e ->> 3, e ->> 4, (e ->> 5)::bigint"
	   " FROM json_array_elements($2::json) e ON CONFLICT DO NOTHING");

/* -- ids -- */

void audit_time_begins(int64_t at_us, char out[AUDIT_TIME_LEN + 1])
{
	at_us = at_us < 0 ? 0 : at_us > END_US ? END_US : at_us;
	for (int i = AUDIT_TIME_LEN - 1; i >= 0; i--) {
		out[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[at_us % 36];
		at_us /= 36;
	}
	out[AUDIT_TIME_LEN] = '\0';
}

void audit_row_stamp(struct audit_row *row)
{
	row->at_us = clock_us();
	audit_time_begins(row->at_us, row->id);
	id_new(row->id + AUDIT_TIME_LEN, ID_LONG - AUDIT_TIME_LEN, ALPHABET_LOWER);
}

/* -- writing -- */

err_t audit_row_write(struct txn *tx, const struct audit_row *row)
{
	return store_exec(tx, &audit_insert,
			  ARGS(T(row->id), T(row->key), T(row->user_id), T(row->application_id), T(row->payload),
			       N(row->at_us / 1000)),
			  NULL);
}

static void add_row(struct json_out *j, const struct audit_row *row)
{
	json_list(j);
	json_text(j, row->id);
	json_text(j, row->key);
	json_text(j, row->user_id);
	json_text(j, row->application_id);
	json_text(j, row->payload);
	json_int(j, row->at_us / 1000);
	json_list_end(j);
}

/* Writes the first rows, those of one tenant, by one statement; `*n`: how many. */
static err_t write_list(struct txn *tx, const struct audit_row *rows, size_t count, size_t *n)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, LIST_BYTES);
	json_out_init(&j, &b);
	json_list(&j);
	for (*n = 0; *n < count && *n < LISTED && !strcmp(rows[*n].tenant, rows->tenant); ++*n)
		add_row(&j, &rows[*n]);
	json_list_end(&j);
	if (b.full)
		return err_set(ERR_INTERNAL, "entries of the audit log are too long");
	txn_set_tenant(tx, rows->tenant);
	return store_exec(tx, &audit_insert_list, ARGS(T(buffer_str(&b))), NULL);
}

/* Writes rows of several tenants, in order of the tenants. A statement costs a round trip on PostgreSQL only. */
static err_t write_rows(struct txn *tx, const struct audit_row *rows, size_t count)
{
	bool alone = txn_engine(tx) == SQLITE;
	err_t e = OK;

	for (size_t i = 0, n = 1; i < count && !e; i += n) {
		if (alone) {
			txn_set_tenant(tx, rows[i].tenant);
			e = audit_row_write(tx, &rows[i]);
		} else {
			e = write_list(tx, rows + i, count - i, &n);
		}
	}
	return e;
}

/* -- rows that wait -- */

struct waiting {
	struct waiting *next;
	struct audit_row row;
	char texts[];
};

/* Only the worker takes rows out: what it has copied stays first until it removes it. */
static struct {
	pthread_mutex_t lock;
	struct waiting *first, **end;
	size_t count;
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER, .end = &queue.first };

/* Copies a text behind those before it; NULL stays NULL. */
static const char *put_text(char **to, const char *text)
{
	size_t size = text ? strlen(text) + 1 : 0;
	char *copy = *to;

	if (!text)
		return NULL;
	memcpy(copy, text, size);
	*to += size;
	return copy;
}

static size_t size_of(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static struct waiting *waiting_new(const struct audit_row *row)
{
	size_t size = size_of(row->tenant) + size_of(row->key) + size_of(row->user_id) + size_of(row->application_id) +
		      size_of(row->payload);
	struct waiting *w = malloc(sizeof(*w) + size);
	char *to;

	if (!w)
		return NULL;
	to = w->texts;
	w->next = NULL;
	w->row = *row;
	w->row.tenant = put_text(&to, row->tenant);
	w->row.key = put_text(&to, row->key);
	w->row.user_id = put_text(&to, row->user_id);
	w->row.application_id = put_text(&to, row->application_id);
	w->row.payload = put_text(&to, row->payload);
	return w;
}

bool audit_row_put(const struct audit_row *row)
{
	struct waiting *w = waiting_new(row);
	bool room;

	if (!w)
		return false;
	pthread_mutex_lock(&queue.lock);
	room = queue.count < ROOM;
	if (room) {
		*queue.end = w;
		queue.end = &w->next;
		queue.count++;
	}
	pthread_mutex_unlock(&queue.lock);
	if (!room)
		free(w);
	return room;
}

static size_t count_waiting(void)
{
	size_t count;

	pthread_mutex_lock(&queue.lock);
	count = queue.count;
	pthread_mutex_unlock(&queue.lock);
	return count;
}

bool audit_rows_wait(void)
{
	return count_waiting() > 0;
}

static int by_tenant(const void *x, const void *y)
{
	const struct audit_row *a = x, *b = y;
	int order = strcmp(a->tenant, b->tenant);

	return order ? order : strcmp(a->id, b->id);
}

/* Copies the first `most` rows into the arena, in order of the tenants. */
static struct audit_row *copy_first(struct arena *a, size_t most, size_t *n)
{
	struct audit_row *rows;

	pthread_mutex_lock(&queue.lock);
	*n = queue.count < most ? queue.count : most;
	rows = ARENA_ARRAY(a, struct audit_row, *n + 1);
	*n = 0;
	for (const struct waiting *w = queue.first; w && *n < most; w = w->next) {
		struct audit_row *row = &rows[(*n)++];

		*row = w->row;
		row->tenant = arena_copy(a, row->tenant);
		row->key = arena_copy(a, row->key);
		row->user_id = arena_copy(a, row->user_id);
		row->application_id = arena_copy(a, row->application_id);
		row->payload = arena_copy(a, row->payload);
	}
	pthread_mutex_unlock(&queue.lock);
	qsort(rows, *n, sizeof(*rows), by_tenant);
	return rows;
}

static void forget_first(size_t n)
{
	pthread_mutex_lock(&queue.lock);
	for (; n > 0 && queue.first; n--) {
		struct waiting *w = queue.first;

		queue.first = w->next;
		queue.count--;
		free(w);
	}
	if (!queue.first)
		queue.end = &queue.first;
	pthread_mutex_unlock(&queue.lock);
}

static void arena_done(struct arena **a)
{
	arena_free(*a);
}

/* Writes the first rows; `*n`: how many. */
static err_t write_first(struct txn *tx, size_t most, size_t *n)
{
	CLEANUP(arena_done) struct arena *a = arena_new();
	const struct audit_row *rows = copy_first(a, most, n);
	const char *before = txn_tenant(tx);
	err_t e = write_rows(tx, rows, *n);

	txn_set_tenant(tx, before);
	return e;
}

err_t audit_rows_write(struct txn *tx)
{
	size_t n;

	return write_first(tx, ROOM, &n);
}

/* -- the worker -- */

/* How many rows the step before has written, and how many are left of those that waited at first. */
struct flushing {
	bool begun;
	size_t written, left;
};
FLOW(flushing, struct flushing)

static err_t look(struct request *rq);
static err_t write_slice(struct request *rq);
static const struct step look_step = { "look for entries of the audit log that wait", WORK, look };
static const struct step write_step = { "write entries of the audit log that wait", WRITE, write_slice };

static err_t write_slice(struct request *rq)
{
	err_t e = write_first(rq->tx, TOGETHER, &flushing(rq)->written);

	return e ? e : next(rq, &look_step);
}

/*
 * Forgets what was written and committed, and goes on with what waited at first. What came meanwhile waits for the
 * next time: under load there is always some, and each transaction costs a write to the disk.
 */
static err_t look(struct request *rq)
{
	struct flushing *f = flushing(rq);

	f->left = !f->begun ? count_waiting() : f->left > f->written ? f->left - f->written : 0;
	f->begun = true;
	forget_first(f->written);
	f->written = 0;
	return f->left > 0 ? next(rq, &write_step) : OK;
}

WORKER(write_audit_rows) = {
	.name = "write entries of the audit log that wait", .every_ms = 250, .lane = WORK, .run = look,
};

/* -- the end -- */

static err_t flush_slice(struct conn *c, size_t *n)
{
	struct txn *tx;
	err_t e = txn_begin(c, NULL, true, &tx);

	if (e)
		return e;
	e = write_first(tx, TOGETHER, n);
	if (e) {
		txn_rollback(&tx);
		return e;
	}
	return txn_commit(&tx);
}

err_t audit_rows_flush(struct store *s)
{
	struct conn *c = NULL;
	size_t n;
	err_t e = audit_rows_wait() ? conn_open(s, true, &c) : OK;

	while (!e && audit_rows_wait()) {
		e = flush_slice(c, &n);
		if (!e)
			forget_first(n);
	}
	conn_close(c);
	return e;
}
