/* The kinds of connectors by which people sign in with accounts of their own. */
#include "tenant/social_provider.h"

#include <string.h>

#include "crypto/keys.h"
#include "entity/tree.h"
#include "tenant/sso_provider.h"

#include "base/banned.h"

/* Pictures as addresses of data; `at` is the side of the square that the shapes are drawn on. */
#define PICTURE(at, shapes) \
	"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " at " " at "'%3E" shapes \
	"%3C/svg%3E"
#define FILLED(color, shape) "%3Cpath fill='" color "' d='" shape "'/%3E"
#define DRAWN(color, shape) \
	"%3Cpath fill='none' stroke='" color "' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'" \
	" d='" shape "'/%3E"

/* -- members of configurations; those without help are in no form -- */

#define CLIENT_ID \
	{ "clientId", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256, .help = "Client ID" }
#define CLIENT \
	CLIENT_ID, { "clientSecret", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 1024, \
		     .help = "Client secret" }
#define ADDRESS(member, more, label) \
	{ (member), .type = FIELD_TEXT, .flags = (more), .max = 2048, .check = sso_is_address, .help = (label) }
#define SCOPE { "scope", .type = FIELD_TEXT, .max = 1024, .help = "Scope" }
#define TRUST \
	{ "trustUnverifiedEmail", .type = FIELD_BOOL, .help = "Trust addresses that are not said to be verified" }
#define PARAMETERS \
	{ "customConfig", .type = FIELD_CUSTOM, .check = is_map_of_texts, .help = "More parameters of the sign-in" }

#define PARAMETERS_MOST 20

static bool is_map_of_texts(const json_t *value)
{
	const char *name;
	json_t *one;

	if (!json_is_object(value) || json_object_size(value) > PARAMETERS_MOST)
		return false;
	json_object_foreach((json_t *)(uintptr_t)value, name, one)	/* jansson takes no const here */
		if (!*name || !json_is_string(one))
			return false;
	return true;
}

static const char *const authentications[] = { "client_secret_basic", "client_secret_post", NULL };
#define AUTHENTICATION \
	{ "tokenEndpointAuthMethod", .type = FIELD_ENUM, .options = authentications, .help = "Client authentication" }

static const char *const prompts[] = { "none", "consent", "login", "select_account", NULL };
static const struct field prompt = { .type = FIELD_ENUM, .options = prompts };
#define PROMPTS { "prompts", .type = FIELD_LIST, .element = &prompt, .max = 4, .help = "What people are asked there" }

static const char *text_of(const json_t *config, const char *member)
{
	return json_string_value(json_object_get(config, member));
}

/* -- OpenID Connect: by its issuer, or with each address by hand -- */

static const struct field verification_members[] = {
	{ "issuer", .type = FIELD_TEXT, .flags = REQUIRED, .max = 256, .check = sso_is_issuer },
	ADDRESS("jwksUri", REQUIRED, NULL),
	FIELDS_END
};

static const struct field oidc_config[] = {
	{ "issuer", .type = FIELD_TEXT, .max = 256, .check = sso_is_issuer, .help = "Issuer" },
	CLIENT,
	SCOPE,
	TRUST,
	ADDRESS("authorizationEndpoint", 0, "Authorization endpoint, where there is no discovery document"),
	ADDRESS("tokenEndpoint", 0, "Token endpoint, likewise"),
	ADDRESS("userInfoEndpoint", 0, "Userinfo endpoint, likewise"),
	{ "idTokenVerificationConfig", .type = FIELD_STRUCT, .members = verification_members,
	  .help = "Issuer and jwksUri, likewise" },
	AUTHENTICATION,
	PARAMETERS,
	FIELDS_END
};

static bool fits_oidc(const json_t *config)
{
	return text_of(config, "issuer") ||
	       (text_of(config, "authorizationEndpoint") && text_of(config, "tokenEndpoint") &&
		json_object_get(config, "idTokenVerificationConfig"));
}

static void prepare_oidc(json_t *config)
{
	const json_t *verification = json_object_get(config, "idTokenVerificationConfig");

	if (text_of(config, "issuer") || !verification)
		return;
	tree_set_text(config, "jwksUri", text_of(verification, "jwksUri"));
	tree_set_text(config, "issuer", text_of(verification, "issuer"));
}

