/* Tokens for machines (oidc.md section 7.3, organization-tokens.md section 4). */
#include "fixture.h"

#include "base/banned.h"

STATEMENT(t_org_api_scope,
	  "INSERT INTO organization_role_resource_scopes (tenant_id, organization_role_id, scope_id)"
	  " VALUES ($1, $2, $3)");
STATEMENT(t_default, "UPDATE resources SET is_default = $2 WHERE tenant_id = $1 AND id = 'books'");
STATEMENT(t_leave,
	  "DELETE FROM organization_applications WHERE tenant_id = $1 AND organization_id = $2"
	  " AND application_id = $3");

#define FORM "grant_type=client_credentials&"
#define BOOKS "resource=https%3A%2F%2Fbooks.example"
#define ORGANIZATIONS "resource=urn%3Alogto%3Aresource%3Aorganizations"
#define NOT_A_MEMBER "app has not associated with the organization"
#define NOT_ABSOLUTE "resource indicator must be an absolute URI"
#define UNKNOWN "resource indicator is missing, or unknown"

static void add_books(struct txn *tx)
{
	static const char *const scopes[] = { "read", "write", "burn", "lend" };

	MUST(store_exec(tx, &t_resource, ARGS(T("books"), T("https://books.example"), N(0), N(900)), NULL));
	for (size_t i = 0; i < ARRAY_LEN(scopes); i++)
		MUST(store_exec(tx, &t_scope, ARGS(T(scopes[i]), T("books"), T(scopes[i])), NULL));
	/* in the tenant: read, write */
	MUST(store_exec(tx, &t_new_role, ARGS(T("reader"), T("MachineToMachine")), NULL));
	MUST(store_exec(tx, &t_role_scope, ARGS(T("reader"), T("read")), NULL));
	MUST(store_exec(tx, &t_role_scope, ARGS(T("reader"), T("write")), NULL));
	MUST(store_exec(tx, &t_role, ARGS(T("reader"), T("machine")), NULL));
}

/* In acme: write, burn, and the scopes of the template that the fixture gives; as `lender` of lenders: lend. */
static void add_roles(struct txn *tx)
{
	MUST(store_exec(tx, &t_org_api_scope, ARGS(T("worker"), T("write")), NULL));
	MUST(store_exec(tx, &t_org_api_scope, ARGS(T("worker"), T("burn")), NULL));
	MUST(store_exec(tx, &t_org_role, ARGS(T("second")), NULL));
	MUST(store_exec(tx, &t_org_role_scope, ARGS(T("second"), T("1")), NULL));
	MUST(store_exec(tx, &t_org_api_scope, ARGS(T("second"), T("burn")), NULL));
	MUST(store_exec(tx, &t_org_app_role, ARGS(T("acme"), T("machine"), T("second")), NULL));
	MUST(store_exec(tx, &t_organization, ARGS(T("lenders")), NULL));
	MUST(store_exec(tx, &t_member, ARGS(T("lenders"), T("machine")), NULL));
	MUST(store_exec(tx, &t_org_role, ARGS(T("lender")), NULL));
	MUST(store_exec(tx, &t_org_role_scope, ARGS(T("lender"), T("2")), NULL));
	MUST(store_exec(tx, &t_org_api_scope, ARGS(T("lender"), T("lend")), NULL));
	MUST(store_exec(tx, &t_org_app_role, ARGS(T("lenders"), T("machine"), T("lender")), NULL));
	MUST(store_exec(tx, &t_organization, ARGS(T("idle")), NULL));
	MUST(store_exec(tx, &t_member, ARGS(T("idle"), T("machine")), NULL));
}

static int more(void **state)
{
	struct txn *tx;

	if (start(state))
		return -1;
	tx = write_begin("default");
	add_books(tx);
	add_roles(tx);
	return txn_commit(&tx);
}

struct expected {
	const char *form, *aud, *scope, *organization;	/* scope NULL: neither in the answer nor in the token */
	int64_t ttl;
};

