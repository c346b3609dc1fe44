/*
 * authorize.h - an authorization request on its way to a page, a code or an error (oidc.md section 5).
 *
 *	authorize.c		GET and POST /oidc/auth; the way of a checked request
 *	authorize_read.c	its parameters: from a query, a form, an interaction
 *	authorize_check.c	what section 5.2 demands, in its order
 *	par.c			requests that were pushed before
 *	authorize_answer.c	codes and errors, as a redirect, a form or JSON
 *	prompts.c		which page, and why (section 5.4)
 *	resume.c		GET /oidc/auth/UID, when a page is done
 *	magic_link.c		where a one-time token leads in a browser with a session
 *	consent.c		GET /consent, and what the page of third-party applications calls
 *	authorize_log.c		what the audit log is told
 *	claim_page.c		/claim: the first administrator registers
 *	end_session.c		/oidc/session/end, and the end of another account's session
 *	device.c		/oidc/device: a person agrees to what a device asks for
 *
 * All texts live in the request's arena.
 */
#ifndef OIDC_AUTHORIZE_H
#define OIDC_AUTHORIZE_H

#include "events/audit.h"
#include "http/request.h"
#include "oidc/artifact.h"
#include "oidc/client.h"
#include "oidc/grant.h"
#include "signin/interaction.h"
#include "signin/session.h"

#define RESUME_COOKIE "_interaction_resume"

/* Parameters that count once; `resource` may repeat. */
#define AUTHORIZATION_PARAMS(P) \
	P(CLIENT_ID, "client_id") P(RESPONSE_TYPE, "response_type") P(REDIRECT_URI, "redirect_uri") P(SCOPE, "scope") \
	P(STATE, "state") P(NONCE, "nonce") P(PROMPT, "prompt") P(MAX_AGE, "max_age") P(LOGIN_HINT, "login_hint") \
	P(ID_TOKEN_HINT, "id_token_hint") P(ACR_VALUES, "acr_values") P(UI_LOCALES, "ui_locales") \
	P(RESPONSE_MODE, "response_mode") P(CODE_CHALLENGE, "code_challenge") \
	P(CODE_CHALLENGE_METHOD, "code_challenge_method") P(REQUEST, "request") P(REQUEST_URI, "request_uri") \
	P(REGISTRATION, "registration") P(FIRST_SCREEN, "first_screen") P(INTERACTION_MODE, "interaction_mode") \
	P(DIRECT_SIGN_IN, "direct_sign_in") P(ORGANIZATION_ID, "organization_id") P(IDENTIFIER, "identifier") \
	P(ONE_TIME_TOKEN, "one_time_token") P(GOOGLE_CREDENTIAL, "google_one_tap_credential")

#define PARAM_CONSTANT(id, name) PARAM_##id,
enum authorization_param { AUTHORIZATION_PARAMS(PARAM_CONSTANT) PARAM_COUNT };
extern const char *const authorization_param_names[PARAM_COUNT];

enum response_mode { MODE_QUERY, MODE_FRAGMENT, MODE_FORM_POST };
enum prompt { PROMPT_NONE = 1, PROMPT_LOGIN = 2, PROMPT_CONSENT = 4 };

struct authorization {
	struct request *rq;

	/* read */
	const char *params[PARAM_COUNT];	/* NULL: absent, empty, or given twice */
	json_t *resources;			/* a list of texts */
	const char *repeated;			/* the first one that was given twice; NULL: none */
	bool is_pushing;			/* it is only pushed now, and opened later */
	const char *pushed;			/* hash of the pushed request that it is; NULL: it is none */
	const char *device;			/* hash of the device code that it is about; NULL: about a redirect */

	/* checked */
	const struct client *client;		/* NULL: not known */
	const char *redirect_uri;		/* NULL: not checked, or not registered */
	enum response_mode mode;
	unsigned prompts;			/* enum prompt: those asked for, and that of max_age=0 */
	int64_t max_age_s;			/* -1: none */
	const char *hinted_user;		/* of id_token_hint; NULL: none */
	struct { err_t e; const char *description, *scope; } failure;

