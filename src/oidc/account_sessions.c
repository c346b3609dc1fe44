/*
 * Where the owner of an account is signed in, and which applications have what of it (sign-in.md section 11). All of
 * it needs a proof: who has found an open browser does not end the other ones.
 */
#include "oidc/oidc.h"
#include "oidc/user_sessions.h"
#include "tenant/user_scopes.h"

#include "base/banned.h"

static const struct need sees = { .field = "session", .scope = SCOPE_SESSIONS, .is_later = true, .proof = true };
static const struct need ends = { .field = "session", .edits = true, .scope = SCOPE_SESSIONS, .is_later = true,
				  .proof = true };

static err_t list_sessions(struct request *rq)
{
	err_t e = account_check(rq, &sees);

	return e ? e : user_sessions_reply(rq, rq->who.id, account_token(rq));
}

/* The owner is told 400 where an administrator is told 404. */
static err_t refuse_session(err_t e)
{
	if (e == ERR_USER_SESSION_NOT_FOUND || e == ERR_USER_SESSION_ACCOUNT) {
		err_fault()->status = 400;
		err_fault()->data = "{\"status\":404}";
	}
	return e;
}

static err_t end_session(struct request *rq)
{
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "Sessions");
	e = account_check(rq, &ends);
	return e ? e : refuse_session(user_session_end(rq, rq->who.id, path_arg(rq, "sessionId")));
}

static err_t list_grants(struct request *rq)
{
	err_t e = account_check(rq, &sees);

	return e ? e : user_grants_reply(rq, rq->who.id);
}

static err_t end_grant(struct request *rq)
{
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "Grants");
	e = account_check(rq, &ends);
	return e ? e : user_grant_end(rq, rq->who.id, path_arg(rq, "grantId"));
}

#define BASE "/api/my-account"

const struct route account_session_routes[] = {
	{ GET, BASE "/sessions", ACCOUNT, SCAN, .handler = list_sessions, .status = 200, .reply = &user_sessions_shape,
	  .summary = "List where you are signed in" },
	{ DELETE, BASE "/sessions/{sessionId}", ACCOUNT, WRITE, .query = session_delete_query, .handler = end_session,
	  .status = 204, .summary = "Sign out somewhere" },
	{ GET, BASE "/grants", ACCOUNT, SCAN, .query = user_grants_query, .handler = list_grants, .status = 200,
	  .reply = &user_grants_shape, .summary = "List what you let applications have" },
	{ DELETE, BASE "/grants/{grantId}", ACCOUNT, WRITE, .handler = end_grant, .status = 204,
	  .summary = "Take from an application what you let it have" },
};
const size_t account_session_route_count = ARRAY_LEN(account_session_routes);