static void expect_token(const struct expected *x)
{
	char form[400];
	struct request *rq;
	const char *scope, *token;
	struct jwt jwt;

	snprintf(form, sizeof(form), FORM "%s", x->form);
	rq = ask(BASIC, form);
	if (rq->reply.status != 200)
		fail_msg("%s: %s", x->form, buffer_str(&rq->reply.body));
	scope = answer(rq, "scope");
	token = answer(rq, "access_token");
	assert_true(jwt_parse(token, strlen(token), &jwt));
	assert_string_equal(jwt_text(&jwt, "sub"), "machine");
	assert_string_equal(jwt_text(&jwt, "client_id"), "machine");
	assert_string_equal(jwt_text(&jwt, "aud"), x->aud);
	assert_int_equal(json_integer_value(json_object_get(jwt.claims, "exp")) -
				 json_integer_value(json_object_get(jwt.claims, "iat")),
			 x->ttl);
	if (x->scope) {
		assert_string_equal(scope, x->scope);
		assert_string_equal(jwt_text(&jwt, "scope"), x->scope);
	} else {
		assert_null(scope);
		assert_null(json_object_get(jwt.claims, "scope"));
	}
	if (x->organization)
		assert_string_equal(jwt_text(&jwt, "organization_id"), x->organization);
	else
		assert_null(json_object_get(jwt.claims, "organization_id"));
	jwt_done(&jwt);
	request_free(rq);
}

static void expect_each(const struct expected *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_token(&cases[i]);
}

static void an_organization_token_has_what_the_roles_there_give_and_was_asked_for(void **state)
{
	static const struct expected cases[] = {
		/* by their ids */
		{ "organization_id=acme&scope=look+change+leave", "urn:logto:organization:acme", "change look", NULL,
		  3600 },
		/* though two roles give it */
		{ "organization_id=acme&scope=look", "urn:logto:organization:acme", "look", NULL, 3600 },
		{ "organization_id=acme&scope=++look++look+", "urn:logto:organization:acme", "look", NULL, 3600 },
		{ "organization_id=acme", "urn:logto:organization:acme", "", NULL, 3600 },	/* nothing unasked */
		{ "organization_id=acme&scope=nope+Look+loo", "urn:logto:organization:acme", "", NULL, 3600 },
		{ "organization_id=acme&resource=&scope=look", "urn:logto:organization:acme", "look", NULL, 3600 },
		/* of this one only */
		{ "organization_id=lenders&scope=look+leave", "urn:logto:organization:lenders", "leave", NULL, 3600 },
		/* a member without a role */
		{ "organization_id=idle&scope=look", "urn:logto:organization:idle", "", NULL, 3600 },
	};

	(void)state;
	expect_each(cases, ARRAY_LEN(cases));
}

static void a_resource_token_has_the_tenant_roles_scopes_in_the_order_of_the_request(void **state)
{
	static const struct expected cases[] = {
		{ BOOKS "&scope=write+nope+read+write", "https://books.example", "write read", NULL, 900 },
		/* roles in organizations do not count */
		{ BOOKS "&scope=burn+lend", "https://books.example", NULL, NULL, 900 },
		{ BOOKS, "https://books.example", NULL, NULL, 900 },
		/* the same one twice counts once */
		{ BOOKS "&" BOOKS "&scope=read", "https://books.example", "read", NULL, 900 },
		{ "resource=&" BOOKS "&organization_id=&scope=read", "https://books.example", "read", NULL, 900 },
		/* a scope belongs to its resource */
		{ "scope=all+read&resource=" API, "https://default.logto.app/api", "all", NULL, 3600 },
		{ BOOKS "&scope=all", "https://books.example", NULL, NULL, 900 },
	};

	(void)state;
	expect_each(cases, ARRAY_LEN(cases));
}

