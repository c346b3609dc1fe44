/*
 * grant.h - what a user lets a client have: the scopes of a consent, of the provider and of API resources (oidc.md
 * sections 5.6 and 6). Tokens hang on it: who revokes the grant revokes them.
 */
#ifndef OIDC_GRANT_H
#define OIDC_GRANT_H

#include "http/request.h"

#define GRANT_LIFE_S INT64_C(15552000)	/* oidc.md section 8.6 */

struct user_grant {
	const char *id;		/* ID_LONG characters; NULL: not stored yet */
	const char *user_id, *client_id;
	/*
	 * {"oidc": [names], "resources": {indicator: [names]}, "rejected": {"oidc": [names], "resources": {…}}}, in
	 * the order in which they were granted. Never NULL; the request's.
	 */
	json_t *scopes;
	int64_t created_at_ms, expires_at_ms;
};

/* A live one of this client and user. ERR_NOT_FOUND: unknown, over, or of others; NULL stands for any. */
NODISCARD err_t grant_find(struct request *rq, const char *id, const char *user_id, const char *client_id,
			   struct user_grant *out);
/* The same for who changes it, in a WRITE step: nobody else changes or revokes it until the end of the step. */
NODISCARD err_t grant_lock(struct request *rq, const char *id, const char *user_id, const char *client_id,
			   struct user_grant *out);
/* Starts one that is not stored. */
void grant_new(struct request *rq, const char *user_id, const char *client_id, struct user_grant *out);
/* Stores it, new or changed. */
NODISCARD err_t grant_save(struct request *rq, struct user_grant *g);
/* Removes it and its tokens. */
NODISCARD err_t grant_revoke(struct txn *tx, const char *id);

/*
 * Removes the oldest ones of this user and client until `most` are left. `*removed`: a list of their ids, the
 * request's; `*before`: how many there were.
 */
NODISCARD err_t grants_keep_newest(struct request *rq, const char *user_id, const char *client_id, int64_t most,
				   json_t **removed, int64_t *before);

/* `resource` NULL: scopes of the provider. */
bool grant_has(const struct user_grant *g, const char *resource, const char *scope);
bool grant_rejects(const struct user_grant *g, const char *resource, const char *scope);
void grant_add(struct user_grant *g, const char *resource, const char *scope);
void grant_reject(struct user_grant *g, const char *resource, const char *scope);

#endif
