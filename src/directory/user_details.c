/*
 * What belongs to one user: custom data, profile, password, suspension, settings of the sign-in.
 * Contract: users-apps-resources.md section 1.2.
 */
#include "directory/user.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/password.h"
#include "directory/merge.h"
#include "directory/sign_out.h"
#include "directory/user_config.h"
#include "directory/user_password.h"
#include "tenant/experience.h"
#include "tenant/tenant.h"

#include "base/banned.h"

static err_t user_miss_error(const char *id)
{
	return entity_miss_error(&user, ERR_NOT_FOUND, id);
}

/* Reads the first column of a statement about the user in the path; NULL for SQL NULL. ERR_NOT_FOUND. */
static err_t read_one(struct request *rq, struct statement *s, const char **out)
{
	const char *id = path_arg(rq, "userId");
	err_t e = store_text(rq->tx, s, ARGS(T(id)), rq->arena, out);

	return e == ERR_NOT_FOUND ? user_miss_error(id) : e;
}

static err_t reply_value(struct request *rq, const json_t *value)
{
	struct json_out j = reply_json(rq, 200);

	json_value(&j, value);
	return OK;
}

/* Stores one field of the user in the path. */
static err_t store_field(struct request *rq, const char *name, json_t *value)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *patch = json_object();
	err_t e;

	json_object_set(patch, name, value);
	e = entity_update(rq->tx, rq->arena, &user, path_arg(rq, "userId"), patch, &row);
	return e ? e : rows_end(&row);
}

/* -- custom data and profile: the members sent replace the stored ones, others stay -- */

STATEMENT(find_custom_data, "SELECT custom_data FROM users WHERE tenant_id = $1 AND id = $2");
STATEMENT(user_lock_custom_data, "SELECT custom_data FROM users WHERE tenant_id = $1 AND id = $2 {lock}");
STATEMENT(lock_profile, "SELECT profile FROM users WHERE tenant_id = $1 AND id = $2 {lock}");

static err_t get_custom_data(struct request *rq)
{
	const char *text;
	err_t e = read_one(rq, &find_custom_data, &text);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_raw(&j, text, strlen(text));
	return OK;
}

/* Merges the member `name` of the body into the stored object, which `stored` reads and locks; answers the result. */
static err_t merge_field(struct request *rq, struct statement *stored, const char *name)
{
	json_auto_t *merged = NULL;
	const char *text;
	err_t e = read_one(rq, stored, &text);

	if (!e)
		e = merge_json(rq->arena, &rq->charge, text, body_get(rq, name), &merged);
	if (!e)
		e = store_field(rq, name, merged);
	return e ? e : reply_value(rq, merged);
}

static err_t patch_custom_data(struct request *rq)
{
	return merge_field(rq, &user_lock_custom_data, "customData");
}

static err_t patch_profile(struct request *rq)
{
	return merge_field(rq, &lock_profile, "profile");
}

/* -- password -- */

struct new_password {
	const char *digest;
};
FLOW(new_password, struct new_password)

static err_t put_password(struct request *rq)
{
	json_auto_t *patch = json_object();

	user_set_password(patch, new_password(rq)->digest, PASSWORD_ALGORITHM);
	return user_change(rq, path_arg(rq, "userId"), patch);
}

static const struct step put_password_step = { "store the password", WRITE, put_password };

static err_t hash_password(struct request *rq)
{
	err_t e = user_hash_password(rq, &new_password(rq)->digest);

	return e ? e : next(rq, &put_password_step);
}

static const struct step hash_password_step = { "hash the password", WORK, hash_password };

/* Checks that the user exists before the password is hashed, which is slow. */
static err_t find_whose_password(struct request *rq)
{
	err_t e = entity_require(rq->tx, &user, path_arg(rq, "userId"));

	return e ? e : next(rq, &hash_password_step);
}

static const struct step set_password = { "find whose password is set", READ, find_whose_password };

static err_t find_password(struct request *rq, struct user_password *out)
{
	const char *id = path_arg(rq, "userId");
	err_t e = user_password_read(rq, id, out);

	return e == ERR_NOT_FOUND ? user_miss_error(id) : e;
}

FLOW(password_check, struct user_password)

static err_t renew_password(struct request *rq)
{
	err_t e = user_password_renew(rq->tx, password_check(rq));

	return e ? e : reply_empty(rq, 204);
}

static const struct step renew_password_step = { "renew a weak digest", WRITE, renew_password };

/* A right password whose digest is weak by today's settings is stored anew. */
static err_t try_password(struct request *rq)
{
	struct user_password *check = password_check(rq);
	err_t e = user_password_try(rq, check, body_text(rq, "password"));

	if (e)
		return e;
	return check->renewed ? next(rq, &renew_password_step) : reply_empty(rq, 204);
}

static const struct step try_password_step = { "try the password", WORK, try_password };

static err_t read_digest(struct request *rq)
{
	err_t e = find_password(rq, password_check(rq));

	return e ? e : next(rq, &try_password_step);
}

static const struct step verify_password = { "read the digest", READ, read_digest };

static err_t reply_has_password(struct request *rq)
{
	struct user_password found;
	err_t e = find_password(rq, &found);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_bool(&j, "hasPassword", found.digest != NULL);
	json_close(&j);
	return OK;
}

/* Whether passwords expire in this tenant. */
static err_t read_expiration(struct txn *tx, bool *on)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	err_t e = setting_load(tx, &sign_in_experience, &value);
	const json_t *expiration = e ? NULL : json_object_get(value, "passwordExpiration");

	*on = json_is_true(json_object_get(expiration, "enabled"));
	return e;
}

