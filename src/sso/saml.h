/*
 * saml.h - SAML 2.0 within this room: saml.c is the protocol as connectors and the pages use it, saml_sign_in.c takes
 * what providers post. What both share of one request stands here.
 */
#ifndef SSO_SAML_H
#define SSO_SAML_H

#include "sso/document.h"
#include "sso/protocol.h"
#include "sso/saml_message.h"
#include "sso/signing_key.h"

#define SAML_CERTIFICATES_MOST 10

/* An identity provider, of its metadata or as it was entered. */
struct saml_idp {
	const char *entity_id, *endpoint;
	const char *certificates[SAML_CERTIFICATES_MOST];
	size_t certificate_count;
};

/* Of one request, in sso_work(rq)->own. */
struct saml_run {
	struct document provider;	/* its metadata, or its certificate alone */
	struct signing_keys keys;

	/* of what a provider has posted */
	struct call call;
	const char *response, *relay_state, *request_id;
	json_t *answer;			/* the helper's; the request's */
	const char *ticket;
};
struct saml_run *saml_run(struct request *rq);

/* Our side towards the provider of a connector; lives in the request's arena. */
struct saml_self saml_self(struct request *rq, const char *connector_id);
/* Points `out` to what has to be read to know the provider. False: the connector is not configured. */
bool saml_wants(struct request *rq, const struct sso_row *c, struct document *out);
/* What the document, once it was read, and the configuration say. ERR_SSO_AWAY, ERR_SAML_UNAVAILABLE. */
NODISCARD err_t saml_idp_of(const struct sso_row *c, const struct document *d, struct saml_idp *out);

/* The page's address, with the ticket by which it may use the answer. NULL: it would be too long. */
const char *saml_way_back(struct request *rq, const char *redirect_uri, const char *state, const char *ticket);
#define SAML_TICKET_LEN 43

/* What a session of SAML holds beside `requestId`, once the provider has answered. */
#define SAML_SAID "said"		/* the helper's answer */
#define SAML_ISSUER "issuer"
#define SAML_TICKET "ticketHash"
/* The parameter by which the browser that brought the answer proves that it did. */
#define SAML_TICKET_PARAM "ticket"

#endif
