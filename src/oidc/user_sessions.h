/*
 * user_sessions.h - where a user is signed in, and what they let applications have: shown and ended, whoever asks.
 */
#ifndef OIDC_USER_SESSIONS_H
#define OIDC_USER_SESSIONS_H

#include "account/account.h"
#include "entity/shape.h"
#include "http/request.h"

/* Answers with the live sessions; `by` is the token of the user who asks, NULL for anybody else. */
err_t user_sessions_reply(struct request *rq, const char *user_id, const struct account_token *by);
/*
 * Ends one and answers 204; the query says which grants end too. ERR_USER_SESSION_NOT_FOUND; ERR_USER_SESSION_ACCOUNT:
 * it is of another user.
 */
err_t user_session_end(struct request *rq, const char *user_id, const char *uid);
/* Answers with the grants of the kind of applications that the query names. */
err_t user_grants_reply(struct request *rq, const char *user_id);
/* Ends one with its tokens, and answers 204. ERR_USER_GRANT_NOT_FOUND. */
err_t user_grant_end(struct request *rq, const char *user_id, const char *id);

extern const struct field session_delete_query[], user_grants_query[];
extern const struct shape user_sessions_shape, user_grants_shape;

#endif