/* -- OAuth 2.0 -- */

static const struct field mapping_members[] = {
	{ "id", .type = FIELD_TEXT, .max = 128 },    { "name", .type = FIELD_TEXT, .max = 128 },
	{ "avatar", .type = FIELD_TEXT, .max = 128 }, { "email", .type = FIELD_TEXT, .max = 128 },
	{ "emailVerified", .type = FIELD_TEXT, .max = 128 },
	FIELDS_END
};

static const struct field oauth_config[] = {
	ADDRESS("authorizationEndpoint", REQUIRED, "Authorization endpoint"),
	ADDRESS("tokenEndpoint", REQUIRED, "Token endpoint"),
	ADDRESS("userInfoEndpoint", REQUIRED, "Endpoint that tells who somebody is"),
	CLIENT,
	AUTHENTICATION,
	SCOPE,
	{ "profileMap", .type = FIELD_STRUCT, .members = mapping_members,
	  .help = "Where id, name, avatar, email and emailVerified stand in its answer" },
	TRUST,
	PARAMETERS,
	FIELDS_END
};

/* -- GitHub -- */

static const struct field github_config[] = {
	CLIENT,
	SCOPE,
	ADDRESS("enterpriseUrl", 0, "Address of a GitHub Enterprise Server"),
	FIELDS_END
};

static void set_below(json_t *config, const char *member, const char *base, const char *path)
{
	size_t len = strlen(base);

	while (len > 0 && base[len - 1] == '/')
		len--;
	json_object_set_new(config, member, json_sprintf("%.*s%s", (int)len, base, path));
}

static void prepare_github(json_t *config)
{
	const char *own = text_of(config, "enterpriseUrl");
	const char *site = own ? own : "https://github.com", *user = own ? "/api/v3/user" : "/user";
	const char *api = own ? own : "https://api.github.com";

	set_below(config, "authorizationEndpoint", site, "/login/oauth/authorize");
	set_below(config, "tokenEndpoint", site, "/login/oauth/access_token");
	set_below(config, "userInfoEndpoint", api, user);
	set_below(config, "emailsEndpoint", text_of(config, "userInfoEndpoint"), "/emails");
	json_object_set_new(config, "tokenEndpointAuthMethod", json_string("client_secret_post"));
	/* `email` of a user is what they show to everybody, verified or not; `login` stands in for a missing name */
	json_object_set_new(config, "profileMap",
			    json_pack("{s:s, s:s, s:s}", "id", "id", "name", "name|login", "avatar", "avatar_url"));
}

/* -- Google, Apple, Microsoft -- */

struct addresses {
	const char *issuer, *authorization, *token, *userinfo, *keys;
};

/* They do not change, so nobody waits for the discovery document. That of a stand-in is read. */
static void set_addresses(json_t *config, const struct addresses *known)
{
	if (text_of(config, "issuer"))
		return;
	tree_set_text(config, "issuer", known->issuer);
	tree_set_text(config, "authorizationEndpoint", known->authorization);
	tree_set_text(config, "tokenEndpoint", known->token);
	tree_set_text(config, "userInfoEndpoint", known->userinfo);
	tree_set_text(config, "jwksUri", known->keys);
}

/* In no form: a stand-in for the provider, as in a test of an installation. */
#define STAND_IN { "issuer", .type = FIELD_TEXT, .max = 256, .check = sso_is_issuer }

static const struct field one_tap_members[] = {
	{ "isEnabled", .type = FIELD_BOOL }, { "autoSelect", .type = FIELD_BOOL },
	{ "closeOnTapOutside", .type = FIELD_BOOL }, { "itpSupport", .type = FIELD_BOOL },
	FIELDS_END
};

static const struct field google_config[] = {
	CLIENT,
	SCOPE,
	PROMPTS,
	{ "oneTap", .type = FIELD_STRUCT, .members = one_tap_members,
	  .help = "Google One Tap on the sign-in page: isEnabled, autoSelect, closeOnTapOutside, itpSupport" },
	STAND_IN,
	FIELDS_END
};

