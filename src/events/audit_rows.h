/*
 * audit_rows.h - rows of the audit log: how they are written, and those that wait in memory to be written together.
 *
 * The id of an entry begins with its time, in base 36, and ends with random characters. So the order of the ids is
 * that of the entries, and one index serves the order, the pages, a window of time and what is too old.
 */
#ifndef EVENTS_AUDIT_ROWS_H
#define EVENTS_AUDIT_ROWS_H

#include "base/ids.h"
#include "store/store.h"

struct audit_row {
	const char *tenant, *key, *user_id, *application_id, *payload;
	int64_t at_us;		/* clock_us() */
	char id[ID_LONG + 1];	/* made by audit_row_stamp() */
};

/* The characters of an id that tell the time. */
#define AUDIT_TIME_LEN 11
/* Where entries of this time begin: an id of `at_us` or later is not less than it. */
void audit_time_begins(int64_t at_us, char out[AUDIT_TIME_LEN + 1]);
/* Sets the time and the id: now. */
void audit_row_stamp(struct audit_row *row);

/* Writes one row in the tenant of the transaction. */
NODISCARD err_t audit_row_write(struct txn *tx, const struct audit_row *row);

/*
 * Keeps a copy of the row until a worker writes it with others, a quarter of a second later. False: too many wait
 * already, or there is no memory; the caller writes it itself.
 */
bool audit_row_put(const struct audit_row *row);
/* Whether any wait. */
bool audit_rows_wait(void);
/*
 * Writes those that wait, for a reader who wants to see them; the worker finds them written already. The transaction
 * keeps its tenant.
 */
NODISCARD err_t audit_rows_write(struct txn *tx);
/* Writes all of them and forgets them, in transactions of its own: at the end, when no worker runs. */
NODISCARD err_t audit_rows_flush(struct store *s);

#endif
