/*
 * sso_provider.h - the kinds of identity providers that organizations have, each a row: what it is called, how its
 * connectors are configured, and which protocol it speaks.
 *
 * What a protocol does is in the room sso/ (sso/protocol.h); here a row only names it. A new provider is a row.
 */
#ifndef TENANT_SSO_PROVIDER_H
#define TENANT_SSO_PROVIDER_H

#include "base/json.h"
#include "entity/field.h"

struct sso_protocol;
extern const struct sso_protocol oidc_protocol, saml_protocol, oauth_protocol, apple_protocol;

struct sso_provider {
	const char *name;		/* on the wire: GoogleWorkspace */
	const struct sso_protocol *protocol;
	const char *type;		/* on the wire: oidc, saml */
	const char *title;		/* to people; a name, the same in every language */
	const char *logo, *logo_dark;	/* addresses of data */
	const struct field *config;
	/* Beyond the fields: whether those that are there make a whole; NULL: the fields say it. */
	bool (*fits)(const json_t *config);
	const char *secret;		/* the member of the configuration that is sealed apart; NULL: none */

	/* -- OIDC -- */
	const char *issuer;		/* of all its connectors; NULL: each is configured with its own */
	/* Accounts belong to a domain that the claim `hd` names; others are of everybody, and may not sign in. */
	bool has_hosted_domain;
	/* Its issuer may be a pattern with {tenantid}: one address for the people of all its customers. */
	bool has_tenants;

	/* -- where people have accounts of their own (social_provider.h) -- */
	/* Makes of a configuration, a copy, the one that the protocol reads; NULL: it is the same. */
	void (*prepare)(json_t *config);
	const char *scope;		/* what is asked for anyway; NULL: openid profile email */
	/* The claim that says that the address is the person's; NULL: email_verified, or the connector's trust. */
	const char *vouches_by;
	bool has_one_tap;		/* its page in the browser may hand over an ID token itself */
	bool is_social;			/* anybody has an account: no domain is the connector's */
	bool is_without_pkce;		/* it refuses, or does not know, the parameters of RFC 7636 */
	bool posts_answer;		/* the browser brings the answer as a form */
};

/* Checks of fields: a web address without user and fragment; the same without a query. */
bool sso_is_address(const json_t *value);
bool sso_is_issuer(const json_t *value);

const struct sso_provider *sso_provider_at(size_t i);	/* NULL behind the last one */
/* NULL: there is none of this name. */
const struct sso_provider *sso_provider_find(const char *name);

/*
 * What a configuration becomes before it is stored: its members that are described, with defaults. `*clean` has it;
 * json_decref(). ERR_SSO_CONFIG: it does not fit.
 */
NODISCARD err_t sso_provider_clean(struct arena *a, const struct sso_provider *p, const json_t *config,
				   json_t **clean);

#endif
