/* The token endpoint and what tokens open, on a fresh installation. */
#include "world.h"

#include "oidc/oidc.h"
#include "oidc/verify.h"
#include "base/text.h"
#include "tenant/keyring.h"
#include "base/banned.h"

STATEMENT(t_app, "INSERT INTO applications (tenant_id, id, name, legacy_secret_sealed, description, type, oidc_client_metadata, custom_client_metadata,"
	  " protected_app_metadata, custom_data, is_third_party, app_level_access_control_enabled, created_at, search)"
	  " VALUES ($1, $2, $2, NULL, NULL, $3, $4, $5, NULL, '{}', 0, 0, 1, $2)");
STATEMENT(t_secret, "INSERT INTO application_secrets (tenant_id, application_id, name, value_sealed, created_at, expires_at) VALUES ($1, $2, $3, $4, 1, $5)");
STATEMENT(t_role, "INSERT INTO application_roles (tenant_id, role_id, application_id) VALUES ($1, $2, $3)");
STATEMENT(t_role_gone, "DELETE FROM application_roles WHERE tenant_id = $1 AND role_id = $2 AND application_id = $3");
STATEMENT(t_app_gone, "DELETE FROM applications WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_proxy_secret, "SELECT legacy_secret_sealed FROM applications WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_organization, "INSERT INTO organizations (tenant_id, id, name, custom_data, is_mfa_required, color, branding, created_at, search)"
	  " VALUES ($1, $2, $2, '{}', 0, '{}', '{}', 1, $2)");
STATEMENT(t_member, "INSERT INTO organization_applications (tenant_id, organization_id, application_id) VALUES ($1, $2, $3)");
STATEMENT(t_org_scope, "INSERT INTO organization_scopes (tenant_id, id, name, search) VALUES ($1, $2, $3, $3)");
STATEMENT(t_org_role, "INSERT INTO organization_roles (tenant_id, id, name, type, search) VALUES ($1, $2, $2, 'MachineToMachine', $2)");
STATEMENT(t_org_role_scope, "INSERT INTO organization_role_scopes (tenant_id, organization_role_id, organization_scope_id) VALUES ($1, $2, $3)");
STATEMENT(t_org_app_role, "INSERT INTO organization_application_roles (tenant_id, organization_id, application_id, organization_role_id) VALUES ($1, $2, $3, $4)");

#define MUST(call) assert_int_equal(call, OK)
#define BASIC "Basic bWFjaGluZTpzZXNhbWU="	/* machine:sesame */
#define FORM_TYPE "Content-Type", "application/x-www-form-urlencoded"
#define API "https%3A%2F%2Fdefault.logto.app%2Fapi"

static void add_secret(struct txn *tx, struct arena *a, const char *app, const char *name, const char *value, struct arg expires)
{
	struct slice sealed;

	MUST(seal_wrap(context.seal, a, SEAL_APPLICATION_SECRET, "default", app, value, strlen(value), &sealed));
	MUST(store_exec(tx, &t_secret, ARGS(T(app), T(name), BLOB(sealed.at, sealed.len), expires), NULL));
}

