/*
 * The account as its owner sees it, and the plain parts of it: name, picture, user name, custom data, profile.
 *
 * What is shown of it is one table: a member is there when the account center does not hide its field and the token
 * has its scope.
 */
#include "account/account.h"

#include <string.h>

#include "directory/merge.h"
#include "directory/user.h"
#include "entity/tree.h"
#include "signin/fulfilment.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/experience.h"
#include "tenant/message_limit.h"
#include "tenant/upload.h"

#include "base/banned.h"

/* -- showing -- */

STATEMENT(account_show,
	  "SELECT id, username, primary_email, primary_phone, name, avatar, custom_data, identities, last_sign_in_at,"
	  " created_at, updated_at, profile, application_id, cimd_client_id, is_suspended,"
	  " CASE WHEN password_digest IS NULL THEN 0 ELSE 1 END AS has_password,"
	  " CASE WHEN password_digest IS NULL AND primary_email IS NULL AND primary_phone IS NULL THEN 0 ELSE 1 END"
	  " AS is_provable FROM users WHERE tenant_id = $1 AND id = $2");
COLUMNS(account_show, id, username, primary_email, primary_phone, name, avatar, custom_data, identities,
	last_sign_in_at, created_at, updated_at, profile, application_id, cimd_client_id, is_suspended, has_password,
	is_provable);

enum form { SHOWN_TEXT, SHOWN_TIME, SHOWN_BOOL, SHOWN_JSON, SHOWN_PROFILE };

#define SHOWN(column, form, field, scope) account_show_##column, form, field, scope

static const struct shown {
	const char *name;
	int column;
	enum form form;
	const char *field;	/* of the account center; NULL: none hides it */
	const char *scope;	/* NULL: openid is enough */
} shown[] = {
	{ "id", SHOWN(id, SHOWN_TEXT, NULL, NULL) },
	{ "username", SHOWN(username, SHOWN_TEXT, "username", "profile") },
	{ "primaryEmail", SHOWN(primary_email, SHOWN_TEXT, "email", "email") },
	{ "primaryPhone", SHOWN(primary_phone, SHOWN_TEXT, "phone", "phone") },
	{ "name", SHOWN(name, SHOWN_TEXT, "name", "profile") },
	{ "avatar", SHOWN(avatar, SHOWN_TEXT, "avatar", "profile") },
	{ "customData", SHOWN(custom_data, SHOWN_JSON, "customData", "custom_data") },
	{ "identities", SHOWN(identities, SHOWN_JSON, "social", "identities") },
	{ "lastSignInAt", SHOWN(last_sign_in_at, SHOWN_TIME, NULL, "profile") },
	{ "createdAt", SHOWN(created_at, SHOWN_TIME, NULL, "profile") },
	{ "updatedAt", SHOWN(updated_at, SHOWN_TIME, NULL, "profile") },
	{ "profile", SHOWN(profile, SHOWN_PROFILE, "profile", "profile") },
	{ "applicationId", SHOWN(application_id, SHOWN_TEXT, NULL, "profile") },
	{ "cimdClientId", SHOWN(cimd_client_id, SHOWN_TEXT, NULL, "profile") },
	{ "isSuspended", SHOWN(is_suspended, SHOWN_BOOL, NULL, "profile") },
	{ "hasPassword", SHOWN(has_password, SHOWN_BOOL, "password", "profile") },
	{ "hasSecurityVerificationMethod", SHOWN(is_provable, SHOWN_BOOL, NULL, NULL) },
};

/* The profile without what the token may not see of it. */
static void hide_address(const struct request *rq, json_t *profile)
{
	if (!account_has_scope(rq, "address"))
		json_object_del(profile, "address");
}

static err_t print_profile(struct json_out *j, struct request *rq, struct rows *row, int column)
{
	json_t *profile;
	err_t e = tree_of_column(rq, row, column, &profile);

	if (e)
		return e;
	hide_address(rq, profile);
	json_value(j, profile);
	return OK;
}

