/*
 * outgoing.h - messages that wait to be sent: written in the transaction that decides about them, sent when it has
 * been committed, by workers of any copy. So none is sent for a change that was not made, and none is lost when a
 * process ends.
 *
 * Tenants are served in turn, and none has more than its share of the senders (senders.h).
 *
 * A service that is not reached is tried again after pauses; one that refuses is not. A message that is given up, or
 * is too old, gives its place under the limit back (message_limit.h). A message may arrive twice: when a process ends
 * between the service's answer and the note of it.
 */
#ifndef TENANT_OUTGOING_H
#define TENANT_OUTGOING_H

#include "tenant/connector.h"
#include "tenant/message.h"

struct outgoing {
	const char *type;		/* of the connector: CONNECTOR_EMAIL or CONNECTOR_SMS */
	struct message message;
	const char *kind;		/* under which message_take_place() counted it */
	int64_t place;			/* what that gave */
	int64_t until_ms;		/* when it is too old to be sent */
};

/* Sends it as soon as the transaction is committed. */
NODISCARD err_t outgoing_put(struct request *rq, const struct outgoing *o);
/*
 * The same, but the caller sends it in the following step, and tells with outgoing_settle() what came of it: workers
 * leave it alone until they must think that the process has ended. `*id` lives in the request's arena.
 */
NODISCARD err_t outgoing_put_own(struct request *rq, const struct outgoing *o, const char **id);
/* It was sent, or `failed` says why not; then it gives its place back. */
NODISCARD err_t outgoing_settle(struct request *rq, const struct outgoing *o, const char *id, err_t failed);

/* How long the service has to take a message, in milliseconds; for struct call. */
#define OUTGOING_CALL_MS 30000

#endif
