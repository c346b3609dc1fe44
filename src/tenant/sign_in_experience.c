/*
 * The sign-in experience: how people sign in and register, and what they see.
 * Contract: sign-in.md sections 8.1, 9 and 10. Stored and answered here; the pages keep to it.
 */
#include "tenant/experience.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/store.h"
#include "tenant/connector.h"
#include "tenant/doors.h"
#include "tenant/factor_type.h"
#include "tenant/language_tags.h"
#include "tenant/password_policy.h"
#include "tenant/sign_in_rules.h"
#include "tenant/social_connector.h"

#include "base/banned.h"

#define NUMBER_LIMIT 1000000
#define YEAR_MINUTES 525600

/* -- members -- */

static const struct field all_colors[] = {
	{ "primaryColor", .type = FIELD_TEXT, .flags = REQUIRED, .form = FORM_COLOR },
	{ "isDarkModeEnabled", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "darkPrimaryColor", .type = FIELD_TEXT, .flags = REQUIRED, .form = FORM_COLOR },
	FIELDS_END
};

static bool is_language(const json_t *value)
{
	char tag[LANGUAGE_TAG_SIZE];

	return language_tag_write(json_string_value(value), tag);
}

static const struct field language_members[] = {
	{ "autoDetect", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "fallbackLanguage", .type = FIELD_TEXT, .flags = REQUIRED, .check = is_language },
	FIELDS_END
};

static const char *const identifiers[] = { "username", "email", "phone", NULL };
static const char *const second_identifiers[] = { "username", "email", "phone", "emailOrPhone", NULL };
static const struct field identifier = { .type = FIELD_ENUM, .options = identifiers };

static const struct field method_members[] = {
	{ "identifier", .type = FIELD_ENUM, .flags = REQUIRED, .options = identifiers },
	{ "password", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "verificationCode", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "isPasswordPrimary", .type = FIELD_BOOL, .flags = REQUIRED },
	FIELDS_END
};
static const struct field method = { .type = FIELD_STRUCT, .members = method_members };
static const struct field sign_in_members[] = {
	{ "methods", .type = FIELD_LIST, .flags = REQUIRED, .element = &method }, FIELDS_END
};

static const struct field second_members[] = {
	{ "identifier", .type = FIELD_ENUM, .flags = REQUIRED, .options = second_identifiers },
	{ "verify", .type = FIELD_BOOL },
	FIELDS_END
};
static const struct field second = { .type = FIELD_STRUCT, .members = second_members };
static const struct field sign_up_members[] = {
	{ "identifiers", .type = FIELD_LIST, .flags = REQUIRED, .element = &identifier },
	{ "password", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "verify", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "secondaryIdentifiers", .type = FIELD_LIST, .element = &second },
	FIELDS_END
};

static const struct field social_members[] = {
	{ "automaticAccountLinking", .type = FIELD_BOOL },
	{ "skipRequiredIdentifiers", .type = FIELD_BOOL },
	FIELDS_END
};

static bool is_map_of_texts(const json_t *value)
{
	const char *key;
	json_t *text;

	json_object_foreach((json_t *)(uintptr_t)value, key, text)
		if (!json_is_string(text))
			return false;
	return json_is_object(value);
}

static const struct field asset_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "createdAt", .type = FIELD_TIME, .flags = REQUIRED },
	FIELDS_END
};

static bool is_list_of_texts(const json_t *value)
{
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!json_is_string(json_array_get(value, i)))
			return false;
	return json_is_array(value);
}

/* Unlike other objects, this one refuses what it does not know. */
static bool is_csp(const json_t *value)
{
	const char *key;
	json_t *list;

	json_object_foreach((json_t *)(uintptr_t)value, key, list)
		if ((strcmp(key, "scriptSrc") && strcmp(key, "connectSrc")) || !is_list_of_texts(list))
			return false;
	return json_is_object(value);
}

