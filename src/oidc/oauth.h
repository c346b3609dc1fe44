/*
 * oauth.h - one request at an endpoint that clients call: its fields, its client, its answer.
 *
 * oauth_run() reads the body, calls the endpoint and adds the headers of CORS and of failed authentication. It returns
 * errors to the dispatcher, which rolls back and answers them. Texts live in the request's arena, and so does struct
 * oauth: an endpoint that goes on in another step takes it along.
 */
#ifndef OIDC_OAUTH_H
#define OIDC_OAUTH_H

#include "events/audit.h"
#include "http/request.h"
#include "oidc/client.h"

#define OAUTH_BODY_MAX KIB(56)	/* oidc.md section 1.1 */

/* Whether caches may store the answers of an endpoint. */
enum oauth_kind { OAUTH_STORED, OAUTH_NO_STORE };

struct oauth {
	struct request *rq;
	enum oauth_kind kind;
	struct params fields;		/* of the body, decoded; a name may repeat */
	bool forwards;			/* a body that no form can express is not for this endpoint: ERR_OAUTH_ROUTE */
	const struct client *client;	/* set when it is known; released with the request */
	const char *client_secret_name;	/* the secret that matched, for the audit log; NULL: none */
	struct audit *log;		/* oauth_log(); NULL: the endpoint does not tell */
};

typedef err_t oauth_endpoint(struct oauth *o);

err_t oauth_run(struct request *rq, enum oauth_kind kind, oauth_endpoint *endpoint);
/* Gives the answer of a later step the same headers; first thing in it. */
void oauth_resume(struct oauth *o);

/* The first value of a field; empty counts as absent: NULL. */
const char *oauth_field(const struct oauth *o, const char *name);
int oauth_count(const struct oauth *o, const char *name);
/* The field must be there and not empty: ERR_OAUTH_REQUEST, missing required parameter. */
NODISCARD err_t oauth_need(const struct oauth *o, const char *name);
/* ERR_OAUTH_REQUEST: the request has one of the names (ended by NULL) more than once. */
NODISCARD err_t oauth_refuse_repeats(const struct oauth *o, const char *const *names);

/* Sets the error_description and returns `e`. */
err_t oauth_fail(err_t e, const char *format, ...) PRINTF(2, 3);

/* The client proves who it is: oidc.md section 4.3, in its order; then CORS. Fills o->client. */
NODISCARD err_t client_authenticate(struct oauth *o);

/* Opens o->log with the parameters of the request. Before client_authenticate(), which tells the log of the client. */
void oauth_log(struct oauth *o, enum audit_key key);
/* Tells the log, if there is one, which tokens ("AccessToken", …; ended by NULL) the request gets, and the scope. */
void oauth_log_tokens(const struct oauth *o, const char *const *types, const char *scope);

/* The client to which a token was given, in place of one that proves who it is; then CORS. ERR_NOT_FOUND. */
NODISCARD err_t client_of_token(struct oauth *o, const char *id);

/* Whether the user may have tokens of an application that admits only some. ERR_OAUTH_ACCESS_DENIED. */
NODISCARD err_t client_check_user(struct oauth *o, const char *user_id);

/* Whether pages of this origin may read the client's answers (oidc.md section 1.4). */
bool cors_is_allowed(const struct client *client, const char *own_origin, const char *origin);

/* Reads the body into o->fields: oidc.md section 1.1. */
NODISCARD err_t oauth_read_body(struct oauth *o);

/* Grants of the token endpoint. */
err_t grant_client_credentials(struct oauth *o);
err_t grant_authorization_code(struct oauth *o);
err_t grant_refresh_token(struct oauth *o);
err_t grant_device_code(struct oauth *o);
err_t grant_token_exchange(struct oauth *o);

#endif