static int start(void **state)
{
	struct routes mine = { oidc_routes, oidc_route_count };
	struct arena *a;
	struct txn *tx;

	if (world_begin(state))
		return -1;
	route_table(&mine, 1);
	a = arena_new();
	tx = write_begin("default");
	MUST(store_exec(tx, &t_app, ARGS(T("machine"), T("MachineToMachine"), T("{}"), T("{\"corsAllowedOrigins\":[\"https://friend.example\"]}")), NULL));
	MUST(store_exec(tx, &t_app, ARGS(T("spa"), T("SPA"), T("{\"redirectUris\":[\"https://*.app.example.com/cb\"]}"), T("{}")), NULL));
	MUST(store_exec(tx, &t_app, ARGS(T("bare"), T("SPA"), T("{\"redirectUris\":[]}"), T("{}")), NULL));
	add_secret(tx, a, "machine", "first", "sesame", T(NULL));
	add_secret(tx, a, "machine", "old", "expired", N(1));
	MUST(store_exec(tx, &t_role, ARGS(T("admin-role"), T("machine")), NULL));
	MUST(store_exec(tx, &t_organization, ARGS(T("acme")), NULL));
	MUST(store_exec(tx, &t_organization, ARGS(T("other")), NULL));
	MUST(store_exec(tx, &t_member, ARGS(T("acme"), T("machine")), NULL));
	MUST(store_exec(tx, &t_org_scope, ARGS(T("1"), T("look")), NULL));
	MUST(store_exec(tx, &t_org_scope, ARGS(T("0"), T("change")), NULL));
	MUST(store_exec(tx, &t_org_scope, ARGS(T("2"), T("leave")), NULL));
	MUST(store_exec(tx, &t_org_role, ARGS(T("worker")), NULL));
	MUST(store_exec(tx, &t_org_role_scope, ARGS(T("worker"), T("1")), NULL));
	MUST(store_exec(tx, &t_org_role_scope, ARGS(T("worker"), T("0")), NULL));
	MUST(store_exec(tx, &t_org_app_role, ARGS(T("acme"), T("machine"), T("worker")), NULL));
	MUST(txn_commit(&tx));
	arena_free(a);
	return 0;
}

static struct request *ask(const char *authorization, const char *body)
{
	return run(oidc_token, &(struct call){ POST, "/oidc/token", NULL, body,
			{ FORM_TYPE, authorization ? "Authorization" : NULL, authorization } });
}

static void a_machine_gets_a_token_for_the_management_api(void **state)
{
	struct request *rq = ask(BASIC, "grant_type=client_credentials&scope=all+nope+all&resource=" API);
	const char *token = answer(rq, "access_token");
	struct jwt jwt;

	(void)state;
	assert_int_equal(rq->reply.status, 200);
	assert_true(rq->reply.no_store);
	assert_string_equal(answer(rq, "scope"), "all");
	assert_string_equal(answer(rq, "token_type"), "Bearer");
	assert_true(jwt_parse(token, strlen(token), &jwt));
	assert_string_equal(jwt.typ, "at+jwt");
	assert_string_equal(jwt_text(&jwt, "iss"), "http://localhost:3001/oidc");
	assert_string_equal(jwt_text(&jwt, "aud"), "https://default.logto.app/api");
	assert_string_equal(jwt_text(&jwt, "sub"), "machine");
	assert_string_equal(jwt_text(&jwt, "client_id"), "machine");
	assert_int_equal(json_integer_value(json_object_get(jwt.claims, "exp")) - json_integer_value(json_object_get(jwt.claims, "iat")), 3600);
	jwt_done(&jwt);
	request_free(rq);
}

