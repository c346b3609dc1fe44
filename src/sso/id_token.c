/* Checks ID tokens of identity providers. */
#include "sso/id_token.h"

#include <string.h>

#include "crypto/jws.h"

#include "base/banned.h"

#define KEYS_MOST 200		/* of a set; what is longer is no set of a provider */
#define TRIES_MOST 8		/* keys that may be the token's: a signature is slow to verify */
#define TENANT "{tenantid}"
#define TENANT_ID_LEN 36	/* of a GUID */

#define REFUSED(...) err_set(ERR_SSO_FAILED, "the ID token: " __VA_ARGS__)

/* -- the signature -- */

static err_t check_signature(const struct jwt *jwt, const json_t *keys)
{
	const json_t *list = json_object_get(keys, "keys"), *key;
	size_t i;
	int tried = 0;

	if (json_array_size(list) > KEYS_MOST)
		return REFUSED("the set has %zu keys", json_array_size(list));
	json_array_foreach(list, i, key) {
		if (!jws_fits(jwt, key) || tried++ >= TRIES_MOST)
			continue;
		if (jws_verify(jwt, key))
			return OK;
	}
	return tried ? REFUSED("its signature is not good") : err_set(ERR_NOT_FOUND, "no key is the ID token's");
}

/* -- the claims -- */

static bool is_tenant_id(const char *tid)
{
	return tid && strlen(tid) == TENANT_ID_LEN && strspn(tid, "0123456789abcdefABCDEF-") == TENANT_ID_LEN;
}

/* The issuer that the token must have; NULL: the claim that it is made of is missing. */
static const char *expected_issuer(struct arena *a, const struct jwt *jwt, const struct id_token_rules *rules)
{
	const char *at = rules->has_tenants ? strstr(rules->issuer, TENANT) : NULL;
	const char *tid = jwt_text(jwt, "tid");

	if (!at)
		return rules->issuer;
	if (!is_tenant_id(tid))
		return NULL;
	return arena_printf(a, "%.*s%s%s", (int)(at - rules->issuer), rules->issuer, tid, at + strlen(TENANT));
}

static err_t check_issuer(struct arena *a, const struct jwt *jwt, const struct id_token_rules *rules,
			  const char **issuer)
{
	const char *own = jwt_text(jwt, "iss");

	*issuer = expected_issuer(a, jwt, rules);
	return own && *issuer && !strcmp(own, *issuer) ? OK : REFUSED("it is of another issuer");
}

/* A token for several audiences says which of them it was issued to. */
static err_t check_audience(const struct jwt *jwt, const char *client_id)
{
	const json_t *aud = json_object_get(jwt->claims, "aud"), *azp = json_object_get(jwt->claims, "azp"), *one;
	bool found = json_is_string(aud) && !strcmp(json_string_value(aud), client_id);
	size_t i;

	json_array_foreach(aud, i, one)
		found = found || (json_is_string(one) && !strcmp(json_string_value(one), client_id));
	if (!found)
		return REFUSED("it is for another audience");
	if (!azp && json_array_size(aud) > 1)
		return REFUSED("of several audiences it names none by azp");
	return !azp || (json_is_string(azp) && !strcmp(json_string_value(azp), client_id)) ?
		       OK :
		       REFUSED("it was issued to another client");
}

/* A time in seconds; with a fraction it is cut. False: absent, or no time. */
static bool read_time(const struct jwt *jwt, const char *claim, int64_t *out)
{
	const json_t *value = json_object_get(jwt->claims, claim);
	double d = json_number_value(value);

	if (!json_is_number(value) || d < 0 || d > 1e12)
		return false;
	*out = (int64_t)d;
	return true;
}

static err_t check_times(const struct jwt *jwt, int64_t now_s)
{
	int64_t exp, iat, nbf;

	if (!read_time(jwt, "exp", &exp) || exp + ID_TOKEN_SKEW_S <= now_s)
		return REFUSED("it has expired, or does not say when");
	if (!read_time(jwt, "iat", &iat) || iat < now_s - ID_TOKEN_ISSUED_S || iat > now_s + ID_TOKEN_ISSUED_S)
		return REFUSED("it was not issued just now");
	if (json_object_get(jwt->claims, "nbf") && (!read_time(jwt, "nbf", &nbf) || nbf > now_s + ID_TOKEN_SKEW_S))
		return REFUSED("it is not valid yet");
	return OK;
}

static err_t check_nonce(const struct jwt *jwt, const char *nonce)
{
	const char *own = jwt_text(jwt, "nonce");

	return own && !strcmp(own, nonce) ? OK : REFUSED("its nonce is not that of this sign-in");
}

static err_t check_subject(const struct jwt *jwt)
{
	const char *sub = jwt_text(jwt, "sub");

	return sub && *sub ? OK : REFUSED("it names nobody");
}

err_t id_token_check(struct arena *a, const char *token, const json_t *keys, const struct id_token_rules *rules,
		     struct jwt *out, const char **issuer)
{
	err_t e;

	*out = (struct jwt){0};
	if (!jwt_parse(token, strlen(token), out))
		return REFUSED("it is no signed token");
	e = check_signature(out, keys);
	if (!e)
		e = check_issuer(a, out, rules, issuer);
	if (!e)
		e = check_audience(out, rules->client_id);
	if (!e)
		e = check_times(out, rules->now_s);
	if (!e && rules->nonce)
		e = check_nonce(out, rules->nonce);
	return e ? e : check_subject(out);
}
