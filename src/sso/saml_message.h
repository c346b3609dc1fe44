/*
 * saml_message.h - what we say to identity providers that speak SAML 2.0: a request, in the address of a redirect
 * (bindings 3.4), and who we are (metadata). What they say to us is read by a program of its own (saml_helper.h).
 */
#ifndef SSO_SAML_MESSAGE_H
#define SSO_SAML_MESSAGE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "crypto/rsa_certificate.h"

/* Values of this side; they live where the caller has them. */
struct saml_self {
	const char *entity_id, *acs_url;
};

struct saml_request {
	const char *id; /* saml_request_id() */
	int64_t now_ms;
	const char *endpoint; /* of the provider */
	const char *relay_state;
	const struct secret *key; /* PKCS#8; NULL: unsigned */
	enum rsa_digest digest;
};

/* An id nobody can guess; lives in `a`. */
const char *saml_request_id(struct arena *a);
/* Where the browser is sent; lives in `a`. With a key: on WORK. ERR_INTERNAL. */
NODISCARD err_t saml_request_url(struct arena *a, const struct saml_self *self, const struct saml_request *q,
				 const char **url);
/*
 * The metadata of a connector; lives in `a`. `certificates`: PEM, of the keys that sign and decrypt; the first one is
 * in use.
 */
const char *saml_metadata(struct arena *a, const struct saml_self *self, const char *const *certificates, size_t count,
			  bool signs_requests);
/* The digest that the configuration names by its URI; SHA-256 where it names none. False: it is not known. */
bool saml_digest_of(const char *uri, enum rsa_digest *out);

#endif
