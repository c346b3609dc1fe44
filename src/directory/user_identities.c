/*
 * Accounts that a user has at social providers: set, read and unlinked by an administrator; linked by what a provider
 * says in sso/social_link.c.
 * Contract: users-apps-resources.md section 2.4.
 *
 * What is known of an account stands in the user itself, which answers show; user_identities keeps whose it is, so
 * that an account belongs to one user.
 */
#include "directory/user.h"

#include <string.h>

#include "directory/merge.h"
#include "directory/sso_identities.h"
#include "entity/tree.h"

#include "base/banned.h"

#define IDENTITY_MAX 256	/* of its id: a column with an index */
#define TARGET_MAX 128

STATEMENT(find_identities, "SELECT identities FROM users WHERE tenant_id = $1 AND id = $2");
COLUMNS(find_identities, identities);
STATEMENT(lock_identities, "SELECT identities FROM users WHERE tenant_id = $1 AND id = $2 {lock}");
COLUMNS(lock_identities, identities);
STATEMENT(unlink_identity, "DELETE FROM user_identities WHERE tenant_id = $1 AND user_id = $2 AND target = $3");
STATEMENT(link_identity,
	  "INSERT INTO user_identities (tenant_id, target, identity_id, user_id) VALUES ($1, $2, $3, $4)");

/* -- reading -- */

STATEMENT(find_social,
	  "SELECT user_id FROM user_identities WHERE tenant_id = $1 AND target = $2 AND identity_id = $3");
COLUMNS(find_social, user_id);

err_t user_find_social(struct request *rq, const struct social_account *account, const char **user_id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_social, ARGS(T(account->target), T(account->id)), &row);

	if (e)
		return e;
	*user_id = arena_copy(rq->arena, rows_text(&row, find_social_user_id));
	return rows_end(&row);
}

/* The identities of a user; the request frees them. Locks the user in a WRITE step. ERR_NOT_FOUND. */
static err_t load_identities_of(struct request *rq, const char *id, json_t **out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, txn_is_write(rq->tx) ? &lock_identities : &find_identities, ARGS(T(id)), &row);

	if (e)
		return e == ERR_NOT_FOUND ? entity_miss_error(&user, ERR_NOT_FOUND, id) : e;
	e = tree_of_column(rq, &row, find_identities_identities, out);
	return e ? e : rows_end(&row);
}

static err_t load_identities(struct request *rq, json_t **out)
{
	return load_identities_of(rq, path_arg(rq, "userId"), out);
}

static err_t identity_miss_error(const char *target)
{
	return err_set(ERR_IDENTITY_NOT_EXIST, "target '%.64s'", target);
}

static err_t get_identity(struct request *rq)
{
	const char *target = path_arg(rq, "target");
	json_t *all;
	struct json_out j;
	err_t e = load_identities(rq, &all);

	if (e)
		return e;
	if (!json_object_get(all, target))
		return identity_miss_error(target);
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "identity");
	json_value(&j, json_object_get(all, target));
	json_close(&j);
	return OK;
}

static err_t get_sso_identity(struct request *rq)
{
	const char *connector_id = path_arg(rq, "ssoConnectorId");
	err_t e = entity_require(rq->tx, &user, path_arg(rq, "userId"));
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "ssoIdentity");
	e = sso_account_print(rq, &j, path_arg(rq, "userId"), connector_id);
	json_close(&j);
	return e == ERR_NOT_FOUND ? err_arg(ERR_SSO_IDENTITY_NOT_EXIST, "id", connector_id) : e;
}

static err_t list_identities(struct request *rq)
{
	const char *target;
	json_t *all, *identity;
	struct json_out j;
	err_t e = load_identities(rq, &all);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "socialIdentities");
	json_list(&j);
	json_object_foreach(all, target, identity) {
		json_open(&j);
		json_key_text(&j, "target", target);
		json_key(&j, "identity");
		json_value(&j, identity);
		json_close(&j);
	}
	json_list_end(&j);
	json_key(&j, "ssoIdentities");
	e = sso_accounts_print(rq->tx, &j, path_arg(rq, "userId"), SSO_ACCOUNT_WRAPPED);
	json_close(&j);
	return e;
}

