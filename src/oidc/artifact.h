/*
 * artifact.h - codes and opaque tokens: what a client holds, and the store knows by its hash (oidc.md section 8).
 */
#ifndef OIDC_ARTIFACT_H
#define OIDC_ARTIFACT_H

#include "http/request.h"

enum artifact_kind {
	ARTIFACT_CODE,		/* of an authorization */
	ARTIFACT_ACCESS,	/* an opaque access token */
	ARTIFACT_REFRESH,
	ARTIFACT_DEVICE,	/* a device code */
	ARTIFACT_REQUEST,	/* a pushed authorization request */
};

#define ARTIFACT_LEN 43
#define OPAQUE_TOKEN_TTL_S 3600	/* of an access token: oidc.md section 8.6 */

struct artifact {
	enum artifact_kind kind;
	const char *value;	/* artifact_issue() makes it; NULL in one that was found */
	const char *hash;
	const char *client_id;
	const char *user_id;	/* NULL: a client's own, or nobody has signed in yet */
	const char *grant_id;	/* NULL: none */
	const char *session_uid;	/* it dies with this session (section 8.7); NULL: it does not */
	const char *user_code;	/* of a device; NULL otherwise */
	const char *scope;	/* NULL: none */
	json_t *details;	/* what else its kind keeps; an object, the request's; NULL: {} */
	int64_t consumed_at_ms;	/* 0: not consumed */
	int64_t created_at_ms, expires_at_ms;
};

/* The kind that a row names. */
enum artifact_kind artifact_kind_of(const char *name);
/* Stores a new one that lives for so long; fills `value`, `hash` and the times. */
NODISCARD err_t artifact_issue(struct request *rq, struct artifact *t, int64_t life_s);
/*
 * Finds one by what the client holds; one that is over is unknown, unless it is a device code. Locks it in a WRITE
 * step. ERR_NOT_FOUND.
 */
NODISCARD err_t artifact_find(struct request *rq, enum artifact_kind kind, const char *value, struct artifact *out);
/* A device code by what the person types. ERR_NOT_FOUND. */
NODISCARD err_t artifact_find_device(struct request *rq, const char *user_code, struct artifact *out);
/* By the hash that another record names. ERR_NOT_FOUND. */
NODISCARD err_t artifact_find_hash(struct request *rq, const char *hash, struct artifact *out);
/* Stores user, grant, session, scope, details and `consumed_at_ms` as they are now. */
NODISCARD err_t artifact_save(struct request *rq, const struct artifact *t);
NODISCARD err_t artifact_remove(struct txn *tx, const char *hash);
/* Removes the access and refresh tokens of a grant; the grant stays. */
NODISCARD err_t artifacts_remove_of_grant(struct txn *tx, const char *grant_id);

#endif
