/* The door of the Management API (http-conventions.md section 2), and how long it stays open. */
#include "fixture.h"

#include <openssl/hmac.h>

#include "base/base64.h"
#include "oidc/verify.h"
#include "base/banned.h"

STATEMENT(t_proxy_secret, "SELECT legacy_secret_sealed FROM applications WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_user_role, "INSERT INTO user_roles (tenant_id, role_id, user_id) VALUES ($1, $2, $3)");
STATEMENT(t_suspend, "UPDATE users SET is_suspended = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(t_user_gone, "DELETE FROM users WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_role_scope_gone, "DELETE FROM role_scopes WHERE tenant_id = $1 AND role_id = $2");
STATEMENT(t_count_apps, "SELECT count(*) FROM applications WHERE tenant_id = $1");

#define NOON_S INT64_C(1700000000)
#define AUD "\"aud\":\"https://default.logto.app/api\""
#define ISS "\"iss\":\"http://localhost:3001/oidc\""
#define EVER "\"exp\":99999999999"
#define GOOD ISS "," AUD ",\"sub\":\"machine\",\"client_id\":\"machine\",\"scope\":\"all\""
#define ADAS ISS "," AUD ",\"sub\":\"ada\",\"client_id\":\"spa\",\"scope\":\"all\"," EVER

/* -- knocking -- */

struct visit {
	err_t e;
	char data[400];		/* the diagnosis that comes with a refusal */
	char id[40];		/* of the caller that is let in */
	bool is_user;
	bool remembered;	/* without asking the database */
};

/* In a transaction that has begun. */
static struct visit knock_in(struct txn *tx, const char *origin, const char *header)
{
	struct request *rq = request_new(&(struct ask){ GET,
							"/api/configs/oidc/private-keys",
							NULL,
							NULL,
							{ header ? "Authorization" : NULL, header },
							origin });
	struct visit v = {0};

	err_clear();
	MUST(tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant));
	txn_set_tenant(tx, rq->tenant->id);
	rq->tx = tx;
	v.remembered = management_recall(rq);
	v.e = management_authenticate(rq);
	assert_string_equal(txn_tenant(tx), rq->tenant->id);
	if (v.remembered)
		MUST(v.e);
	if (v.e && err_fault()->data)
		snprintf(v.data, sizeof(v.data), "%s", err_fault()->data);
	snprintf(v.id, sizeof(v.id), "%s", rq->who.id ? rq->who.id : "");
	v.is_user = rq->who.is_user;
	request_free(rq);
	return v;
}

static struct visit knock(const char *origin, const char *header)
{
	struct visit v = knock_in(read_begin("default"), origin, header);

	read_end();
	return v;
}

static struct visit show(const char *origin, const char *token)
{
	char header[JWT_MAX + 10];

	snprintf(header, sizeof(header), "Bearer %s", token);
	return knock(origin, header);
}

static void expect(const char *token, err_t e)
{
	struct visit v = show(NULL, token);

	assert_string_equal(err_name(v.e), err_name(e));
	assert_int_equal(v.id[0] != 0, e == OK);	/* nobody is named who was not let in */
}

/* -- tokens -- */

/* With a header of the caller's, and a good signature by `key` over it; NULL: an empty one. Yours. */
static char *forge(const char *header, const char *claims, const struct key *key)
{
	unsigned char signature[KEY_SIGNATURE_MAX];
	struct buffer b;
	size_t n = 0;

	buffer_init(&b, JWT_MAX);
	text_base64url(&b, header, strlen(header));
	buffer_char(&b, '.');
	text_base64url(&b, claims, strlen(claims));
	if (key)
		MUST(key_sign(key, b.data, b.len, signature, &n));
	buffer_char(&b, '.');
	text_base64url(&b, signature, n);
	return buffer_take(&b, NULL);
}

static char *sign(const struct key *key, const char *members)
{
	struct buffer b;
	char claims[1000];

	snprintf(claims, sizeof(claims), "{%s}", members);
	buffer_init(&b, JWT_MAX);
	MUST(jwt_sign(key, "at+jwt", claims, strlen(claims), &b));
	return buffer_take(&b, NULL);
}

