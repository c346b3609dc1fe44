/* The door of the Management API: checks the access token of a request, and remembers good ones. */
#include "oidc/verify.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "base/clock.h"
#include "base/text.h"
#include "crypto/jwt.h"
#include "entity/deletion.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/keyring.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define ADMIN "admin"
#define SCOPE "all"
#define TOKEN_AT 7			/* where the token begins: after `Bearer` and any one character */
#define DEPENDS (CHANGE_KEYS | CHANGE_APPLICATIONS | CHANGE_ACCESS | CHANGE_TENANTS)

/*
 * The id of the scope that opens the Management API, found first: so that roles are asked for this one, each by its
 * key, whatever else they carry.
 */
#define OPENING \
	"(SELECT s.id FROM resources q JOIN scopes s ON s.tenant_id = q.tenant_id AND s.resource_id = q.id" \
	" WHERE q.tenant_id = $1 AND q.indicator = $2 AND s.name = 'all')"
/* No row: the application does not exist. 1: it holds the scope; 0: it does not. */
STATEMENT(access_of_application,
	  "SELECT CASE WHEN EXISTS (SELECT 1 FROM application_roles r"
	  " JOIN role_scopes h ON h.tenant_id = r.tenant_id AND h.role_id = r.role_id"
	  " WHERE r.tenant_id = $1 AND r.application_id = a.id AND h.scope_id = " OPENING
	  " AND " LIVE("roles", "r.role_id") ") THEN 1 ELSE 0 END"
	  " FROM applications a WHERE a.tenant_id = $1 AND a.id = $3");
/* The same for a user; a suspended user counts as one that does not exist. */
STATEMENT(access_of_user,
	  "SELECT CASE WHEN EXISTS (SELECT 1 FROM user_roles r"
	  " JOIN role_scopes h ON h.tenant_id = r.tenant_id AND h.role_id = r.role_id"
	  " WHERE r.tenant_id = $1 AND r.user_id = u.id AND h.scope_id = " OPENING
	  " AND " LIVE("roles", "r.role_id") ") THEN 1 ELSE 0 END"
	  " FROM users u WHERE u.tenant_id = $1 AND u.id = $3 AND u.is_suspended = 0");

/* A token that passed, kept in memory. It depends on two tenants when the admin tenant issued it. */
struct pass {
	struct cache_ticket issuer_ticket;
	bool from_admin, is_user;
	char id[];
};

/* A token on its way through the checks. */
struct claim_check {
	struct request *rq;
	struct jwt jwt;
	const char *issuer_tenant;	/* the tenant whose key signed the token */
	int64_t ring_until_s;		/* see ring_until() */
	bool is_user;
};

/* -- the header -- */

err_t bearer_read(struct request *rq, const char **out)
{
	const char *header = request_header(rq, "Authorization");

	if (!header || !*header)
		return err_set(ERR_AUTH_HEADER_MISSING, "no Authorization header");
	if (!text_has_prefix(header, "Bearer")) {
		err_set(ERR_AUTH_TYPE, "another scheme");
		err_fault()->data = "{\"supportedTypes\":[\"Bearer\"]}";
		return ERR_AUTH_TYPE;
	}
	*out = strlen(header) > TOKEN_AT ? header + TOKEN_AT : "";
	return OK;
}

/* -- memory -- */

static void digest_of(const char *token, uint8_t *out)
{
	struct sha256_ctx hash;

	sha256_init(&hash);
	sha256_update(&hash, strlen(token), (const uint8_t *)token);
	sha256_digest(&hash, SHA256_DIGEST_SIZE, out);
}

static void let_in(struct request *rq, const char *id, bool is_user)
{
	rq->who.id = arena_copy(rq->arena, id);
	rq->who.is_user = is_user;
}

/* Lets the caller in when its token is in memory and nothing that it depends on has changed. */
static bool recall(struct request *rq, const char *token)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct pass *pass;
	bool fine;

	digest_of(token, digest);
	pass = cache_find(context.cache, rq->tenant->id, (const char *)digest, sizeof(digest));
	if (!pass)
		return false;
	fine = !pass->from_admin || cache_is_current(context.cache, pass->issuer_ticket, ADMIN, DEPENDS);
	if (fine)
		let_in(rq, pass->id, pass->is_user);
	cache_release(context.cache, pass);
	return fine;
}

/* The tickets were taken before the checks, so a change in the meantime makes the entry void. */
static void remember(const struct claim_check *c, const char *token, struct cache_ticket ticket,
		     struct cache_ticket issuer_ticket)
{
	const char *sub = jwt_text(&c->jwt, "sub");
	size_t size = sizeof(struct pass) + strlen(sub) + 1;
	struct pass *pass = malloc(size);
	uint8_t digest[SHA256_DIGEST_SIZE];
	double exp = json_number_value(json_object_get(c->jwt.claims, "exp"));
	int64_t until_s = exp < 1e12 ? (int64_t)exp : INT64_C(1000000000000);