/* -- changing -- */

static err_t store_identities(struct request *rq, const char *id, json_t *identities)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *patch = json_object();
	err_t e;

	json_object_set(patch, "identities", identities);
	e = entity_update(rq->tx, rq->arena, &user, id, patch, &row);
	return e ? e : rows_end(&row);
}

static err_t unlink_target(struct request *rq, const char *id, const char *target)
{
	return store_exec(rq->tx, &unlink_identity, ARGS(T(id), T(target)), NULL);
}

/* Puts the account in place of the one that the user has there, if any. ERR_IDENTITY_IN_USE: it is another user's. */
static err_t link_target(struct request *rq, const char *user_id, const char *target, const char *id)
{
	err_t e = unlink_target(rq, user_id, target);

	if (!e)
		e = store_exec(rq->tx, &link_identity, ARGS(T(target), T(id), T(user_id)), NULL);
	return e == ERR_UNIQUE ? ERR_IDENTITY_IN_USE : e;
}

err_t user_link_social(struct request *rq, const char *id, const struct social_account *account, bool *is_new)
{
	json_t *all = NULL, *identity = tree_keep(rq, json_pack("{s:s}", "userId", account->id)), *had;
	const char *own;
	err_t e = load_identities_of(rq, id, &all);

	if (e)
		return e;
	if (account->details)
		json_object_set(identity, "details", (json_t *)(uintptr_t)account->details);
	had = json_object_get(all, account->target);
	own = json_string_value(json_object_get(had, "userId"));
	*is_new = !own || strcmp(own, account->id) != 0;
	if (json_equal(had, identity))
		return OK;
	if (*is_new)
		e = link_target(rq, id, account->target, account->id);
	if (e)
		return e;
	json_object_set(all, account->target, identity);
	return store_identities(rq, id, all);
}

err_t user_reply_social(struct request *rq, const char *id)
{
	struct json_out j;
	json_t *all = NULL;
	err_t e = load_identities_of(rq, id, &all);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_value(&j, all);
	return OK;
}

static err_t put_identity(struct request *rq)
{
	const char *target = path_arg(rq, "target");
	json_auto_t *patch = json_object(), *merged = NULL;
	bool is_new;
	json_t *all;
	struct json_out j;
	err_t e = load_identities(rq, &all);

	if (!e && text_points(target) > TARGET_MAX)
		e = length_error(rq->arena, TARGET_MAX);
	if (!e)
		e = link_target(rq, path_arg(rq, "userId"), target, body_text(rq, "userId"));
	if (e)
		return e;
	is_new = !json_object_get(all, target);
	json_object_set_new(patch, target, body_copy(rq));
	e = merge_json(rq->arena, &rq->charge, json_to_text(rq->arena, all), patch, &merged);
	if (!e)
		e = store_identities(rq, path_arg(rq, "userId"), merged);
	if (e)
		return e;
	j = reply_json(rq, is_new ? 201 : 200);
	json_value(&j, merged);
	return OK;
}

err_t user_unlink_identity(struct request *rq, const char *id, const char *target)
{
	json_t *all;
	err_t e = load_identities_of(rq, id, &all);

	if (!e && !json_object_get(all, target))
		e = identity_miss_error(target);
	if (!e)
		e = unlink_target(rq, id, target);
	if (e)
		return e;
	json_object_del(all, target);
	return store_identities(rq, id, all);
}

static err_t delete_identity(struct request *rq)
{
	const char *id = path_arg(rq, "userId");
	err_t e = user_unlink_identity(rq, id, path_arg(rq, "target"));

	return e ? e : user_reply(rq, id);
}

/* -- routes -- */

