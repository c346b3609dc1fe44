/* The token endpoint: authenticates the client, finds the grant, checks that the client may use it (oidc.md 4.3). */
#include <string.h>

#include "oidc/oauth.h"
#include "oidc/oidc.h"
#include "base/banned.h"

static const char *const no_fields[] = { NULL };

static const struct grant_row {
	const char *name;
	enum grant grant;
	enum audit_key log;
	oauth_endpoint *run;
	const char *fields[8];		/* fields that must not repeat; others are ignored */
} grants[] = {
	{ "client_credentials", GRANT_CLIENT_CREDENTIALS, AUDIT_EXCHANGE_CLIENT_CREDENTIALS, grant_client_credentials,
	  { "scope", "organization_id" } },
	{ "authorization_code", GRANT_AUTHORIZATION_CODE, AUDIT_EXCHANGE_CODE, grant_authorization_code,
	  { "code", "redirect_uri", "code_verifier" } },
	{ "refresh_token", GRANT_REFRESH_TOKEN, AUDIT_EXCHANGE_REFRESH_TOKEN, grant_refresh_token,
	  { "refresh_token", "scope", "organization_id" } },
	{ "urn:ietf:params:oauth:grant-type:device_code", GRANT_DEVICE_CODE, AUDIT_EXCHANGE_DEVICE_CODE,
	  grant_device_code, { "device_code" } },
	{ "urn:ietf:params:oauth:grant-type:token-exchange", GRANT_TOKEN_EXCHANGE, AUDIT_EXCHANGE_TOKEN_EXCHANGE,
	  grant_token_exchange,
	  { "subject_token", "subject_token_type", "actor_token", "actor_token_type", "scope", "organization_id" } },
};

static const struct grant_row *grant_find(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_LEN(grants); i++)
		if (!strcmp(grants[i].name, name))
			return &grants[i];
	return NULL;
}

static err_t issue_token(struct oauth *o)
{
	static const char *const type[] = { "grant_type", NULL };
	const struct grant_row *grant = grant_find(oauth_field(o, "grant_type"));
	err_t e;

	oauth_log(o, grant ? grant->log : AUDIT_EXCHANGE_UNKNOWN);
	e = client_authenticate(o);
	if (!e)
		e = oauth_refuse_repeats(o, type);
	if (e)
		return e;
	e = oauth_refuse_repeats(o, grant ? grant->fields : no_fields);
	if (!e)
		e = oauth_need(o, "grant_type");
	if (e)
		return e;
	if (!grant)
		return oauth_fail(ERR_OAUTH_GRANT_TYPE, "unsupported grant_type requested");
	if (!(o->client->grants & grant->grant))
		return oauth_fail(ERR_OAUTH_REQUEST, "requested grant type is not allowed for this client");
	return grant->run(o);
}

err_t oidc_token(struct request *rq)
{
	return oauth_run(rq, OAUTH_NO_STORE, issue_token);
}