static const struct addresses google_addresses = {
	.issuer = "https://accounts.google.com", .authorization = "https://accounts.google.com/o/oauth2/v2/auth",
	.token = "https://oauth2.googleapis.com/token", .userinfo = "https://openidconnect.googleapis.com/v1/userinfo",
	.keys = "https://www.googleapis.com/oauth2/v3/certs",
};

static void prepare_google(json_t *config)
{
	set_addresses(config, &google_addresses);
}

static bool is_p256_key(const json_t *value)
{
	struct key *key = NULL;
	bool fits = key_parse_pem(json_string_value(value), KEY_ES256, &key) == OK;

	key_free(key);
	return fits;
}

static const struct field apple_config[] = {
	CLIENT_ID,
	{ "teamId", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 64, .help = "Team ID" },
	{ "keyId", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 64, .help = "Key ID" },
	{ "privateKey", .type = FIELD_TEXT, .flags = REQUIRED, .max = 4096, .check = is_p256_key,
	  .help = "Private key (the .p8 file)" },
	STAND_IN,
	FIELDS_END
};

#define APPLE "https://appleid.apple.com"

static const struct addresses apple_addresses = {
	.issuer = APPLE, .authorization = APPLE "/auth/authorize", .token = APPLE "/auth/token",
	.keys = APPLE "/auth/keys",
};

static void prepare_apple(json_t *config)
{
	set_addresses(config, &apple_addresses);
	json_object_set_new(config, "tokenEndpointAuthMethod", json_string("client_secret_post"));
}

#define MICROSOFT_CLOUD "https://login.microsoftonline.com"
#define MICROSOFT_PEOPLE "9188040d-6c67-4c5b-b112-36a304b66dad"	/* the directory of personal accounts */
#define GUID_LEN 36

static bool is_directory(const json_t *value)
{
	const char *text = json_string_value(value);

	return !strcmp(text, "common") || !strcmp(text, "organizations") || !strcmp(text, "consumers") ||
	       (strlen(text) == GUID_LEN && strspn(text, "0123456789abcdef-") == GUID_LEN);
}

static const struct field microsoft_config[] = {
	CLIENT,
	{ "tenantId", .type = FIELD_TEXT, .check = is_directory,
	  .help = "Directory: its ID, or common, organizations, consumers" },
	ADDRESS("cloudInstance", 0, "Address of another cloud of Microsoft"),
	SCOPE,
	PROMPTS,
	FIELDS_END
};

static void prepare_microsoft(json_t *config)
{
	const char *cloud = text_of(config, "cloudInstance"), *tenant = text_of(config, "tenantId");
	json_auto_t *path = NULL;

	if (tenant && !strcmp(tenant, "consumers"))	/* where the discovery document names it by its ID */
		tenant = MICROSOFT_PEOPLE;
	path = json_sprintf("/%s/v2.0", tenant ? tenant : "common");
	set_below(config, "issuer", cloud ? cloud : MICROSOFT_CLOUD, json_string_value(path));
}

/* -- the rows -- */

#define SOCIAL .is_social = true, .secret = "clientSecret"

static const struct sso_provider oidc = {
	SOCIAL, .name = "oidc", .protocol = &oidc_protocol, .fits = fits_oidc, .prepare = prepare_oidc,
};
static const struct sso_provider oauth = { SOCIAL, .name = "oauth2", .protocol = &oauth_protocol, .scope = "" };
static const struct sso_provider google = {
	SOCIAL, .name = "google", .protocol = &oidc_protocol, .prepare = prepare_google, .has_one_tap = true,
};
static const struct sso_provider github = {
	SOCIAL, .name = "github", .protocol = &oauth_protocol, .prepare = prepare_github,
	.scope = "read:user user:email",
};
/* Whose token endpoint knows no PKCE; the nonce binds the answer to the browser instead. */
static const struct sso_provider apple = {
	SOCIAL, .name = "apple", .protocol = &apple_protocol, .prepare = prepare_apple, .scope = "openid name email",
	.is_without_pkce = true, .posts_answer = true,
};
/*
 * The claim `email` of Entra ID is whatever the administrator of any directory has written there. Only xms_edov says
 * that the directory owns the domain of the address.
 */