static const struct field identity_body[] = {
	{ "userId", .type = FIELD_TEXT, .flags = REQUIRED, .max = IDENTITY_MAX, .help = "Of the account there." },
	{ "details", .type = FIELD_OBJECT, .help = "What the provider tells of it." },
	FIELDS_END
};

static const struct field secret_query[] = {
	{ "includeTokenSecret", .type = FIELD_TEXT, .help = "Tokens of providers are not kept." },
	FIELDS_END
};

static const struct field identity_members[] = {
	{ "identity", .type = FIELD_STRUCT, .flags = REQUIRED, .members = identity_body },
	FIELDS_END
};

static const struct field social_members[] = {
	{ "target", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "identity", .type = FIELD_STRUCT, .flags = REQUIRED, .members = identity_body },
	FIELDS_END
};
static const struct field social_element = { .type = FIELD_STRUCT, .members = social_members };

static const struct field sso_account_members[] = {
	{ "tenantId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "userId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "issuer", .type = FIELD_TEXT, .flags = REQUIRED, .help = "Who has the account." },
	{ "identityId", .type = FIELD_TEXT, .flags = REQUIRED, .help = "Of the account there." },
	{ "detail", .type = FIELD_OBJECT, .flags = REQUIRED, .help = "What the provider tells of it." },
	{ "createdAt", .type = FIELD_INTEGER, .flags = REQUIRED },
	{ "updatedAt", .type = FIELD_INTEGER, .flags = REQUIRED },
	{ "ssoConnectorId", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};

static const struct field sso_members[] = {
	{ "ssoConnectorId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "ssoIdentity", .type = FIELD_STRUCT, .flags = REQUIRED, .members = sso_account_members },
	FIELDS_END
};
static const struct field sso_element = { .type = FIELD_STRUCT, .members = sso_members };

static const struct field one_sso_members[] = {
	{ "ssoIdentity", .type = FIELD_STRUCT, .flags = REQUIRED, .members = sso_account_members },
	FIELDS_END
};

static const struct field all_members[] = {
	{ "socialIdentities", .type = FIELD_LIST, .flags = REQUIRED, .element = &social_element },
	{ "ssoIdentities", .type = FIELD_LIST, .flags = REQUIRED, .element = &sso_element },
	FIELDS_END
};

static const struct shape one_identity = { .fields = identity_members };
static const struct shape one_sso_identity = { .fields = one_sso_members };
static const struct shape all_identities = { .fields = all_members };

const struct route user_identity_routes[] = {
	{ PUT, "/api/users/{userId}/identities/{target}", MANAGEMENT, WRITE, .body = identity_body,
	  .handler = put_identity, .of = &user, .status = 201, .status_again = 200, .reply = &any_object,
	  .summary = "Link an account at a social provider to a user" },
	{ DELETE, "/api/users/{userId}/identities/{target}", MANAGEMENT, WRITE,
	  .handler = delete_identity, .of = &user, .status = 200, .reply = &user_shape,
	  .summary = "Unlink the account of a user at a social provider" },
	{ GET, "/api/users/{userId}/identities/{target}", MANAGEMENT, READ, .query = secret_query,
	  .handler = get_identity, .of = &user, .status = 200, .reply = &one_identity,
	  .summary = "Get the account of a user at a social provider" },
	{ GET, "/api/users/{userId}/sso-identities/{ssoConnectorId}", MANAGEMENT, READ, .query = secret_query,
	  .handler = get_sso_identity, .of = &user, .status = 200, .reply = &one_sso_identity,
	  .summary = "Get the account of a user at an enterprise provider" },
	{ GET, "/api/users/{userId}/all-identities", MANAGEMENT, READ, .query = secret_query,
	  .handler = list_identities, .of = &user, .status = 200, .reply = &all_identities,
	  .operation = "ListUserAllIdentities", .summary = "List the accounts of a user at all providers" },
};
const size_t user_identity_route_count = ARRAY_LEN(user_identity_routes);
