/*
 * Users and their identifiers (name, e-mail address, phone number), from create to delete. What belongs to one user
 * (profile, password, settings) is in user_details.c.
 * Contract: users-apps-resources.md sections 1.1 to 1.4.
 */
#include "directory/user.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/password.h"
#include "directory/phone.h"
#include "directory/role.h"
#include "directory/sso_identities.h"
#include "tenant/tenant.h"

#include "base/banned.h"

static const struct field address_members[] = {
	{ "formatted", .type = FIELD_TEXT }, { "streetAddress", .type = FIELD_TEXT },
	{ "locality", .type = FIELD_TEXT }, { "region", .type = FIELD_TEXT }, { "postalCode", .type = FIELD_TEXT },
	{ "country", .type = FIELD_TEXT },
	FIELDS_END
};

const struct field profile_members[] = {
	{ "familyName", .type = FIELD_TEXT }, { "givenName", .type = FIELD_TEXT },
	{ "middleName", .type = FIELD_TEXT }, { "nickname", .type = FIELD_TEXT },
	{ "preferredUsername", .type = FIELD_TEXT }, { "profile", .type = FIELD_TEXT, .form = FORM_SHOWN },
	{ "website", .type = FIELD_TEXT, .form = FORM_SHOWN }, { "gender", .type = FIELD_TEXT },
	{ "birthdate", .type = FIELD_TEXT },
	{ "zoneinfo", .type = FIELD_TEXT }, { "locale", .type = FIELD_TEXT },
	{ "address", .type = FIELD_STRUCT, .members = address_members },
	FIELDS_END
};

/* The searched fields stand in the order of base/search.h. */
static const struct field user_fields[] = {
	{ "id", "id", FIELD_TEXT, GENERATED | SEARCHED },
	{ "primaryEmail", "primary_email", FIELD_TEXT, NULLABLE | SEARCHED, .max = 128,
	  .help = "As given; unique in any letter case." },
	{ "primaryPhone", "primary_phone", FIELD_TEXT, NULLABLE | SEARCHED, .max = 128,
	  .help = "International, digits only." },
	{ "username", "username", FIELD_TEXT, NULLABLE | SEARCHED, .max = 128 },
	{ "name", "name", FIELD_TEXT, NULLABLE | SEARCHED, .max = 128 },
	{ "avatar", "avatar", FIELD_TEXT, NULLABLE, .max = 2048 },
	{ "customData", "custom_data", FIELD_OBJECT, .fallback = "{}" },
	{ "identities", "identities", FIELD_OBJECT, .fallback = "{}", .help = "Social identities by target." },
	{ "lastSignInAt", "last_sign_in_at", FIELD_TIME, GENERATED | NULLABLE },
	{ "createdAt", "created_at", FIELD_TIME, GENERATED },
	{ "updatedAt", "updated_at", FIELD_TIME, GENERATED },
	{ "profile", "profile", FIELD_STRUCT, .members = profile_members, .fallback = "{}" },
	{ "applicationId", "application_id", FIELD_TEXT, NULLABLE,
	  .help = "The first application the user signed in to." },
	{ "cimdClientId", "cimd_client_id", FIELD_TEXT, NULLABLE },
	{ "isSuspended", "is_suspended", FIELD_BOOL, .fallback = "0" },
	{ "emailKey", "email_key", FIELD_TEXT, GENERATED | HIDDEN | NULLABLE },
	{ "passwordDigest", "password_digest", FIELD_TEXT, GENERATED | HIDDEN | NULLABLE },
	{ "passwordAlgorithm", "password_algorithm", FIELD_TEXT, GENERATED | HIDDEN | NULLABLE },
	{ "passwordUpdatedAt", "password_updated_at", FIELD_TIME, GENERATED | HIDDEN | NULLABLE },
	{ "isPasswordExpired", "is_password_expired", FIELD_BOOL, GENERATED | HIDDEN, .fallback = "0" },
	{ "logtoConfig", "logto_config", FIELD_OBJECT, GENERATED | HIDDEN, .fallback = "{}" },
	{ "mfaVerifications", "mfa_verifications", FIELD_LIST, GENERATED | HIDDEN, .fallback = "[]" },
	FIELDS_END
};