static const char *const policies[] = {
	"UserControlled", "PromptAtSignInAndSignUp", "PromptOnlyAtSignIn", "NoPrompt", "Mandatory",
	"PromptAtSignInAndSignUpMandatory", "PromptOnlyAtSignInMandatory", NULL
};
static const char *const organization_policies[] = { "NoPrompt", "Mandatory", NULL };
static const struct field factor = { .type = FIELD_ENUM, .options = factor_names };
static const struct field mfa_members[] = {
	{ "factors", .type = FIELD_LIST, .flags = REQUIRED, .element = &factor },
	{ "policy", .type = FIELD_ENUM, .flags = REQUIRED, .options = policies },
	{ "organizationRequiredMfaPolicy", .type = FIELD_ENUM, .options = organization_policies },
	FIELDS_END
};
static const struct field enabled_members[] = { { "enabled", .type = FIELD_BOOL }, FIELDS_END };

static const struct field lockout_members[] = {
	{ "maxAttempts", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .max = NUMBER_LIMIT },
	{ "lockoutDuration", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .max = YEAR_MINUTES,
	  .help = "Minutes." },
	FIELDS_END
};
static const struct field blocklist_members[] = {
	{ "blockDisposableAddresses", .type = FIELD_BOOL },
	{ "blockSubaddressing", .type = FIELD_BOOL },
	{ "customBlocklist", .type = FIELD_LIST, .element = &field_text },
	{ "customAllowlist", .type = FIELD_LIST, .element = &field_text },
	FIELDS_END
};
static const struct field code_members[] = {
	{ "expirationDuration", .type = FIELD_INTEGER, .flags = WHOLE, .min = 60, .max = 3600, .help = "Seconds." },
	{ "maxRetryAttempts", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .max = 100 },
	FIELDS_END
};
static const struct field reset_method = { .type = FIELD_ENUM, .options = sent_code_names };

static const struct field passkey_members[] = {
	{ "enabled", .type = FIELD_BOOL },
	{ "showPasskeyButton", .type = FIELD_BOOL },
	{ "allowAutofill", .type = FIELD_BOOL },
	FIELDS_END
};
static const struct field expiration_members[] = {
	{ "enabled", .type = FIELD_BOOL },
	{ "validPeriodDays", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .max = NUMBER_LIMIT },
	{ "enabledAt", .type = FIELD_TIME, .flags = GENERATED },
	FIELDS_END
};
static const struct field character_members[] = {
	{ "lowercase", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "uppercase", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "numbers", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "underscore", .type = FIELD_BOOL, .flags = REQUIRED },
	FIELDS_END
};
static const struct field username_members[] = {
	{ "caseSensitive", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "minLength", .type = FIELD_INTEGER, .flags = REQUIRED | WHOLE, .min = 1, .max = 128 },
	{ "maxLength", .type = FIELD_INTEGER, .flags = REQUIRED | WHOLE, .min = 1, .max = 128 },
	{ "allowedChars", .type = FIELD_STRUCT, .flags = REQUIRED, .members = character_members },
	FIELDS_END
};

static const char *const terms_policies[] = { "Automatic", "ManualRegistrationOnly", "Manual", NULL };
static const char *const modes[] = { "SignIn", "Register", "SignInAndRegister", NULL };

#define OBJECT(member, of, json) \
	{ (member), .type = FIELD_STRUCT, .flags = REQUIRED, .members = (of), .fallback = (json) }
#define FLAG(member, json) { (member), .type = FIELD_BOOL, .flags = REQUIRED, .fallback = (json) }
#define CHOICE(member, of, json) \
	{ (member), .type = FIELD_ENUM, .flags = REQUIRED, .options = (of), .fallback = (json) }
#define LINK_WIDTH 2048
#define LINK(member, like) \
	{ (member), .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE | EMPTY_OK | STORED_MAX, .max = LINK_WIDTH, \
	  .form = (like), .fallback = "null" }

#define COLORS(dark) \
	"{\"primaryColor\":\"#6139F6\",\"isDarkModeEnabled\":" dark ",\"darkPrimaryColor\":\"#8768F8\"}"
