/* The rows of a fresh tenant. */
#include "tenant/seed.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/search.h"
#include "crypto/seal.h"
#include "store/store.h"
#include "tenant/tenant.h"
#include "base/banned.h"

/* All in the tenant of the transaction. Ids are readable where clients look for them, else generated (NULL below). */

#define CLOUD_INDICATOR "https://cloud.logto.io/api"
#define ME_INDICATOR "https://admin.logto.app/me"
#define SCOPE_ALL "all"

STATEMENT(seed_resource,
	  "INSERT INTO resources (tenant_id, id, name, indicator, is_default, access_token_ttl, created_at)"
	  " VALUES ($1, $2, $3, $4, 0, 3600, $5)");
STATEMENT(seed_scope,
	  "INSERT INTO scopes (tenant_id, id, resource_id, name, description, created_at, search)"
	  " VALUES ($1, $2, $3, $4, $5, $6, $7)");
STATEMENT(seed_role,
	  "INSERT INTO roles (tenant_id, id, name, description, type, is_default, created_at, search)"
	  " VALUES ($1, $2, $3, $4, $5, 0, $6, $7)");
STATEMENT(seed_role_scope, "INSERT INTO role_scopes (tenant_id, role_id, scope_id) VALUES ($1, $2, $3)");
STATEMENT(seed_application,
	  "INSERT INTO applications (tenant_id, id, name, legacy_secret_sealed, description, type,"
	  " oidc_client_metadata, custom_client_metadata,"
	  " protected_app_metadata, custom_data, is_third_party, app_level_access_control_enabled, created_at, search)"
	  " VALUES ($1, $2, $3, $4, $5, $6, '{\"redirectUris\":[],"
	  "\"postLogoutRedirectUris\":[]}', $7, NULL, '{}', 0, 0, $8, $9)");
STATEMENT(seed_application_role,
	  "INSERT INTO application_roles (tenant_id, role_id, application_id) VALUES ($1, $2, $3)");
STATEMENT(seed_organization,
	  "INSERT INTO organizations (tenant_id, id, name, description, custom_data, is_mfa_required, color,"
	  " branding, custom_css, created_at, search) VALUES ($1, $2, $3, NULL, '{}', 0, '{}', '{}', NULL, $4, $5)");
STATEMENT(seed_organization_role,
	  "INSERT INTO organization_roles (tenant_id, id, name, description, type, search)"
	  " VALUES ($1, $2, $3, $4, 'User', $5)");
STATEMENT(seed_organization_scope,
	  "INSERT INTO organization_scopes (tenant_id, id, name, description, search) VALUES ($1, $2, $3, $4, $5)");
STATEMENT(seed_organization_role_scope,
	  "INSERT INTO organization_role_scopes (tenant_id, organization_role_id, organization_scope_id)"
	  " VALUES ($1, $2, $3)");
STATEMENT(seed_gone_resource, "DELETE FROM resources WHERE tenant_id = $1 AND indicator = $2");
STATEMENT(seed_gone_role, "DELETE FROM roles WHERE tenant_id = $1 AND id = $2");
STATEMENT(seed_gone_application, "DELETE FROM applications WHERE tenant_id = $1 AND id = $2");
STATEMENT(seed_gone_organization, "DELETE FROM organizations WHERE tenant_id = $1 AND id = $2");

static const char *new_id(struct arena *a)
{
	return id_make(a, ID_LONG, ALPHABET_LOWER);
}

/* The search text of most things: id, name, description. */
static const char *search_of(struct arena *a, const char *id, const char *name, const char *description)
{
	const char *values[] = { id, name, description };

	return search_key(a, values, 3);
}

static err_t add_resource(struct txn *tx, const char *id, const char *name, const char *indicator)
{
	return store_exec(tx, &seed_resource, ARGS(T(id), T(name), T(indicator), N(clock_ms())), NULL);
}

static err_t add_scope(struct txn *tx, struct arena *a, const char *id, const char *resource_id, const char *name,
		       const char *description)
{
	return store_exec(tx, &seed_scope,
			  ARGS(T(id), T(resource_id), T(name), T(description), N(clock_ms()),
			       T(search_of(a, id, name, description))),
			  NULL);
}

struct role_seed {
	const char *id, *name, *description, *type;
};

static err_t add_role(struct txn *tx, struct arena *a, const struct role_seed *r)
{
	return store_exec(tx, &seed_role,
			  ARGS(T(r->id), T(r->name), T(r->description), T(r->type), N(clock_ms()),
			       T(search_of(a, r->id, r->name, r->description))),
			  NULL);
}

/* A role that has one scope. */
static err_t add_role_with(struct txn *tx, struct arena *a, const struct role_seed *r, const char *scope_id)
{
	err_t e = add_role(tx, a, r);

	return e ? e : store_exec(tx, &seed_role_scope, ARGS(T(r->id), T(scope_id)), NULL);
}

