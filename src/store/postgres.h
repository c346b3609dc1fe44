/*
 * postgres.h - inside store/ only: the parts of the PostgreSQL engine.
 */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include "store/engine.h"
#include "store/libpq.h"

#define CHANNEL "guildhall"

/*
 * Sets how much disk the temporary files of a session may take ("-1": any), so that no list and no sort fills the disk
 * that all tenants share. Only a superuser may, or a role that was granted it (GRANT SET ON PARAMETER
 * temp_file_limit); for others it does nothing, and leaves no line in the server's log.
 */
#define SET_TEMP_FILE_LIMIT(value) \
	"DO $$ BEGIN PERFORM set_config('temp_file_limit', '" value "', false);" \
	" EXCEPTION WHEN insufficient_privilege THEN NULL; END $$"

struct pg_conn {
	struct conn base;
	PGconn *pg;
	unsigned generation;	/* of the connection: what was prepared on an older one is gone */
	unsigned prepared_count;	/* texts prepared so far: their names are never used twice */
	bool begun;		/* the server knows of the transaction */
	err_t broken;		/* not OK: unusable; the error of all that wait for answers */
	int64_t failed_us, retry_us, pause_us;	/* the last attempt to connect, and when to try again */
	int64_t heard_us;	/* the last sign of life */
	int64_t limit_s;	/* statement_timeout; 0: that of every connection */
	bool reads_long;	/* its statements are worth a plan each */
	_Atomic int64_t awaits_us;	/* overdue.c: until when an answer is awaited; 0: none, or without a limit */
	int fd;			/* overdue.c: the socket; -1: none */
	struct pg_conn *next;	/* overdue.c: all connections of the store */
	struct pg_step *steps;	/* of the group, sent and not yet answered */
	size_t step_count, step_cap;
	unsigned *unused;	/* numbers of statements to deallocate */
	size_t unused_count, unused_cap;

	const char **values;	/* arguments of the statement that is being sent */
	int *lengths, *formats;
	char (*numbers)[32];
	int cap;
};

struct pg_prepared {
	unsigned generation;	/* of the connection that knows it; 0: none does */
	unsigned number;
	char name[16];		/* "s" and the number */
	unsigned waiting;	/* executions that are not finished */
};

/* The answer of a group to one read. All zero: nothing yet. */
struct pg_answer {
	size_t missing;		/* steps without a result */
	bool skipped;		/* the server skipped some of them, since a step before them failed */
	/*
	 * Not OK: why we ended it. ERR_DEADLINE: it was overdue; ERR_MEMORY: its rows had no room; ERR_AGAIN: its rows
	 * are to be received one by one. ERR_MEMORY leaves the connection as it is, the others close it.
	 */
	err_t ended;
	PGresult *result;	/* of the last step */
	PGresult *failure;	/* of the first that failed */
	const struct sql *sql;	/* whose rows count in `charge`; NULL: rows do not count */
	struct charge *charge;	/* borrowed */
	size_t held;		/* what `result` holds of it */
};

struct pg_step {
	struct pg_answer *to;
	struct pg_prepared *prepares;	/* what it prepares; NULL: nothing */
	unsigned deallocates;		/* the number that it deallocates; 0: none */
};

static inline struct pg_conn *pg_of(struct conn *c)
{
	return (struct pg_conn *)c;
}

/* ---- connect.c: connections ---- */

/* Connected and set up, or ERR_STORE_DOWN with what the server said; takes two seconds for each host at most. */
NODISCARD err_t pg_connect(const struct store *s, PGconn **out);
/*
 * Before the first connection: waits for a server that does not answer, or is starting, as long as the options say,
 * and looks whether it suits. ERR_STORE_DOWN; ERR_STORE with what to change: its encoding, or a pooler that does not
 * keep sessions.
 */
NODISCARD err_t pg_await(const struct store *s);
NODISCARD err_t pg_conn_open(struct store *s, bool write, struct conn **out);
void pg_conn_close(struct conn *of);
err_t pg_conn_limit(struct conn *of, int64_t seconds, bool reads_long);
/* In place of a connection that was lost. ERR_STORE_DOWN at once while it is too early for another attempt. */
NODISCARD err_t pg_reconnect(struct pg_conn *c, const struct store *s);
/*
 * Whether the server has closed the connection. Looks only after an idle moment: under load the next statement finds
 * out as early.
 */