static const struct keyring *ring_of(const char *tenant)
{
	const struct keyring *ring;

	MUST(keyring_load(read_begin("default"), tenant, &ring));
	read_end();
	return ring;
}

/* Signed by the tenant's current key. */
static char *signed_by(const char *tenant, const char *members)
{
	const struct keyring *ring = ring_of(tenant);
	char *token = sign(keyring_current(ring), members);

	keyring_release(&ring);
	return token;
}

static void try(const char *tenant, const char *members, err_t e, const char *diagnosis)
{
	char *token = signed_by(tenant, members);
	struct visit v = show(NULL, token);

	if (v.e != e || (diagnosis && !strstr(v.data, diagnosis)))
		fail_msg("%s: %s %s", members, err_name(v.e), v.data);
	free(token);
}

/* -- the header -- */

static void a_header_holds_a_token_from_its_eighth_character_on(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM), header[4096];

	(void)state;
	assert_int_equal(knock(NULL, NULL).e, ERR_AUTH_HEADER_MISSING);
	assert_int_equal(knock(NULL, "").e, ERR_AUTH_HEADER_MISSING);
	assert_int_equal(knock(NULL, "bearer x").e, ERR_AUTH_TYPE);
	assert_int_equal(knock(NULL, BASIC).e, ERR_AUTH_TYPE);
	assert_string_equal(knock(NULL, BASIC).data, "{\"supportedTypes\":[\"Bearer\"]}");
	assert_int_equal(knock(NULL, "Bearer").e, ERR_UNAUTHORIZED);
	assert_int_equal(knock(NULL, "Bearer ").e, ERR_UNAUTHORIZED);
	assert_string_equal(knock(NULL, "Bearer x").data, "{\"code\":\"ERR_JWS_INVALID\",\"name\":\"JWSInvalid\"}");
	snprintf(header, sizeof(header), "Bearer:%s", token);
	assert_int_equal(knock(NULL, header).e, OK);
	snprintf(header, sizeof(header), "Bearer  %s", token);
	assert_int_equal(knock(NULL, header).e, ERR_UNAUTHORIZED);
	snprintf(header, sizeof(header), "Bearer %s ", token);
	assert_int_equal(knock(NULL, header).e, ERR_UNAUTHORIZED);
	free(token);
}

/* -- key and signature -- */

