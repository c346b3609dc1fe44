/*
 * sso_identities.h - accounts that users have at the identity providers of organizations (data-model.md): an account
 * is known by its issuer and its id there, and belongs to one user of the tenant.
 *
 * A SAML provider writes its own name, in metadata that it may change at any time. What it says is worth nothing
 * beyond its connector: an account under such a name is known by the connector too. Otherwise who takes the name of
 * another organization's provider would have its people's accounts, or keep them from having any.
 */
#ifndef DIRECTORY_SSO_IDENTITIES_H
#define DIRECTORY_SSO_IDENTITIES_H

#include "http/request.h"

struct sso_account {
	const char *issuer, *id;	/* who has it, and what it is called there */
	bool names_itself;		/* the issuer is what the provider says it is */
	const char *connector_id;
	const json_t *detail;		/* what the provider says of the person */
};

/* Whose it is; in the request's arena. ERR_NOT_FOUND: it is nobody's. */
NODISCARD err_t sso_account_find(struct request *rq, const struct sso_account *account, const char **user_id);
/*
 * What sso_account_take() would come to for this user; NULL: a new one. A user who has the account by one connector
 * has it by all whose domains have their address. ERR_IDENTITY_IN_USE.
 */
NODISCARD err_t sso_account_foresee(struct request *rq, const struct sso_account *account, const char *user_id,
				    bool *is_new);
/*
 * Makes it the user's, or keeps what the provider says now when it is already. `*is_new`: it was nobody's before.
 * ERR_IDENTITY_IN_USE: it is another user's. ERR_AGAIN: somebody else was faster.
 */
NODISCARD err_t sso_account_take(struct request *rq, const struct sso_account *account, const char *user_id,
				 bool *is_new);
/* Whether the user has any. */
NODISCARD err_t sso_account_has(struct request *rq, const char *user_id, bool *out);

/* Which members an element of a list has. */
enum sso_account_form {
	SSO_ACCOUNT_WHOLE,	/* the row */
	SSO_ACCOUNT_CLAIM,	/* {issuer, identityId, detail} */
	SSO_ACCOUNT_WRAPPED,	/* {ssoConnectorId, ssoIdentity: the row} */
};
/* Writes the list of the user's accounts. */
NODISCARD err_t sso_accounts_print(struct txn *tx, struct json_out *j, const char *user_id,
				   enum sso_account_form form);
/* Writes the row of the account by a connector. ERR_NOT_FOUND: there is none, and nothing is written. */
NODISCARD err_t sso_account_print(struct request *rq, struct json_out *j, const char *user_id,
				  const char *connector_id);

#endif
