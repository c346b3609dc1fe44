/*
 * active.h - how many different users are active on a day, in seven and in thirty days, without keeping who was on
 * which day.
 *
 * A user counts once among those of some days: on the first of these days on which they are active, and that is the
 * one before which they were away for longer than the days have lasted. So it is enough to know how many users were
 * active on a day after how many days of absence. That is counted in the transaction in which a user is active for the
 * first time of a day.
 */
#ifndef DIRECTORY_ACTIVE_H
#define DIRECTORY_ACTIVE_H

#include "store/store.h"

#define ACTIVE_LONGEST 30	/* days that can be told of */
#define ACTIVE_KNOWN (2 * ACTIVE_LONGEST)

/* Notes that the user is active now: an access token is issued for them. In a transaction that writes. */
NODISCARD err_t active_note(struct txn *tx, const char *user_id, int64_t now_ms);

/* The days before and with `end`: at[ACTIVE_KNOWN - 1][gap] is the one of `end`. */
struct active_days {
	int64_t at[ACTIVE_KNOWN][ACTIVE_LONGEST + 1];
};
NODISCARD err_t active_load(struct txn *tx, int64_t end, struct active_days *out);
/* How many users were active in `length` days, the last of which is `ago` days before the last one that is loaded. */
int64_t active_count(const struct active_days *d, int ago, int length);

#endif
