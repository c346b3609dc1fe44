/*
 * interaction.h - an authorization request while its pages are open (sign-in.md section 1.1, oidc.md section 5.4).
 *
 * It begins when /oidc/auth or the device page needs a page, is found by the cookie `_interaction`, and ends when
 * the request is resumed, or after an hour. What the pages do is kept in `experience`; what came of it in `login` and
 * `grant_id`, which the provider reads when it resumes.
 *
 * A step that changes an interaction loads it in its own WRITE transaction, which locks it, changes the trees and
 * stores them: two calls at once then happen one after the other, and neither loses what the other did. A call that
 * must do slow work between (a password is hashed, a mail is sent) loads it again afterwards.
 */
#ifndef SIGNIN_INTERACTION_H
#define SIGNIN_INTERACTION_H

#include "http/request.h"

#define INTERACTION_LIFE_S 3600		/* oidc.md section 8.6 */
#define INTERACTION_COOKIE "_interaction"

struct interaction {
	const char *id;		/* interaction_new_id() */
	const char *client_id;
	/*
	 * What was asked for; never changes. A JSON object:
	 *	params		parameters of the authorization request, as checked: texts; `resource` is a list
	 *	prompt		{name: "login" | "consent", reasons: [], details: {}}
	 *	returnTo	path that resumes it: /oidc/auth/ID or /oidc/device/ID
	 *	session		uid of the browser's session when it began; absent: it had none
	 *	accountId	who was signed in then; absent: nobody
	 *	pushed		hash of the pushed request that it is; absent: it is none
	 *	done		which prompts earlier pages of this request have done: a list of "login", "consent"
	 *	lastLogin	the `login` of an earlier page of this request; absent: none
	 *	device		hash of the device code that the person confirmed; absent: no device
 *	claim		hash of the first administrator's link (signin/claim.h); absent: it did not begin by one
	 */
	json_t *request;
	/* What the pages have done: sign-in.md section 1.1. NULL: PUT /api/experience was not called. */
	json_t *experience;
	/*
	 * What submit found: {accountId, ts (epoch seconds), …}. It stays readable until the request is resumed.
	 * NULL: nobody has signed in.
	 */
	json_t *login;
	const char *grant_id;	/* consent was given; NULL: not yet */
	int64_t expires_at_ms;
};

/* ID_LONG characters; lives in the request's arena. */
const char *interaction_new_id(struct request *rq);
/* Stores a new one; fills `expires_at_ms`. `request` is borrowed. */
NODISCARD err_t interaction_create(struct request *rq, struct interaction *i);
/*
 * Finds a live one; its trees are the request's, freed with it. Locks it in a WRITE step. ERR_NOT_FOUND: unknown or
 * over.
 */
NODISCARD err_t interaction_find(struct request *rq, const char *id, struct interaction *out);
/* Stores `experience`, `login` and `grant_id` as they are now. */
NODISCARD err_t interaction_save(struct request *rq, const struct interaction *i);
NODISCARD err_t interaction_delete(struct request *rq, const char *id);

/* A parameter of the authorization request; NULL: absent. */
const char *interaction_param(const struct interaction *i, const char *name);

/*
 * The interaction of a call made by a page: that of the cookie, for the client that the call names (oidc.md section
 * 5.4). ERR_SESSION_NOT_FOUND; ERR_OAUTH_REQUEST: the call names another client than the interaction's.
 */
NODISCARD err_t interaction_of_caller(struct request *rq, struct interaction *out);
/* Its id by the cookie alone, without looking whether it exists; NULL: none. `client_id` may be NULL. */
const char *interaction_id_of(struct request *rq, const char *client_id);
/*
 * The value of the cookie as a JSON object from client id to interaction id; one that is not an object is taken for
 * the id of the last interaction. NULL: not even that. json_decref().
 */
json_t *interaction_cookie_map(struct arena *a, const char *value);
/* Adds it to the cookie `_interaction`, which keeps those of other clients. */
NODISCARD err_t interaction_set_cookie(struct request *rq, const struct interaction *i);

/* Errors of a mount whose doors ask for an interaction: these carry the members of OAuth too (oidc.md section 1.2). */
void interaction_write_error(struct request *rq, err_t e);

#endif