static const struct sso_provider microsoft = {
	SOCIAL, .name = "azuread", .protocol = &oidc_protocol, .prepare = prepare_microsoft, .has_tenants = true,
	.vouches_by = "xms_edov",
};

#define REDIRECT \
	"Register the address of the callback, which the connector's page shows, at the provider as its " \
	"redirect URI. "
#define README_GOOGLE \
	REDIRECT "Client ID and secret are made in the Google Cloud console, under APIs & Services, Credentials, " \
	"as an OAuth client of the type Web application."
#define README_GITHUB \
	REDIRECT "Client ID and secret are those of an OAuth app in GitHub's developer settings. Of somebody's " \
	"addresses the primary one counts, once GitHub has verified it."
#define README_APPLE \
	REDIRECT "The client ID is that of a Services ID in Apple's developer portal; key and key ID are those of " \
	"a key with Sign in with Apple. Apple tells somebody's name only at the first sign-in, and may " \
	"give an address that forwards to theirs."
#define README_MICROSOFT \
	REDIRECT "Client ID and secret are those of an app registration in Microsoft Entra ID. An address counts " \
	"as verified only with the optional claim xms_edov of the ID token."
#define README_OIDC \
	REDIRECT "The issuer is enough where the provider has a discovery document; else each address is entered."
#define README_OAUTH \
	REDIRECT "The endpoint that tells who somebody is must answer with a JSON object; profileMap says where " \
	"in it, with a dot between names of members within members."

#define GOOGLE_1 \
	"M24 9.5 c3.54 0 6.71 1.22 9.21 3.6 l6.85-6.85 C35.9 2.38 30.47 0 24 0 14.62 0 6.51 5.38 2.56 " \
	"13.22 l7.98 6.19 C12.43 13.72 17.74 9.5 24 9.5 z"
#define GOOGLE_2 \
	"M46.98 24.55 c0-1.57-.15-3.09-.38-4.55 H24 v9.02 h12.94 c-.58 2.96-2.26 5.48-4.78 7.18 l7.73 6 " \
	"c4.51-4.18 7.09-10.36 7.09-17.65 z"
#define GOOGLE_3 \
	"M10.53 28.59 c-.48-1.45-.76-2.99-.76-4.59 s.27-3.14.76-4.59 l-7.98-6.19 C.92 16.46 0 20.12 0 24 " \
	"c0 3.88.92 7.54 2.56 10.78 l7.97-6.19 z"
#define GOOGLE_4 \
	"M24 48 c6.48 0 11.93-2.13 15.89-5.81 l-7.73-6 c-2.15 1.45-4.92 2.3-8.16 2.3-6.26 " \
	"0-11.57-4.22-13.47-9.91 l-7.98 6.19 C6.51 42.62 14.62 48 24 48 z"
#define GOOGLE_PICTURE \
	PICTURE("48", FILLED("%23ea4335", GOOGLE_1) FILLED("%234285f4", GOOGLE_2) FILLED("%23fbbc05", GOOGLE_3) \
			FILLED("%2334a853", GOOGLE_4))
#define GITHUB_SHAPE \
	"M12 .3 c-6.6 0-12 5.4-12 12 0 5.3 3.4 9.8 8.2 11.4.6.1.8-.3.8-.6 v-2 " \
	"c-3.3.7-4-1.6-4-1.6-.6-1.4-1.4-1.8-1.4-1.8-1-.7.1-.7.1-.7 1.2.1 1.8 1.2 1.8 1.2 1.1 1.8 2.8 1.3 " \
	"3.5 1 .1-.8.4-1.3.8-1.6-2.7-.3-5.5-1.3-5.5-5.9 0-1.3.5-2.4 1.2-3.2-.1-.3-.5-1.5.1-3.2 0 0 1-.3 " \
	"3.3 1.2 a11.5 11.5 0 0 1 6 0 c2.3-1.5 3.3-1.2 3.3-1.2.6 1.7.2 2.9.1 3.2.8.8 1.2 1.9 1.2 3.2 0 " \
	"4.6-2.8 5.6-5.5 5.9.4.4.8 1.1.8 2.2 v3.3 c0 .3.2.7.8.6 C20.6 22.1 24 17.6 24 12.3 " \
	"c0-6.6-5.4-12-12-12 z"
