/*
 * message_limit.h - how many messages a recipient may get: so many of each kind within the last ten minutes.
 *
 * A message takes its place before it is sent, so that many requests at once do not pass the limit, and one that could
 * not be sent gives it back. A recipient is an address or a number in lower case, whoever writes to it.
 */
#ifndef TENANT_MESSAGE_LIMIT_H
#define TENANT_MESSAGE_LIMIT_H

#include "base/arena.h"
#include "base/err.h"

struct txn;

#define MESSAGES_MOST 10
#define MESSAGES_WITHIN_MS INT64_C(600000)

/* Kinds, each counted apart. */
#define MESSAGE_CODE		"code"
#define MESSAGE_INVITATION	"invitation"

/* `*place`: for message_give_back(). ERR_MESSAGE_LIMIT. */
NODISCARD err_t message_take_place(struct txn *tx, struct arena *a, const char *kind, const char *recipient,
				   int64_t *place);
NODISCARD err_t message_give_back(struct txn *tx, struct arena *a, const char *kind, const char *recipient,
				  int64_t place);
/* Forgets what was sent to the recipient, of every kind. */
NODISCARD err_t message_forget(struct txn *tx, struct arena *a, const char *recipient);

#endif