bool pg_is_gone(struct pg_conn *c);

/* ---- pipeline.c: groups of steps, and errors ---- */

/* Returns `e`, with the first line of `message` as the fault's detail: what follows it quotes the statement. */
err_t pg_error(err_t e, const char *what, const char *message);
/* The error that a result is, with its detail and its constraint. */
err_t pg_result_error(struct pg_conn *c, const PGresult *r, const char *what);
/* Marks the connection as broken when this result says that it is, or that its statements must be prepared again. */
void pg_check_connection(struct pg_conn *c, const PGresult *r);
/* Marks the connection as broken. Returns ERR_STORE_DOWN, with libpq's last message. */
err_t pg_lose(struct pg_conn *c, const char *what);

/* Adds a step to the group. `sent`: what libpq returned when it was sent; not 1: the connection is broken. */
void pg_step_add(struct pg_conn *c, int sent, struct pg_step step);
/* Sends a statement that is not prepared, with its arguments as texts. */
void pg_send_text(struct pg_conn *c, struct pg_answer *to, const char *text, int n, const char *const *values);
/* The prepared statement of this number is deallocated with the next group. */
void pg_unused_add(struct pg_conn *c, unsigned number);

/* Ends the group and hands out its results. If the connection is lost meanwhile, some answers stay without one. */
void pg_receive(struct conn *of);
/*
 * Waits for an answer: a transaction that has the connection to itself receives it, a read that shares it lets
 * others run.
 */
void pg_wait(struct txn *tx);
/* Ends an answer: returns its error, or the result of its last step in `*out` (may be NULL), the caller's to clear. */
NODISCARD err_t pg_answer_take(struct pg_conn *c, struct pg_answer *a, const char *what, PGresult **out);
/* pg_receive() and pg_answer_take(), for a transaction that has the connection to itself. */
NODISCARD err_t pg_receive_answer(struct pg_conn *c, struct pg_answer *a, const char *what, PGresult **out);

/* ---- rows.c: results within the account of memory ---- */

/*
 * Receives the next result of the group, of a step for this answer. It counts in the charge of the answer; where that
 * has no room, the result is not kept, NULL is returned, and `ended` says so. NULL with c->broken: the connection is
 * of no use any more.
 */
PGresult *rows_receive(struct pg_conn *c, struct pg_answer *to);
/* Frees the result of an answer, and gives back what it held. */
void rows_drop(struct pg_answer *a);

/* ---- overdue.c: ends what the server does not end ---- */

struct pg_overdue;

NODISCARD err_t overdue_start(const struct store *s, struct pg_overdue **out);
void overdue_stop(struct pg_overdue *o);
/* `o` NULL, since nobody watches yet: does nothing. */
void overdue_add(struct pg_overdue *o, struct pg_conn *c);
void overdue_remove(struct pg_overdue *o, struct pg_conn *c);
/* The socket of the connection was replaced; -1: it is about to be closed. */
void overdue_set_socket(struct pg_overdue *o, struct pg_conn *c, int fd);
/* The connection waits for an answer until its deadline, up to overdue_end(), which returns whether it was closed. */
void overdue_begin(struct pg_conn *c);
bool overdue_end(struct pg_conn *c);

/* ---- postgres.c ---- */

struct pg_data {		/* of the store; empty while it starts */
	struct pg_listener *listener;
	struct pg_overdue *overdue;
};

/* What the store keeps for the engine; never NULL. */
const struct pg_data *pg_data_of(const struct store *s);

/* ---- listen.c: hears what other copies changed ---- */

struct pg_listener;

NODISCARD err_t listener_start(struct store *s, struct pg_listener **out);
void listener_stop(struct pg_listener *l);
/* store_hears_until_us(); 0 while it is not connected. */
int64_t listener_hears_until_us(const struct pg_listener *l);

#endif