static void the_key_decides_the_algorithm_and_never_the_token(void **state)
{
	static const struct { const char *header; bool has_kid, is_signed; const char *code; } cases[] = {
		{ "{\"alg\":\"ES256\"", true, true, NULL },
		{ "{\"alg\":\"ES256\",\"typ\":\"nonsense\"", true, true, NULL },	/* typ is not judged */
		{ "{\"alg\":\"none\"", true, false, "ERR_JOSE_NOT_SUPPORTED" },
		{ "{\"alg\":\"none\"", true, true, "ERR_JOSE_NOT_SUPPORTED" },
		{ "{\"alg\":\"None\"", true, false, "ERR_JOSE_NOT_SUPPORTED" },
		{ "{\"alg\":\"\"", true, false, "ERR_JOSE_NOT_SUPPORTED" },
		{ "{\"alg\":null", true, true, "ERR_JOSE_NOT_SUPPORTED" },
		{ "{\"typ\":\"at+jwt\"", true, true, "ERR_JOSE_NOT_SUPPORTED" },
		{ "{\"alg\":\"HS256\"", true, true, "ERR_JOSE_NOT_SUPPORTED" },
		{ "{\"alg\":\"es256\"", true, true, "ERR_JOSE_NOT_SUPPORTED" },
		{ "{\"alg\":\"RS256\"", true, true, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" },
		{ "{\"alg\":\"ES384\"", true, true, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" },
		{ "{\"alg\":\"EdDSA\"", true, true, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" },
		{ "{\"alg\":\"ES256\"", true, false, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" },
		{ "{\"alg\":\"ES256\",\"crit\":[\"exp\"]", true, true, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" },
		{ "{\"alg\":\"ES256\",\"b64\":false,\"crit\":[\"b64\"]", true, true,
		  "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" },
		{ "{\"alg\":\"ES256\"", false, true, "ERR_JWKS_MULTIPLE_MATCHING_KEYS" },
		{ "{\"alg\":\"ES256\",\"kid\":7", false, true, "ERR_JWKS_MULTIPLE_MATCHING_KEYS" },
		{ "{\"alg\":\"ES256\",\"kid\":\"\"", false, true, "ERR_JWKS_NO_MATCHING_KEY" },
		{ "{\"alg\":\"ES256\",\"kid\":\"nope\"", false, true, "ERR_JWKS_NO_MATCHING_KEY" },
	};
	const struct keyring *ring = ring_of("default");
	const struct key *key = keyring_current(ring);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char header[300], *token;
		struct visit v;

		snprintf(header, sizeof(header), "%s%s%s%s}", cases[i].header, cases[i].has_kid ? ",\"kid\":\"" : "",
			 cases[i].has_kid ? key_kid(key) : "", cases[i].has_kid ? "\"" : "");
		token = forge(header, "{" GOOD "," EVER "}", cases[i].is_signed ? key : NULL);
		v = show(NULL, token);
		if ((v.e != OK) != (cases[i].code != NULL) || (cases[i].code && !strstr(v.data, cases[i].code)))
			fail_msg("%s: %s %s", header, err_name(v.e), v.data);
		free(token);
	}
	keyring_release(&ring);
}

/* Our public key is known to all: it must not do as the secret of a symmetric algorithm. */
static void a_public_key_is_no_secret(void **state)
{
	const struct keyring *ring = ring_of("default");
	const char *jwk = key_jwk(keyring_current(ring));
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	struct buffer b;
	char header[200];

	(void)state;
	snprintf(header, sizeof(header), "{\"alg\":\"HS256\",\"kid\":\"%s\"}", key_kid(keyring_current(ring)));
	buffer_init(&b, JWT_MAX);
	text_base64url(&b, header, strlen(header));
	buffer_char(&b, '.');
	text_base64url(&b, "{" GOOD "," EVER "}", strlen("{" GOOD "," EVER "}"));
	assert_non_null(HMAC(EVP_sha256(), jwk, (int)strlen(jwk), (unsigned char *)b.data, b.len, mac, &n));
	buffer_char(&b, '.');
	text_base64url(&b, mac, n);
	expect(b.data, ERR_UNAUTHORIZED);
	buffer_done(&b);
	keyring_release(&ring);
}

static void a_key_that_the_token_brings_along_is_not_used(void **state)
{
	const struct keyring *ring = ring_of("default");
	struct key *own = key_of(KEY_ES256);
	char header[1000], *token;

	(void)state;
	snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"kid\":\"%s\",\"jwk\":%s}", key_kid(own), key_jwk(own));
	token = forge(header, "{" GOOD "," EVER "}", own);
	expect(token, ERR_UNAUTHORIZED);
	free(token);
	snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"kid\":\"%s\",\"jwk\":%s}",
		 key_kid(keyring_current(ring)), key_jwk(own));
	token = forge(header, "{" GOOD "," EVER "}", own);
	expect(token, ERR_UNAUTHORIZED);
	free(token);
	key_free(own);
	keyring_release(&ring);
}

static void a_letter_changed_is_another_token(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM);
	size_t at[] = { 12, (size_t)(strchr(token, '.') - token) + 12, (size_t)(strrchr(token, '.') - token) + 1 };

	(void)state;
	expect(token, OK);
	for (size_t i = 0; i < ARRAY_LEN(at); i++) {
		char before = token[at[i]];

		token[at[i]] = before == 'A' ? 'B' : 'A';
		expect(token, ERR_UNAUTHORIZED);
		token[at[i]] = before;
	}
	expect(token, OK);
	free(token);
}

/* -- claims -- */

static void claims_are_checked_one_by_one(void **state)
{
	static const char rest[] = "\"reason\":\"check_failed\"";
	static const struct { const char *members; err_t e; const char *diagnosis; } cases[] = {
		{ GOOD "," EVER, OK, NULL },
		{ AUD ",\"sub\":\"machine\"," EVER, ERR_UNAUTHORIZED, "\"claim\":\"iss\",\"reason\":\"missing\"" },
		{ "\"iss\":\"http://localhost:3001/oidc/\"," AUD "," EVER, ERR_UNAUTHORIZED,
		  "\"claim\":\"iss\",\"reason\":\"check_failed\"" },
		{ "\"iss\":[\"http://localhost:3001/oidc\"]," AUD "," EVER, ERR_UNAUTHORIZED, "\"claim\":\"iss\"" },
		{ "\"iss\":\"http://localhost:3002/oidc\"," AUD "," EVER, ERR_UNAUTHORIZED, "\"claim\":\"iss\"" },
		{ ISS "," EVER, ERR_UNAUTHORIZED, "\"claim\":\"aud\",\"reason\":\"missing\"" },
		{ ISS ",\"aud\":\"https://default.logto.app/api/\"," EVER, ERR_UNAUTHORIZED, rest },
		{ ISS ",\"aud\":\"https://admin.logto.app/api\"," EVER, ERR_UNAUTHORIZED, "\"claim\":\"aud\"" },
		{ ISS ",\"aud\":[]," EVER, ERR_UNAUTHORIZED, "\"claim\":\"aud\"" },
		{ ISS ",\"aud\":[[\"https://default.logto.app/api\"],7]," EVER, ERR_UNAUTHORIZED,
		  "\"claim\":\"aud\"" },
		{ ISS ",\"aud\":{\"x\":\"https://default.logto.app/api\"}," EVER, ERR_UNAUTHORIZED,
		  "\"claim\":\"aud\"" },
		{ ISS ",\"aud\":[\"x\",\"https://default.logto.app/api\"],\"sub\":\"machine\","
		  "\"client_id\":\"machine\",\"scope\":\"all\"," EVER, OK, NULL },
		/* of several faults the first of iss, aud, nbf, exp, sub, scope */
		{ AUD ",\"exp\":1", ERR_UNAUTHORIZED, "\"claim\":\"iss\"" },
		{ ISS ",\"exp\":1", ERR_UNAUTHORIZED, "\"claim\":\"aud\"" },
		{ ISS "," AUD ",\"nbf\":99999999999,\"exp\":1", ERR_UNAUTHORIZED, "\"claim\":\"nbf\"" },
		{ ISS "," AUD ",\"exp\":1", ERR_UNAUTHORIZED, "ERR_JWT_EXPIRED" },
		{ ISS "," AUD ",\"scope\":7," EVER, ERR_JWT_SUB_MISSING, NULL },
		{ ISS "," AUD ",\"sub\":\"\",\"scope\":\"all\"," EVER, ERR_JWT_SUB_MISSING, NULL },
		{ ISS "," AUD ",\"sub\":[\"machine\"],\"scope\":\"all\"," EVER, ERR_JWT_SUB_MISSING, NULL },
		{ ISS "," AUD ",\"sub\":\"machine\",\"client_id\":\"machine\",\"scope\":[\"all\"]," EVER,
		  ERR_UNAUTHORIZED, "ZodError" },
		{ ISS "," AUD ",\"sub\":\"nobody\"," EVER, ERR_FORBIDDEN, NULL },
		{ ISS "," AUD
		  ",\"sub\":\"machine\",\"client_id\":\"machine\",\"scope\":\"ALL all:read allow al\"," EVER,
		  ERR_FORBIDDEN, NULL },
		{ ISS "," AUD ",\"sub\":\"machine\",\"client_id\":\"machine\",\"scope\":\"read all\"," EVER, OK,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		try("default", cases[i].members, cases[i].e, cases[i].diagnosis);
}

/* No leeway. What has no end never begins. */
static void a_token_lives_from_nbf_until_just_before_exp(void **state)
{
	static const struct { const char *times; err_t e; const char *diagnosis; } cases[] = {
		{ "\"exp\":1700000001", OK, NULL }, { "\"exp\":1700000000", ERR_UNAUTHORIZED, "ERR_JWT_EXPIRED" },
		{ "\"exp\":1699999999", ERR_UNAUTHORIZED, "ERR_JWT_EXPIRED" },
		{ "\"exp\":0", ERR_UNAUTHORIZED, "ERR_JWT_EXPIRED" },
		{ "\"exp\":-1", ERR_UNAUTHORIZED, "ERR_JWT_EXPIRED" }, { "\"exp\":1700000000.5", OK, NULL },
		{ "\"exp\":1e300", OK, NULL }, { "\"exp\":\"1700000001\"", ERR_UNAUTHORIZED, "\"claim\":\"exp\"" },
		{ "\"exp\":null", ERR_UNAUTHORIZED, "\"claim\":\"exp\"" },
		{ "\"exp\":true", ERR_UNAUTHORIZED, "\"claim\":\"exp\"" },
		{ "\"iat\":1", ERR_UNAUTHORIZED, "\"claim\":\"exp\",\"reason\":\"missing\"" },
		{ "\"exp\":1700000001,\"nbf\":1700000000", OK, NULL },
		{ "\"exp\":1700000009,\"nbf\":1700000001", ERR_UNAUTHORIZED, "\"claim\":\"nbf\"" },
		{ "\"exp\":1700000009,\"nbf\":\"1\"", ERR_UNAUTHORIZED, "\"claim\":\"nbf\"" },
		{ "\"exp\":1700000009,\"nbf\":null", ERR_UNAUTHORIZED, "\"claim\":\"nbf\"" },
		{ "\"exp\":1700000009,\"iat\":1800000000", OK, NULL },		/* not judged */
	};

	(void)state;
	clock_stands_ms = NOON_S * 1000 + 999;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char members[500];

		snprintf(members, sizeof(members), GOOD ",%s", cases[i].times);
		try("default", members, cases[i].e, cases[i].diagnosis);
	}
	clock_stands_ms = 0;
}

static void a_token_for_something_else_opens_nothing(void **state)
{
	char *bare = token_for(NULL, BASIC, "grant_type=client_credentials&resource=" API);
	char *organization = token_for(NULL, BASIC, ORGANIZATION_FORM);
	char *urn = token_for(NULL, BASIC,
			      "grant_type=client_credentials&resource=urn%3Alogto%3Aresource%3Aorganizations");

	(void)state;
	expect(bare, ERR_FORBIDDEN);
	expect(organization, ERR_UNAUTHORIZED);
	expect(urn, ERR_UNAUTHORIZED);
	free(bare);
	free(organization);
	free(urn);
}

/* -- who it is -- */

static void a_machine_is_who_names_itself_as_its_client(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM);
	struct visit v = show(NULL, token);

	(void)state;
	MUST(v.e);
	assert_string_equal(v.id, "machine");
	assert_false(v.is_user);
	free(token);
	/* without client_id, or with another, it is a person, who is not there */
	try("default", ISS "," AUD ",\"sub\":\"machine\",\"scope\":\"all\"," EVER, ERR_UNAUTHORIZED, NULL);
	try("default", ISS "," AUD ",\"sub\":\"machine\",\"client_id\":\"spa\",\"scope\":\"all\"," EVER,
	    ERR_UNAUTHORIZED, NULL);
	/* there, without the role */
	try("default", ISS "," AUD ",\"sub\":\"spa\",\"client_id\":\"spa\",\"scope\":\"all\"," EVER, ERR_FORBIDDEN,
	    NULL);
	try("default", ISS "," AUD ",\"sub\":\"nobody\",\"client_id\":\"nobody\",\"scope\":\"all\"," EVER,
	    ERR_UNAUTHORIZED, NULL);
}

static void a_person_is_let_in_while_there_with_the_role_and_not_suspended(void **state)
{
	char *token = signed_by("default", ADAS);
	struct visit v;

	(void)state;
	expect(token, ERR_FORBIDDEN);
	write_one(&t_user_role, ARGS(T("admin-role"), T("ada")), CHANGE_ACCESS);
	v = show(NULL, token);
	MUST(v.e);
	assert_string_equal(v.id, "ada");
	assert_true(v.is_user);
	v = show(NULL, token);
	assert_true(v.remembered);
	assert_true(v.is_user);
	/* no such machine */
	try("default", ISS "," AUD ",\"sub\":\"ada\",\"client_id\":\"ada\",\"scope\":\"all\"," EVER, ERR_UNAUTHORIZED,
	    NULL);
	write_one(&t_suspend, ARGS(N(1), T("ada")), CHANGE_ACCESS);
	expect(token, ERR_UNAUTHORIZED);
	write_one(&t_suspend, ARGS(N(0), T("ada")), CHANGE_ACCESS);
	expect(token, OK);
	write_one(&t_user_gone, ARGS(T("ada")), CHANGE_ACCESS);
	expect(token, ERR_UNAUTHORIZED);
	free(token);
}

static void the_scope_is_that_of_this_management_api(void **state)
{
	char *token =
		signed_by("default", ISS "," AUD ",\"sub\":\"other\",\"client_id\":\"other\",\"scope\":\"all\"," EVER);
	struct txn *tx = write_begin("default");

	(void)state;
	add_app(tx, &(struct app){ "other", "MachineToMachine" });
	MUST(store_exec(tx, &t_resource, ARGS(T("x"), T("https://x.example"), N(0), N(60)), NULL));
	MUST(store_exec(tx, &t_scope, ARGS(T("x-all"), T("x"), T("all")), NULL));
	MUST(store_exec(tx, &t_scope, ARGS(T("some"), T("management-api"), T("some")), NULL));
	MUST(store_exec(tx, &t_new_role, ARGS(T("near"), T("MachineToMachine")), NULL));
	MUST(store_exec(tx, &t_role_scope, ARGS(T("near"), T("x-all")), NULL));
	MUST(store_exec(tx, &t_role_scope, ARGS(T("near"), T("some")), NULL));
	MUST(store_exec(tx, &t_role, ARGS(T("near"), T("other")), NULL));
	MUST(txn_commit(&tx));
	expect(token, ERR_FORBIDDEN);
	write_one(&t_role_scope, ARGS(T("near"), T("management-api-all")), CHANGE_ACCESS);
	expect(token, OK);
	free(token);
}

/* -- tenants -- */

static void a_key_of_one_tenant_does_not_speak_for_another(void **state)
{
	static const char as_admin[] =
		AUD ",\"iss\":\"http://localhost:3002/oidc\",\"sub\":\"machine\",\"client_id\":\"machine\","
		    "\"scope\":\"all\"," EVER;
	static const char for_admin[] =
		ISS ",\"aud\":\"https://admin.logto.app/api\",\"sub\":\"machine\",\"client_id\":\"machine\","
		    "\"scope\":\"all\"," EVER;
	char *token;

	(void)state;
	try("default", as_admin, ERR_UNAUTHORIZED, "\"claim\":\"iss\"");
	try("admin", GOOD "," EVER, ERR_UNAUTHORIZED, "\"claim\":\"iss\"");
	try("admin", as_admin, ERR_UNAUTHORIZED, NULL);		/* there is no such application in admin */
	token = signed_by("default", for_admin);	/* what admin signs opens others; not the other way round */
	assert_int_equal(show(ADMIN_ORIGIN, token).e, ERR_UNAUTHORIZED);
	assert_non_null(strstr(show(ADMIN_ORIGIN, token).data, "ERR_JWKS_NO_MATCHING_KEY"));
	free(token);
}

/* The header of the admin tenant's proxy application. */
static const char *proxy_header(struct arena *a, const char *tenant)
{
	const char *id = arena_printf(a, "m-%s", tenant);
	CLEANUP(rows_close) struct rows rows = {0};
	struct secret secret = {0};
	struct buffer b;
	const char *out;
	const void *sealed;
	size_t len;

	MUST(store_query(read_begin("admin"), &t_proxy_secret, ARGS(T(id)), &rows));
	assert_true(rows_next(&rows));
	sealed = rows_blob(&rows, 0, &len, a);
	MUST(seal_unwrap(context.seal, SEAL_LEGACY_SECRET, "admin", id, sealed, len, &secret));
	buffer_init(&b, 400);
	out = arena_printf(a, "%s:%s", id, (char *)secret.bytes);
	buffer_text(&b, "Basic ");
	text_base64(&b, out, strlen(out));
	out = arena_copy(a, b.data);
	buffer_done(&b);
	secret_done(&secret);
	rows_close(&rows);
	read_end();
	return out;
}

static void the_admin_tenant_calls_others_by_its_proxies(void **state)
{
	struct arena *a = arena_new();
	char *token = token_for(ADMIN_ORIGIN, proxy_header(a, "default"), MANAGEMENT_FORM);
	struct visit v = show(NULL, token);

	(void)state;
	MUST(v.e);
	assert_string_equal(v.id, "m-default");
	assert_true(show(NULL, token).remembered);
	assert_int_equal(show(ADMIN_ORIGIN, token).e, ERR_UNAUTHORIZED);	/* another audience */
	/* a change in the admin tenant counts in the others */
	write_in("admin", &t_role_gone, ARGS(T("m-default"), T("m-default")), CHANGE_ACCESS);
	v = show(NULL, token);
	assert_int_equal(v.e, ERR_FORBIDDEN);
	assert_false(v.remembered);
	write_in("admin", &t_role, ARGS(T("m-default"), T("m-default")), CHANGE_ACCESS);
	expect(token, OK);
	key_free(rotate_to("admin", key_of(KEY_ES256), 0));
	expect(token, OK);		/* by the previous key */
	key_free(rotate_to("admin", key_of(KEY_ES256), 0));
	expect(token, ERR_UNAUTHORIZED);
	free(token);
	arena_free(a);
}

/* -- memory -- */

static void a_good_token_is_remembered_in_its_tenant(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM);
	struct visit v = show(NULL, token);

	(void)state;
	MUST(v.e);
	assert_false(v.remembered);
	v = show(NULL, token);
	assert_true(v.remembered);
	assert_string_equal(v.id, "machine");
	assert_false(v.is_user);
	v = show(ADMIN_ORIGIN, token);
	assert_int_equal(v.e, ERR_UNAUTHORIZED);
	assert_false(v.remembered);
	free(token);
}

