/*
 * discovery.h - where an OpenID provider is spoken to, as its discovery document says (OpenID Connect Discovery).
 */
#ifndef SSO_DISCOVERY_H
#define SSO_DISCOVERY_H

#include "tenant/sso_connector.h"

/* Texts of the document. */
struct endpoints {
	const char *issuer, *authorization, *token, *userinfo, *keys;	/* userinfo may be NULL */
	bool has_tenants;	/* the issuer is a pattern, of which the ID token tells the rest */
	bool takes_basic;	/* client id and secret in a header */
	bool names_itself;	/* RFC 9207: in each answer */
};

/* The issuer that a connector is for; NULL: it is not configured. */
const char *discovery_issuer(const struct sso_row *c);
/*
 * NULL: the document is that of the issuer, and `*out` has what it says; else what is wrong, in words of ours. All
 * addresses are of the web, and over TLS where the issuer's own is.
 */
const char *discovery_read(const json_t *tree, const char *issuer, bool may_have_tenants, struct endpoints *out);
/* Whether the `iss` of an answer (RFC 9207; NULL: none) may be that of the provider. */
bool discovery_is_sender(const struct endpoints *at, const char *iss);

#endif