static err_t set_expiration(struct request *rq)
{
	const char *id = path_arg(rq, "userId");
	json_auto_t *patch = json_object();
	bool expired = json_is_true(body_get(rq, "isExpired")), on = true;
	err_t e = entity_require(rq->tx, &user, id);

	if (!e && expired)
		e = read_expiration(rq->tx, &on);
	if (e)
		return e;
	if (!on)
		return ERR_PASSWORD_EXPIRATION;
	json_object_set_new(patch, "isPasswordExpired", json_boolean(expired));
	return user_change(rq, id, patch);
}

/* -- suspension -- */

static err_t set_suspended(struct request *rq)
{
	const char *id = path_arg(rq, "userId");
	err_t e = user_change(rq, id, rq->body);

	if (!e && json_is_true(body_get(rq, "isSuspended")))
		e = user_sign_out(rq->tx, id);
	if (!e)
		store_note_change(rq->tx, CHANGE_ACCESS);
	return e;
}

/* -- settings of the sign-in -- */

static err_t load_config(struct request *rq, json_t **out)
{
	const char *id = path_arg(rq, "userId");
	err_t e = user_config_load(rq, id, out);

	return e == ERR_NOT_FOUND ? user_miss_error(id) : e;
}

static err_t get_config(struct request *rq)
{
	json_t *config;
	err_t e = load_config(rq, &config);

	return e ? e : user_config_reply(rq, config);
}

static err_t patch_config(struct request *rq)
{
	const char *id = path_arg(rq, "userId");
	json_t *config;
	err_t e = load_config(rq, &config);

	if (!e)
		e = user_config_merge(rq, id, config, rq->body);
	if (!e)
		e = user_note(rq, "User.Data.Updated", id, EVENT_NOTE_BARE);
	return e ? e : user_config_reply(rq, config);
}

/* -- routes -- */

static const struct field custom_data_body[] = {
	{ "customData", .type = FIELD_OBJECT, .flags = REQUIRED, .help = "Laid over the stored object." },
	FIELDS_END
};

static const struct field profile_body[] = {
	{ "profile", .type = FIELD_STRUCT, .flags = REQUIRED, .members = profile_members,
	  .help = "Laid over the stored profile." },
	FIELDS_END
};

static const struct field password_body[] = {
	{ "password", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY },
	FIELDS_END
};

static const struct field expiration_body[] = {
	{ "isExpired", .type = FIELD_BOOL, .flags = REQUIRED },
	FIELDS_END
};

static const struct field suspended_body[] = {
	{ "isSuspended", .type = FIELD_BOOL, .flags = REQUIRED },
	FIELDS_END
};

static const struct field has_password_members[] = {
	{ "hasPassword", .type = FIELD_BOOL, .flags = REQUIRED },
	FIELDS_END
};

static const struct shape profile_shape = { .fields = profile_members };
static const struct shape has_password_shape = { .fields = has_password_members };

const struct route user_detail_routes[] = {
	{ GET, "/api/users/{userId}/custom-data", MANAGEMENT, READ, .handler = get_custom_data, .of = &user,
	  .status = 200, .reply = &any_object, .summary = "Get the custom data of a user" },
	{ PATCH, "/api/users/{userId}/custom-data", MANAGEMENT, WRITE, .body = custom_data_body,
	  .handler = patch_custom_data, .of = &user, .event = "User.Data.Updated", .status = 200, .reply = &any_object,
	  .summary = "Add to the custom data of a user" },
	{ PATCH, "/api/users/{userId}/profile", MANAGEMENT, WRITE, .body = profile_body, .handler = patch_profile,
	  .of = &user, .event = "User.Data.Updated", .status = 200, .reply = &profile_shape,
	  .summary = "Add to the profile of a user" },
	{ PATCH, "/api/users/{userId}/password", MANAGEMENT, .first = &set_password, .body = password_body,
	  .of = &user, .event = "User.Data.Updated", .status = 200, .reply = &user_shape,
	  .summary = "Set the password of a user" },
	{ PATCH, "/api/users/{userId}/password/expiration", MANAGEMENT, WRITE, .body = expiration_body,
	  .handler = set_expiration, .of = &user, .status = 200, .reply = &user_shape,
	  .operation = "UpdateUserPasswordExpiration", .summary = "Say whether the password of a user is expired" },
	{ POST, "/api/users/{userId}/password/verify", MANAGEMENT, .first = &verify_password, .body = password_body,
	  .of = &user, .status = 204, .operation = "VerifyUserPassword", .summary = "Verify the password of a user" },
	{ GET, "/api/users/{userId}/has-password", MANAGEMENT, READ, .handler = reply_has_password, .of = &user,
	  .status = 200, .reply = &has_password_shape, .summary = "Ask whether a user has a password" },
	{ PATCH, "/api/users/{userId}/is-suspended", MANAGEMENT, WRITE, .body = suspended_body,
	  .handler = set_suspended, .of = &user, .event = "User.SuspensionStatus.Updated", .status = 200,
	  .reply = &user_shape, .summary = "Suspend or release a user" },
	{ GET, "/api/users/{userId}/logto-configs", MANAGEMENT, READ, .handler = get_config, .of = &user,
	  .status = 200, .reply = &user_config_shape, .summary = "Get the sign-in settings of a user" },
	{ PATCH, "/api/users/{userId}/logto-configs", MANAGEMENT, WRITE, .body = user_config_fields,
	  .body_is_patch = true, .handler = patch_config, .of = &user, .event = "User.Data.Updated", .status = 200,
	  .reply = &user_config_shape, .summary = "Change the sign-in settings of a user" },
};
const size_t user_detail_route_count = ARRAY_LEN(user_detail_routes);
