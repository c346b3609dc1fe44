/*
 * log_counts.h - how many entries of the audit log there are, and where a page of them lies, without looking at all.
 *
 * Entries never change, and their order is that of their time. So those of a tenant that has many are counted once, by
 * the hour, some minutes after they were written; a total is a sum of hours and a count of what lies at the ends of
 * the window and behind the last one that is counted. A page is looked for in the same way: whole hours that lie
 * before it are passed by their counts.
 */
#ifndef DIRECTORY_LOG_COUNTS_H
#define DIRECTORY_LOG_COUNTS_H

#include "base/buffer.h"
#include "store/store.h"

/* Which entries; texts NULL: any. */
struct log_filter {
	const char *user_id, *application_id, *key;
	int64_t from_us, until_us;	/* at or after, and before; INT64_MAX: no end */
	const char *from, *before;	/* the same as ids, in place of the times, within them */
};

#define LOG_ARGS 5	/* at most, of a filter */

/*
 * Appends the conditions on `logs`, " AND …", and their values to `args`, which has `*n` already. The texts live in
 * `a`.
 */
void log_filter_write(struct arena *a, const struct log_filter *f, struct buffer *to, struct arg *args, int *n);

/* How many entries there are, and of what that is the sum. */
struct log_total {
	int64_t all;
	/* for log_seek(), newest first */
	int64_t newer;		/* that are counted one by one */
	int64_t begun;		/* of the hour that is not counted to its end */
	int64_t whole;		/* of whole hours: `first` and those before `end` */
	int64_t first, end;
	bool open;		/* the window ends behind what is counted */
	const char *counted;	/* the id before which entries are; NULL: all are counted one by one */
};
NODISCARD err_t log_count(struct txn *tx, struct arena *a, const struct log_filter *f, struct log_total *out);

/*
 * Narrows a filter to where the entry number `*skip` of its list, newest first, is near: it is number `*skip` of what
 * the filter is then. `t` is the total of the filter.
 */
NODISCARD err_t log_seek(struct txn *tx, struct arena *a, const struct log_total *t, struct log_filter *f,
			 int64_t *skip);

/*
 * Entries of one tenant that are counted at a time, and how many of them there must be: totals count fewer than these
 * themselves.
 */
#define LOG_FOLD 10000

/* Where a fold would end: `*id` is NULL when there are not enough entries behind the last one. */
NODISCARD err_t log_fold_find(struct txn *tx, struct arena *a, int64_t now_us, const char **id);
/* Counts the next entries; `*more`: call again, in another transaction. */
NODISCARD err_t log_fold(struct txn *tx, struct arena *a, int64_t now_us, bool *more);
/* Forgets counts of hours that have no entries any more. */
NODISCARD err_t log_counts_forget(struct txn *tx, int64_t before_us);

#endif