#define USERNAMES \
	"{\"caseSensitive\":true,\"minLength\":1,\"maxLength\":128,\"allowedChars\":{\"lowercase\":true," \
	"\"uppercase\":true,\"numbers\":true,\"underscore\":true}}"

const struct field sign_in_experience_fields[] = {
	SETTING_ID,
	OBJECT("color", all_colors, COLORS("false")),
	OBJECT("branding", branding_members, "{}"),
	FLAG("hideLogtoBranding", "false"),
	OBJECT("languageInfo", language_members, "{\"autoDetect\":true,\"fallbackLanguage\":\"en\"}"),
	LINK("termsOfUseUrl", FORM_URL),
	LINK("privacyPolicyUrl", FORM_URL),
	CHOICE("agreeToTermsPolicy", terms_policies, "\"Automatic\""),
	OBJECT("signIn", sign_in_members,
	       "{\"methods\":[{\"identifier\":\"username\",\"password\":true,\"verificationCode\":false,"
	       "\"isPasswordPrimary\":true}]}"),
	OBJECT("signUp", sign_up_members, "{\"identifiers\":[\"username\"],\"password\":true,\"verify\":false}"),
	OBJECT("socialSignIn", social_members, "{}"),
	{ "socialSignInConnectorTargets", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_text,
	  .fallback = "[]" },
	CHOICE("signInMode", modes, "\"SignInAndRegister\""),
	{ "customCss", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE, .fallback = "null" },
	{ "customContent", .type = FIELD_CUSTOM, .flags = REQUIRED, .check = is_map_of_texts, .fallback = "{}",
	  .help = "Text of a page by its path." },
	{ "customUiAssets", .type = FIELD_STRUCT, .flags = REQUIRED | NULLABLE, .members = asset_members,
	  .fallback = "null" },
	{ "customUiCsp", .type = FIELD_CUSTOM, .flags = REQUIRED, .check = is_csp, .fallback = "{}",
	  .help = "Lists scriptSrc and connectSrc." },
	OBJECT("passwordPolicy", password_policy_members, "{}"),
	OBJECT("mfa", mfa_members, "{\"factors\":[],\"policy\":\"UserControlled\"}"),
	OBJECT("adaptiveMfa", enabled_members, "{}"),
	FLAG("singleSignOnEnabled", "false"),
	LINK("supportEmail", FORM_EMAIL),
	LINK("supportWebsiteUrl", FORM_URL),
	LINK("unknownSessionRedirectUrl", FORM_URL),
	OBJECT("captchaPolicy", enabled_members, "{}"),
	OBJECT("sentinelPolicy", lockout_members, "{}"),
	OBJECT("emailBlocklistPolicy", blocklist_members, "{}"),
	OBJECT("verificationCodePolicy", code_members, "{}"),
	{ "forgotPasswordMethods", .type = FIELD_LIST, .flags = REQUIRED | NULLABLE, .element = &reset_method,
	  .fallback = "[]", .help = "null: whatever can be sent." },
	OBJECT("passkeySignIn", passkey_members, "{}"),
	{ "signUpProfileFields", .type = FIELD_LIST, .flags = REQUIRED | NULLABLE, .element = &named_profile_field,
	  .fallback = "null", .help = "What people are asked for when they register, in this order; null: all." },
	OBJECT("passwordExpiration", expiration_members, "{}"),
	OBJECT("usernamePolicy", username_members, USERNAMES),
	FIELDS_END
};

/* -- usernames that differ in letter case alone -- */

#define COLLISIONS_SHOWN 20

STATEMENT(username_collisions,
	  "SELECT name, {agg}(id) AS ids, count(*) OVER () AS total FROM (SELECT lower(username) AS name, id"
	  " FROM users WHERE tenant_id = $1 AND username IS NOT NULL ORDER BY 1, 2) u GROUP BY name"
	  " HAVING count(*) > 1 ORDER BY name LIMIT $2");
COLUMNS(username_collisions, name, ids, total);

