/*
 * fixture.h - an installation for the tests of src/oidc, and its clients.
 *
 * In `default` there are the machine `machine` (its secret `first` is sesame; `old`, which is expired, is long over),
 * which may use the Management API and has the role `worker` in the organization acme but none in other; the pages
 * `spa`, and `bare`, which cannot be loaded for want of a redirect URI. `ada` is a user without roles.
 */
#ifndef TESTS_UNIT_OIDC_FIXTURE_H
#define TESTS_UNIT_OIDC_FIXTURE_H

#include "world.h"

#include <sys/syscall.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "oidc/oauth.h"
#include "oidc/oidc.h"
#include "server/routes.h"
#include "tenant/keyring.h"

STATEMENT(t_app,
	  "INSERT INTO applications (tenant_id, id, name, legacy_secret_sealed, description, type,"
	  " oidc_client_metadata, custom_client_metadata,"
	  " protected_app_metadata, custom_data, is_third_party, app_level_access_control_enabled, created_at, search)"
	  " VALUES ($1, $2, $2, $3, NULL, $4, $5, $6, NULL, '{}', $7, 0, 1, $2)");
STATEMENT(t_app_gone, "DELETE FROM applications WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_secret,
	  "INSERT INTO application_secrets (tenant_id, application_id, name, value_sealed, created_at, expires_at)"
	  " VALUES ($1, $2, $3, $4, 1, $5)");
STATEMENT(t_role, "INSERT INTO application_roles (tenant_id, role_id, application_id) VALUES ($1, $2, $3)");
STATEMENT(t_role_gone, "DELETE FROM application_roles WHERE tenant_id = $1 AND role_id = $2 AND application_id = $3");
STATEMENT(t_organization,
	  "INSERT INTO organizations (tenant_id, id, name, custom_data, is_mfa_required, color, branding, created_at,"
	  " search) VALUES ($1, $2, $2, '{}', 0, '{}', '{}', 1, $2)");
STATEMENT(t_member,
	  "INSERT INTO organization_applications (tenant_id, organization_id, application_id) VALUES ($1, $2, $3)");
STATEMENT(t_org_scope, "INSERT INTO organization_scopes (tenant_id, id, name, search) VALUES ($1, $2, $3, $3)");
STATEMENT(t_org_role,
	  "INSERT INTO organization_roles (tenant_id, id, name, type, search)"
	  " VALUES ($1, $2, $2, 'MachineToMachine', $2)");
STATEMENT(t_org_role_scope,
	  "INSERT INTO organization_role_scopes (tenant_id, organization_role_id, organization_scope_id)"
	  " VALUES ($1, $2, $3)");
STATEMENT(t_org_app_role,
	  "INSERT INTO organization_application_roles (tenant_id, organization_id, application_id,"
	  " organization_role_id) VALUES ($1, $2, $3, $4)");
STATEMENT(t_resource,
	  "INSERT INTO resources (tenant_id, id, name, indicator, is_default, access_token_ttl, created_at)"
	  " VALUES ($1, $2, $2, $3, $4, $5, 1)");
STATEMENT(t_scope,
	  "INSERT INTO scopes (tenant_id, id, resource_id, name, created_at, search) VALUES ($1, $2, $3, $4, 1, $4)");
STATEMENT(t_new_role,
	  "INSERT INTO roles (tenant_id, id, name, description, type, is_default, created_at, search)"
	  " VALUES ($1, $2, $2, '', $3, 0, 1, $2)");
STATEMENT(t_role_scope, "INSERT INTO role_scopes (tenant_id, role_id, scope_id) VALUES ($1, $2, $3)");
STATEMENT(t_user,
	  "INSERT INTO users (tenant_id, id, profile, identities, custom_data, logto_config, mfa_verifications,"
	  " is_suspended, is_password_expired,"
	  " created_at, updated_at, search) VALUES ($1, $2, '{}', '{}', '{}', '{}', '[]', 0, 0, 1, 1, $2)");
