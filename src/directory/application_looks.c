/*
 * How sign-in looks where an application asks for it: what it has of its own goes over what the tenant has.
 * Contract: users-apps-resources.md section 3.9.
 */
#include "directory/application.h"

#include <string.h>

#include "tenant/experience.h"

#include "base/banned.h"

#define LINK(member, at) \
	{ (member), (at), FIELD_TEXT, NULLABLE | EMPTY_OK, .max = 2048, .form = FORM_URL }
static const struct field look_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, GENERATED },
	{ "applicationId", "application_id", FIELD_TEXT, GENERATED },
	{ "color", "color", FIELD_STRUCT, .members = color_members, .fallback = "{}" },
	{ "branding", "branding", FIELD_STRUCT, .members = branding_members, .fallback = "{}" },
	{ "customCss", "custom_css", FIELD_TEXT, NULLABLE },
	LINK("termsOfUseUrl", "terms_of_use_url"),
	LINK("privacyPolicyUrl", "privacy_policy_url"),
	{ "displayName", "display_name", FIELD_TEXT, NULLABLE, .max = 256 },
	FIELDS_END
};

/* Its key is that of its application: the description serves only its columns and the API document. */
ENTITY(application_look) = {
	.name = "application_sign_in_experience", .table = "application_sign_in_experiences",
	.singular = "application_sign_in_experience", .parameter = "applicationId", .fields = look_fields,
	.keyless = true,
};

STATEMENT(find_look, "SELECT {cols:application_sign_in_experience:l} FROM application_sign_in_experiences l"
	  " WHERE l.tenant_id = $1 AND l.application_id = $2");
STATEMENT(lock_look, "SELECT {cols:application_sign_in_experience:l} FROM application_sign_in_experiences l"
	  " WHERE l.tenant_id = $1 AND l.application_id = $2 {lock}");
STATEMENT(put_look,
	  "INSERT INTO application_sign_in_experiences (tenant_id, application_id, color, branding, custom_css,"
	  " terms_of_use_url, privacy_policy_url, display_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	  " ON CONFLICT (tenant_id, application_id) DO UPDATE"
	  " SET color = excluded.color, branding = excluded.branding,"
	  " custom_css = excluded.custom_css, terms_of_use_url = excluded.terms_of_use_url,"
	  " privacy_policy_url = excluded.privacy_policy_url, display_name = excluded.display_name"
	  " RETURNING {cols:application_sign_in_experience:application_sign_in_experiences}");

/* Whether there is one; then `row` stands on it. */
static err_t find(struct request *rq, struct statement *s, struct rows *row, bool *found)
{
	err_t e = store_query(rq->tx, s, ARGS(T(path_arg(rq, "applicationId"))), row);

	*found = !e && rows_next(row);
	return e || *found ? e : rows_end(row);
}

static err_t get_look(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *id = path_arg(rq, "applicationId");
	bool found;
	err_t e = entity_require(rq->tx, &application, id);

	if (!e)
		e = find(rq, &find_look, &row, &found);
	if (e)
		return e;
	return found ? entity_reply(rq, 200, &application_look, &row) :
		       entity_miss_error(&application_look, ERR_NOT_EXISTS_WITH_ID, id);
}

enum { KEYS = 2, COLUMNS_MOST = 8 };	/* tenantId and applicationId come first, in fields and columns alike */

/* The values of all columns behind the key: what was sent, else what stands in `row`, else the fallback. */
static err_t values_of(struct request *rq, struct rows *row, bool found, struct arg *values)
{
	err_t e = OK;

	for (int i = KEYS; !e && look_fields[i].name; i++) {
		const struct field *f = &look_fields[i];
		const json_t *sent = body_get(rq, f->name);
		struct arg *out = &values[i - KEYS];

		if (sent)
			e = field_arg(rq->arena, f, sent, out);
		else if (found)
			*out = T(rows_null(row, i) ? NULL : arena_copy(rq->arena, rows_text(row, i)));
		else
			*out = T(f->fallback);
	}
	return e;
}

/* 201 for the first, 200 afterwards. Only what was sent changes. */
static err_t put_look_of(struct request *rq)
{
	CLEANUP(rows_close) struct rows old = {0}, row = {0};
	const char *id = path_arg(rq, "applicationId");
	struct arg v[COLUMNS_MOST];
	bool found;
	err_t e = entity_require(rq->tx, &application, id);

	if (!e)
		e = find(rq, &lock_look, &old, &found);
	if (!e && found && json_object_size(rq->body) == 0)
		e = err_set(ERR_NOTHING_TO_WRITE, "look of application '%.64s'", id);
	if (!e)
		e = values_of(rq, &old, found, v);
	if (e)
		return e;
	rows_close(&old);
	e = store_query(rq->tx, &put_look, ARGS(T(id), v[0], v[1], v[2], v[3], v[4], v[5]), &row);
	if (!e && !rows_next(&row))
		e = ERR_CREATE_FAILED;
	return e ? e : entity_reply(rq, found ? 200 : 201, &application_look, &row);
}

/*
 * Domains are of protected applications, which this installation cannot make (501). The body is not looked at before
 * the application is.
 */
static err_t refuse_domains(struct request *rq)
{
	const char *type;
	err_t e = application_type(rq, path_arg(rq, "id"), &type);

	if (e)
		return e;
	if (!strcmp(type, "Protected"))
		return ERR_APP_PROTECTED_OFF;
	e = err_set(ERR_APP_PROTECTED_ONLY, "application of type %s", type);
	err_fault()->status = 422;
	return e;
}

static const struct shape look = { .of = &application_look };
static const struct shape domains = { .list = true };

#define LOOK "/api/applications/{applicationId}/sign-in-experience"
#define DOMAINS "/api/applications/{id}/protected-app-metadata/custom-domains"

const struct route application_look_routes[] = {
	{ PUT, LOOK, MANAGEMENT, WRITE, .body = look_fields, .handler = put_look_of, .status = 201,
	  .status_again = 200, .reply = &look, .summary = "Set how sign-in looks for an application" },
	{ GET, LOOK, MANAGEMENT, READ, .handler = get_look, .status = 200, .reply = &look,
	  .summary = "Get how sign-in looks for an application" },
	{ GET, DOMAINS, MANAGEMENT, READ, .handler = refuse_domains, .status = 200, .reply = &domains, .refuses = 422,
	  .summary = "List the domains of a protected application" },
	{ POST, DOMAINS, MANAGEMENT, READ, .body_is_free = true, .before = refuse_domains,
	  .handler = refuse_domains, .status = 201,
	  .refuses = 422, .summary = "Add a domain to a protected application" },
	{ DELETE, DOMAINS "/{domain}", MANAGEMENT, READ, .handler = refuse_domains, .status = 204, .refuses = 422,
	  .summary = "Take a domain from a protected application" },
};
const size_t application_look_route_count = ARRAY_LEN(application_look_routes);
