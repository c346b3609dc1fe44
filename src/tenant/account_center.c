/*
 * The account center: which of their own data people may see and change. Contract: sign-in.md sections 10.1, 11, 12.4.
 * Stored and answered here; src/account keeps to it.
 */
#include "tenant/experience.h"

#include <string.h>

#include "base/url.h"
#include "tenant/doors.h"

#include "base/banned.h"

static const char *const controls[] = { "Off", "ReadOnly", "Edit", NULL };

#define CONTROL(member) { (member), .type = FIELD_ENUM, .options = controls }
static const struct field controlled[] = {
	CONTROL("name"), CONTROL("avatar"), CONTROL("profile"), CONTROL("email"), CONTROL("phone"),
	CONTROL("password"), CONTROL("username"), CONTROL("social"), CONTROL("customData"), CONTROL("mfa"),
	CONTROL("passkey"), CONTROL("session"),
	CONTROL("organizations"),	/* our own: ReadOnly to see them and accept invitations, Edit to leave them */
	FIELDS_END
};

static bool is_web_address(const json_t *value)
{
	const char *s = json_string_value(value);
	struct url u;

	return url_parse(s, strlen(s), &u) && url_is_web(&u);
}

static const struct field center_fields[] = {
	SETTING_ID,
	{ "enabled", .type = FIELD_BOOL, .flags = REQUIRED, .fallback = "false" },
	{ "fields", .type = FIELD_STRUCT, .flags = REQUIRED, .members = controlled, .fallback = "{}",
	  .help = "What people may do with each; a member that is not there is Off. A patch replaces it whole." },
	{ "webauthnRelatedOrigins", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_text, .fallback = "[]",
	  .help = "Other origins whose pages may use the passkeys of this one." },
	{ "deleteAccountUrl", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE | EMPTY_OK, .max = 2048,
	  .form = FORM_URL, .check = is_web_address, .fallback = "null",
	  .help = "The page where people delete their account." },
	{ "customCss", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE, .fallback = "null" },
	{ "profileFields", .type = FIELD_LIST, .flags = REQUIRED | NULLABLE, .element = &named_profile_field,
	  .fallback = "null", .help = "Which profile fields are shown, in this order; null: all." },
	FIELDS_END
};

static err_t judge_center(struct txn *tx, struct arena *a, const json_t *now, json_t *sent)
{
	const json_t *origins = json_object_get(sent, "webauthnRelatedOrigins");

	(void)now;
	if (origins)
		json_object_set_new(sent, "webauthnRelatedOrigins", json_distinct(origins));
	return profile_fields_keep_known(tx, a, sent, "profileFields");
}

SETTING(account_center) = {
	.name = "account-center", .fields = center_fields, .has_id = true, .judge = judge_center,
	.initial_of_admin = "{\"enabled\":true,\"fields\":{\"name\":\"Edit\",\"avatar\":\"Edit\",\"profile\":\"Edit\","
			    "\"email\":\"Edit\",\"phone\":\"Edit\",\"password\":\"Edit\",\"username\":\"Edit\","
			    "\"social\":\"Edit\",\"customData\":\"Edit\",\"mfa\":\"Edit\",\"passkey\":\"Edit\","
			    "\"session\":\"Edit\"},\"profileFields\":[{\"name\":\"name\"},{\"name\":\"avatar\"}]}",
};

/* What browsers ask for before a page of another origin uses a passkey (WebAuthn level 3, section 5.11). */
static err_t related_origins(struct request *rq)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	err_t e = setting_load(rq->tx, &account_center, &value);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "origins");
	json_value(&j, json_object_get(value, "webauthnRelatedOrigins"));
	json_close(&j);
	return OK;
}

static const struct shape center = { .fields = center_fields };
static const struct field origins_members[] = {
	{ "origins", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_text },
	FIELDS_END
};
static const struct shape origins = { .fields = origins_members };

const struct route account_center_routes[] = {
	{ GET, "/api/account-center", MANAGEMENT, READ, .handler = setting_get_handler, .of = &account_center,
	  .status = 200, .reply = &center, .summary = "Get what people may see and change of their account" },
	{ PATCH, "/api/account-center", MANAGEMENT, WRITE, .body = center_fields, .body_is_patch = true,
	  .handler = setting_patch_handler, .of = &account_center, .status = 200, .reply = &center,
	  .summary = "Set what people may see and change of their account" },
	{ GET, "/api/.well-known/account-center", ANYONE, READ, .handler = setting_get_handler, .of = &account_center,
	  .status = 200, .reply = &center, .operation = "GetWellKnownAccountCenter",
	  .summary = "Get what people may see and change, for the pages" },
	{ GET, "/.well-known/webauthn", ANYONE, READ, .handler = related_origins, .status = 200, .reply = &origins,
	  .summary = "Get the origins that may use the passkeys of this one" },
};
const size_t account_center_route_count = ARRAY_LEN(account_center_routes);
