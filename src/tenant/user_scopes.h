/*
 * user_scopes.h - the scopes of users: what an application may ask of the person who signs in (oidc.md section 6.2).
 */
#ifndef TENANT_USER_SCOPES_H
#define TENANT_USER_SCOPES_H

#define SCOPE_ORGANIZATIONS		"urn:logto:scope:organizations"
#define SCOPE_ORGANIZATION_ROLES	"urn:logto:scope:organization_roles"
#define SCOPE_SESSIONS			"urn:logto:scope:sessions"

/* All of them, as elements of an array of texts, in the order in which documents name them. */
#define USER_SCOPES \
	"profile", "email", "phone", "address", "custom_data", "identities", "roles", SCOPE_ORGANIZATIONS, \
		SCOPE_ORGANIZATION_ROLES, SCOPE_SESSIONS, "urn:logto:scope:trusted_devices"

#endif
