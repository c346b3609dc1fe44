/* The grant authorization_code: a code for tokens (oidc.md sections 5.3 and 7.1). */
#include <string.h>

#include "oidc/oauth.h"
#include "oidc/person_token.h"
#include "oidc/pkce.h"
#include "base/banned.h"

/* It may be left out by a client that has only one, which is an address and not a pattern. */
static bool is_redirect_uri(const struct oauth *o, const char *used)
{
	const char *sent = oauth_field(o, "redirect_uri");
	char **registered = o->client->redirect_uris;

	if (sent)
		return used && !strcmp(sent, used);
	return registered[0] && !registered[1] && !strchr(registered[0], '*');
}

/* A challenge needs its verifier, and a verifier a challenge. */
static bool is_proven(const struct oauth *o, const char *challenge)
{
	const char *verifier = oauth_field(o, "code_verifier");

	if (!challenge || !verifier)
		return !challenge && !verifier;
	return pkce_matches(o->rq->arena, challenge, verifier);
}

err_t grant_authorization_code(struct oauth *o)
{
	struct code details;
	struct held held;
	err_t e = oauth_need(o, "code");

	if (!e && oauth_field(o, "code_verifier"))
		e = pkce_check("code_verifier", oauth_field(o, "code_verifier"));
	if (!e)
		e = held_take(o->rq, ARTIFACT_CODE, oauth_field(o, "code"), o->client->id, &held);
	if (e)
		return e;
	code_read(held.token.details, &details);
	if (!is_redirect_uri(o, details.redirect_uri) || !is_proven(o, details.challenge))
		return err_set(ERR_OAUTH_GRANT, "another redirect URI or verifier than the code's");
	return person_token_redeem(o, &held);
}
