/* What mails say, by language and kind. Contract: sign-in.md section 12.3. */
#include "tenant/experience.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "entity/query.h"
#include "entity/tree.h"
#include "tenant/doors.h"
#include "tenant/language_tags.h"

#include "base/banned.h"

static const char *const types[] = {
	"SignIn", "Register", "ForgotPassword", "OrganizationInvitation", "Generic", "UserPermissionValidation",
	"BindNewIdentifier", "MfaVerification", "BindMfa", NULL
};
static const char *const content_types[] = { "text/html", "text/plain", NULL };

static const struct field details_members[] = {
	{ "subject", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "content", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "contentType", .type = FIELD_ENUM, .options = content_types },
	{ "replyTo", .type = FIELD_TEXT },
	{ "sendFrom", .type = FIELD_TEXT },
	FIELDS_END
};

static const struct field template_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED },
	{ "id", "id", FIELD_TEXT, GENERATED },
	{ "languageTag", "language_tag", FIELD_TEXT, REQUIRED | NOT_EMPTY, .max = 16,
	  .help = "Any text: it is compared with the languages that people ask for." },
	{ "templateType", "template_type", FIELD_ENUM, REQUIRED, .options = types },
	{ "details", "details", FIELD_STRUCT, REQUIRED, .members = details_members },
	{ "createdAt", "created_at", FIELD_TIME, GENERATED },
	FIELDS_END
};

ENTITY(email_template) = {
	.name = "email_template", .table = "email_templates", .singular = "email_template",
	.parameter = "emailTemplateId", .fields = template_fields, .id_len = ID_LONG,
	.delete_miss = ERR_NOT_EXISTS_WITH_ID,
};

/* -- several at once -- */

STATEMENT(email_template_put,
	  "INSERT INTO email_templates (tenant_id, id, language_tag, template_type, details, created_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, language_tag, template_type)"
	  " DO UPDATE SET details = excluded.details RETURNING {cols:email_template:email_templates}");

static err_t put_one(struct request *rq, const json_t *sent, struct json_out *j)
{
	CLEANUP(rows_close) struct rows row = {0};
	char id[ID_LONG + 1];
	err_t e;

	id_new(id, ID_LONG, ALPHABET_LOWER);
	e = store_query(rq->tx, &email_template_put,
			ARGS(T(id), T(json_string_value(json_object_get(sent, "languageTag"))),
			     T(json_string_value(json_object_get(sent, "templateType"))),
			     T(json_to_text(rq->arena, json_object_get(sent, "details"))), N(clock_ms())),
			&row);
	if (!e && rows_next(&row)) {
		json_open(j);
		entity_print(j, &email_template, &row, 0);
		json_close(j);
	}
	return e ? e : rows_end(&row);
}

/* A pair that is listed twice is written twice: each answer shows what its own entry wrote, and the last one stays. */
static err_t put_templates(struct request *rq)
{
	const json_t *list = body_get(rq, "templates");
	struct json_out j = reply_json(rq, 200);
	err_t e = OK;

	json_list(&j);
	for (size_t i = 0; !e && i < json_array_size(list); i++)
		e = put_one(rq, json_array_get(list, i), &j);
	json_list_end(&j);
	return e;
}

static err_t list_templates(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	const char *language = query_arg(rq, "languageTag"), *type = query_arg(rq, "templateType");

	query_init(&q, rq, &email_template, "t", "email_templates t");
	if (language)
		query_filter(&q, "t.language_tag = ?", ARGS(T(language)));
	if (type)
		query_filter(&q, "t.template_type = ?", ARGS(T(type)));
	q.order = "t.language_tag, t.template_type";
	return query_reply(&q);
}

STATEMENT(email_templates_delete,
	  "DELETE FROM email_templates WHERE tenant_id = $1 AND language_tag = coalesce($2, language_tag)"
	  " AND template_type = coalesce($3, template_type)");

static err_t delete_templates(struct request *rq)
{
	const char *language = query_arg(rq, "languageTag"), *type = query_arg(rq, "templateType");
	int64_t gone;
	struct json_out j;
	err_t e;

	if (!language && !type)
		return ERR_TEMPLATES_NO_FILTER;
	e = store_exec(rq->tx, &email_templates_delete, ARGS(T(language), T(type)), &gone);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_int(&j, "rowCount", gone);
	json_close(&j);
	return OK;
}

/* -- the details of one -- */

STATEMENT(email_template_lock, "SELECT details FROM email_templates WHERE tenant_id = $1 AND id = $2 {lock}");

/* Members that are sent replace those that are stored; the others stay. */
static err_t patch_details(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *id = path_arg(rq, "id"), *stored;
	json_auto_t *details = NULL, *patch = NULL;
	err_t e = store_text(rq->tx, &email_template_lock, ARGS(T(id)), rq->arena, &stored);

	if (e)
		return e == ERR_NOT_FOUND ? entity_miss_error(&email_template, ERR_NOT_EXISTS_WITH_ID, id) : e;
	details = json_loads(stored, 0, NULL);
	json_object_update(details, (json_t *)(uintptr_t)rq->body);	/* jansson takes no const here */
	patch = json_pack("{s:O}", "details", details);
	e = entity_update(rq->tx, rq->arena, &email_template, id, patch, &row);
	return e ? e : entity_reply(rq, 200, &email_template, &row);
}