/* Writes {totalConflicts, samples}; at most `most` samples. `*total`: how many names there are. */
static err_t write_collisions(struct txn *tx, struct json_out *j, int64_t most, int64_t *total)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &username_collisions, ARGS(N(most)), &rows);

	*total = 0;
	json_open(j);
	json_key(j, "samples");
	json_list(j);
	while (!e && rows_next(&rows)) {
		*total = rows_int(&rows, username_collisions_total);
		json_open(j);
		json_key_text(j, "usernameLower", rows_text(&rows, username_collisions_name));
		json_key(j, "userIds");
		json_raw(j, rows_text(&rows, username_collisions_ids),
			 strlen(rows_text(&rows, username_collisions_ids)));
		json_close(j);
	}
	json_list_end(j);
	json_key_int(j, "totalConflicts", *total);
	json_close(j);
	return e ? e : rows_end(&rows);
}

/* Before letter case is ignored, no two names may be the same without it. */
static err_t refuse_collisions(struct txn *tx, struct arena *a, const json_t *sent, const json_t *now)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const json_t *before = json_object_get(json_object_get(now, "usernamePolicy"), "caseSensitive");
	const json_t *after = json_object_get(json_object_get(sent, "usernamePolicy"), "caseSensitive");
	struct json_out j;
	int64_t total;
	err_t e;

	if (!json_is_false(after) || json_is_false(before))
		return OK;
	buffer_init(&b, MIB(1));
	json_out_init(&j, &b);
	e = write_collisions(tx, &j, COLLISIONS_SHOWN, &total);
	if (!e && total > 0) {
		e = err_set(ERR_USERNAME_COLLISIONS, "%lld names", (long long)total);
		err_fault()->data = arena_copy(a, buffer_str(&b));
	}
	return e;
}

static bool is_sample_size(const json_t *value)
{
	const char *s = json_string_value(value);
	size_t n = strspn(s, "0123456789");
	long size = n > 0 && n <= 3 && !s[n] ? strtol(s, NULL, 10) : 0;

	return size >= 1 && size <= 100;
}

static err_t get_collisions(struct request *rq)
{
	const char *limit = query_arg(rq, "limit");
	struct json_out j = reply_json(rq, 200);
	int64_t total;

	return write_collisions(rq->tx, &j, limit ? strtol(limit, NULL, 10) : COLLISIONS_SHOWN, &total);
}

/* -- what is made of the members that are sent -- */

/* Sets the members of a part of the password policy that were left out. */
static void fill(json_t *part, const struct field *fields)
{
	for (const struct field *f = fields; f->name; f++)
		if (!json_object_get(part, f->name))
			json_object_set_new(part, f->name, json_loads(f->fallback, JSON_DECODE_ANY, NULL));
}

/* A copy of a member of `sent` in its place, which may be changed. NULL: it is not there. */
static json_t *own_copy(json_t *sent, const char *member)
{
	json_t *value = json_object_get(sent, member);

	if (!value)
		return NULL;
	value = json_deep_copy(value);
	json_object_set_new(sent, member, value);
	return value;
}

static err_t settle_password_policy(struct arena *a, json_t *sent)
{
	json_t *policy = own_copy(sent, "passwordPolicy");
	const json_t *length = json_object_get(policy, "length");

	for (const struct field *f = policy ? password_policy_members : NULL; f && f->name; f++)
		if (json_object_get(policy, f->name))
			fill(json_object_get(policy, f->name), f->members);
	if (json_integer_value(json_object_get(length, "min")) > json_integer_value(json_object_get(length, "max")))
		return input_issue(a, "body", "passwordPolicy", "custom", "The shortest is longer than the longest");
	return OK;
}

static err_t settle_username_policy(struct arena *a, const json_t *sent)
{
	const json_t *policy = json_object_get(sent, "usernamePolicy"), *value;
	bool any = false;
	const char *key;

	if (!policy)
		return OK;
	if (json_integer_value(json_object_get(policy, "minLength")) >
	    json_integer_value(json_object_get(policy, "maxLength")))
		return input_issue(a, "body", "usernamePolicy", "custom",
				   "Minimum length cannot exceed maximum length.");
	json_object_foreach(json_object_get(policy, "allowedChars"), key, value)
		any |= json_is_true(value);
	return any ? OK : input_issue(a, "body", "usernamePolicy", "custom", "No kind of character is allowed");
}

