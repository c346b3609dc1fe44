/*
 * The setting of a tenant about ID tokens. Contract: oidc.md section 3.1, sign-in.md section 12.6.
 */
#include "oidc/oidc.h"

#include "entity/shape.h"
#include "tenant/setting.h"

#include "base/banned.h"

static const char *const extended_claims[] = {
	"custom_data", "identities", "sso_identities", "roles", "organizations", "organization_data",
	"organization_roles",
	NULL
};
static const struct field extended_claim = { .type = FIELD_ENUM, .options = extended_claims };

static const struct field id_token_fields[] = {
	{ "enabledExtendedClaims", .type = FIELD_LIST, .element = &extended_claim,
	  .help = "Claims that ID tokens carry when their scope is asked for." },
	FIELDS_END
};

/* The list is the initial value of the whole setting, not a default of the member: a stored {} stays {}. */
SETTING(id_token) = {
	.name = "id-token", .fields = id_token_fields,
	.initial = "{\"enabledExtendedClaims\":[\"roles\",\"organizations\",\"organization_roles\"]}",
};

/* Keys of a kind that there is not. */
static err_t refuse_keys(struct request *rq)
{
	return input_issue(rq->arena, "params", "keyType", "invalid_enum_value", "Is private-keys or cookie-keys");
}

static const struct shape id_token_shape = { .fields = id_token_fields };

const struct route oidc_setting_routes[] = {
	{ GET, "/api/configs/oidc/{keyType}", MANAGEMENT, READ, .handler = refuse_keys, .status = 200, .refuses = 400,
	  .reply = &any_object, .operation = "ListOidcKeys", .summary = "Refuse a kind of keys that there is not" },
	{ GET, "/api/configs/id-token", MANAGEMENT, READ, .handler = setting_get_handler, .of = &id_token,
	  .status = 200, .reply = &id_token_shape, .operation = "GetIdTokenConfig",
	  .summary = "Get which extended claims ID tokens carry" },
	{ PUT, "/api/configs/id-token", MANAGEMENT, WRITE, .body = id_token_fields, .handler = setting_put_handler,
	  .of = &id_token, .status = 200, .reply = &id_token_shape, .operation = "ReplaceIdTokenConfig",
	  .summary = "Set which extended claims ID tokens carry" },
};
const size_t oidc_setting_route_count = ARRAY_LEN(oidc_setting_routes);