	/* of the flow, which may have had pages before */
	unsigned done;				/* enum prompt: those that pages have done */
	const json_t *login;			/* how the person has signed in in this flow; NULL: not in this one */
	const char *resumed;			/* path of the interaction that it goes on from; NULL: of none */
	struct session session;
	struct user_grant grant;		/* of this client in the session; without scopes: none */
	bool renews;				/* the session gets a new cookie, after a login or a consent */
};

/* That of the request, all zero at first. */
struct authorization *authorization_of(struct request *rq);

/* -- reading -- */

/* From the query, or from the body of a POST. ERR_OAUTH_ROUTE: a body that is no form; errors of oauth_read_body(). */
NODISCARD err_t authorization_read(struct authorization *az);
/* The same from fields that were read already. */
void authorization_take(struct authorization *az, const struct params *from, bool is_query);
/* As an object: texts, and `resource` as a list. The request's. */
json_t *authorization_pack(const struct authorization *az);
/* From what authorization_pack() made. */
void authorization_unpack(struct authorization *az, const json_t *params);

/* -- checking; needs a transaction that can read -- */

/* An error of oidc.def, for authorization_refuse(); or any other, to be returned. */
NODISCARD err_t authorization_check(struct authorization *az);
/* The same for what a device asks for, which is sent nowhere (oidc.md section 7.4). */
NODISCARD err_t authorization_check_device(struct authorization *az);
/* Whether the client may be sent the answer; sets `redirect_uri`. */
NODISCARD err_t authorization_check_redirect_uri(struct authorization *az);

/* -- answers; each ends a step -- */

/* Sends the client the error of the thread; where it cannot be redirected, answers with JSON. */
err_t authorization_refuse(struct authorization *az, err_t e);
/* Answers with `failure`. */
err_t authorization_send_failure(struct authorization *az);
/* Sends the client its code. */
err_t authorization_send_code(struct authorization *az, const char *code);

/* -- the way -- */

/* In a WRITE step, with session and `done` set: opens a page, or sends a code or an error. */
err_t authorization_go_on(struct authorization *az);
/* What scripts of the pages read in the cookie _logto: whose pages they are, as JSON. NULL: too long. */
const char *authorization_page_cookie(const struct authorization *az);
/*
 * Whether a page is needed; opens it, or sends the error of prompt=none. `*ends`: so the step has its answer. Sets
 * grant.
 */
NODISCARD err_t authorization_prompt(struct authorization *az, bool *ends);

/*
 * Asks the browser to end the session of another account, and to come back to the interaction then (section 5.5).
 */
err_t logout_other_account(struct authorization *az, const struct interaction *i);

/* In a WRITE step: the device gets what the person has agreed to, when it asks next. */
err_t device_send_code(struct authorization *az, struct artifact *made);

/*
 * Sets in the session who signed in on the page, and marks the login as done; not when that person may not sign in any
 * more.
 */
NODISCARD err_t authorization_take_login(struct authorization *az, const struct interaction *i, const char *user_id);
/*
 * Opens the entry of the audit log for the begin or the end of an interaction; `user_id` NULL: nobody has
 * signed in.
 */
void authorization_log(struct request *rq, enum audit_key key, const struct interaction *i, const char *user_id);

/* The handlers of the routes. */
extern const struct step authorize_first, end_session_first;
err_t device_begin(struct request *rq);
err_t device_open(struct request *rq);
err_t device_enter(struct request *rq);
err_t device_page(struct request *rq);
err_t authorize_resume(struct request *rq);
err_t end_session_confirm(struct request *rq);
err_t consent_open(struct request *rq);
err_t claim_begin(struct request *rq);
err_t claim_end(struct request *rq);

#endif
