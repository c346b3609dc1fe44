/*
 * Settings of a tenant about sessions and ID tokens. Contract: oidc.md section 3.1, sign-in.md section 12.6.
 * Stored and answered here; sessions and ID tokens themselves are not there yet, so nothing reads the values.
 */
#include "oidc/oidc.h"

#include "entity/shape.h"
#include "tenant/setting.h"

#include "base/banned.h"

static const struct field session_fields[] = {
	{ "ttl", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .max = 31536000, .fallback = "1209600",
	  .help = "Seconds from a sign-in to the end of its session." },
	FIELDS_END
};

SETTING(oidc_session) = { .name = "oidc.session", .fields = session_fields };

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

static const struct shape session_shape = { .fields = session_fields };
static const struct shape id_token_shape = { .fields = id_token_fields };

const struct route oidc_setting_routes[] = {
	{ GET, "/api/configs/oidc/session", MANAGEMENT, READ, .handler = setting_get_handler, .of = &oidc_session,
	  .status = 200, .reply = &session_shape, .operation = "GetOidcSessionConfig",
	  .summary = "Get how long sessions last" },
	{ PATCH, "/api/configs/oidc/session", MANAGEMENT, WRITE, .body = session_fields, .body_is_patch = true,
	  .handler = setting_patch_handler, .of = &oidc_session, .status = 200, .reply = &session_shape,
	  .operation = "UpdateOidcSessionConfig", .summary = "Set how long sessions last" },
	{ GET, "/api/configs/id-token", MANAGEMENT, READ, .handler = setting_get_handler, .of = &id_token,
	  .status = 200, .reply = &id_token_shape, .operation = "GetIdTokenConfig",
	  .summary = "Get which extended claims ID tokens carry" },
	{ PUT, "/api/configs/id-token", MANAGEMENT, WRITE, .body = id_token_fields, .handler = setting_put_handler,
	  .of = &id_token, .status = 200, .reply = &id_token_shape, .operation = "ReplaceIdTokenConfig",
	  .summary = "Set which extended claims ID tokens carry" },
};
const size_t oidc_setting_route_count = ARRAY_LEN(oidc_setting_routes);