	if (!pass)
		return;
	if (c->ring_until_s && c->ring_until_s < until_s)
		until_s = c->ring_until_s;
	pass->issuer_ticket = issuer_ticket;
	pass->from_admin = strcmp(c->issuer_tenant, c->rq->tenant->id) != 0;
	pass->is_user = c->is_user;
	memcpy(pass->id, sub, strlen(sub) + 1);
	digest_of(token, digest);
	cache_release(context.cache, cache_store(context.cache, ticket, c->rq->tenant->id, DEPENDS,
						 (const char *)digest, sizeof(digest), pass, size, until_s, free));
}

bool management_recall(struct request *rq)
{
	const char *header = request_header(rq, "Authorization");

	return header && text_has_prefix(header, "Bearer") && strlen(header) > TOKEN_AT &&
	       recall(rq, header + TOKEN_AT);
}

/* -- what is wrong with a token -- */

static err_t refuse_token(const struct claim_check *c, const char *code, const char *name)
{
	err_set(ERR_UNAUTHORIZED, "%s", code);
	err_fault()->data = arena_printf(c->rq->arena, "{\"code\":\"%s\",\"name\":\"%s\"}", code, name);
	return ERR_UNAUTHORIZED;
}

/* Refuses a token for a claim, in the peer's words: absent, expired, or wrong. */
static err_t refuse_claim(const struct claim_check *c, const char *claim, bool is_there)
{
	bool expired = is_there && !strcmp(claim, "exp");
	const char *code = expired ? "ERR_JWT_EXPIRED" : "ERR_JWT_CLAIM_VALIDATION_FAILED";

	err_set(ERR_UNAUTHORIZED, "%s: %s", code, claim);
	err_fault()->data = arena_printf(
		c->rq->arena, "{\"code\":\"%s\",\"name\":\"%s\",\"claim\":\"%s\",\"reason\":\"%s\"}", code,
		expired ? "JWTExpired" : "JWTClaimValidationFailed", claim, is_there ? "check_failed" : "missing");
	return ERR_UNAUTHORIZED;
}

/* -- key and signature -- */

static bool is_asymmetric(const char *alg)
{
	static const char *const known[] = {
		"ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA", "Ed25519",
	};

	for (size_t i = 0; alg && i < ARRAY_LEN(known); i++)
		if (!strcmp(alg, known[i]))
			return true;
	return false;
}

/* When a Next key becomes Current, in epoch seconds; 0: never. No change is announced, so memory must end then. */
static int64_t ring_until(const struct keyring *ring)
{
	for (int i = 0; i < ring->count; i++)
		if (ring->keys[i].status == KEY_NEXT)
			return ring->keys[i].effective_at_ms / 1000;
	return 0;
}

/* Checks the signature with the keys of one tenant; sets `*found` when the token names one of them. */
static err_t check_with_keys_of(struct claim_check *c, const char *tenant, bool *found)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	const struct key *key;
	err_t e = keyring_load(c->rq->tx, tenant, &ring);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	key = keyring_find(ring, c->jwt.kid);
	if (!key)
		return OK;
	*found = true;
	c->issuer_tenant = tenant;
	c->ring_until_s = ring_until(ring);
	return jwt_verify(&c->jwt, key) ?
		       OK :
		       refuse_token(c, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "JWSSignatureVerificationFailed");
}

/* The key may be of this tenant or of the admin tenant. */
static err_t check_signature(struct claim_check *c)
{
	const struct tenant *t = c->rq->tenant;
	bool found = false;
	err_t e;

	if (!is_asymmetric(c->jwt.alg))
		return refuse_token(c, "ERR_JOSE_NOT_SUPPORTED", "JOSENotSupported");
	if (!c->jwt.kid)
		return refuse_token(c, "ERR_JWKS_MULTIPLE_MATCHING_KEYS", "JWKSMultipleMatchingKeys");
	e = check_with_keys_of(c, t->id, &found);
	if (!e && !found && !t->is_admin)
		e = check_with_keys_of(c, ADMIN, &found);
	if (!e && !found)
		e = refuse_token(c, "ERR_JWKS_NO_MATCHING_KEY", "JWKSNoMatchingKey");
	return e;
}

/* -- claims -- */

static bool audience_has(const json_t *aud, const char *wanted)
{
	const json_t *one;
	size_t i;

	if (json_is_string(aud))
		return !strcmp(json_string_value(aud), wanted);
	json_array_foreach(aud, i, one)
		if (json_is_string(one) && !strcmp(json_string_value(one), wanted))
			return true;
	return false;
}