/* -- for a mail -- */

#define LANGUAGES_MOST 8	/* of uiLocales that are looked at */

STATEMENT(email_template_of,
	  "SELECT details FROM email_templates WHERE tenant_id = $1 AND language_tag = $2 AND template_type = $3");
COLUMNS(email_template_of, details);

/* `*out` stays NULL where there is none in this language. */
static err_t find_exactly(struct request *rq, const char *language, const char *type, json_t **out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_query(rq->tx, &email_template_of, ARGS(T(language), T(type)), &row);

	if (!e && rows_next(&row))
		e = tree_of_column(rq, &row, email_template_of_details, out);
	return e ? e : rows_end(&row);
}

/* The tag as it is written, then in its usual letter case. */
static err_t find_in(struct request *rq, const char *language, const char *type, json_t **out)
{
	char usual[LANGUAGE_TAG_SIZE];
	err_t e = find_exactly(rq, language, type, out);

	if (!e && !*out && language_tag_write(language, usual) && strcmp(usual, language) != 0)
		e = find_exactly(rq, usual, type, out);
	return e;
}

/* `languages`: tags with blanks between them, the best first. */
static err_t find_in_any(struct request *rq, const char *languages, const char *type, json_t **out)
{
	err_t e = OK;

	for (int i = 0; !e && !*out && i < LANGUAGES_MOST && *languages; i++) {
		size_t n = strcspn(languages, " ");

		if (n)
			e = find_in(rq, arena_copyn(rq->arena, languages, n), type, out);
		languages += n + (languages[n] == ' ');
	}
	return e;
}

err_t email_template_find(struct request *rq, const char *type, const json_t *payload, json_t **details)
{
	CLEANUP(setting_release) const json_t *experience = NULL;
	const char *asked = json_string_value(json_object_get(payload, "locale")), *fallback;
	err_t e = setting_load(rq->tx, &sign_in_experience, &experience);

	*details = NULL;
	if (!asked)
		asked = json_string_value(json_object_get(payload, "uiLocales"));
	if (!e && asked)
		e = find_in_any(rq, asked, type, details);
	if (e || *details)
		return e;
	fallback = json_string_value(json_object_get(json_object_get(experience, "languageInfo"), "fallbackLanguage"));
	e = find_in(rq, fallback, type, details);
	return e || *details ? e : find_in(rq, fallback, "Generic", details);
}

/* -- routes -- */

static const struct field filters[] = {
	{ "languageTag", .type = FIELD_TEXT, .flags = NOT_EMPTY },
	{ "templateType", .type = FIELD_ENUM, .options = types },
	FIELDS_END
};

static const struct field one_template = { .type = FIELD_STRUCT, .members = template_fields };
static const struct field templates[] = {
	{ "templates", .type = FIELD_LIST, .flags = REQUIRED | NOT_EMPTY, .element = &one_template },
	FIELDS_END
};

static const struct field deleted_members[] = {
	{ "rowCount", .type = FIELD_INTEGER, .flags = REQUIRED, .help = "How many there were." },
	FIELDS_END
};

static const struct shape one = { .of = &email_template };
static const struct shape many = { .of = &email_template, .list = true };
static const struct shape deleted = { .fields = deleted_members };

#define BASE "/api/email-templates"

const struct route email_template_routes[] = {
	{ PUT, BASE, MANAGEMENT, WRITE, .body = templates, .handler = put_templates, .status = 200, .reply = &many,
	  .summary = "Set mail templates, each by its language and kind" },
	{ GET, BASE, MANAGEMENT, READ, .query = filters, .handler = list_templates, .status = 200, .reply = &many,
	  .summary = "List the mail templates" },
	{ DELETE, BASE, MANAGEMENT, WRITE, .query = filters, .handler = delete_templates, .status = 200,
	  .reply = &deleted, .refuses = 422, .operation = "DeleteEmailTemplates",
	  .summary = "Delete the mail templates of a language, of a kind, or of both" },
	{ GET, BASE "/{id}", MANAGEMENT, READ, .handler = entity_get, .of = &email_template, .status = 200,
	  .reply = &one, .summary = "Get a mail template" },
	{ DELETE, BASE "/{id}", MANAGEMENT, WRITE, .handler = entity_remove, .of = &email_template, .status = 204,
	  .summary = "Delete a mail template" },
	{ PATCH, BASE "/{id}/details", MANAGEMENT, WRITE, .body = details_members, .body_is_patch = true,
	  .handler = patch_details, .status = 200, .reply = &one, .operation = "UpdateEmailTemplateDetails",
	  .summary = "Change what a mail template says" },
};
const size_t email_template_route_count = ARRAY_LEN(email_template_routes);