static err_t print(struct json_out *j, struct request *rq, struct rows *row, const struct shown *s)
{
	size_t len;
	const char *text;

	json_key(j, s->name);
	switch (s->form) {
	case SHOWN_TEXT:
		json_text(j, rows_text(row, s->column));
		break;
	case SHOWN_TIME:
		if (rows_null(row, s->column))
			json_null_(j);
		else
			json_int(j, rows_int(row, s->column));
		break;
	case SHOWN_BOOL:
		json_bool(j, rows_int(row, s->column) != 0);
		break;
	case SHOWN_JSON:
		text = rows_textn(row, s->column, &len);
		json_raw(j, text, len);
		break;
	case SHOWN_PROFILE:
		return print_profile(j, rq, row, s->column);
	}
	return OK;
}

static err_t print_all(struct request *rq, struct rows *row)
{
	struct json_out j = reply_json(rq, 200);
	err_t e = OK;

	json_open(&j);
	for (size_t i = 0; !e && i < ARRAY_LEN(shown); i++) {
		const struct need need = { .field = shown[i].field, .scope = shown[i].scope };

		e = account_check(rq, &need);
		if (!e)
			e = print(&j, rq, row, &shown[i]);
		else if (e == ERR_FIELD_OFF || e == ERR_SCOPE_MISSING)
			e = OK;
	}
	json_close(&j);
	return e;
}

err_t account_reply(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &account_show, ARGS(T(rq->who.id)), &row);

	if (!e)
		e = print_all(rq, &row);
	return e ? e : rows_end(&row);
}

/* -- changing -- */

static const struct changeable {
	const char *member;
	struct need need;
} changes[] = {
	{ "name", { .field = "name", .edits = true, .scope = "profile" } },
	{ "avatar", { .field = "avatar", .edits = true, .scope = "profile" } },
	{ "username", { .field = "username", .edits = true, .scope = "profile" } },
	{ "customData", { .field = "customData", .edits = true, .scope = "custom_data" } },
};

static err_t check_changes(struct request *rq)
{
	static const struct need proof = { .proof = true };
	err_t e = OK;

	for (size_t i = 0; !e && i < ARRAY_LEN(changes); i++)
		if (body_get(rq, changes[i].member))
			e = account_check(rq, &changes[i].need);
	return !e && body_get(rq, "username") ? account_check(rq, &proof) : e;
}

/* Whether the tenant takes the user name, and nobody else has it. */
static err_t check_username(struct request *rq, const json_t *patch)
{
	struct experience x = {0};
	err_t e = body_get(rq, "username") ? experience_load_rules(rq, &x) : OK;

	if (e || !x.rules)
		return e;
	e = fulfilment_check_policies(rq, &x, patch);
	return e ? e : fulfilment_check_free(rq, &x, patch, rq->who.id);
}

static err_t patch_account(struct request *rq)
{
	json_auto_t *patch = body_copy(rq);
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "Account");
	e = check_changes(rq);
	if (!e)
		e = check_username(rq, patch);
	if (!e)
		e = user_complete(rq, rq->who.id, patch);
	if (!e)
		e = account_note_change(rq);
	return e ? e : account_reply(rq);
}

/* -- the profile -- */

static err_t check_profile(struct request *rq)
{
	static const struct need profile = { .field = "profile", .edits = true, .scope = "profile" };
	static const struct need address = { .scope = "address" };
	err_t e = account_check(rq, &profile);

	return !e && body_get(rq, "address") ? account_check(rq, &address) : e;
}

/* Members that are sent replace stored ones, the address as a whole. `*out`: json_decref(), also after an error. */
static err_t merge_profile(struct request *rq, json_t **out)
{
	json_auto_t *patch = json_object();
	struct person owner;
	err_t e = person_load(rq, rq->who.id, &owner);

	if (!e)
		e = merge_json(rq->arena, &rq->charge, json_to_text(rq->arena, owner.profile), rq->body, out);
	if (e)
		return e;
	json_object_set(patch, "profile", *out);
	return user_complete(rq, rq->who.id, patch);
}