/* Tells which identifier another request took first: PostgreSQL names the constraint, SQLite the columns. */
static err_t user_conflict(const json_t *object)
{
	const char *constraint = store_constraint();

	(void)object;
	if (strstr(constraint, "username"))
		return ERR_USERNAME_IN_USE;
	if (strstr(constraint, "email"))
		return ERR_EMAIL_IN_USE;
	return strstr(constraint, "phone") ? ERR_PHONE_IN_USE : ERR_UNIQUE;
}

ENTITY(user) = {
	.name = "user", .table = "users", .singular = "user", .parameter = "userId",
	.fields = user_fields, .id_len = ID_SHORT,
	.read_miss = ERR_NOT_FOUND, .patch_miss = ERR_NOT_FOUND, .delete_miss = ERR_NOT_FOUND,
	.searched = true, .search_index = true, .conflict = user_conflict,
};

/* -- bodies -- */

static const char *const algorithms[] = {
	"Argon2i", "Argon2id", "Argon2d", "SHA1", "SHA256", "MD5", "Bcrypt", "Legacy", NULL
};

/* Only http and https, so that the address of a picture is never a script. */
bool user_avatar_fits(const json_t *value)
{
	const char *url = json_string_value(value);

	return *url == '\0' || !strncasecmp(url, "https:", 6) || !strncasecmp(url, "http:", 5);
}

static const struct field create_body[] = {
	{ "primaryPhone", .type = FIELD_TEXT, .form = FORM_PHONE },
	{ "primaryEmail", .type = FIELD_TEXT, .flags = STORED_MAX, .max = 128, .form = FORM_EMAIL },
	{ "username", .type = FIELD_TEXT, .flags = STORED_MAX, .max = 128, .form = FORM_USERNAME },
	{ "password", .type = FIELD_TEXT, .flags = NOT_EMPTY },
	{ "passwordDigest", .type = FIELD_TEXT, .max = 256,
	  .help = "Made elsewhere; with passwordAlgorithm, in place of password." },
	{ "passwordAlgorithm", .type = FIELD_ENUM, .options = algorithms },
	{ "name", .type = FIELD_TEXT, .flags = STORED_MAX, .max = 128 },
	{ "avatar", .type = FIELD_TEXT, .flags = NULLABLE | EMPTY_OK | STORED_MAX, .max = 2048, .form = FORM_URL,
	  .check = user_avatar_fits },
	{ "customData", .type = FIELD_OBJECT },
	{ "profile", .type = FIELD_STRUCT, .members = profile_members },
	FIELDS_END
};

static const struct field patch_body[] = {
	{ "username", .type = FIELD_TEXT, .flags = NULLABLE | EMPTY_OK | STORED_MAX, .max = 128,
	  .form = FORM_USERNAME },
	{ "primaryEmail", .type = FIELD_TEXT, .flags = NULLABLE | EMPTY_OK | STORED_MAX, .max = 128,
	  .form = FORM_EMAIL },
	{ "primaryPhone", .type = FIELD_TEXT, .flags = NULLABLE | EMPTY_OK, .form = FORM_PHONE },
	{ "name", .type = FIELD_TEXT, .flags = NULLABLE | STORED_MAX, .max = 128 },
	{ "avatar", .type = FIELD_TEXT, .flags = NULLABLE | EMPTY_OK | STORED_MAX, .max = 2048, .form = FORM_URL,
	  .check = user_avatar_fits },
	{ "customData", .type = FIELD_OBJECT, .help = "Replaces what is stored." },
	{ "profile", .type = FIELD_STRUCT, .members = profile_members, .help = "Replaces what is stored." },
	FIELDS_END
};

/* -- identifiers -- */

STATEMENT(find_username, "SELECT 1 FROM users WHERE tenant_id = $1 AND username = $2 AND id <> $3");
STATEMENT(find_email, "SELECT 1 FROM users WHERE tenant_id = $1 AND email_key = $2 AND id <> $3");
STATEMENT(find_phone, "SELECT 1 FROM users WHERE tenant_id = $1 AND primary_phone IN ($2, $3, $4) AND id <> $5");

/* Returns `taken` when the statement finds a row. */
static err_t refuse_if_found(struct txn *tx, struct statement *s, const struct arg *args, int n, err_t taken)
{
	int64_t one;
	err_t e = store_int(tx, s, args, n, &one);

	return e == ERR_NOT_FOUND ? OK : e ? e : taken;
}

static const char *text_of(const json_t *row, const char *member)
{
	return json_string_value(json_object_get(row, member));
}