/* Switched on, it needs its days; switched off, nothing else stays; else what is sent goes over what stands. */
static err_t settle_expiration(struct arena *a, const json_t *now, json_t *sent)
{
	json_t *value = own_copy(sent, "passwordExpiration");
	const json_t *before = json_object_get(now, "passwordExpiration");
	const json_t *enabled = json_object_get(value, "enabled");

	if (!value)
		return OK;
	if (json_is_false(enabled)) {
		json_object_set_new(sent, "passwordExpiration", json_pack("{s:b}", "enabled", 0));
		return OK;
	}
	if (enabled && !json_object_get(value, "validPeriodDays"))
		return input_issue(a, "body", "passwordExpiration", "custom", "Say after how many days");
	if (!enabled)
		json_object_update_missing(value, (json_t *)(uintptr_t)before);
	else if (json_is_true(json_object_get(before, "enabled")))
		json_object_set(value, "enabledAt", json_object_get(before, "enabledAt"));
	else
		json_object_set_new(value, "enabledAt", json_integer(clock_ms()));
	return OK;
}

/* No list of sources stays: none but an empty one is taken. */
static void settle_csp(json_t *sent)
{
	if (json_object_get(sent, "customUiCsp"))
		json_object_set_new(sent, "customUiCsp", json_object());
}

static void settle_blocklist(json_t *sent)
{
	json_t *policy = own_copy(sent, "emailBlocklistPolicy"), *list;

	for (size_t i = 0; i < ARRAY_LEN(blocklists); i++)
		if ((list = json_object_get(policy, blocklists[i])))
			json_object_set_new(policy, blocklists[i], json_distinct(list));
}

/* Without factors there is nothing to adapt. */
static void settle_adaptive_mfa(json_t *sent)
{
	const json_t *mfa = json_object_get(sent, "mfa");

	if (mfa && json_array_size(json_object_get(mfa, "factors")) == 0 && !json_object_get(sent, "adaptiveMfa"))
		json_object_set_new(sent, "adaptiveMfa", json_pack("{s:b}", "enabled", 0));
}

/* -- rules -- */

/* Writes the tag in its usual letter case, and refuses one of a language in which the pages say nothing. */
static err_t judge_language(struct txn *tx, json_t *sent)
{
	json_t *info = own_copy(sent, "languageInfo");
	char tag[LANGUAGE_TAG_SIZE];
	bool known;
	err_t e;

	if (!info || !language_tag_write(json_string_value(json_object_get(info, "fallbackLanguage")), tag))
		return OK;
	json_object_set_new(info, "fallbackLanguage", json_string(tag));
	e = phrases_are_there(tx, tag, &known);
	return e || known ? e : err_arg(ERR_LANGUAGE_UNSUPPORTED, "language", tag);
}

static err_t judge_expiration(const json_t *sent, const json_t *next, struct means have)
{
	struct means back = ways_back(next, have);

	if (!json_object_get(sent, "passwordExpiration") && !json_object_get(sent, "forgotPasswordMethods"))
		return OK;
	if (!json_is_true(json_object_get(json_object_get(next, "passwordExpiration"), "enabled")))
		return OK;
	return back.email || back.sms ? OK : ERR_EXPIRATION_NO_WAY;
}

static err_t judge_branding(const json_t *sent)
{
	if (!json_is_true(json_object_get(sent, "hideLogtoBranding")))
		return OK;
	return err_arg(ERR_REQUEST_INPUT, "reason", "Hide Logto branding is not supported in this environment");
}

