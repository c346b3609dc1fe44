/*
 * session.h - a browser in which somebody has signed in (oidc.md sections 5.4, 8.6, 11).
 *
 * The browser holds a random value in the signed cookie `_session`; the store has its hash. A login or a consent gives
 * the session a new value, so that one who knew the old one (session fixation) has nothing.
 */
#ifndef SIGNIN_SESSION_H
#define SIGNIN_SESSION_H

#include "http/request.h"

#define SESSION_COOKIE "_session"

struct session {
	const char *hash;	/* of the cookie; NULL: not stored yet */
	const char *uid;	/* ID_LONG characters; other records name the session by it */
	const char *jti;	/* shown by the API in place of the cookie; changes with it */
	const char *user_id;	/* NULL: nobody is signed in */
	int64_t login_at_s;	/* 0: nobody */
	json_t *login;		/* how they signed in, as the interaction had it; NULL */
	/*
	 * Client id to what the client was given in this session: {sid, grantId, persists: offline_access was part of
	 * it}. Never NULL.
	 */
	json_t *clients;
	json_t *logout;		/* a sign-out that waits for its confirmation; NULL: none */
	int64_t created_at_ms, expires_at_ms;
};

/*
 * The session of the browser; one that is new and not stored when it has none. Its trees are the request's. Locks it
 * in a WRITE step.
 */
NODISCARD err_t session_open(struct request *rq, struct session *out);
/* By its uid. ERR_NOT_FOUND. */
NODISCARD err_t session_find(struct request *rq, const char *uid, struct session *out);
/* Its entry for a client in `clients`, made when there is none. */
json_t *session_client(struct session *s, const char *client_id);
/*
 * Stores it and sets the cookie with a fresh expiry; `renew`: with a new value, after each login and consent. A new
 * session gets one in any case. One in which nobody is signed in is stored for an hour at most: it keeps a question
 * that waits for its answer.
 */
NODISCARD err_t session_save(struct request *rq, struct session *s, bool renew);
/* Stores it; the browser's cookie stays as it is. For a change that another browser or the API asks for. */
NODISCARD err_t session_change(struct request *rq, const struct session *s);
/* Ends it and the cookie, and what the store keeps only for its duration: oidc.md section 8.7. */
NODISCARD err_t session_end(struct request *rq, const struct session *s);
/* The same without the cookie, for sessions that others end. */
NODISCARD err_t session_remove(struct txn *tx, const char *uid);
/* Ends all sessions of a user: suspension, deletion, sign-out by an administrator. */
NODISCARD err_t sessions_remove_all(struct txn *tx, const char *user_id);
/* The live sessions of a user, the newest first, in the request's arena; locked in a WRITE step. */
NODISCARD err_t sessions_of_user(struct request *rq, const char *user_id, struct session **out, size_t *count);
/* Takes a grant from the sessions of its user; one that had it shows another jti afterwards. */
NODISCARD err_t sessions_forget_grant(struct request *rq, const char *user_id, const char *grant_id);
/* How long a session lasts: GET /api/configs/oidc/session. */
NODISCARD err_t session_life(struct txn *tx, int64_t *seconds);

extern const struct route session_routes[];
extern const size_t session_route_count;

#endif