static void a_remembered_token_ends_with_its_time(void **state)
{
	char *token = signed_by("default", GOOD ",\"exp\":1700000010");
	struct visit v;

	(void)state;
	clock_stands_ms = NOON_S * 1000;
	expect(token, OK);
	clock_stands_ms = NOON_S * 1000 + 9999;
	assert_true(show(NULL, token).remembered);
	clock_stands_ms = NOON_S * 1000 + 10000;
	v = show(NULL, token);
	assert_false(v.remembered);
	assert_int_equal(v.e, ERR_UNAUTHORIZED);
	free(token);
	clock_stands_ms = 0;
}

static void a_remembered_token_ends_with_its_role_its_scope_and_its_application(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM);

	(void)state;
	expect(token, OK);
	write_one(&t_role_gone, ARGS(T("admin-role"), T("machine")), CHANGE_ACCESS);
	expect(token, ERR_FORBIDDEN);
	write_one(&t_role, ARGS(T("admin-role"), T("machine")), CHANGE_ACCESS);	/* the refusal was not remembered */
	expect(token, OK);
	assert_true(show(NULL, token).remembered);
	write_one(&t_role_scope_gone, ARGS(T("admin-role")), CHANGE_ACCESS);
	expect(token, ERR_FORBIDDEN);
	write_one(&t_role_scope, ARGS(T("admin-role"), T("management-api-all")), CHANGE_ACCESS);
	expect(token, OK);
	write_one(&t_app_gone, ARGS(T("machine")), CHANGE_APPLICATIONS);
	expect(token, ERR_UNAUTHORIZED);
	free(token);
}