static void in_an_organization_the_tenant_roles_do_not_count(void **state)
{
	static const struct expected cases[] = {
		{ "organization_id=acme&" BOOKS "&scope=read+burn+write+lend", "https://books.example", "burn write",
		  "acme", 900 },
		{ "organization_id=lenders&" BOOKS "&scope=read+burn+write+lend", "https://books.example", "lend",
		  "lenders", 900 },
		{ "organization_id=idle&" BOOKS "&scope=read", "https://books.example", NULL, "idle", 900 },
		{ "organization_id=acme&scope=all&resource=" API, "https://default.logto.app/api", NULL, "acme",
		  3600 },
	};

	(void)state;
	expect_each(cases, ARRAY_LEN(cases));
}

static void the_organizations_themselves_are_a_resource(void **state)
{
	static const struct expected cases[] = {
		{ ORGANIZATIONS "&scope=leave+look+read", "urn:logto:resource:organizations", "leave look", NULL,
		  3600 },
		{ ORGANIZATIONS, "urn:logto:resource:organizations", NULL, NULL, 3600 },
		{ "organization_id=acme&" ORGANIZATIONS "&scope=leave", "urn:logto:resource:organizations", "leave",
		  "acme", 3600 },
	};

	(void)state;
	expect_each(cases, ARRAY_LEN(cases));
}

static void expect_refusal(const char *fields, int status, const char *error, const char *description)
{
	char form[400];
	struct request *rq;

	snprintf(form, sizeof(form), FORM "%s", fields);
	rq = ask(BASIC, form);
	if (rq->reply.status != status)
		fail_msg("%s: %s", fields, buffer_str(&rq->reply.body));
	assert_string_equal(answer(rq, "error"), error);
	assert_string_equal(answer(rq, "error_description"), description);
	assert_null(answer(rq, "access_token"));
	request_free(rq);
}

static void membership_is_asked_before_the_resource(void **state)
{
	(void)state;
	expect_refusal("organization_id=other", 403, "access_denied", NOT_A_MEMBER);
	expect_refusal("organization_id=other&" BOOKS, 403, "access_denied", NOT_A_MEMBER);
	expect_refusal("organization_id=other&resource=nope", 403, "access_denied", NOT_A_MEMBER);
	expect_refusal("organization_id=acme&resource=nope", 400, "invalid_target", NOT_ABSOLUTE);
	expect_refusal("organization_id=acme&resource=https://a", 400, "invalid_target", UNKNOWN);
}

/* Who is outside learns nothing about which organizations there are. */
static void an_unknown_organization_is_answered_as_one_without_the_machine(void **state)
{
	static const char *const rest[] = { "&scope=look", "&" BOOKS "&scope=read" };
	char form[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rest); i++) {
		struct request *foreign, *unknown;

		snprintf(form, sizeof(form), FORM "organization_id=other%s", rest[i]);
		foreign = ask(BASIC, form);
		snprintf(form, sizeof(form), FORM "organization_id=nope%s", rest[i]);
		unknown = ask(BASIC, form);
		assert_int_equal(foreign->reply.status, 403);
		assert_int_equal(unknown->reply.status, 403);
		assert_string_equal(buffer_str(&foreign->reply.body), buffer_str(&unknown->reply.body));
		request_free(foreign);
		request_free(unknown);
	}
}

static void an_indicator_is_an_absolute_uri_without_a_fragment(void **state)
{
	static const struct { const char *value, *description; } cases[] = {
		{ "nope", NOT_ABSOLUTE }, { "/books", NOT_ABSOLUTE }, { "//books.example", NOT_ABSOLUTE },
		{ ":x", NOT_ABSOLUTE }, { "1http://x", NOT_ABSOLUTE }, { "%2Burn:x", NOT_ABSOLUTE },
		{ "-x:y", NOT_ABSOLUTE }, { "ht_tp://x", NOT_ABSOLUTE },
		{ "https:", NOT_ABSOLUTE }, { "https://", NOT_ABSOLUTE }, { "HTTP:///", NOT_ABSOLUTE },
		{ "https://books.example%23x", "resource indicator must not contain a fragment component" },
		{ "urn:x%23", "resource indicator must not contain a fragment component" },
		{ "https://books.example/", UNKNOWN }, { "HTTPS://books.example", UNKNOWN }, { "urn:x", UNKNOWN },
		{ "a+b:", NOT_ABSOLUTE }, { "a1.-:", UNKNOWN },
		{ "https://a&resource=https://b",
		  "only a single resource indicator value is supported for this grant type" },
		{ "https://a&resource=nope", NOT_ABSOLUTE },	/* the form of each comes before their number */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char fields[100];

		snprintf(fields, sizeof(fields), "resource=%s", cases[i].value);
		expect_refusal(fields, 400, "invalid_target", cases[i].description);
	}
}

