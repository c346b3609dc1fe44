/* Finds the enterprise connectors of an e-mail address. */
#include "signin/sso_address.h"

#include <string.h>

#include "base/text.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "base/banned.h"

STATEMENT(sso_domains, "SELECT id, connector_name, domains FROM sso_connectors WHERE tenant_id = $1 ORDER BY id");
COLUMNS(sso_domains, id, connector_name, domains);

static bool has_domain(const char *domains, const char *domain)
{
	json_auto_t *list = json_loads(domains, 0, NULL);
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_is_string(one) && text_equal_nocase(json_string_value(one), domain))
			return true;
	return false;
}

/* Appends {id, connectorName} of the connectors of the address; none while single sign-on is off. */
static err_t find_connectors(struct request *rq, const struct experience *x, const char *email, json_t *found)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *at = strrchr(email, '@');
	err_t e;

	if (!at || !json_is_true(json_object_get(x->rules, "singleSignOnEnabled")))
		return OK;
	e = store_query(rq->tx, &sso_domains, NO_ARGS, &rows);
	while (!e && rows_next(&rows)) {
		if (!has_domain(rows_text(&rows, sso_domains_domains), at + 1))
			continue;
		json_array_append_new(found, json_pack("{s:s, s:s}", "id", rows_text(&rows, sso_domains_id),
						       "connectorName", rows_text(&rows, sso_domains_connector_name)));
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

static const struct field email_query[] = {
	{ "email", .type = FIELD_TEXT, .flags = REQUIRED, .max = 128, .form = FORM_EMAIL_STRICT }, FIELDS_END
};
static const struct field id_members[] = {
	{ "connectorIds", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_text }, FIELDS_END
};
static const struct shape ids = { .fields = id_members };

const struct route sso_address_routes[] = {
	{ GET, "/api/experience/sso-connectors", INTERACTION, READ, .query = email_query, .handler = get_connectors,
	  .status = 200, .reply = &ids, .operation = "GetEnabledSsoConnectors",
	  .summary = "Find the enterprise connectors of an e-mail address" },
};
const size_t sso_address_route_count = ARRAY_LEN(sso_address_routes);