/* Fails when another user has the user name. `self`: id of the user that may have it; "" for a new user. */
static err_t check_username(struct request *rq, const json_t *row, const char *self)
{
	const char *name = text_of(row, "username");

	return name ? refuse_if_found(rq->tx, &find_username, ARGS(T(name), T(self)), ERR_USERNAME_IN_USE) : OK;
}

static err_t check_email(struct request *rq, const json_t *row, const char *self)
{
	const char *email = text_of(row, "primaryEmail");

	return email ? refuse_if_found(rq->tx, &find_email, ARGS(T(text_fold(rq->arena, email)), T(self)),
				       ERR_EMAIL_IN_USE) :
		       OK;
}

/* Finds the number in every way to write it, also in rows that were stored as they were sent. */
static err_t check_phone(struct request *rq, const json_t *row, const char *self)
{
	const char *given = text_of(row, "primaryPhone");
	struct phone phone;

	if (!given)
		return OK;
	if (!phone_parse(given, &phone))
		return refuse_if_found(rq->tx, &find_phone, ARGS(T(given), T(given), T(given), T(self)),
				       ERR_PHONE_IN_USE);
	return refuse_if_found(rq->tx, &find_phone, ARGS(T(given), T(phone.number), T(phone.with_zero), T(self)),
			       ERR_PHONE_IN_USE);
}

err_t user_check_free(struct request *rq, const json_t *row, const char *self)
{
	err_t e = check_username(rq, row, self);

	if (!e)
		e = check_email(rq, row, self);
	return e ? e : check_phone(rq, row, self);
}

/* Replaces the number in `row` by its stored form. ERR_INVALID_PHONE. */
static err_t normalize_phone(json_t *row)
{
	const char *given = json_string_value(json_object_get(row, "primaryPhone"));
	struct phone phone;
	err_t e;

	if (!given)
		return OK;
	if (phone_parse(given, &phone)) {
		json_object_set_new(row, "primaryPhone", json_string(phone.number));
		return OK;
	}
	e = err_set(ERR_INVALID_PHONE, "no international number of %zu digits", strlen(given));
	err_fault()->data = "{\"name\":\"ParseError\"}";
	return e;
}

/* Sets `emailKey`, the folded address by which e-mail addresses are unique; null when the address is. */
static void set_email_key(struct arena *a, json_t *row)
{
	json_t *email = json_object_get(row, "primaryEmail");

	if (email)
		json_object_set_new(row, "emailKey",
				    json_is_null(email) ? json_null() :
							  json_string(text_fold(a, json_string_value(email))));
}

/* -- answers -- */

STATEMENT(user_find_whole, "SELECT " HAS_PASSWORD("u") " AS has_password, u.password_digest, u.password_algorithm,"
	  " {cols:user:u} FROM users u WHERE u.tenant_id = $1 AND u.id = $2");
COLUMNS_BEFORE(user_find_whole, user, has_password, password_digest, password_algorithm);

/* Answers 200 with the user; with the password digest and with `ssoIdentities` when asked. ERR_NOT_FOUND. */
static err_t reply_whole(struct request *rq, const char *id, bool with_digest, bool with_sso)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &user_find_whole, ARGS(T(id)), &row);
	struct json_out j;

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&user, ERR_NOT_FOUND, id);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	entity_print(&j, &user, &row, user_find_whole_user);
	json_key_bool(&j, "hasPassword", rows_int(&row, user_find_whole_has_password) != 0);
	if (with_digest) {
		json_key_text(&j, "passwordDigest", rows_text(&row, user_find_whole_password_digest));
		json_key_text(&j, "passwordAlgorithm", rows_text(&row, user_find_whole_password_algorithm));
	}
	e = rows_end(&row);
	if (!e && with_sso) {
		json_key(&j, "ssoIdentities");
		e = sso_accounts_print(rq->tx, &j, id, SSO_ACCOUNT_WHOLE);
	}
	json_close(&j);
	return e;
}

err_t user_reply(struct request *rq, const char *id)
{
	return reply_whole(rq, id, false, false);
}

err_t user_change(struct request *rq, const char *id, const json_t *patch)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = entity_update(rq->tx, rq->arena, &user, id, patch, &row);

	if (!e)
		e = rows_end(&row);
	return e ? e : user_reply(rq, id);
}