static void the_default_resource_stands_in_when_nothing_is_named(void **state)
{
	static const struct expected cases[] = {
		{ "scope=read", "https://books.example", "read", NULL, 900 },
		{ "resource=&scope=read", "https://books.example", "read", NULL, 900 },
		/* but not for an organization */
		{ "organization_id=acme&scope=look+write", "urn:logto:organization:acme", "look", NULL, 3600 },
	};

	(void)state;
	expect_refusal("scope=read", 400, "invalid_target", "both `resource` and `organization_id` are not provided");
	write_one(&t_default, ARGS(N(1)), CHANGE_ACCESS);
	expect_each(cases, ARRAY_LEN(cases));
	write_one(&t_default, ARGS(N(0)), CHANGE_ACCESS);
}

static void roles_and_membership_are_read_anew_for_each_token(void **state)
{
	static const struct expected before = { BOOKS "&scope=read", "https://books.example", "read", NULL, 900 };
	static const struct expected after = { BOOKS "&scope=read", "https://books.example", NULL, NULL, 900 };
	static const struct expected member = {
		"organization_id=lenders&scope=leave", "urn:logto:organization:lenders", "leave", NULL, 3600,
	};

	(void)state;
	expect_token(&before);
	expect_token(&member);
	write_one(&t_role_gone, ARGS(T("reader"), T("machine")), CHANGE_ACCESS);
	write_one(&t_leave, ARGS(T("lenders"), T("machine")), CHANGE_ACCESS);
	expect_token(&after);
	expect_refusal("organization_id=lenders&scope=leave", 403, "access_denied", NOT_A_MEMBER);
}

static void with_a_slow_key_the_token_is_signed_on_WORK_and_a_refusal_is_not(void **state)
{
	static const struct { const char *form; bool is_member; } cases[] = {
		{ FORM "organization_id=acme", true }, { FORM "organization_id=nope", false },
	};
	struct key *key = rotate_to("default", rsa_key(), 0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = request_new(&(struct ask){ POST,
								"/oidc/token",
								NULL,
								cases[i].form,
								{ FORM_TYPE, "Authorization", BASIC } });
		struct txn *tx = read_begin("default");

		MUST(tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant));
		assert_int_equal(step_run(rq, tx), cases[i].is_member ? OK : ERR_OAUTH_ACCESS_DENIED);
		read_end();
		if (cases[i].is_member) {
			assert_int_equal(rq->task.step->lane, WORK);
			MUST(step_run(rq, NULL));
			assert_int_equal(rq->reply.status, 200);
			assert_true(rq->reply.no_store);
		}
		request_free(rq);
	}
	key_free(key);
}

static void a_scope_may_have_very_many_words(void **state)
{
	CLEANUP(buffer_done) struct buffer form = {0};
	struct request *rq;

	(void)state;
	buffer_init(&form, KIB(56));
	buffer_text(&form, FORM BOOKS "&scope=");
	for (int i = 0; i < 8000; i++)
		buffer_printf(&form, "x%d+", i % 4000);
	buffer_text(&form, "write+read+write");
	rq = ask(BASIC, buffer_str(&form));
	assert_int_equal(rq->reply.status, 200);
	assert_string_equal(answer(rq, "scope"), "write read");
	request_free(rq);
}

/* -- what roles carry, and what a token costs -- */

#define MANY 200