static void a_remembered_token_ends_with_its_key(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM);
	struct visit v;

	(void)state;
	expect(token, OK);
	key_free(rotate_to("default", key_of(KEY_EDDSA), 0));
	v = show(NULL, token);
	MUST(v.e);			/* by the previous key */
	assert_false(v.remembered);
	assert_true(show(NULL, token).remembered);
	key_free(rotate_to("default", key_of(KEY_EDDSA), 0));
	v = show(NULL, token);
	assert_false(v.remembered);
	assert_non_null(strstr(v.data, "ERR_JWKS_NO_MATCHING_KEY"));
	free(token);
}

/* Nothing is written when a Next key's time comes, and still the ring has changed. */
static void a_remembered_token_ends_when_its_key_leaves_the_ring_by_itself(void **state)
{
	char *token;
	struct visit v;

	(void)state;
	clock_stands_ms = NOON_S * 1000;
	token = signed_by("default", GOOD ",\"exp\":1700003600");
	key_free(rotate_to("default", key_of(KEY_EDDSA), 0));
	key_free(rotate_to("default", key_of(KEY_EDDSA), 60));
	expect(token, OK);
	clock_stands_ms = (NOON_S + 59) * 1000;
	assert_true(show(NULL, token).remembered);
	clock_stands_ms = (NOON_S + 60) * 1000;
	v = show(NULL, token);
	assert_false(v.remembered);
	assert_int_equal(v.e, ERR_UNAUTHORIZED);
	free(token);
	clock_stands_ms = 0;
}

