#include "sso/saml_connector.h"

#include <string.h>

#include "entity/entity.h"
#include "entity/tree.h"
#include "http/request.h"
#include "store/store.h"
#include "tenant/sso_connector.h"

#include "base/banned.h"

STATEMENT(saml_connector_find, "SELECT provider_name, config FROM sso_connectors WHERE tenant_id = $1 AND id = $2");
COLUMNS(saml_connector_find, provider_name, config);

static bool speaks_saml(const char *name)
{
	const struct sso_provider *provider = sso_provider_find(name);

	return provider && provider->protocol == &saml_protocol;
}

static err_t find(struct request *rq, const char *id, struct rows *row)
{
	err_t e = store_first(rq->tx, &saml_connector_find, ARGS(T(id)), row);

	return e == ERR_NOT_FOUND ? entity_miss_error(&sso_connector, ERR_NOT_EXISTS_WITH_ID, id) : e;
}

err_t saml_connector_require(struct request *rq, const char *id, err_t otherwise)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = find(rq, id, &row);

	if (!e && !speaks_saml(rows_text(&row, saml_connector_find_provider_name)))
		e = err_arg(err_set(otherwise, "the connector '%.64s' does not speak SAML", id), "type", "SAML");
	return e ? e : rows_end(&row);
}

err_t saml_connector_signs(struct request *rq, const char *id, bool *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_t *config = NULL;
	err_t e = find(rq, id, &row);

	if (!e)
		e = tree_of_column(rq, &row, saml_connector_find_config, &config);
	if (e)
		return e;
	*out = json_is_true(json_object_get(config, "signAuthnRequest"));
	return rows_end(&row);
}
