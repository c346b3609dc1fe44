/* Finds the enterprise connectors of an e-mail address. */
#include "signin/sso_address.h"

#include <string.h>

#include "base/email_domain.h"
#include "base/text.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/sso_connector.h"
#include "base/banned.h"

/* The second form is that of a domain which was stored before there were keys. */
STATEMENT(sso_of_domain,
	  "SELECT DISTINCT c.id, c.connector_name, c.provider_name FROM sso_connector_domains d JOIN sso_connectors c"
	  " ON c.tenant_id = d.tenant_id AND c.id = d.sso_connector_id"
	  " WHERE d.tenant_id = $1 AND d.domain_key IN ($2, $3) ORDER BY c.id");
COLUMNS(sso_of_domain, id, connector_name, provider_name);

/* Appends {id, connectorName} of the connectors of the address; none while single sign-on is off. */
static err_t find_connectors(struct request *rq, const struct experience *x, const char *email, json_t *found)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *at = strrchr(email, '@');
	err_t e;

	if (!at || !json_is_true(json_object_get(x->rules, "singleSignOnEnabled")))
		return OK;
	e = store_query(rq->tx, &sso_of_domain,
			ARGS(T(email_domain_key(rq->arena, at + 1)), T(text_fold(rq->arena, at + 1))), &rows);
	while (!e && rows_next(&rows)) {
		const char *id = rows_text(&rows, sso_of_domain_id);
		const char *name = rows_text(&rows, sso_of_domain_connector_name);

		if (sso_provider_find(rows_text(&rows, sso_of_domain_provider_name)))
			json_array_append_new(found, json_pack("{s:s, s:s}", "id", id, "connectorName", name));
	}
	return e ? e : rows_end(&rows);
}

err_t sso_address_check(struct request *rq, const struct experience *x, const char *email)
{
	json_auto_t *found = json_array();
	err_t e = email ? find_connectors(rq, x, email, found) : OK;

	if (e || json_array_size(found) == 0)
		return e;
	e = err_set(ERR_SSO_ADDRESS, "%zu connectors have the domain", json_array_size(found));
	err_fault()->data = arena_printf(rq->arena, "{\"ssoConnectors\":%s}", json_to_text(rq->arena, found));
	return e;
}

/* Works on an interaction that was not begun, too: the page asks while the address is typed. */
static err_t get_connectors(struct request *rq)
{
	json_auto_t *found = json_array();
	struct experience x = {0};
	const json_t *one;
	struct json_out j;
	size_t i;
	err_t e = experience_load_rules(rq, &x);

	if (!e)
		e = find_connectors(rq, &x, query_arg(rq, "email"), found);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "connectorIds");
	json_list(&j);
	json_array_foreach(found, i, one)
		json_text(&j, json_string_value(json_object_get(one, "id")));
	json_list_end(&j);
	json_close(&j);
	return OK;
}

static err_t get_face(struct request *rq)
{
	struct experience x = {0};
	json_t *face = NULL;
	const char *id = path_arg(rq, "id");
	struct json_out j;
	err_t e = experience_load_rules(rq, &x);

	if (!e && !json_is_true(json_object_get(x.rules, "singleSignOnEnabled")))
		e = entity_miss_error(&sso_connector, ERR_NOT_EXISTS_WITH_ID, id);
	if (!e)
		e = sso_connector_face_of(rq, id, &face);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_value(&j, face);
	return OK;
}

static const struct field email_query[] = {
	{ "email", .type = FIELD_TEXT, .flags = REQUIRED, .max = 128, .form = FORM_EMAIL_STRICT }, FIELDS_END
};
static const struct field id_members[] = {
	{ "connectorIds", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_text }, FIELDS_END
};
static const struct shape ids = { .fields = id_members };

static const struct field face_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "connectorName", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "logo", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "darkLogo", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};
static const struct shape face_shape = { .fields = face_members };

const struct route sso_address_routes[] = {
	{ GET, "/api/experience/sso-connectors", INTERACTION, READ, .query = email_query, .handler = get_connectors,
	  .status = 200, .reply = &ids, .operation = "GetEnabledSsoConnectors",
	  .summary = "Find the enterprise connectors of an e-mail address" },
	/* Ours: the well-known experience tells all. */
	{ GET, "/api/experience/sso-connectors/{id}", INTERACTION, READ, .handler = get_face, .status = 200,
	  .reply = &face_shape, .summary = "Get the name and the logo of an enterprise connector" },
};
const size_t sso_address_route_count = ARRAY_LEN(sso_address_routes);
