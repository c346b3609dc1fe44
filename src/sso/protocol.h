/*
 * protocol.h - how the kinds of identity providers are spoken to: a protocol is a struct of functions, which the rows
 * of tenant/sso_provider.c name.
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

struct document;

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

	struct document *documents;	/* document.c */
	const struct step *documents_then;
	void *own;			/* the protocol's, or the endpoint's where no protocol runs */
	void *listed;			/* connectors.c */
};
/* The state of a request of this room. */
struct sso_work *sso_work(struct request *rq);

struct sso_protocol {
	/* Tries whether the provider can be reached with the configuration. ERR_SSO_CONFIG and its kin. */
	err_t (*test)(struct request *rq);
	/* ERR_SSO_AWAY. */
	err_t (*begin)(struct request *rq);
	/* ERR_SSO_AWAY; ERR_SSO_FAILED: what came back proves nothing. */
	err_t (*finish)(struct request *rq);
	/* The document that describe() wants to have read; false: none. */
	bool (*wants)(struct request *rq, const struct sso_row *c, struct document *out);
	/* Writes the member providerConfig; nothing where it cannot be said. `d` as wants() has left it, and read. */
	void (*describe)(struct json_out *j, struct request *rq, const struct sso_row *c, const struct document *d);
};

#endif