#define APPLE_SHAPE \
	"M12.15 6.9 c-.95 0-2.41-1.08-3.96-1.04-2.04.03-3.91 1.18-4.96 3.01-2.12 3.68-.55 9.1 1.52 12.09 " \
	"1.01 1.45 2.21 3.09 3.79 3.04 1.52-.07 2.09-.99 3.94-.99 1.83 0 2.35.99 3.96.95 1.64-.03 " \
	"2.68-1.48 3.68-2.95 1.16-1.69 1.64-3.33 1.66-3.42-.04-.01-3.18-1.22-3.22-4.86-.03-3.04 " \
	"2.48-4.49 2.6-4.56-1.43-2.09-3.62-2.32-4.39-2.38-2-.16-3.68 1.09-4.61 1.09 zM15.53 3.83 " \
	"c.84-1.01 1.4-2.43 1.25-3.83-1.21.05-2.66.81-3.53 1.82-.78.9-1.45 2.34-1.27 3.71 1.34.1 " \
	"2.71-.69 3.56-1.7"
#define MICROSOFT_PICTURE \
	PICTURE("23", FILLED("%23f25022", "M1 1h10v10H1z") FILLED("%237fba00", "M12 1h10v10H12z") \
			FILLED("%2300a4ef", "M1 12h10v10H1z") FILLED("%23ffb900", "M12 12h10v10H12z"))
#define OIDC_SHAPE "M12 3v18M12 8C6 8 4 11 4 14s3 6 8 7M12 8c4 0 7 1 8 4l1-3m-1 3-3-1"
#define OAUTH_SHAPE "M2 12a10 10 0 1 0 20 0 10 10 0 1 0-20 0M8 17l4-11 4 11M9.5 13.5h5"
/* Of one shape, in a colour for light and one for dark ground. */
#define LOGOS(of, light, dark, shape) \
	.logo = PICTURE("24", of(light, shape)), .logo_dark = PICTURE("24", of(dark, shape))

const struct factory social_factories[] = {
	{ "google-universal", CONNECTOR_SOCIAL, .target = SOCIAL_TARGET_GOOGLE, .name = "Google", .provider = &google,
	  .description = "People sign in with their Google account.", .config = google_config,
	  .readme = README_GOOGLE, .logo = GOOGLE_PICTURE, .logo_dark = GOOGLE_PICTURE },
	{ "github-universal", CONNECTOR_SOCIAL, .target = "github", .name = "GitHub", .provider = &github,
	  .description = "People sign in with their GitHub account.", .config = github_config,
	  .readme = README_GITHUB, LOGOS(FILLED, "%2324292f", "%23f0f1f3", GITHUB_SHAPE) },
	{ "apple-universal", CONNECTOR_SOCIAL, .target = "apple", .name = "Apple", .provider = &apple,
	  .description = "People sign in with their Apple Account.", .config = apple_config,
	  .readme = README_APPLE, LOGOS(FILLED, "%23000000", "%23f0f1f3", APPLE_SHAPE) },
	{ "azuread-universal", CONNECTOR_SOCIAL, .target = "azuread", .name = "Microsoft", .provider = &microsoft,
	  .description = "People sign in with their Microsoft account, or that of their work or school.",
	  .config = microsoft_config, .readme = README_MICROSOFT, .logo = MICROSOFT_PICTURE,
	  .logo_dark = MICROSOFT_PICTURE },
	{ "oidc", CONNECTOR_SOCIAL, .name = "OpenID Connect", .provider = &oidc, .is_standard = true,
	  .description = "People sign in at a provider that speaks OpenID Connect.", .config = oidc_config,
	  .readme = README_OIDC, LOGOS(DRAWN, "%23f78c40", "%23ffa05c", OIDC_SHAPE) },
	{ "oauth2", CONNECTOR_SOCIAL, .name = "OAuth 2.0", .provider = &oauth, .is_standard = true,
	  .description = "People sign in at a provider that speaks OAuth 2.0 and tells who they are.",
	  .config = oauth_config, .readme = README_OAUTH, LOGOS(DRAWN, "%235b626d", "%23a4abb5", OAUTH_SHAPE) },
};
const size_t social_factory_count = ARRAY_LEN(social_factories);