STATEMENT(t_no_keys, "DELETE FROM signing_keys WHERE tenant_id = $1");
STATEMENT(t_no_apps, "DELETE FROM applications WHERE tenant_id = $1");
STATEMENT(t_no_users, "DELETE FROM users WHERE tenant_id = $1");
STATEMENT(t_no_organizations, "DELETE FROM organizations WHERE tenant_id = $1");
STATEMENT(t_no_org_roles, "DELETE FROM organization_roles WHERE tenant_id = $1");
STATEMENT(t_no_org_scopes, "DELETE FROM organization_scopes WHERE tenant_id = $1");
STATEMENT(t_no_new_roles, "DELETE FROM roles WHERE tenant_id = $1 AND description = ''");
STATEMENT(t_no_new_resources, "DELETE FROM resources WHERE tenant_id = $1 AND id <> 'management-api'");
STATEMENT(t_all_again,
	  "INSERT INTO role_scopes (tenant_id, role_id, scope_id) VALUES ($1, 'admin-role', 'management-api-all')"
	  " ON CONFLICT DO NOTHING");

#define MUST(call) assert_int_equal(call, OK)
#define BASIC "Basic bWFjaGluZTpzZXNhbWU="	/* machine:sesame */
#define FORM_TYPE "Content-Type", "application/x-www-form-urlencoded"
#define API "https%3A%2F%2Fdefault.logto.app%2Fapi"
#define ADMIN_ORIGIN "http://localhost:3002"
#define MANAGEMENT_FORM "grant_type=client_credentials&scope=all&resource=" API
#define ORGANIZATION_FORM "grant_type=client_credentials&scope=look&organization_id=acme"
#define MACHINE "client_id=machine&client_secret=sesame&"

/* -- time: the program's calls find this function. When set, the clock stands -- */

static int64_t clock_stands_ms;

int clock_gettime(clockid_t id, struct timespec *t)
{
	if (id != CLOCK_REALTIME || !clock_stands_ms)
		return (int)syscall(SYS_clock_gettime, id, t);
	*t = (struct timespec){ .tv_sec = clock_stands_ms / 1000, .tv_nsec = clock_stands_ms % 1000 * 1000000 };
	return 0;
}

/* -- what stands in the database -- */

/* One statement that other requests see the effect of. */
__attribute__((unused)) static void write_in(const char *tenant, struct statement *s, const struct arg *args, int n,
					     enum change what)
{
	struct txn *tx = write_begin(tenant);

	MUST(store_exec(tx, s, args, n, NULL));
	store_note_change(tx, what);
	MUST(txn_commit(&tx));
}

__attribute__((unused)) static void write_one(struct statement *s, const struct arg *args, int n, enum change what)
{
	write_in("default", s, args, n, what);
}

struct app {
	const char *id, *type;
	const char *oidc, *custom;	/* metadata; NULL: {} */
	const char *legacy_secret;	/* NULL: none */
	bool is_third_party;
};

__attribute__((unused)) static void add_app(struct txn *tx, const struct app *app)
{
	struct arena *a = arena_new();
	struct arg secret = T(NULL);
	struct slice sealed;

	if (app->legacy_secret) {
		MUST(seal_wrap(context.seal, a, SEAL_LEGACY_SECRET, txn_tenant(tx), app->id, app->legacy_secret,
			       strlen(app->legacy_secret), &sealed));
		secret = BLOB(sealed.at, sealed.len);
	}
	MUST(store_exec(tx, &t_app,
			ARGS(T(app->id), secret, T(app->type), T(app->oidc ? app->oidc : "{}"),
			     T(app->custom ? app->custom : "{}"), N(app->is_third_party)),
			NULL));
	store_note_change(tx, CHANGE_APPLICATIONS);
	arena_free(a);
}

__attribute__((unused)) static void add_secret(struct txn *tx, const char *app, const char *name, const char *value,
					       struct arg expires)
{
	struct arena *a = arena_new();
	struct slice sealed;

	MUST(seal_wrap(context.seal, a, SEAL_APPLICATION_SECRET, txn_tenant(tx), app, value, strlen(value), &sealed));
	MUST(store_exec(tx, &t_secret, ARGS(T(app), T(name), BLOB(sealed.at, sealed.len), expires), NULL));
	store_note_change(tx, CHANGE_APPLICATIONS);
	arena_free(a);
}