static void the_scope_is_what_the_roles_give(void **state)
{
	static const struct { const char *form, *scope, *aud; } cases[] = {
		{ "organization_id=acme&scope=look+change+leave", "change look", "urn:logto:organization:acme" },	/* by their ids */
		{ "organization_id=acme", "", "urn:logto:organization:acme" },
		{ "organization_id=acme&scope=nope", "", "urn:logto:organization:acme" },
		{ "resource=urn%3Alogto%3Aresource%3Aorganizations&scope=leave+look", "leave look", "urn:logto:resource:organizations" },
		{ "organization_id=acme&resource=urn%3Alogto%3Aresource%3Aorganizations&scope=leave", "leave", "urn:logto:resource:organizations" },
		{ "resource=" API, NULL, "https://default.logto.app/api" },
		{ "organization_id=acme&scope=all&resource=" API, NULL, "https://default.logto.app/api" },
		{ "resource=" API "&resource=" API, NULL, "https://default.logto.app/api" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char form[400];
		struct request *rq;
		const char *scope, *token;
		struct jwt jwt;

		snprintf(form, sizeof(form), "grant_type=client_credentials&%s", cases[i].form);
		rq = ask(BASIC, form);
		assert_int_equal(rq->reply.status, 200);
		scope = answer(rq, "scope");
		token = answer(rq, "access_token");
		assert_true(jwt_parse(token, strlen(token), &jwt));
		assert_string_equal(jwt_text(&jwt, "aud"), cases[i].aud);
		if (cases[i].scope) {
			assert_string_equal(scope, cases[i].scope);
			assert_string_equal(jwt_text(&jwt, "scope"), cases[i].scope);
		} else {
			assert_null(scope);
			assert_null(json_object_get(jwt.claims, "scope"));
		}
		jwt_done(&jwt);
		request_free(rq);
	}
}

static void a_request_is_refused_for_the_first_thing_that_is_wrong(void **state)
{
	static const struct { const char *authorization, *form; int status; const char *error, *description; } cases[] = {
		{ "Bearer x", "grant_type=nope", 400, "invalid_request", "invalid authorization header value format" },
		{ "Basic", "", 400, "invalid_request", NULL },
		{ BASIC " x", "", 400, "invalid_request", NULL },
		{ BASIC, "client_secret=sesame&client_id=machine", 400, "invalid_request", "client authentication must only be provided using one mechanism" },
		{ BASIC, "client_id=spa", 400, "invalid_request", "client_id mismatch" },
		{ NULL, "grant_type=client_credentials", 400, "invalid_request", "no client authentication mechanism provided" },
		{ NULL, "client_assertion=x", 400, "invalid_request", "invalid client_assertion format" },
		{ NULL, "client_id=nope&client_secret=x", 400, "invalid_client", "invalid client nope" },
		{ NULL, "client_id=machine&client_id=machine", 400, "invalid_request", "'client_id' parameter must not be provided twice" },
		{ NULL, "client_id=machine&client_secret=wrong", 401, "invalid_client", NULL },
		{ NULL, "client_id=machine&client_secret=%00", 401, "invalid_client", NULL },
		{ NULL, "client_id=machine&client_secret=sesame%00", 401, "invalid_client", NULL },
		{ NULL, "client_id=machine", 401, "invalid_client", NULL },
		{ NULL, "client_id=machine&client_secret=expired&grant_type=nope", 400, "invalid_request", "client secret has expired" },
		{ NULL, "client_id=spa&client_secret=x", 401, "invalid_client", NULL },
		{ NULL, "client_id=bare", 400, "invalid_redirect_uri", "redirect_uris must contain members" },
		{ NULL, "client_id=spa&grant_type=client_credentials", 400, "invalid_request", "requested grant type is not allowed for this client" },
		{ NULL, "client_id=spa&grant_type=authorization_code", 400, "invalid_request", "missing required parameter 'code'" },
		{ NULL, "client_id=spa&grant_type=authorization_code&code=x", 400, "invalid_grant", "grant request is invalid" },
		{ NULL, "client_id=spa&grant_type=refresh_token&refresh_token=x", 400, "invalid_grant", "grant request is invalid" },
		{ NULL, "client_id=demo-app&grant_type=refresh_token&refresh_token=x", 400, "invalid_grant", NULL },
		{ NULL, "client_id=admin-console&grant_type=refresh_token", 400, "invalid_client", NULL },
		{ BASIC, "grant_type=", 400, "invalid_request", "missing required parameter 'grant_type'" },
		{ BASIC, "grant_type=implicit", 400, "unsupported_grant_type", "unsupported grant_type requested" },
		{ BASIC, "grant_type=client_credentials&scope=a&scope=b&resource=" API, 400, "invalid_request", "'scope' parameter must not be provided twice" },
		{ BASIC, "grant_type=client_credentials", 400, "invalid_target", "both `resource` and `organization_id` are not provided" },
		{ BASIC, "grant_type=client_credentials&resource=nope", 400, "invalid_target", "resource indicator must be an absolute URI" },
		{ BASIC, "grant_type=client_credentials&resource=https://a%23b", 400, "invalid_target", NULL },
		{ BASIC, "grant_type=client_credentials&resource=https://a", 400, "invalid_target", "resource indicator is missing, or unknown" },
		{ BASIC, "grant_type=client_credentials&resource=https://a&resource=https://b", 400, "invalid_target",
		  "only a single resource indicator value is supported for this grant type" },
		{ BASIC, "grant_type=client_credentials&organization_id=nope", 403, "access_denied", "app has not associated with the organization" },
		{ BASIC, "grant_type=client_credentials&organization_id=other&resource=nope", 403, "access_denied", NULL },
		{ BASIC, "grant_type=client_credentials&organization_id=acme&resource=https://a", 400, "invalid_target", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = ask(cases[i].authorization, cases[i].form);

		assert_int_equal(rq->reply.status, cases[i].status);
		assert_string_equal(answer(rq, "error"), cases[i].error);
		if (cases[i].description)
			assert_string_equal(answer(rq, "error_description"), cases[i].description);
		assert_int_equal(reply_header_value(rq, "WWW-Authenticate") != NULL, cases[i].status == 401 && cases[i].authorization);
		assert_true(rq->reply.no_store);
		request_free(rq);
	}
}

static struct request *post(const char *type, const char *body, size_t len)
{
	struct call c = { POST, "/oidc/token", NULL, body, { "Authorization", BASIC, type ? "Content-Type" : NULL, type } };
	struct request *rq = request_new(&c);
	struct txn *tx = read_begin("default");
	err_t e;

	rq->raw = arena_copyn(rq->arena, body, len);
	rq->raw_len = len;
	MUST(tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant));
	rq->tx = tx;
	e = oidc_token(rq);
	if (e)
		reply_error(rq, e);
	read_end();
	return rq;
}

static void bodies_are_read_as_the_contract_says(void **state)
{
	static const char form[] = "grant_type=client_credentials&organization_id=acme";
	char wide[200] = { 0 };
	static const struct { const char *type, *body; int status; } cases[] = {
		{ "application/x-www-form-urlencoded; charset=UTF-8", form, 200 },
		{ "application/x-www-form-urlencoded; charset=\"iso-8859-1\"", form, 200 },
		{ "application/x-www-form-urlencoded; charset=klingon", form, 404 },
		{ "application/x-www-form-urlencoded;charset=utf-16le", form, 400 },
		{ "Application/JSON", "{\"grant_type\":\"client_credentials\",\"organization_id\":[\"acme\"],\"scope\":null,\"x\":{}}", 200 },
		{ "application/json", "{\"grant_type\":\"client_credentials\",\"organization_id\":[\"acme\",\"b\"]}", 400 },
		{ "application/json", "{", 400 },
		{ "application/json", "[]", 400 },
		{ "application/jsonx", "{}", 400 },
		{ "text/plain", form, 400 },
		{ NULL, form, 400 },
	};
	struct request *rq;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		rq = post(cases[i].type, cases[i].body, strlen(cases[i].body));
		assert_int_equal(rq->reply.status, cases[i].status);
		request_free(rq);
	}
	for (size_t i = 0; i < strlen(form); i++)
		wide[2 * i] = form[i];
	rq = post("application/x-www-form-urlencoded; charset=utf-16le", wide, 2 * strlen(form));
	assert_int_equal(rq->reply.status, 200);
	request_free(rq);
	rq = post("application/x-www-form-urlencoded", "grant_type=client_credentials&scope=a\0b", 39);
	assert_int_equal(rq->reply.status, 400);
	assert_string_equal(answer(rq, "error_description"), "null bytes are not allowed in the request body");
	request_free(rq);
}

