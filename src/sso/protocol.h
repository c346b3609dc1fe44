/*
 * protocol.h - how the kinds of identity providers are spoken to: a protocol is a struct of functions, which the rows
 * of tenant/sso_provider.c and tenant/social_provider.c name. Those of social providers have begin and finish alone.
 *
 * A function is called in a step, may go on through steps of its own, and ends with
 *	return next(rq, sso_work(rq)->then);
 * or with an error, which ends the request. What it takes and gives stands in the work, the state of the request's
 * flow. None of them is called with a transaction that it may use: what they need of the store is in the work.
 */
#ifndef SSO_PROTOCOL_H
#define SSO_PROTOCOL_H

#include "http/request.h"
#include "tenant/sso_connector.h"

struct code_flow;
struct document;
struct social_row;
struct trial;

struct sso_work {
	struct sso_row connector;	/* `config` is the one to use, or to try */
	const struct step *then;

	/* begin: takes these */
	const char *interaction_id, *state, *redirect_uri;
	/* … and gives the address to send the browser to, and what `finish` needs; JSON, kept in the interaction */
	const char *address;
	json_t *session;

	/* finish: takes `session` and what the provider sent the browser back with */
	const json_t *data;
	/* … and gives who it is: {id, name?, avatar?, email?, …}, all that the provider says; see person.h */
	json_t *person;
	const char *issuer;		/* whose account that is */
	/* … and as the provider said it, as soon as that is believed; userinfo NULL: there is none of its own */
	const json_t *claims, *userinfo;
	const char *credential;		/* an ID token that the browser has got itself; NULL: none */

	const struct social_row *social;	/* the connector as social.c has it; NULL: an organization's */
	const char *name;		/* of the person, where the provider tells it to the browser alone; NULL: no */

	struct trial *trial;		/* trial.c; NULL: somebody signs in */
	struct code_flow *flow;		/* code_flow.c */
	struct document *documents;	/* document.c */
	const struct step *documents_then;
	void *own;			/* the protocol's, or the endpoint's where no protocol runs */
	void *listed;			/* connectors.c */
};
/* The state of a request of this room. */
struct sso_work *sso_work(struct request *rq);
/* What is kept until the answer comes: the session that `begin` made, and what it was begun with; json_decref(). */
json_t *sso_session(struct request *rq);
/* WORK: has the protocol judge the answer, by its `finish`. */
extern const struct step sso_judge_step;

/* Rows of bodies: what a page begins with, and what it brings back. */
#define SSO_BEGIN_FIELDS \
	{ "state", .type = FIELD_TEXT, .flags = REQUIRED, .max = 1024, .help = "The page compares it later." }, \
	{ "redirectUri", .type = FIELD_TEXT, .flags = REQUIRED, .max = 2048, .form = FORM_SHOWN, \
	  .help = "Where the provider sends the browser back to." }
#define SSO_DATA_FIELD \
	{ "connectorData", .type = FIELD_OBJECT, .flags = REQUIRED, .help = "The query that the browser came with." }

/* What a protocol ends a sign-in with. People are told in other words of their organization than of others. */
enum sso_fault {
	SSO_REFUSED,		/* what came back proves nothing */
	SSO_CODE,		/* the provider does not take the code */
	SSO_ACCESS_TOKEN,	/* or not the token that it gave for it */
	SSO_ID_TOKEN,
	SSO_ANSWER,		/* it cannot be understood */
	SSO_UNREACHED,
};
/* The error to return: ERR_SSO_FAILED and ERR_SSO_AWAY of an organization, ERR_SOCIAL_… of others. */
err_t sso_fault(struct request *rq, enum sso_fault what);

struct sso_protocol {
	bool names_itself;	/* the issuer is what the provider says it is, and not what the connector says */
	/* Tries whether the provider can be reached with the configuration. ERR_SSO_CONFIG and its kin. */
	err_t (*test)(struct request *rq);
	/* The error of SSO_UNREACHED. */
	err_t (*begin)(struct request *rq);
	/* Any of sso_fault(). */
	err_t (*finish)(struct request *rq);
	/* The same of `credential`, without a session; NULL: there is no such thing. */
	err_t (*finish_by_credential)(struct request *rq);
	/* The document that describe() wants to have read; false: none. */
	bool (*wants)(struct request *rq, const struct sso_row *c, struct document *out);
	/* Writes the member providerConfig; nothing where it cannot be said. `d` as wants() has left it, and read. */
	void (*describe)(struct json_out *j, struct request *rq, const struct sso_row *c, const struct document *d);
};

#endif