static void add_organization(struct txn *tx)
{
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
}

static void populate(struct txn *tx)
{
	add_app(tx, &(struct app){ "machine", "MachineToMachine",
				   .custom = "{\"corsAllowedOrigins\":[\"https://friend.example\"]}" });
	add_app(tx, &(struct app){ "spa", "SPA", "{\"redirectUris\":[\"https://*.app.example.com/cb\"]}" });
	add_app(tx, &(struct app){ "bare", "SPA", "{\"redirectUris\":[]}" });
	add_secret(tx, "machine", "first", "sesame", T(NULL));
	add_secret(tx, "machine", "old", "expired", N(1));
	MUST(store_exec(tx, &t_role, ARGS(T("admin-role"), T("machine")), NULL));
	MUST(store_exec(tx, &t_user, ARGS(T("ada")), NULL));
	add_organization(tx);
}

static int start(void **state)
{
	struct txn *tx;

	if (routes_start() || world_begin(state))
		return -1;
	tx = write_begin("default");
	populate(tx);
	return txn_commit(&tx);
}

/* -- asking -- */

__attribute__((unused)) static struct request *ask(const char *authorization, const char *form)
{
	return run(oidc_token, &(struct ask){ POST, "/oidc/token", NULL, form,
			{ FORM_TYPE, authorization ? "Authorization" : NULL, authorization } });
}

__attribute__((unused)) static char *token_for(const char *origin, const char *authorization, const char *form)
{
	struct request *rq = run(oidc_token, &(struct ask){ POST,
							    "/oidc/token",
							    NULL,
							    form,
							    { FORM_TYPE, "Authorization", authorization },
							    origin });
	char *token;

	assert_int_equal(rq->reply.status, 200);
	token = strdup(answer(rq, "access_token"));
	request_free(rq);
	return token;
}

/* -- keys -- */

/* Makes a key the current one (grace 0) or the next one of a tenant; it is yours. */
__attribute__((unused)) static struct key *rotate_to(const char *tenant, struct key *key, int64_t grace_s)
{
	struct arena *a = arena_new();
	struct txn *tx = write_begin(tenant);

	MUST(keyring_rotate(tx, a, key, grace_s));
	MUST(txn_commit(&tx));
	arena_free(a);
	return key;
}

__attribute__((unused)) static struct key *key_of(enum key_algorithm algorithm)
{
	struct key *key;

	MUST(key_generate(algorithm, NULL, &key));
	return key;
}

/* For tests that take much apart: `default` as start() left it, and each tenant with one key. */
__attribute__((unused)) static int reset_default(void **state)
{
	static struct statement *const emptied[] = { &t_no_apps, &t_no_users, &t_no_organizations, &t_no_org_roles,
						     &t_no_org_scopes, &t_no_new_roles, &t_no_new_resources,
						     &t_all_again };
	struct txn *tx;

	(void)state;
	clock_stands_ms = 0;
	write_in("admin", &t_no_keys, NO_ARGS, CHANGE_KEYS);
	write_one(&t_no_keys, NO_ARGS, CHANGE_KEYS);
	key_free(rotate_to("admin", key_of(KEY_ES256), 0));
	key_free(rotate_to("default", key_of(KEY_ES256), 0));
	tx = write_begin("default");
	for (size_t i = 0; i < ARRAY_LEN(emptied); i++)
		MUST(store_exec(tx, emptied[i], NO_ARGS, NULL));
	populate(tx);
	store_note_change(tx, CHANGE_ALL);
	return txn_commit(&tx);
}

/* As short as one may be: those that key_generate() makes take a second. */
__attribute__((unused)) static struct key *rsa_key(void)
{
	EVP_PKEY *made = EVP_RSA_gen(2048);
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(made);
	unsigned char *der = NULL;
	int len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	struct key *key;

	MUST(key_parse(der, (size_t)len, KEY_RS256, &key));
	OPENSSL_free(der);
	PKCS8_PRIV_KEY_INFO_free(info);
	EVP_PKEY_free(made);
	return key;
}

#endif
