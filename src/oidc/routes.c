/* The routes of the OpenID provider, and those of the Management API for its keys. */
#include "oidc/oidc.h"

#include "entity/shape.h"
#include "oidc/authorize.h"
#include "oidc/pages.h"
#include "oidc/par.h"
#include "signin/page.h"
#include "base/banned.h"

static const char *const key_algorithms[] = { "EC", "RSA", NULL };
static const char *const key_statuses[] = { "Next", "Current", "Previous", NULL };

static const struct field rotate_body[] = {
	{ "signingKeyAlgorithm", .type = FIELD_ENUM, .options = key_algorithms,
	  .help = "Kind of the new key; EC if not given." },
	{ "rotationGracePeriod", .type = FIELD_INTEGER, .flags = WHOLE,
	  .help = "Seconds between the key's publication and its use; 0: at once." },
	FIELDS_END
};

static const struct field key_fields[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "createdAt", .type = FIELD_INTEGER, .flags = REQUIRED, .help = "Epoch seconds." },
	{ "signingKeyAlgorithm", .type = FIELD_ENUM, .flags = REQUIRED, .options = key_algorithms },
	{ "status", .type = FIELD_ENUM, .flags = REQUIRED, .options = key_statuses },
	{ "effectiveAt", .type = FIELD_TIME, .help = "When a Next key becomes Current." },
	FIELDS_END
};
static const struct shape key_list = { .fields = key_fields, .list = true };

static const struct field cookie_rotate_body[] = {
	{ "signingKeyAlgorithm", .type = FIELD_ENUM, .options = key_algorithms,
	  .help = "Means nothing for cookie keys." },
	{ "rotationGracePeriod", .type = FIELD_INTEGER, .flags = WHOLE, .help = "Refused: a new key signs at once." },
	FIELDS_END
};

static const struct field cookie_key_fields[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "createdAt", .type = FIELD_INTEGER, .flags = REQUIRED, .help = "Epoch seconds." },
	FIELDS_END
};
static const struct shape cookie_key_shape = { .fields = cookie_key_fields, .list = true };

#define DISCOVERY "/oidc/.well-known/openid-configuration"
#define METADATA "/oidc/.well-known/oauth-authorization-server"