static struct request *from_page(const char *origin, const char *form)
{
	return run(oidc_token, &(struct call){ POST, "/oidc/token", NULL, form, { FORM_TYPE, origin ? "Origin" : NULL, origin } });
}

static void pages_of_other_origins_are_judged_once_the_client_is_known(void **state)
{
	static const char fine[] = "client_id=machine&client_secret=sesame&grant_type=client_credentials&organization_id=acme";
	static const struct { const char *origin, *form; int status; const char *allowed; } cases[] = {
		{ NULL, fine, 200, "*" },
		{ "http://localhost:3001", fine, 200, "http://localhost:3001" },
		{ "https://friend.example", fine, 200, "https://friend.example" },
		{ "http://friend.example", fine, 400, NULL },
		{ "https://friend.example:8443", fine, 400, NULL },
		{ "null", fine, 400, NULL },
		{ "https://stranger.example", "client_id=nope", 400, "https://stranger.example" },
		{ "https://stranger.example", "client_id=machine&client_secret=wrong", 400, NULL },
		{ "https://a.app.example.com", "client_id=spa&grant_type=nope", 400, "https://a.app.example.com" },
		{ "https://a.b.app.example.com", "client_id=spa&grant_type=nope", 400, NULL },
		{ "https://.app.example.com", "client_id=spa&grant_type=nope", 400, NULL },
		{ "https://*.app.example.com", "client_id=spa&grant_type=nope", 400, NULL },
		{ "https://app.example.com", "client_id=spa&grant_type=nope", 400, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = from_page(cases[i].origin, cases[i].form);

		assert_int_equal(rq->reply.status, cases[i].status);
		assert_true(rq->reply.cors_exposed);
		if (cases[i].allowed)
			assert_string_equal(rq->reply.cors_origin, cases[i].allowed);
		else
			assert_null(rq->reply.cors_origin);
		request_free(rq);
	}
}

/* -- the Management API -- */

static char *token_for(const char *origin, const char *authorization, const char *form)
{
	struct request *rq = run(oidc_token, &(struct call){ POST, "/oidc/token", NULL, form, { FORM_TYPE, "Authorization", authorization }, origin });
	char *token;

	assert_int_equal(rq->reply.status, 200);
	token = strdup(answer(rq, "access_token"));
	request_free(rq);
	return token;
}

/* What the door says; `who`, when not NULL, is let in. */
static err_t knock(const char *origin, const char *header, const char *who, bool *remembered)
{
	struct call c = { GET, "/api/organizations", NULL, NULL, { header ? "Authorization" : NULL, header }, origin };
	struct request *rq = request_new(&c);
	struct txn *tx = read_begin("default");
	err_t e;

	err_clear();
	MUST(tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant));
	txn_set_tenant(tx, rq->tenant->id);
	rq->tx = tx;
	if (remembered)
		*remembered = management_remembered(rq);
	e = management_authenticate(rq);
	assert_string_equal(txn_tenant(tx), rq->tenant->id);
	if (!e && who) {
		assert_string_equal(rq->who.id, who);
		assert_false(rq->who.is_user);
	}
	read_end();
	request_free(rq);
	return e;
}