/* The issuer must be the tenant whose key signed: a key of one tenant does not speak for another. */
static err_t check_issuer(struct claim_check *c)
{
	const struct tenant *t = c->rq->tenant, *issuer = t;
	const char *iss = jwt_text(&c->jwt, "iss");
	err_t e;

	if (strcmp(c->issuer_tenant, t->id) != 0) {
		e = tenant_find(c->rq->tx, c->rq->arena, c->issuer_tenant, &issuer);
		if (e)
			return e;
	}
	return iss && !strcmp(iss, issuer->issuer) ?
		       OK :
		       refuse_claim(c, "iss", json_object_get(c->jwt.claims, "iss") != NULL);
}

static err_t check_claims(struct claim_check *c)
{
	const json_t *aud = json_object_get(c->jwt.claims, "aud"), *nbf = json_object_get(c->jwt.claims, "nbf");
	const json_t *exp = json_object_get(c->jwt.claims, "exp");
	double now = (double)clock_s();
	err_t e = check_issuer(c);

	if (e)
		return e;
	if (!audience_has(aud, c->rq->tenant->indicator))
		return refuse_claim(c, "aud", aud != NULL);
	if (nbf && (!json_is_number(nbf) || json_number_value(nbf) > now))
		return refuse_claim(c, "nbf", true);
	if (!exp || !json_is_number(exp) || json_number_value(exp) <= now)
		return refuse_claim(c, "exp", json_is_number(exp));
	return OK;
}

/* Tells what the token speaks for: an application when sub is the client itself, else a user. Checks the scope. */
static err_t check_subject(struct claim_check *c)
{
	const char *sub = jwt_text(&c->jwt, "sub"), *client_id = jwt_text(&c->jwt, "client_id");
	const json_t *scope = json_object_get(c->jwt.claims, "scope");

	if (!sub || !*sub)
		return err_set(ERR_JWT_SUB_MISSING, "no sub");
	if (scope && !json_is_string(scope)) {
		err_set(ERR_UNAUTHORIZED, "scope is not text");
		err_fault()->data = "{\"issues\":[{\"code\":\"invalid_type\",\"expected\":\"string\","
			"\"path\":[\"scope\"],"
			"\"message\":\"Give the scope as text.\"}],\"name\":\"ZodError\"}";
		err_fault()->details = "Error in key path \"scope\": (invalid_type) Give the scope as text.";
		return ERR_UNAUTHORIZED;
	}
	if (!scope || !jwt_word(json_string_value(scope), SCOPE))
		return err_set(ERR_FORBIDDEN, "the token of '%s' has not the scope " SCOPE, sub);
	c->is_user = !client_id || strcmp(client_id, sub) != 0;
	return OK;
}

/* Beyond the peer: the application or user of the token must still exist and hold the scope. */
static err_t check_access(struct claim_check *c)
{
	struct txn *tx = c->rq->tx;
	const char *before = txn_tenant(tx), *sub = jwt_text(&c->jwt, "sub");
	int64_t holds = 0;
	err_t e;

	txn_set_tenant(tx, c->issuer_tenant);
	e = store_int(tx, c->is_user ? &access_of_user : &access_of_application,
		      ARGS(T(c->rq->tenant->indicator), T(sub)), &holds);
	txn_set_tenant(tx, before);
	if (e == ERR_NOT_FOUND)
		return err_set(ERR_UNAUTHORIZED, "the %s '%s' of the token does not exist any more",
			       c->is_user ? "user" : "application", sub);
	if (!e && !holds)
		e = err_set(ERR_FORBIDDEN, "'%s' has lost the scope " SCOPE, sub);
	return e;
}

static err_t check_all(struct claim_check *c)
{
	err_t e = check_signature(c);

	if (!e)
		e = check_claims(c);
	if (!e)
		e = check_subject(c);
	return e ? e : check_access(c);
}

err_t management_authenticate(struct request *rq)
{
	struct claim_check c = { .rq = rq };
	struct cache_ticket ticket, issuer_ticket;
	const char *token = NULL;
	err_t e = bearer_read(rq, &token);

	if (e)
		return e;
	if (recall(rq, token))
		return OK;
	ticket = tenant_ticket(rq->tx, rq->tenant->id, DEPENDS);
	issuer_ticket = tenant_ticket(rq->tx, ADMIN, DEPENDS);
	if (!jwt_parse(token, strlen(token), &c.jwt))
		return refuse_token(&c, "ERR_JWS_INVALID", "JWSInvalid");
	e = check_all(&c);
	if (!e) {
		remember(&c, token, ticket, issuer_ticket);
		let_in(rq, jwt_text(&c.jwt, "sub"), c.is_user);
	}
	jwt_done(&c.jwt);
	return e;
}

const struct door management_door = {
	.name = "management", .security = "OAuth2", .recall = management_recall,
	.settle = management_authenticate,
};