static err_t patch_profile(struct request *rq)
{
	json_auto_t *profile = NULL;
	struct json_out j;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "Profile");
	e = check_profile(rq);
	if (!e)
		e = merge_profile(rq, &profile);
	if (!e)
		e = account_note_change(rq);
	if (e)
		return e;
	hide_address(rq, profile);
	j = reply_json(rq, 200);
	json_value(&j, profile);
	return OK;
}

/* -- the picture; the owner then puts its address into the account -- */

#define PICTURE "picture"	/* uploads are counted as messages to the owner would be */

static err_t check_picture(struct request *rq)
{
	static const struct need need = { .field = "avatar", .edits = true, .scope = "profile" };
	int64_t place;
	err_t e = account_check(rq, &need);

	if (!e)
		e = message_take_place(rq->tx, rq->arena, PICTURE, rq->who.id, &place);
	return e ? e : next(rq, &store_avatar);
}

static const struct step check_picture_step = { "check whose picture it is", WRITE, check_picture };

/* -- routes -- */

static const struct field account_body[] = {
	{ "name", .type = FIELD_TEXT, .flags = NULLABLE | STORED_MAX, .max = 128 },
	{ "avatar", .type = FIELD_TEXT, .flags = NULLABLE | STORED_MAX, .max = 2048, .form = FORM_URL,
	  .check = user_avatar_fits },
	{ "username", .type = FIELD_TEXT, .flags = STORED_MAX, .max = 128, .form = FORM_USERNAME,
	  .help = "Needs a proof in the header logto-verification-id." },
	{ "customData", .type = FIELD_OBJECT, .help = "Replaces what is stored." },
	FIELDS_END
};

static const struct field account_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "username", .type = FIELD_TEXT, .flags = NULLABLE },
	{ "primaryEmail", .type = FIELD_TEXT, .flags = NULLABLE },
	{ "primaryPhone", .type = FIELD_TEXT, .flags = NULLABLE }, { "name", .type = FIELD_TEXT, .flags = NULLABLE },
	{ "avatar", .type = FIELD_TEXT, .flags = NULLABLE }, { "customData", .type = FIELD_OBJECT },
	{ "identities", .type = FIELD_OBJECT }, { "lastSignInAt", .type = FIELD_TIME, .flags = NULLABLE },
	{ "createdAt", .type = FIELD_TIME }, { "updatedAt", .type = FIELD_TIME },
	{ "profile", .type = FIELD_STRUCT, .members = profile_members },
	{ "applicationId", .type = FIELD_TEXT, .flags = NULLABLE },
	{ "cimdClientId", .type = FIELD_TEXT, .flags = NULLABLE }, { "isSuspended", .type = FIELD_BOOL },
	{ "hasPassword", .type = FIELD_BOOL },
	{ "hasSecurityVerificationMethod", .type = FIELD_BOOL, .flags = REQUIRED,
	  .help = "Whether there is a password, an address or a number to prove oneself by." },
	FIELDS_END
};
static const struct shape account_shape = { .fields = account_members };
static const struct shape profile_shape = { .fields = profile_members };

#define BASE "/api/my-account"

const struct route account_routes[] = {
	{ GET, BASE, ACCOUNT, READ, .handler = account_reply, .status = 200, .reply = &account_shape,
	  .operation = "GetMyAccount", .summary = "Get your account" },
	{ PATCH, BASE, ACCOUNT, WRITE, .body = account_body, .body_is_patch = true, .handler = patch_account,
	  .status = 200, .reply = &account_shape, .operation = "UpdateMyAccount", .summary = "Change your account" },
	{ PATCH, BASE "/profile", ACCOUNT, WRITE, .body = profile_members, .body_is_patch = true,
	  .handler = patch_profile, .status = 200, .reply = &profile_shape, .summary = "Add to your profile" },
	{ POST, BASE "/user-assets/avatar", ACCOUNT, .first = &check_picture_step, .upload_max = UPLOAD_BODY_MOST,
	  .status = 200, .reply = &upload_shape, .sends = true, .operation = "UploadMyAvatar",
	  .summary = "Upload your picture" },
};
const size_t account_route_count = ARRAY_LEN(account_routes);
