#include "signin/web_authn.h"

#include "page.h"

#include "authenticator.h"
#include "base/base64.h"
#include "base/url.h"

#include "base/banned.h"

STATEMENT(t_give_factors, "UPDATE users SET mfa_verifications = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(t_factors, "SELECT mfa_verifications FROM users WHERE tenant_id = $1 AND id = $2");

#define PATH "/verification/sign-in-passkey/authentication"

static const char *base64url(struct slice bytes)
{
	CLEANUP(buffer_done) struct buffer text = {0};

	buffer_init(&text, MIB(1));
	text_base64url(&text, bytes.at, bytes.len);
	return arena_copy(api.arena, buffer_str(&text));
}

static const char *our_host(void)
{
	struct url u;

	assert_true(url_parse(api.tenant->endpoint, strlen(api.tenant->endpoint), &u));
	return arena_copyn(api.arena, u.host.at, u.host.len);
}

static const char *id_of(const struct authenticator *a)
{
	return base64url((struct slice){ a->id, sizeof(a->id) });
}

/* Ada, who has the passkey; `members`: JSON of the factor beside what it needs. */
static const char *make_owner(const struct authenticator *a, const char *members)
{
	const char *user = api_post_for_id("/api/users", "{\"username\":\"ada\",\"password\":\"a good one\"}");
	struct buffer key = {0};

	buffer_init(&key, KIB(1));
	put_key(&key, a);
	assert_int_equal(store_exec(api.tx, &t_give_factors,
				    ARGS(T(arena_printf(api.arena,
							"[{\"id\":\"f1\",\"type\":\"WebAuthn\",\"createdAt\":"
							"\"2026-01-01T00:00:00.000Z\",\"counter\":3,\"credentialId\":"
							"\"%s\",\"publicKey\":\"%s\"%s}]",
							id_of(a), base64url(slice_of(&key)), members)),
					 T(user)),
				    NULL),
			 OK);
	buffer_done(&key);
	return user;
}

static const char *factors_of(const char *user)
{
	const char *text;

	assert_int_equal(store_text(api.tx, &t_factors, ARGS(T(user)), api.arena, &text), OK);
	return text;
}

/* The challenge of the options in the last answer. */
static const char *asked(void)
{
	const char *at = strstr(api.answer, "\"challenge\":\"");

	assert_non_null(at);
	at += strlen("\"challenge\":\"");
	return arena_copyn(api.arena, at, strcspn(at, "\""));
}

static err_t use(const struct authenticator *a, const char *challenge, uint32_t counter, const char *members)
{
	struct saying say = { .type = "webauthn.get", .challenge = challenge, .origin = api.tenant->endpoint,
			      .rp_id = our_host(), .flags = 0x05, .counter = counter };
	struct web_authn_assertion said = authenticator_use(a, &say);

	return page_call(
		POST, PATH "/verify",
		arena_printf(api.arena,
			     "{\"payload\":{\"type\":\"WebAuthn\",\"id\":\"%s\",\"rawId\":\"%s\",\"response\":{"
			     "\"clientDataJSON\":\"%s\",\"authenticatorData\":\"%s\",\"signature\":\"%s\"%s}}%s}",
			     id_of(a), id_of(a), base64url(said.client_data), base64url(said.auth_data),
			     base64url(said.signature), strstr(members, "userHandle") ? members : "",
			     strstr(members, "userHandle") ? "" : members));
}

/* A challenge for ada; the member that names its record. */
static const char *ask_ada(void)
{
	page_expect(OK, POST, PATH, "{\"identifier\":{\"type\":\"username\",\"value\":\"ada\"}}");
	return arena_printf(api.arena, ",\"verificationId\":\"%s\"", api_member("verificationId"));
}

static void a_passkey_of_another_host_is_told_apart(void **state)
{
	struct authenticator a = authenticator_new(ES256);
	const char *record;

	(void)state;
	make_owner(&a, ",\"rpId\":\"old.example\"");
	page_begin("SignIn");
	record = ask_ada();
	assert_int_equal(use(&a, asked(), 4, record), ERR_PASSKEY_RP_ID);
	authenticator_free(&a);
}

static void a_passkey_without_a_host_gets_ours_when_it_is_used(void **state)
{
	struct authenticator a = authenticator_new(ES256);
	const char *user, *record;

	(void)state;
	user = make_owner(&a, "");
	page_begin("SignIn");
	record = ask_ada();
	assert_int_equal(use(&a, asked(), 4, record), OK);
	assert_non_null(strstr(factors_of(user), arena_printf(api.arena, "\"rpId\":\"%s\"", our_host())));
	assert_non_null(strstr(factors_of(user), "\"counter\":4"));
	assert_non_null(strstr(factors_of(user), "\"lastUsedAt\":"));
	authenticator_free(&a);
}

static void a_challenge_is_answered_once(void **state)
{
	struct authenticator a = authenticator_new(ES256);
	const char *record, *challenge;

	(void)state;
	make_owner(&a, "");
	page_begin("SignIn");
	record = ask_ada();
	challenge = asked();
	assert_int_equal(use(&a, challenge, 3, record), ERR_WEB_AUTHN);
	assert_int_equal(use(&a, challenge, 4, record), OK);
	assert_int_equal(use(&a, challenge, 5, record), ERR_PASSKEY_NOT_ASKED);
	authenticator_free(&a);
}

static void a_stored_key_that_is_damaged_proves_nothing(void **state)
{
	struct authenticator a = authenticator_new(ES256);
	const char *user, *record;
	char *whole;

	(void)state;
	user = make_owner(&a, "");
	page_begin("SignIn");
	record = ask_ada();
	whole = arena_copy(api.arena, factors_of(user));
	memcpy(strstr(whole, "\"publicKey\":\"") + strlen("\"publicKey\":\""), "!!!!", 4);
	assert_int_equal(store_exec(api.tx, &t_give_factors, ARGS(T(whole), T(user)), NULL), OK);
	assert_int_equal(use(&a, asked(), 4, record), ERR_WEB_AUTHN);
	authenticator_free(&a);
}

/* The preflight comes while the page loads, before the purpose is known. */
static void an_early_challenge_outlives_the_beginning(void **state)
{
	struct authenticator a = authenticator_new(ES256);
	const char *user, *handle, *challenge;

	(void)state;
	user = make_owner(&a, "");
	handle = arena_printf(api.arena, ",\"userHandle\":\"%s\"", base64url((struct slice){ user, strlen(user) }));
	page_open();
	page_expect(OK, POST, "/preflight/sign-in-passkey/authentication", NULL);
	challenge = asked();
	page_expect(OK, PUT, "", "{\"interactionEvent\":\"SignIn\"}");
	assert_int_equal(use(&a, challenge, 4, handle), OK);
	assert_int_equal(use(&a, challenge, 5, handle), ERR_PROOF_UNKNOWN);
	page_expect(OK, POST, "/preflight/sign-in-passkey/authentication", NULL);
	assert_int_equal(use(&a, challenge, 6, handle), ERR_WEB_AUTHN);
	authenticator_free(&a);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_passkey_of_another_host_is_told_apart),
		CASE(a_passkey_without_a_host_gets_ours_when_it_is_used),
		CASE(a_challenge_is_answered_once),
		CASE(a_stored_key_that_is_damaged_proves_nothing),
		CASE(an_early_challenge_outlives_the_beginning),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