struct application_seed {
	const char *id, *name, *description, *type, *custom_client_metadata;
	bool with_secret;		/* in the legacy column */
};

static err_t add_application(struct txn *tx, struct arena *a, const struct application_seed *app)
{
	struct arg secret = T(NULL);
	char text[SECRET_LEN + 1];
	struct slice sealed;
	err_t e;

	if (app->with_secret) {
		id_new(text, SECRET_LEN, ALPHABET_ALNUM);
		e = seal_wrap(context.seal, a, SEAL_LEGACY_SECRET, txn_tenant(tx), app->id, text, SECRET_LEN, &sealed);
		explicit_bzero(text, sizeof(text));
		if (e)
			return e;
		secret = BLOB(sealed.at, sealed.len);
	}
	return store_exec(tx, &seed_application,
			  ARGS(T(app->id), T(app->name), secret, T(app->description), T(app->type),
			       T(app->custom_client_metadata), N(clock_ms()),
			       T(search_of(a, app->id, app->name, app->description))),
			  NULL);
}

err_t seed_management(struct txn *tx, struct arena *a, const char *id)
{
	const struct role_seed internal = {
		"admin-role", "#internal:admin", arena_printf(a, "Internal admin role for tenant %s.", id),
		"MachineToMachine",
	};
	const struct role_seed access = { new_id(a), "Logto Management API access",
					  "Gives a machine access to the Management API.", "MachineToMachine" };
	err_t e;

	e = add_resource(tx, "management-api", "Logto Management API",
			 arena_printf(a, "https://%s.logto.app/api", id));
	if (!e)
		e = add_scope(tx, a, "management-api-all", "management-api", SCOPE_ALL, "All of the Management API.");
	if (!e)
		e = add_role_with(tx, a, &internal, "management-api-all");
	return e ? e : add_role_with(tx, a, &access, "management-api-all");
}

static err_t add_organization(struct txn *tx, struct arena *a, const char *id, const char *name)
{
	const char *values[] = { id, name };

	return store_exec(tx, &seed_organization, ARGS(T(id), T(name), N(clock_ms()), T(search_key(a, values, 2))),
			  NULL);
}

/* A role and an application of the same id, by which the admin tenant calls the tenant's Management API. */
static err_t add_proxy(struct txn *tx, struct arena *a, const char *id, const char *scope_id)
{
	const char *proxy = arena_printf(a, "m-%s", id);
	const struct role_seed role = { proxy, arena_printf(a, "machine:mapi:%s", id),
					arena_printf(a, "For machines that call the Management API of tenant %s.", id),
						"MachineToMachine" };
	const struct application_seed app = { proxy, arena_printf(a, "Management API access for %s", id),
					      arena_printf(a, "Calls the Management API of tenant %s.", id),
					      	"MachineToMachine", "{}", true };
	err_t e = add_role_with(tx, a, &role, scope_id);

	if (!e)
		e = add_application(tx, a, &app);
	return e ? e : store_exec(tx, &seed_application_role, ARGS(T(proxy), T(proxy)), NULL);
}

err_t seed_proxy(struct txn *tx, struct arena *a, const char *id, const char *name)
{
	const char *resource_id = new_id(a), *scope_id = new_id(a);
	const struct role_seed of_people = { new_id(a), arena_printf(a, "%s:admin", id),
					     arena_printf(a, "Admin of tenant %s.", id), "User" };
	err_t e;

	e = add_resource(tx, resource_id, arena_printf(a, "Logto Management API for tenant %s", id),
			 arena_printf(a, "https://%s.logto.app/api", id));
	if (!e)
		e = add_scope(tx, a, scope_id, resource_id, SCOPE_ALL, "All of the Management API.");
	if (!e)
		e = add_proxy(tx, a, id, scope_id);
	if (!e && (!strcmp(id, "default") || !strcmp(id, "admin")))
		e = add_role_with(tx, a, &of_people, scope_id);
	return e ? e : add_organization(tx, a, arena_printf(a, "t-%s", id), arena_printf(a, "Tenant %s", name));
}

err_t seed_proxy_delete(struct txn *tx, struct arena *a, const char *id)
{
	const char *proxy = arena_printf(a, "m-%s", id);
	err_t e;

	e = store_exec(tx, &seed_gone_resource, ARGS(T(arena_printf(a, "https://%s.logto.app/api", id))), NULL);
	if (!e)
		e = store_exec(tx, &seed_gone_application, ARGS(T(proxy)), NULL);
	if (!e)
		e = store_exec(tx, &seed_gone_role, ARGS(T(proxy)), NULL);
	return e ? e : store_exec(tx, &seed_gone_organization, ARGS(T(arena_printf(a, "t-%s", id))), NULL);
}

/* -- what only `admin` has -- */

