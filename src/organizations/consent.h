/*
 * consent.h - what a third-party application may ask a person for: the scopes that the tenant lets it have
 * (users-apps-resources.md section 3.7). What a person then lets it have is a grant, and rows of
 * consent_organizations.
 */
#ifndef ORGANIZATIONS_CONSENT_H
#define ORGANIZATIONS_CONSENT_H

#include "http/request.h"

enum consent_kind {
	CONSENT_ORGANIZATION_SCOPES,		/* of the template */
	CONSENT_RESOURCE_SCOPES,		/* of an API, through roles of the person */
	CONSENT_ORGANIZATION_RESOURCE_SCOPES,	/* of an API, through roles in an organization */
	CONSENT_USER_SCOPES,			/* of the provider: profile, email, … */
};

/*
 * The names of the scopes of a kind, in order, as a list that the request frees. `indicator`: the API whose scopes are
 * wanted; NULL for kinds that belong to none. Empty for an application that is not known.
 */
NODISCARD err_t consent_scopes_load(struct request *rq, const char *application_id, enum consent_kind kind,
				    const char *indicator, json_t **out);
/*
 * Lets the application act for the user in these organizations (a list of ids), for good. ERR_NOT_MEMBER: the user is
 * not a member of all of them.
 */
NODISCARD err_t consent_organizations_add(struct request *rq, const char *application_id, const char *user_id,
					  const json_t *ids);
/* Checks that the application exists and is of a third party. ERR_NOT_EXISTS_WITH_ID, ERR_APP_THIRD_PARTY_ONLY. */
NODISCARD err_t application_require_third_party(struct request *rq, const char *id);

#endif
