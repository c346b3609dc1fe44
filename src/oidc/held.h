/*
 * held.h - a code or an opaque token that a client presents, with all that its validity hangs on: the grant, the
 * application, the user and, where it dies with one, the session (oidc.md sections 7, 8.7).
 */
#ifndef OIDC_HELD_H
#define OIDC_HELD_H

#include "oidc/artifact.h"

struct held {
	struct artifact token;		/* its user and grant are never NULL */
	const json_t *granted;		/* scopes of the grant: grant.h */
	bool is_suspended;		/* the user */
};

/*
 * Finds what is alive; one that was consumed is still found, so that its second use can be noticed. One statement.
 * ERR_NOT_FOUND: unknown or over, or its grant, application or session is.
 */
NODISCARD err_t held_find(struct request *rq, const char *value, struct held *out);
/* The same of this kind, and of this client. ERR_OAUTH_GRANT: there is none, or the user is suspended. */
NODISCARD err_t held_take(struct request *rq, enum artifact_kind kind, const char *value, const char *client_id,
			  struct held *out);
/*
 * Marks it as used. `*counts` is false when it was used at `since_ms` or before, or is gone. Runs in a WRITE step.
 */
NODISCARD err_t held_consume(struct request *rq, const struct held *h, int64_t since_ms, bool *counts);
/* Ends what was given along with one that is used a second time, and keeps that. ERR_OAUTH_GRANT. */
err_t held_refuse_reuse(struct request *rq, const struct held *h);

#endif