/* The rules between members, in the contract's order. `next`: the value as it will be. */
static err_t judge_together(const json_t *sent, const json_t *next, struct means have)
{
	err_t e = rules_of_sign_up(json_object_get(sent, "signUp"), have);

	if (!e)
		e = rules_of_sign_in(json_object_get(sent, "signIn"), next, have);
	if (!e)
		e = rules_of_mfa(json_object_get(sent, "mfa"), next);
	if (!e && (json_object_get(sent, "mfa") || json_object_get(sent, "adaptiveMfa")))
		e = rules_of_adaptive_mfa(next);
	if (!e)
		e = rules_of_forgotten_passwords(json_object_get(sent, "forgotPasswordMethods"), have);
	return e ? e : judge_expiration(sent, next, have);
}

static err_t settle(struct arena *a, const json_t *now, json_t *sent)
{
	err_t e = settle_username_policy(a, sent);

	if (!e)
		e = settle_password_policy(a, sent);
	if (!e)
		e = settle_expiration(a, now, sent);
	settle_blocklist(sent);
	settle_adaptive_mfa(sent);
	return e;
}

static err_t judge_experience(struct txn *tx, struct arena *a, const json_t *now, json_t *sent)
{
	json_auto_t *next = NULL;
	struct means have;
	err_t e = settle(a, now, sent);

	if (!e)
		e = profile_fields_keep_known(tx, a, sent, "signUpProfileFields");
	if (!e)
		e = social_targets_keep_known(tx, sent);
	if (!e)
		e = rules_of_csp(a, json_object_get(sent, "customUiCsp"));
	if (!e)
		e = judge_language(tx, sent);
	if (!e)
		e = refuse_collisions(tx, a, sent, now);
	if (!e)
		e = connector_means(tx, &have);
	if (e)
		return e;
	settle_csp(sent);
	next = json_copy((json_t *)(uintptr_t)now);
	json_object_update(next, sent);
	e = judge_together(sent, next, have);
	if (!e)
		e = judge_branding(sent);
	return e ? e : rules_of_blocklist(a, json_object_get(sent, "emailBlocklistPolicy"));
}

SETTING(sign_in_experience) = {
	.name = "sign-in-experience", .fields = sign_in_experience_fields, .has_id = true, .judge = judge_experience,
	.initial_of_admin = "{\"color\":" COLORS("true") ",\"signInMode\":\"Register\",\"mfa\":{\"factors\":[\"Totp\","
			    "\"WebAuthn\",\"BackupCode\"],\"policy\":\"NoPrompt\","
			    "\"organizationRequiredMfaPolicy\":\"Mandatory\"}}",
};

/* -- routes -- */

static const struct shape experience = { .fields = sign_in_experience_fields };

static const struct field collision_query[] = {
	{ "limit", .type = FIELD_TEXT, .check = is_sample_size, .help = "How many samples, 1 to 100; 20 without it." },
	FIELDS_END
};
static const struct field sample_members[] = {
	{ "usernameLower", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "userIds", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_id },
	FIELDS_END
};
static const struct field sample = { .type = FIELD_STRUCT, .members = sample_members };
static const struct field collision_members[] = {
	{ "totalConflicts", .type = FIELD_INTEGER, .flags = REQUIRED },
	{ "samples", .type = FIELD_LIST, .flags = REQUIRED, .element = &sample },
	FIELDS_END
};
static const struct shape collisions = { .fields = collision_members };

#define BASE "/api/sign-in-exp"

const struct route sign_in_experience_routes[] = {
	{ GET, BASE, MANAGEMENT, READ, .handler = setting_get_handler, .of = &sign_in_experience, .status = 200,
	  .reply = &experience, .summary = "Get how people sign in, and what they see" },
	{ PATCH, BASE, MANAGEMENT, WRITE, .body = sign_in_experience_fields, .body_is_patch = true,
	  .handler = setting_patch_handler, .of = &sign_in_experience, .status = 200, .reply = &experience,
	  .refuses = 409, .summary = "Set how people sign in, and what they see" },
	{ GET, BASE "/username-policy/case-sensitivity-conflicts", MANAGEMENT, SCAN, .query = collision_query,
	  .handler = get_collisions, .status = 200, .reply = &collisions,
	  .summary = "List user names that differ in letter case alone" },
};
const size_t sign_in_experience_route_count = ARRAY_LEN(sign_in_experience_routes);
