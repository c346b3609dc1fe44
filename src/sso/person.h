/*
 * person.h - what an identity provider says of a person, and how much of it counts here.
 *
 * An address counts as the person's only if the provider vouches for it (which its protocol decides) and, where the
 * provider is an organization's, it is of a domain of the connector: so the provider of one organization cannot sign
 * anybody in as a person of another one, nor take an address that is somebody else's. What does not count is kept as
 * `unverifiedEmail`.
 */
#ifndef SSO_PERSON_H
#define SSO_PERSON_H

#include "http/request.h"

struct sso_row;			/* tenant/sso_connector.h */

#define PERSON_ID_MAX 128	/* of the account there: the width of the column */
#define ISSUER_MAX 256

/* What a protocol has found out. */
struct claimed {
	const json_t *claims;		/* of OIDC by their names; those that are mapped are not kept twice */
	const char *id;			/* NULL or too long: ERR_SSO_FAILED */
	const char *name, *avatar;	/* NULL: not told, or it does not fit an account */
	const char *email, *phone;
	bool vouches_email, vouches_phone;
	bool own_names;			/* claims keep theirs: they are no words of OIDC */
};

/*
 * {id, name?, avatar?, email?, unverifiedEmail?, phone?, …}, the further claims by their names in camel case; the
 * request's. `domains`: those of the connector; NULL: of any, where people have accounts of their own.
 */
NODISCARD err_t person_of_claims(struct request *rq, const struct claimed *c, const json_t *domains, json_t **out);
/* A flag of a provider: true, 1, or the same as text. */
bool person_flag(const json_t *value);
/*
 * Whose accounts an organization's provider has, where it has those of everybody: its people are told apart by a claim
 * of the ID token that they cannot set themselves, `hd` of Google and `xms_edov` of Entra ID. ERR_SSO_FAILED.
 */
NODISCARD err_t person_check_belongs(struct arena *a, const struct sso_row *c, bool has_tenants, const json_t *claims);
/* Whether the address is of one of the domains; mail servers agree on which that is. */
bool person_is_of_domain(struct arena *a, const char *email, const json_t *domains);
/* The same for a domain. */
bool person_lists_domain(struct arena *a, const char *domain, const json_t *domains);

#endif