static err_t knock_with(const char *origin, const char *token, const char *who, bool *remembered)
{
	char header[4096];

	snprintf(header, sizeof(header), "Bearer %s", token);
	return knock(origin, header, who, remembered);
}

#define MANAGEMENT_FORM "grant_type=client_credentials&scope=all&resource=" API

static void a_token_opens_the_management_api_and_is_remembered(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM);
	bool remembered;

	(void)state;
	assert_int_equal(knock_with(NULL, token, "machine", &remembered), OK);
	assert_false(remembered);
	assert_int_equal(knock_with(NULL, token, "machine", &remembered), OK);
	assert_true(remembered);
	assert_int_equal(knock_with("http://localhost:3002", token, NULL, NULL), ERR_UNAUTHORIZED);
	free(token);
}

static void what_is_no_good_token_is_refused_in_order(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM), *bare = token_for(NULL, BASIC, "grant_type=client_credentials&resource=" API);
	char *foreign = token_for(NULL, BASIC, "grant_type=client_credentials&organization_id=acme");
	char header[4096], *dot;

	(void)state;
	assert_int_equal(knock(NULL, NULL, NULL, NULL), ERR_AUTH_HEADER_MISSING);
	assert_int_equal(knock(NULL, "", NULL, NULL), ERR_AUTH_HEADER_MISSING);
	assert_int_equal(knock(NULL, "bearer x", NULL, NULL), ERR_AUTH_TYPE);
	assert_int_equal(knock(NULL, BASIC, NULL, NULL), ERR_AUTH_TYPE);
	assert_int_equal(knock(NULL, "Bearer", NULL, NULL), ERR_UNAUTHORIZED);
	assert_int_equal(knock(NULL, "Bearer x", NULL, NULL), ERR_UNAUTHORIZED);
	assert_int_equal(knock_with(NULL, bare, NULL, NULL), ERR_FORBIDDEN);
	assert_int_equal(knock_with(NULL, foreign, NULL, NULL), ERR_UNAUTHORIZED);
	snprintf(header, sizeof(header), "Bearer:%s", token);
	assert_int_equal(knock(NULL, header, "machine", NULL), OK);
	snprintf(header, sizeof(header), "Bearer  %s", token);
	assert_int_equal(knock(NULL, header, NULL, NULL), ERR_UNAUTHORIZED);
	dot = strrchr(token, '.');
	dot[1] = dot[1] == 'A' ? 'B' : 'A';
	assert_int_equal(knock_with(NULL, token, NULL, NULL), ERR_UNAUTHORIZED);
	free(token);
	free(bare);
	free(foreign);
}