/* The scopes of the cloud API, and which of the two roles has them. */
static const struct {
	const char *name, *description;
	bool of_user, of_application;
} cloud_scopes[] = {
	{ "create:tenant", "Create tenants.", true, false },
	{ "manage:tenant", "Manage all tenants.", false, false },
	{ "manage:tenant:self", "Manage the own tenant.", true, false },
	{ "send:email", "Send e-mail.", false, true },
	{ "send:sms", "Send text messages.", false, true },
	{ "manage:affiliate", "Manage affiliates.", false, false },
	{ "fetch:custom:jwt", "Fetch custom token claims.", false, true },
	{ "report:subscription:updates", "Report changes of a subscription.", false, true },
};

static err_t add_cloud(struct txn *tx, struct arena *a, const char *user_role, const char *application_role)
{
	const char *resource_id = new_id(a);
	err_t e = add_resource(tx, resource_id, "Logto Cloud API", CLOUD_INDICATOR);

	for (size_t i = 0; !e && i < ARRAY_LEN(cloud_scopes); i++) {
		const char *id = new_id(a);

		e = add_scope(tx, a, id, resource_id, cloud_scopes[i].name, cloud_scopes[i].description);
		if (!e && cloud_scopes[i].of_user)
			e = store_exec(tx, &seed_role_scope, ARGS(T(user_role), T(id)), NULL);
		if (!e && cloud_scopes[i].of_application)
			e = store_exec(tx, &seed_role_scope, ARGS(T(application_role), T(id)), NULL);
	}
	return e;
}

static err_t add_me(struct txn *tx, struct arena *a, const struct role_seed *user)
{
	const char *resource_id = new_id(a), *scope_id = new_id(a);
	err_t e;

	e = add_resource(tx, resource_id, "Logto Me API", ME_INDICATOR);
	if (!e)
		e = add_scope(tx, a, scope_id, resource_id, SCOPE_ALL, "All of the Me API.");
	return e ? e : add_role_with(tx, a, user, scope_id);
}

static const struct {
	const char *id, *name, *description;
	bool collaborator;
} template_scopes[] = {
	{ "read-data", "read:data", "Read the tenant's data.", true },
	{ "write-data", "write:data", "Write the tenant's data.", true },
	{ "delete-data", "delete:data", "Delete the tenant's data.", true },
	{ "read-member", "read:member", "See the tenant's members.", true },
	{ "invite-member", "invite:member", "Invite members to the tenant.", false },
	{ "remove-member", "remove:member", "Remove members from the tenant.", false },
	{ "update-member-role", "update:member:role", "Change the roles of the tenant's members.", false },
	{ "manage-tenant", "manage:tenant", "Manage the tenant's settings.", false },
};

static err_t add_template_role(struct txn *tx, struct arena *a, const char *id, const char *description)
{
	return store_exec(tx, &seed_organization_role,
			  ARGS(T(id), T(id), T(description), T(search_of(a, id, id, description))), NULL);
}

static err_t add_template_scope(struct txn *tx, struct arena *a, size_t i)
{
	const char *id = template_scopes[i].id, *name = template_scopes[i].name;
	err_t e;

	e = store_exec(tx, &seed_organization_scope,
		       ARGS(T(id), T(name), T(template_scopes[i].description), T(search_key(a, &name, 1))), NULL);
	if (!e)
		e = store_exec(tx, &seed_organization_role_scope, ARGS(T("admin"), T(id)), NULL);
	if (!e && template_scopes[i].collaborator)
		e = store_exec(tx, &seed_organization_role_scope, ARGS(T("collaborator"), T(id)), NULL);
	return e;
}

static err_t add_template(struct txn *tx, struct arena *a)
{
	err_t e = add_template_role(tx, a, "admin", "Manages a tenant and its members.");

	if (!e)
		e = add_template_role(tx, a, "collaborator", "Works with the data of a tenant.");
	for (size_t i = 0; !e && i < ARRAY_LEN(template_scopes); i++)
		e = add_template_scope(tx, a, i);
	return e;
}

err_t seed_admin(struct txn *tx, struct arena *a)
{
	const struct role_seed user = { new_id(a), "user", "Everyone who has an account here.", "User" };
	const struct role_seed machine = { new_id(a), "tenantApplication",
					   "For machines that stand for a tenant.", "MachineToMachine" };
	const struct application_seed console = {
		"admin-console", "Admin Console", "The Console.", "SPA", "{}", false,
	};
	const struct application_seed cloud = { new_id(a), "Cloud Service", "Stands for tenant default.",
						"MachineToMachine",
						"{\"tenantId\":\"default\"}", true };
	err_t e;

	e = add_me(tx, a, &user);
	if (!e)
		e = add_role(tx, a, &machine);
	if (!e)
		e = add_cloud(tx, a, user.id, machine.id);
	if (!e)
		e = add_application(tx, a, &cloud);
	if (!e)
		e = store_exec(tx, &seed_application_role, ARGS(T(machine.id), T(cloud.id)), NULL);
	if (!e)
		e = add_application(tx, a, &console);
	return e ? e : add_template(tx, a);
}