const struct route oidc_routes[] = {
	{ GET, DISCOVERY, ANYONE, READ, .handler = oidc_discovery, .status = 200, .reply = &any_object,
	  .operation = "GetOpenidConfiguration", .summary = "What the OpenID provider offers" },
	{ OPTIONS, DISCOVERY, ANYONE, READ, .handler = oidc_preflight, .status = 204 },
	{ GET, METADATA, ANYONE, READ, .handler = oidc_discovery, .status = 200, .reply = &any_object,
	  .operation = "GetOauthAuthorizationServer", .summary = "The same, under the name of RFC 8414" },
	{ OPTIONS, METADATA, ANYONE, READ, .handler = oidc_preflight, .status = 204 },
	{ GET, "/oidc/jwks", ANYONE, READ, .handler = oidc_jwks, .status = 200, .reply = &any_object,
	  .operation = "GetJwks", .summary = "The public signing keys" },
	{ OPTIONS, "/oidc/jwks", ANYONE, READ, .handler = oidc_preflight, .status = 204 },
	{ POST, "/oidc/token", ANYONE, READ, .handler = oidc_token, .status = 200, .reply = &any_object,
	  .operation = "CreateToken", .summary = "Get a token" },
	{ OPTIONS, "/oidc/token", ANYONE, READ, .handler = oidc_preflight, .status = 204 },
	{ POST, "/oidc/token/introspection", ANYONE, READ, .handler = oidc_introspect, .status = 200,
	  .reply = &any_object, .operation = "IntrospectToken", .summary = "Ask whether a token is active" },
	{ OPTIONS, "/oidc/token/introspection", ANYONE, READ, .handler = oidc_preflight, .status = 204 },
	{ POST, "/oidc/token/revocation", ANYONE, READ, .handler = oidc_revoke, .status = 200,
	  .operation = "RevokeToken", .summary = "Revoke a token" },
	{ OPTIONS, "/oidc/token/revocation", ANYONE, READ, .handler = oidc_preflight, .status = 204 },
	{ GET, "/oidc/me", ANYONE, READ, .handler = oidc_userinfo, .status = 200, .reply = &any_object,
	  .operation = "GetUserinfo", .summary = "Who the token speaks for" },
	{ POST, "/oidc/me", ANYONE, READ, .handler = oidc_userinfo, .status = 200, .reply = &any_object,
	  .operation = "CreateUserinfo", .summary = "Who the token speaks for" },
	{ OPTIONS, "/oidc/me", ANYONE, READ, .handler = oidc_preflight, .status = 204 },

	{ GET, "/oidc/auth", ANYONE, .first = &authorize_first, .status = 303, .operation = "GetAuthorization",
	  .visited = true, .summary = "Begin an authorization" },
	{ POST, "/oidc/auth", ANYONE, .first = &authorize_first, .status = 303, .operation = "CreateAuthorization",
	  .visited = true, .summary = "Begin an authorization" },
	{ GET, "/oidc/auth/{uid}", ANYONE, WRITE, .handler = authorize_resume, .status = 303,
	  .operation = "ResumeAuthorization", .visited = true,
	  .summary = "Go on with an authorization when its page is done" },
	{ POST, "/oidc/request", ANYONE, WRITE, .handler = par_push, .status = 201, .reply = &any_object,
	  .operation = "PushAuthorization", .summary = "Push an authorization request" },
	{ OPTIONS, "/oidc/request", ANYONE, READ, .handler = oidc_preflight, .status = 204 },
	{ POST, "/oidc/device/auth", ANYONE, WRITE, .handler = device_begin, .status = 200, .reply = &any_object,
	  .operation = "AuthorizeDevice", .summary = "Get the codes with which a device asks a person" },
	{ OPTIONS, "/oidc/device/auth", ANYONE, READ, .handler = oidc_preflight, .status = 204 },
	{ GET, "/oidc/device", ANYONE, WRITE, .handler = device_open, .status = 302, .operation = "GetDevice",
	  .visited = true, .summary = "Enter the code that a device shows" },
	{ POST, "/oidc/device", ANYONE, WRITE, .handler = device_enter, .status = 302, .operation = "EnterDevice",
	  .visited = true, .summary = "Confirm a device" },
	{ GET, "/oidc/device/{uid}", ANYONE, WRITE, .handler = authorize_resume, .status = 302,
	  .operation = "ResumeDevice",
	  .visited = true, .summary = "Go on with a device when a page is done" },
	{ GET, "/device", ANYONE, READ, .handler = device_page, .status = 302, .operation = "GetDevicePage",
	  .summary = "The address that a device shows" },
	{ GET, "/device/success", ANYONE, READ, .handler = page_answer, .status = 200,
	  .operation = "GetDeviceSuccess", .summary = "The page at the end: the device has been let in" },
	{ GET, "/oidc/session/end", ANYONE, .first = &end_session_first, .status = 200, .operation = "GetSessionEnd",
	  .visited = true, .summary = "Ask to sign out" },
	{ POST, "/oidc/session/end", ANYONE, .first = &end_session_first, .status = 200,
	  .operation = "CreateSessionEnd",
	  .visited = true, .summary = "Ask to sign out" },
	{ POST, "/oidc/session/end/confirm", ANYONE, WRITE, .handler = end_session_confirm, .status = 303,
	  .operation = "ConfirmSessionEnd",
	  .visited = true, .summary = "Sign out" },
	{ GET, "/oidc/session/end/success", ANYONE, READ, .handler = page_signed_out, .status = 200,
	  .operation = "GetSessionEndSuccess", .summary = "The page at the end of a sign-out" },
	{ GET, "/consent", ANYONE, WRITE, .handler = consent_open, .status = 302, .operation = "GetConsent",
	  .summary = "Let an application of the tenant have what it asks for" },
	{ GET, "/claim/{secret}", ANYONE, WRITE, .handler = claim_begin, .status = 303, .operation = "GetClaim",
	  .summary = "Register as the first administrator, by the link that the server has printed" },
	{ GET, "/claimed", ANYONE, WRITE, .handler = claim_end, .status = 303, .operation = "GetClaimed",
	  .summary = "Go from that registration to the Console" },

	{ GET, "/api/configs/oidc/private-keys", MANAGEMENT, READ, .handler = private_keys_list, .status = 200,
	  .reply = &key_list, .operation = "ListOidcPrivateKeys", .summary = "List the signing keys" },
	{ POST, "/api/configs/oidc/private-keys/rotate", MANAGEMENT, .first = &private_keys_rotate,
	  .body = rotate_body, .status = 200, .reply = &key_list,
	  .operation = "RotateOidcPrivateKeys", .summary = "Put a new signing key in place" },
	{ DELETE, "/api/configs/oidc/private-keys/{keyId}", MANAGEMENT, WRITE, .handler = private_keys_delete,
	  .status = 204, .refuses = 422, .operation = "DeleteOidcPrivateKey",
	  .summary = "Delete the previous signing key" },
	{ GET, "/api/configs/oidc/cookie-keys", MANAGEMENT, READ, .handler = cookie_key_list, .status = 200,
	  .reply = &cookie_key_shape, .operation = "ListOidcCookieKeys",
	  .summary = "List the keys that sign cookies" },
	{ POST, "/api/configs/oidc/cookie-keys/rotate", MANAGEMENT, WRITE, .body = cookie_rotate_body, .refuses = 422,
	  .handler = cookie_key_rotate, .status = 200, .reply = &cookie_key_shape,
	  .operation = "RotateOidcCookieKeys", .summary = "Sign cookies with a new key" },
	{ DELETE, "/api/configs/oidc/cookie-keys/{keyId}", MANAGEMENT, WRITE, .handler = cookie_key_delete,
	  .status = 204, .refuses = 422, .operation = "DeleteOidcCookieKey",
	  .summary = "Delete one of two cookie keys" },
};
const size_t oidc_route_count = ARRAY_LEN(oidc_routes);