static void write_one(struct statement *s, const struct arg *args, int n, enum change what)
{
	struct txn *tx = write_begin("default");

	MUST(store_exec(tx, s, args, n, NULL));
	store_changed(tx, what);
	MUST(txn_commit(&tx));
}

static void a_token_ends_with_the_role_or_the_application_behind_it(void **state)
{
	char *token = token_for(NULL, BASIC, MANAGEMENT_FORM);

	(void)state;
	assert_int_equal(knock_with(NULL, token, "machine", NULL), OK);
	write_one(&t_role_gone, ARGS(T("admin-role"), T("machine")), CHANGE_ACCESS);
	assert_int_equal(knock_with(NULL, token, NULL, NULL), ERR_FORBIDDEN);
	write_one(&t_role, ARGS(T("admin-role"), T("machine")), CHANGE_ACCESS);
	assert_int_equal(knock_with(NULL, token, "machine", NULL), OK);
	write_one(&t_app_gone, ARGS(T("machine")), CHANGE_APPLICATIONS);
	assert_int_equal(knock_with(NULL, token, NULL, NULL), ERR_UNAUTHORIZED);
	free(token);
}

/* The header of the admin tenant's proxy application. */
static const char *proxy_header(struct arena *a, const char *tenant)
{
	const char *id = arena_printf(a, "m-%s", tenant);
	CLEANUP(rows_close) struct rows rows = { 0 };
	struct secret secret = { 0 };
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
	char *token = token_for("http://localhost:3002", proxy_header(a, "default"), MANAGEMENT_FORM);
	struct txn *tx;
	bool remembered;

	(void)state;
	assert_int_equal(knock_with(NULL, token, "m-default", NULL), OK);
	assert_int_equal(knock_with(NULL, token, "m-default", &remembered), OK);
	assert_true(remembered);
	assert_int_equal(knock_with("http://localhost:3002", token, NULL, NULL), ERR_UNAUTHORIZED);	/* another audience */
	/* a change in the admin tenant counts in the others */
	tx = write_begin("admin");
	MUST(store_exec(tx, &t_role_gone, ARGS(T("m-default"), T("m-default")), NULL));
	store_changed(tx, CHANGE_ACCESS);
	MUST(txn_commit(&tx));
	assert_int_equal(knock_with(NULL, token, NULL, &remembered), ERR_FORBIDDEN);
	assert_false(remembered);
	free(token);
	arena_free(a);
}

static void try_claims(const struct key *key, const char *claims, err_t expected)
{
	struct buffer b;

	buffer_init(&b, JWT_MAX);
	MUST(jwt_sign(key, "at+jwt", claims, strlen(claims), &b));
	assert_int_equal(knock_with(NULL, b.data, NULL, NULL), expected);
	buffer_done(&b);
}

