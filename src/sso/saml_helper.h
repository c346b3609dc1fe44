/*
 * saml_helper.h - asks guildhall-saml, the program that reads what identity providers send (src/saml). A question is a
 * call on the lane CALL; the step behind it reads the answer.
 *
 *	saml_ask_response(rq->arena, &question, &flow->call);
 *	return transfer(rq, &flow->call, &read_step);
 */
#ifndef SSO_SAML_HELPER_H
#define SSO_SAML_HELPER_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "sso/saml_message.h"

struct call;

#define SAML_SKEW_MS INT64_C(180000) /* how far a provider's clock may be off */

struct saml_question {
	const char *response; /* the parameter SAMLResponse as it came */
	int64_t now_ms;
	const char *idp_entity_id;
	const char *const *certificates; /* of the provider, PEM or base64 */
	size_t certificate_count;
	struct saml_self self;
	const char *request_id; /* NULL: none was sent, and the response may name none */
	const struct secret *keys; /* PKCS#8: ours, to which the assertion may be encrypted */
	size_t key_count;
	bool allows_sha1;
};

/* Each fills in `c`, whose body lives in `a`. */
void saml_ask_response(struct arena *a, const struct saml_question *q, struct call *c);
void saml_ask_metadata(struct arena *a, const char *xml, size_t len, int64_t now_ms, struct call *c);
void saml_ask_certificate(struct arena *a, const char *certificate, int64_t now_ms, struct call *c);

/*
 * The answer of a call that has ended: *answer is a tree with the members that src/saml/response.h and metadata.h
 * tell; json_decref(). The call is wiped.
 *   ERR_SAML_REFUSED      the helper refused; the detail says why, `*code` (may be NULL) is its word for it
 *   ERR_SAML_UNAVAILABLE  there is no helper, or it failed
 */
NODISCARD err_t saml_answer_read(struct call *c, json_t **answer, const char **code);

#endif