/* MANY scopes of books and of the template, and MANY roles with all of them, in the tenant and in acme. */
static void add_many(void)
{
	struct txn *tx = write_begin("default");
	char scope[16], role[16];

	for (int i = 0; i < MANY; i++) {
		snprintf(scope, sizeof(scope), "many%d", i);
		MUST(store_exec(tx, &t_scope, ARGS(T(scope), T("books"), T(scope)), NULL));
		MUST(store_exec(tx, &t_org_scope, ARGS(T(scope), T(scope)), NULL));
		MUST(store_exec(tx, &t_new_role, ARGS(T(scope), T("MachineToMachine")), NULL));
		MUST(store_exec(tx, &t_role, ARGS(T(scope), T("machine")), NULL));
		MUST(store_exec(tx, &t_org_role, ARGS(T(scope)), NULL));
		MUST(store_exec(tx, &t_org_app_role, ARGS(T("acme"), T("machine"), T(scope)), NULL));
	}
	for (int i = 0; i < MANY * MANY; i++) {
		snprintf(role, sizeof(role), "many%d", i / MANY);
		snprintf(scope, sizeof(scope), "many%d", i % MANY);
		MUST(store_exec(tx, &t_role_scope, ARGS(T(role), T(scope)), NULL));
		MUST(store_exec(tx, &t_org_role_scope, ARGS(T(role), T(scope)), NULL));
		MUST(store_exec(tx, &t_org_api_scope, ARGS(T(role), T(scope)), NULL));
	}
	store_note_change(tx, CHANGE_ACCESS);
	MUST(txn_commit(&tx));
}

/* The shortest of several, in microseconds; the token must have this scope. */
static int64_t time_of(const char *form, const char *scope)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < 7; i++) {
		int64_t begun = clock_monotonic_us(), took;
		struct request *rq = ask(BASIC, form);

		took = clock_monotonic_us() - begun;
		best = took < best ? took : best;
		assert_int_equal(rq->reply.status, 200);
		assert_string_equal(answer(rq, "scope"), scope);
		request_free(rq);
	}
	return best;
}

/* Roles times scopes are 40,000 rows here, which would take hundreds of times as long. */
static void a_token_costs_what_it_asks_for_and_not_what_the_roles_carry(void **state)
{
	static const char *const forms[] = {
		FORM BOOKS "&scope=", FORM "organization_id=acme&scope=", FORM BOOKS "&organization_id=acme&scope=",
	};
	static const char *const scopes[] = { "read", "look", "write" };
	int64_t few[ARRAY_LEN(forms)];
	char form[200], expected[40];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		snprintf(form, sizeof(form), "%s%s", forms[i], scopes[i]);
		few[i] = time_of(form, scopes[i]);
	}
	add_many();
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		snprintf(form, sizeof(form), "%s%s+many7", forms[i], scopes[i]);
		snprintf(expected, sizeof(expected), "%s many7", scopes[i]);
		if (time_of(form, expected) > 50 * few[i])
			fail_msg("%s", form);
	}
}

/* One installation for all; the last two change it. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_organization_token_has_what_the_roles_there_give_and_was_asked_for),
		cmocka_unit_test(a_resource_token_has_the_tenant_roles_scopes_in_the_order_of_the_request),
		cmocka_unit_test(a_scope_may_have_very_many_words),
		cmocka_unit_test(in_an_organization_the_tenant_roles_do_not_count),
		cmocka_unit_test(the_organizations_themselves_are_a_resource),
		cmocka_unit_test(membership_is_asked_before_the_resource),
		cmocka_unit_test(an_unknown_organization_is_answered_as_one_without_the_machine),
		cmocka_unit_test(an_indicator_is_an_absolute_uri_without_a_fragment),
		cmocka_unit_test(the_default_resource_stands_in_when_nothing_is_named),
		cmocka_unit_test(a_token_costs_what_it_asks_for_and_not_what_the_roles_carry),
		cmocka_unit_test(roles_and_membership_are_read_anew_for_each_token),
		cmocka_unit_test(with_a_slow_key_the_token_is_signed_on_WORK_and_a_refusal_is_not),
	};

	return cmocka_run_group_tests(tests, more, world_end);
}