/* Claims of a machine, with the real key of each tenant, so that only the claims can be wrong. */
static void claims_are_checked_one_by_one(void **state)
{
	static const char head[] = "\"aud\":\"https://default.logto.app/api\",\"client_id\":\"machine\",\"scope\":\"all\"";
	struct arena *a = arena_new();
	const struct keyring *mine, *admins;
	const char *core = "\"iss\":\"http://localhost:3001/oidc\"", *admin = "\"iss\":\"http://localhost:3002/oidc\"";
	struct txn *tx = read_begin("default");

	(void)state;
	MUST(keyring_load(tx, "default", &mine));
	MUST(keyring_load(tx, "admin", &admins));
	read_end();
	try_claims(keyring_current(mine), arena_printf(a, "{%s,%s,\"sub\":\"machine\",\"exp\":99999999999}", head, core), OK);
	try_claims(keyring_current(mine), arena_printf(a, "{%s,%s,\"sub\":\"machine\"}", head, core), ERR_UNAUTHORIZED);
	try_claims(keyring_current(mine), arena_printf(a, "{%s,%s,\"sub\":\"machine\",\"exp\":1}", head, core), ERR_UNAUTHORIZED);
	try_claims(keyring_current(mine), arena_printf(a, "{%s,%s,\"sub\":\"machine\",\"exp\":\"x\"}", head, core), ERR_UNAUTHORIZED);
	try_claims(keyring_current(mine), arena_printf(a, "{%s,%s,\"sub\":\"machine\",\"exp\":99999999999,\"nbf\":99999999998}", head, core), ERR_UNAUTHORIZED);
	try_claims(keyring_current(mine), arena_printf(a, "{%s,%s,\"sub\":\"\",\"exp\":99999999999}", head, core), ERR_JWT_SUB_MISSING);
	try_claims(keyring_current(mine), arena_printf(a, "{%s,\"sub\":\"machine\",\"exp\":99999999999}", head), ERR_UNAUTHORIZED);
	/* a key of one tenant does not speak for the other */
	try_claims(keyring_current(mine), arena_printf(a, "{%s,%s,\"sub\":\"machine\",\"exp\":99999999999}", head, admin), ERR_UNAUTHORIZED);
	try_claims(keyring_current(admins), arena_printf(a, "{%s,%s,\"sub\":\"machine\",\"exp\":99999999999}", head, core), ERR_UNAUTHORIZED);
	/* signed by admin for admin: but there is no such application there */
	try_claims(keyring_current(admins), arena_printf(a, "{%s,%s,\"sub\":\"machine\",\"exp\":99999999999}", head, admin), ERR_UNAUTHORIZED);
	try_claims(keyring_current(mine), arena_printf(a, "{%s,\"aud\":[],%s,\"sub\":\"machine\",\"exp\":99999999999}", "\"scope\":\"all\"", core), ERR_UNAUTHORIZED);
	try_claims(keyring_current(mine), arena_printf(a, "{\"scope\":[\"all\"],\"aud\":[\"x\",\"https://default.logto.app/api\"],%s,\"sub\":\"m\",\"exp\":99999999999}", core),
		       ERR_UNAUTHORIZED);
	/* no client_id: a person, who is not there */
	try_claims(keyring_current(mine), arena_printf(a, "{\"scope\":\"all\",\"aud\":[\"https://default.logto.app/api\"],%s,\"sub\":\"machine\",\"exp\":99999999999}", core),
		       ERR_UNAUTHORIZED);
	keyring_release(&mine);
	keyring_release(&admins);
	arena_free(a);
}

/* -- the rest of the endpoints -- */

static void tokens_of_machines_are_neither_introspected_nor_revoked(void **state)
{
	static const struct { handler_fn *handler; const char *path; } endpoints[] = {
		{ oidc_introspect, "/oidc/token/introspection" }, { oidc_revoke, "/oidc/token/revocation" },
	};
	char *token = token_for(NULL, BASIC, "grant_type=client_credentials&organization_id=acme"), form[4096];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
		struct call c = { POST, endpoints[i].path, NULL, form, { FORM_TYPE, "Authorization", BASIC } };
		struct request *rq;

		snprintf(form, sizeof(form), "token=%s", token);
		rq = run(endpoints[i].handler, &c);
		assert_int_equal(rq->reply.status, 400);
		assert_string_equal(answer(rq, "error"), "unsupported_token_type");
		request_free(rq);
		snprintf(form, sizeof(form), "token=a.b.c");
		rq = run(endpoints[i].handler, &c);
		assert_int_equal(rq->reply.status, 200);
		assert_string_equal(buffer_str(&rq->reply.body), i == 0 ? "{\"active\":false}" : "");
		assert_int_equal(rq->reply.no_store, i == 0);
		request_free(rq);
		form[0] = 0;
		rq = run(endpoints[i].handler, &c);
		assert_string_equal(answer(rq, "error_description"), "missing required parameter 'token'");
		request_free(rq);
	}
	free(token);
}