err_t user_info(struct request *rq, const char *id, const char **out)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	CLEANUP(rows_close) struct rows row = {0};
	struct json_out j;
	err_t e = entity_find(rq->tx, &user, id, &row);

	if (e)
		return e;
	buffer_init(&b, MIB(8));
	json_out_init(&j, &b);
	json_open(&j);
	entity_print(&j, &user, &row, 0);
	json_close(&j);
	*out = arena_copy(rq->arena, buffer_str(&b));
	return rows_end(&row);
}

err_t user_note(struct request *rq, const char *event, const char *id, enum event_note_form form)
{
	const char *info;
	bool wanted;
	err_t e = event_read_wanted(rq, event, &wanted);

	if (e || !wanted)
		return e;
	e = user_info(rq, id, &info);
	if (!e)
		event_note_add(rq, &(struct event_note){ .event = event, .data = info, .form = form });
	return e == ERR_NOT_FOUND ? OK : e;
}

/* -- passwords -- */

void user_set_password(json_t *patch, const char *digest, const char *algorithm)
{
	json_object_set_new(patch, "passwordDigest", json_string(digest));
	json_object_set_new(patch, "passwordAlgorithm", json_string(algorithm));
	json_object_set_new(patch, "passwordUpdatedAt", json_integer(clock_ms()));
	json_object_set_new(patch, "isPasswordExpired", json_false());
}

err_t user_hash_password(struct request *rq, const char **digest)
{
	const char *password = body_text(rq, "password");

	if (strlen(password) > PASSWORD_MAX)
		return err_arg(ERR_REQUEST_INPUT, "reason", "The password is too long.");
	return password_hash(rq->arena, context.settings, password, digest);
}

/* The digest in the body; NULL when it is absent or empty. */
static const char *body_digest(const struct request *rq)
{
	const char *digest = body_text(rq, "passwordDigest");

	return digest && *digest ? digest : NULL;
}

static err_t check_password_forms(const struct request *rq)
{
	if (!body_digest(rq))
		return OK;
	if (body_text(rq, "password"))
		return ERR_PASSWORD_AND_DIGEST;
	return body_text(rq, "passwordAlgorithm") ? OK : ERR_PASSWORD_ALGORITHM;
}

/* The algorithm Legacy needs a digest that names a method and its arguments; all must be affordable to verify. */
static err_t check_digest(const struct request *rq)
{
	const char *algorithm = body_text(rq, "passwordAlgorithm"), *digest = body_digest(rq);

	if (!algorithm)
		return OK;
	if (!digest)
		return strcmp(algorithm, "Legacy") ? OK : ERR_LEGACY_METHOD;
	return password_import_check(rq->arena, algorithm, digest);
}

/* -- default roles -- */

STATEMENT(find_default_roles, "SELECT id FROM roles WHERE tenant_id = $1 AND is_default = 1 AND type = 'User'"
	  " AND deleted_at IS NULL");
STATEMENT(find_roles_by_name,
	  "SELECT r.id FROM {list:$2} l LEFT JOIN roles r ON r.tenant_id = $1 AND r.name = l.id AND r.type = 'User'"
	  " AND r.deleted_at IS NULL ORDER BY l.pos");
COLUMN_LIST(default_role, id);
COLUMNS_OF(find_default_roles, default_role);
COLUMNS_OF(find_roles_by_name, default_role);

/* Appends the ids that one of these statements finds. ERR_DEFAULT_ROLE_MISSING: one of them is NULL. */
static err_t append_ids(struct txn *tx, struct statement *s, const struct arg *args, int n, json_t *ids)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, s, args, n, &rows);

	while (!e && rows_next(&rows)) {
		const char *id = rows_text(&rows, default_role_id);

		if (!id)
			return err_set(ERR_DEFAULT_ROLE_MISSING, "a role named in the settings is not there");
		json_array_append_new(ids, json_string(id));
	}
	return e ? e : rows_end(&rows);
}

/* Splits "a, b" into a JSON list, which the caller owns. */
static json_t *names_of(const char *text)
{
	json_t *names = json_array();

	while (*text) {
		size_t len;

		text += strspn(text, ", ");
		len = strcspn(text, ",");
		while (len > 0 && text[len - 1] == ' ')
			len--;
		if (len > 0)
			json_array_append_new(names, json_stringn(text, len));
		text += strcspn(text, ",");
	}
	return names;
}

/* Appends the default roles of a new user: those marked as default, then those that the settings name. */
static err_t default_roles(struct request *rq, json_t *ids)
{
	json_auto_t *names = names_of(context.settings->default_roles);
	err_t e = append_ids(rq->tx, &find_default_roles, NO_ARGS, ids);

	if (e || json_array_size(names) == 0)
		return e;
	return append_ids(rq->tx, &find_roles_by_name, ARGS(T(json_to_text(rq->arena, names))), ids);
}

