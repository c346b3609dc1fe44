/* The discovery document and the public keys, which clients read first (oidc.md sections 2 and 3). */
#include <string.h>

#include "oidc/oidc.h"
#include "oidc/scopes.h"
#include "tenant/keyring.h"
#include "tenant/tenant.h"
#include "base/banned.h"

static const struct { const char *member, *path; } endpoints[] = {
	{ "authorization_endpoint", "/auth" },
	{ "token_endpoint", "/token" },
	{ "userinfo_endpoint", "/me" },
	{ "jwks_uri", "/jwks" },
	{ "end_session_endpoint", "/session/end" },
	{ "introspection_endpoint", "/token/introspection" },
	{ "revocation_endpoint", "/token/revocation" },
	{ "device_authorization_endpoint", "/device/auth" },
	{ "pushed_authorization_request_endpoint", "/request" },
};

static const struct { const char *member; bool value; } switches[] = {
	{ "authorization_response_iss_parameter_supported", true },
	{ "backchannel_logout_supported", true },
	{ "backchannel_logout_session_supported", true },
	{ "claims_parameter_supported", false },
	{ "request_uri_parameter_supported", false },
};

static const struct { const char *member, *values; } lists[] = {
	{ "claim_types_supported", "normal" },
	{ "code_challenge_methods_supported", "S256" },
	{ "grant_types_supported",
	  "implicit authorization_code refresh_token client_credentials urn:ietf:params:oauth:grant-type:device_code"
	  " urn:ietf:params:oauth:grant-type:token-exchange" },
	{ "response_modes_supported", "form_post fragment query" },
	{ "response_types_supported", "code+id_token code id_token none" },	/* + stands for a blank */
	{ "subject_types_supported", "public" },
	{ "token_endpoint_auth_methods_supported",
	  "client_secret_basic client_secret_jwt client_secret_post private_key_jwt none" },
	{ "token_endpoint_auth_signing_alg_values_supported", "HS256 RS256 PS256 ES256 Ed25519 EdDSA" },
	{ "claims_supported",
	  "sub name family_name given_name middle_name nickname preferred_username profile picture website gender"
	  " birthdate zoneinfo"
	  " locale updated_at username created_at email email_verified phone_number phone_number_verified address"
	  " custom_data identities"
	  " sso_identities roles organizations organization_data organization_roles sid auth_time iss" },
};

static void write_list(struct json_out *j, const char *member, const char *values)
{
	char word[64];

	json_key(j, member);
	json_list(j);
	while (*(values += strspn(values, " "))) {
		size_t len = strcspn(values, " ");
		char *plus;

		memcpy(word, values, len);
		word[len] = 0;
		while ((plus = strchr(word, '+')))
			*plus = ' ';
		json_text(j, word);
		values += len;
	}
	json_list_end(j);
}

static void write_scopes(struct json_out *j)
{
	json_key(j, "scopes_supported");
	json_list(j);
	for (const char *const *name = oidc_scopes; *name; name++)
		json_text(j, *name);
	json_list_end(j);
}

/* The algorithms of the tenant's keys, each once. */
static void write_algorithms(struct json_out *j, const struct keyring *ring)
{
	unsigned seen = 0;

	json_key(j, "id_token_signing_alg_values_supported");
	json_list(j);
	for (int i = 0; i < ring->count; i++) {
		enum key_algorithm algorithm = key_algorithm(ring->keys[i].key);

		if (!(seen & 1u << algorithm))
			json_text(j, key_algorithm_name(algorithm));
		seen |= 1u << algorithm;
	}
	json_list_end(j);
}

/* Lets pages of any origin read the answer. */
static void allow_any_origin(struct request *rq)
{
	const char *origin = request_header(rq, "Origin");

	rq->reply.cors_origin = origin && *origin ? origin : "*";
}

static err_t load_ring(struct request *rq, const struct keyring **out)
{
	err_t e = keyring_load(rq->tx, rq->tenant->id, out);

	allow_any_origin(rq);
	return e == ERR_NOT_FOUND ? err_set(ERR_INTERNAL, "tenant '%s' has no signing key", rq->tenant->id) : e;
}

err_t oidc_discovery(struct request *rq)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	const char *issuer = rq->tenant->issuer;
	struct json_out j;
	err_t e = load_ring(rq, &ring);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "issuer", issuer);
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++)
		json_key_text(&j, endpoints[i].member, arena_printf(rq->arena, "%s%s", issuer, endpoints[i].path));
	for (size_t i = 0; i < ARRAY_LEN(switches); i++)
		json_key_bool(&j, switches[i].member, switches[i].value);
	write_algorithms(&j, ring);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		write_list(&j, lists[i].member, lists[i].values);
	write_scopes(&j);
	json_close(&j);
	return OK;
}

err_t oidc_jwks(struct request *rq)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	struct json_out j;
	err_t e = load_ring(rq, &ring);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "keys");
	json_list(&j);
	for (int i = 0; i < ring->count; i++)
		json_raw(&j, key_jwk(ring->keys[i].key), strlen(key_jwk(ring->keys[i].key)));
	json_list_end(&j);
	json_close(&j);
	rq->reply.type = "application/jwk-set+json; charset=utf-8";
	return reply_header(rq, "Cache-Control", "no-cache, max-age=0, must-revalidate");
}