static void a_key_that_waits_may_sign_already(void **state)
{
	struct key *next = rotate_to("default", key_of(KEY_ES384), 3600);
	char *token = sign(next, GOOD "," EVER);

	(void)state;
	expect(token, OK);		/* verifiers may meet it before the clock of this copy says so */
	free(token);
	key_free(next);
}

static void what_an_old_snapshot_lets_in_is_not_remembered(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM), header[4096];
	struct txn *tx = read_begin("default");
	struct visit v;
	int64_t n;

	(void)state;
	snprintf(header, sizeof(header), "Bearer %s", token);
	MUST(store_int(tx, &t_count_apps, NO_ARGS, &n));	/* from here it reads what is now */
	write_one(&t_role_gone, ARGS(T("admin-role"), T("machine")), CHANGE_ACCESS);
	v = knock_in(tx, NULL, header);
	MUST(v.e);
	read_end();
	v = knock(NULL, header);
	assert_false(v.remembered);
	assert_int_equal(v.e, ERR_FORBIDDEN);
	free(token);
}

/* What the dispatcher calls for a row with this door. */
static void the_door_of_the_management_api_asks_memory_first(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM), header[4096];
	struct request *rq;

	(void)state;
	snprintf(header, sizeof(header), "Bearer %s", token);
	for (int known = 0; known < 2; known++) {
		rq = request_new(&(
			struct ask){ GET, "/api/configs/oidc/private-keys", NULL, NULL, { "Authorization", header } });
		assert_ptr_equal(rq->route->door, MANAGEMENT);
		rq->tx = read_begin("default");
		MUST(tenant_resolve(rq->tx, rq->arena, rq->origin, &rq->tenant));
		assert_int_equal(door_recall(rq), known);
		MUST(door_settle(rq));
		assert_string_equal(rq->who.id, "machine");
		assert_false(rq->who.is_user);
		read_end();
		request_free(rq);
	}
	free(token);
	rq = request_new(&(struct ask){ GET, "/api/configs/oidc/private-keys", NULL, NULL, { NULL } });
	rq->tx = read_begin("default");
	MUST(tenant_resolve(rq->tx, rq->arena, rq->origin, &rq->tenant));
	assert_false(door_recall(rq));
	assert_int_equal(door_settle(rq), ERR_AUTH_HEADER_MISSING);
	read_end();
	request_free(rq);
	assert_string_equal(MANAGEMENT->security, "OAuth2");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, reset_default)
	const struct CMUnitTest tests[] = {
		CASE(a_header_holds_a_token_from_its_eighth_character_on),
		CASE(the_key_decides_the_algorithm_and_never_the_token),
		CASE(a_public_key_is_no_secret),
		CASE(a_key_that_the_token_brings_along_is_not_used),
		CASE(a_letter_changed_is_another_token),
		CASE(claims_are_checked_one_by_one),
		CASE(a_token_lives_from_nbf_until_just_before_exp),
		CASE(a_token_for_something_else_opens_nothing),
		CASE(a_machine_is_who_names_itself_as_its_client),
		CASE(a_person_is_let_in_while_there_with_the_role_and_not_suspended),
		CASE(the_scope_is_that_of_this_management_api),
		CASE(a_key_of_one_tenant_does_not_speak_for_another),
		CASE(the_admin_tenant_calls_others_by_its_proxies),
		CASE(a_good_token_is_remembered_in_its_tenant),
		CASE(a_remembered_token_ends_with_its_time),
		CASE(a_remembered_token_ends_with_its_role_its_scope_and_its_application),
		CASE(a_remembered_token_ends_with_its_key),
		CASE(a_remembered_token_ends_when_its_key_leaves_the_ring_by_itself),
		CASE(a_key_that_waits_may_sign_already),
		CASE(what_an_old_snapshot_lets_in_is_not_remembered),
		CASE(the_door_of_the_management_api_asks_memory_first),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