/* -- create, change, delete -- */

/* Checks the rules in the order of section 1.3 and collects the default roles in `role_ids`. */
static err_t check_new(struct request *rq, json_t *role_ids)
{
	err_t e = check_password_forms(rq);

	if (!e)
		e = user_check_free(rq, rq->body, "");
	if (!e)
		e = check_digest(rq);
	return e ? e : default_roles(rq, role_ids);
}

/*
 * Makes `row`, a copy of the body, fit for storing. The body itself is not changed, since a step may run again.
 * `digest` (may be NULL): of the password in the body.
 */
static err_t new_row(struct request *rq, const char *digest, json_t *row)
{
	const char *name = body_text(rq, "name");
	err_t e = normalize_phone(row);

	if (e)
		return e;
	set_email_key(rq->arena, row);
	if (name && !*name)
		json_object_set_new(row, "name", json_null());
	json_object_del(row, "passwordDigest");
	json_object_del(row, "passwordAlgorithm");
	if (body_digest(rq))
		user_set_password(row, body_digest(rq), body_text(rq, "passwordAlgorithm"));
	if (digest)
		user_set_password(row, digest, PASSWORD_ALGORITHM);
	return fields_fit(rq->arena, create_body, row);
}

/* Stores a new user with these roles; `object` has the id afterwards. */
static err_t insert_user(struct request *rq, json_t *object, const json_t *role_ids)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *id = NULL;
	err_t e = entity_insert(rq->tx, rq->arena, &user, object, &row);

	if (e)
		return e;
	id = json_string_value(json_object_get(object, "id"));
	e = rows_end(&row);
	if (!e && json_array_size(role_ids) > 0)
		e = relation_insert(rq->tx, rq->arena, &user_roles, &id, role_ids, NULL);
	return e;
}

err_t user_register(struct request *rq, json_t *row)
{
	json_auto_t *role_ids = json_array();
	err_t e = normalize_phone(row);

	if (e)
		return e;
	set_email_key(rq->arena, row);
	e = fields_fit(rq->arena, create_body, row);
	if (!e)
		e = default_roles(rq, role_ids);
	return e ? e : insert_user(rq, row, role_ids);
}

err_t user_complete(struct request *rq, const char *id, json_t *patch)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = normalize_phone(patch);

	if (e)
		return e;
	set_email_key(rq->arena, patch);
	e = fields_fit(rq->arena, patch_body, patch);
	if (!e)
		e = entity_update(rq->tx, rq->arena, &user, id, patch, &row);
	return e ? e : rows_end(&row);
}

struct new_user {
	const char *digest;	/* of the password; NULL: not hashed yet, or none was given */
};
FLOW(new_user, struct new_user)

static err_t hash_new_password(struct request *rq);
static err_t create_user(struct request *rq);
static const struct step hash_step = { "hash the password of a new user", WORK, hash_new_password };
static const struct step create_step = { "create a user", WRITE, create_user };

static err_t hash_new_password(struct request *rq)
{
	err_t e = user_hash_password(rq, &new_user(rq)->digest);

	return e ? e : next(rq, &create_step);
}

/*
 * Runs twice when the body has a password: the checks come before hashing, which is slow, and again before the insert,
 * since another request may have taken a name in the meantime.
 */
static err_t create_user(struct request *rq)
{
	json_auto_t *role_ids = json_array(), *row = body_copy(rq);
	const char *digest = new_user(rq)->digest;
	err_t e = check_new(rq, role_ids);

	if (!e)
		e = new_row(rq, digest, row);
	if (e)
		return e;
	if (body_text(rq, "password") && !digest)
		return next(rq, &hash_step);
	e = insert_user(rq, row, role_ids);
	return e ? e : user_reply(rq, json_string_value(json_object_get(row, "id")));
}

static err_t patch_user(struct request *rq)
{
	json_auto_t *row = body_copy(rq);
	const char *id = path_arg(rq, "userId");
	err_t e = entity_require(rq->tx, &user, id);

	if (!e)
		e = check_email(rq, rq->body, id);
	if (!e)
		e = check_phone(rq, rq->body, id);
	if (!e)
		e = check_username(rq, rq->body, id);
	if (!e)
		e = normalize_phone(row);
	if (!e)
		e = fields_fit(rq->arena, patch_body, row);
	if (e)
		return e;
	set_email_key(rq->arena, row);
	return user_change(rq, id, row);
}