static void userinfo_says_how_a_token_is_presented(void **state)
{
	static const struct { const char *header, *form, *query; int status; const char *challenge; } cases[] = {
		{ NULL, NULL, NULL, 401, "Bearer realm=\"http://localhost:3001/oidc\"" },
		{ "Bearer x", NULL, NULL, 401, "Bearer realm=\"http://localhost:3001/oidc\", error=\"invalid_token\", error_description=\"invalid token provided\"" },
		{ BASIC, NULL, NULL, 400, "Bearer realm=\"http://localhost:3001/oidc\", error=\"invalid_request\", error_description=\"authorization header scheme must be `Bearer`\"" },
		{ "Bearer", NULL, NULL, 400, "Bearer realm=\"http://localhost:3001/oidc\", error=\"invalid_request\", error_description=\"invalid authorization header value format\"" },
		{ NULL, NULL, "access_token=x", 400, NULL },
		{ NULL, "access_token=x", NULL, 401, "Bearer realm=\"http://localhost:3001/oidc\", error=\"invalid_token\", error_description=\"invalid token provided\"" },
		{ "Bearer x", "access_token=x", NULL, 400, "Bearer realm=\"http://localhost:3001/oidc\", error=\"invalid_request\", error_description=\"access token must only be provided using one mechanism\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct call c = { cases[i].form ? POST : GET, "/oidc/me", cases[i].query, cases[i].form, { FORM_TYPE, cases[i].header ? "Authorization" : NULL, cases[i].header } };
		struct request *rq = run(oidc_userinfo, &c);
		const char *challenge = reply_header_value(rq, "WWW-Authenticate");

		assert_int_equal(rq->reply.status, cases[i].status);
		if (cases[i].challenge)
			assert_string_equal(challenge, cases[i].challenge);
		else
			assert_null(challenge);
		request_free(rq);
	}
}

static void preflights_are_answered_and_unknown_routes_are_not(void **state)
{
	struct request *rq = run(oidc_preflight, &(struct call){ OPTIONS, "/oidc/me", NULL, NULL,
		{ "Origin", "https://x.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "a, b" } });

	(void)state;
	assert_int_equal(rq->reply.status, 204);
	assert_string_equal(rq->reply.cors_origin, "https://x.example");
	assert_string_equal(reply_header_value(rq, "Access-Control-Allow-Methods"), "GET,POST");
	assert_string_equal(reply_header_value(rq, "Access-Control-Allow-Headers"), "a, b");
	request_free(rq);
	rq = run(oidc_preflight, &(struct call){ OPTIONS, "/oidc/me", NULL, NULL, { NULL } });
	assert_int_equal(rq->reply.status, 404);
	request_free(rq);
	rq = run(oidc_unknown, &(struct call){ GET, "/oidc/nonexistent", NULL, NULL, { NULL } });
	assert_int_equal(rq->reply.status, 404);
	assert_string_equal(answer(rq, "code"), "oidc.invalid_request");
	assert_string_equal(answer(rq, "error_description"), "unrecognized route or not allowed method (GET on /nonexistent)");
	request_free(rq);
}

/* One installation for all; the last two tests take it apart. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_gets_a_token_for_the_management_api),
		cmocka_unit_test(the_scope_is_what_the_roles_give),
		cmocka_unit_test(a_request_is_refused_for_the_first_thing_that_is_wrong),
		cmocka_unit_test(bodies_are_read_as_the_contract_says),
		cmocka_unit_test(pages_of_other_origins_are_judged_once_the_client_is_known),
		cmocka_unit_test(a_token_opens_the_management_api_and_is_remembered),
		cmocka_unit_test(what_is_no_good_token_is_refused_in_order),
		cmocka_unit_test(claims_are_checked_one_by_one),
		cmocka_unit_test(tokens_of_machines_are_neither_introspected_nor_revoked),
		cmocka_unit_test(userinfo_says_how_a_token_is_presented),
		cmocka_unit_test(preflights_are_answered_and_unknown_routes_are_not),
		cmocka_unit_test(the_admin_tenant_calls_others_by_its_proxies),
		cmocka_unit_test(a_token_ends_with_the_role_or_the_application_behind_it),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