static err_t delete_user(struct request *rq)
{
	const char *id = path_arg(rq, "userId");
	err_t e;

	if (rq->who.id && !strcmp(rq->who.id, id))
		return ERR_DELETE_SELF;
	e = user_note(rq, "User.Deleted", id, EVENT_NOTE_DATA_FIRST);
	if (!e)
		e = entity_delete(rq->tx, &user, id);
	if (e)
		return e;
	store_note_change(rq->tx, CHANGE_ACCESS);
	return reply_empty(rq, 204);
}

/* -- read -- */

static err_t get_user(struct request *rq)
{
	return reply_whole(rq, path_arg(rq, "userId"), text_is_truthy(query_arg(rq, "includePasswordHash")),
			   text_is_truthy(query_arg(rq, "includeSsoIdentities")));
}

static err_t list_users(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	err_t e;

	query_init(&q, rq, &user, "u", "users u");
	e = exclude_members(&q, "role_users", "organization_users");
	if (e)
		return e;
	query_search(&q);
	query_counter(&q, "users", "");
	q.order = "u.created_at DESC, u.id DESC";
	query_extra(&q, "hasPassword", EXTRA_BOOL, HAS_PASSWORD("u"));
	if (text_is_truthy(query_arg(rq, "includePasswordHash"))) {
		query_extra(&q, "passwordDigest", EXTRA_TEXT, "u.password_digest");
		query_extra(&q, "passwordAlgorithm", EXTRA_TEXT, "u.password_algorithm");
	}
	return query_reply(&q);
}

/* -- routes -- */

static const struct field list_query[] = {
	SEARCH_PARAMETERS,
	{ "excludeRoleId", .type = FIELD_TEXT, .flags = ONCE, .help = "Leave out those who have this role." },
	{ "excludeOrganizationId", .type = FIELD_TEXT, .flags = ONCE,
	  .help = "Leave out the members of this organization." },
	{ "includePasswordHash", .type = FIELD_TEXT,
	  .help = "A truthy word adds passwordDigest and passwordAlgorithm." },
	FIELDS_END
};

static const struct field one_query[] = {
	{ "includeSsoIdentities", .type = FIELD_TEXT, .help = "A truthy word adds ssoIdentities." },
	{ "includePasswordHash", .type = FIELD_TEXT,
	  .help = "A truthy word adds passwordDigest and passwordAlgorithm." },
	FIELDS_END
};

static const struct field more_members[] = {
	{ "hasPassword", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "passwordDigest", .type = FIELD_TEXT, .flags = NULLABLE },
	{ "passwordAlgorithm", .type = FIELD_TEXT, .flags = NULLABLE },
	{ "ssoIdentities", .type = FIELD_LIST, .element = &field_object },
	FIELDS_END
};

static const struct field featured_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "avatar", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE },
	FIELDS_END
};
const struct field user_featured = { .type = FIELD_STRUCT, .members = featured_members };

const struct shape user_shape = { .of = &user, .fields = more_members };
static const struct shape list_shape = { .of = &user, .fields = more_members, .list = true };

const struct route user_routes[] = {
	{ POST, "/api/users", MANAGEMENT, .first = &create_step, .body = create_body, .of = &user,
	  .event = "User.Created", .status = 200, .reply = &user_shape, .summary = "Create a user" },
	{ GET, "/api/users", MANAGEMENT, READ, PAGES, .query = list_query, .handler = list_users, .of = &user,
	  .status = 200, .reply = &list_shape, .summary = "List users" },
	{ GET, "/api/users/{userId}", MANAGEMENT, READ, .query = one_query, .handler = get_user, .of = &user,
	  .status = 200, .reply = &user_shape, .summary = "Get a user" },
	{ PATCH, "/api/users/{userId}", MANAGEMENT, WRITE, .body = patch_body, .body_is_patch = true,
	  .handler = patch_user, .of = &user, .event = "User.Data.Updated", .status = 200, .reply = &user_shape,
	  .summary = "Change a user" },
	{ DELETE, "/api/users/{userId}", MANAGEMENT, WRITE, .handler = delete_user, .of = &user,
	  .event = "User.Deleted", .status = 204, .summary = "Delete a user" },
};
const size_t user_route_count = ARRAY_LEN(user_routes);
