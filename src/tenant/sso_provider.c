/* The kinds of identity providers that organizations have. Contract: jit-and-sso.md sections 3.2 and 3.4. */
#include "tenant/sso_provider.h"

#include <string.h>

#include "base/url.h"

#include "base/banned.h"

#define LOGO(color, shape) \
	"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath d='" shape \
	"' fill='none' stroke='" color "' stroke-width='2'/%3E%3C/svg%3E"
#define LOGOS(light, dark, shape) .logo = LOGO(light, shape), .logo_dark = LOGO(dark, shape)

/* -- configurations -- */

static bool is_address(const json_t *value, struct url *u)
{
	const char *text = json_string_value(value);

	return url_parse(text, strlen(text), u) && url_is_web(u) && !u->userinfo.at && !u->fragment.at;
}

/* OpenID Connect Discovery section 2: without query and fragment. */
bool sso_is_issuer(const json_t *value)
{
	struct url u;

	return is_address(value, &u) && !u.query.at;
}

bool sso_is_address(const json_t *value)
{
	struct url u;

	return is_address(value, &u);
}

#define CLIENT \
	{ "clientId", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256 }, \
	{ "clientSecret", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 1024 }
#define SCOPE { "scope", .type = FIELD_TEXT, .max = 1024, .help = "Beside openid, profile and email." }
#define TRUST \
	{ "trustUnverifiedEmail", .type = FIELD_BOOL, .fallback = "false", \
	  .help = "An address of the connector's domains counts also where the provider says nothing about it." }

static const struct field oidc_config[] = {
	CLIENT,
	{ "issuer", .type = FIELD_TEXT, .flags = REQUIRED, .max = 256, .check = sso_is_issuer },
	SCOPE,
	TRUST,
	FIELDS_END
};

static const struct field google_config[] = {
	CLIENT,
	SCOPE,
	TRUST,
	{ "offlineAccess", .type = FIELD_BOOL, .fallback = "false" },
	FIELDS_END
};

static const char *const signature_algorithms[] = {
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", NULL
};
static const struct field mapping_members[] = {
	{ "id", .type = FIELD_TEXT, .max = 256 },
	{ "email", .type = FIELD_TEXT, .max = 256 },
	{ "name", .type = FIELD_TEXT, .max = 256 },
	FIELDS_END
};

#define XML_MOST (256 * 1024)

static const struct field saml_config[] = {
	{ "metadataUrl", .type = FIELD_TEXT, .max = 2048, .check = sso_is_address },
	{ "metadata", .type = FIELD_TEXT, .flags = NOT_EMPTY, .max = XML_MOST },
	{ "entityId", .type = FIELD_TEXT, .flags = NOT_EMPTY, .max = 1024 },
	{ "signInEndpoint", .type = FIELD_TEXT, .max = 2048, .check = sso_is_address },
	{ "x509Certificate", .type = FIELD_TEXT, .flags = NOT_EMPTY, .max = 16384 },
	{ "attributeMapping", .type = FIELD_STRUCT, .members = mapping_members },
	{ "signAuthnRequest", .type = FIELD_BOOL },
	{ "requestSignatureAlgorithm", .type = FIELD_ENUM, .options = signature_algorithms },
	{ "allowSha1", .type = FIELD_BOOL,
	  .help = "Signatures and digests with SHA-1, which can be forged, count too; else they are refused." },
	FIELDS_END
};

/* One of three forms: an address, a text, or the three values by hand. */
static bool fits_saml(const json_t *config)
{
	return json_object_get(config, "metadataUrl") || json_object_get(config, "metadata") ||
	       (json_object_get(config, "entityId") && json_object_get(config, "signInEndpoint") &&
		json_object_get(config, "x509Certificate"));
}

/* -- the providers -- */

#define OIDC .protocol = &oidc_protocol, .type = "oidc", .secret = "clientSecret"
#define SAML .protocol = &saml_protocol, .type = "saml", .config = saml_config, .fits = fits_saml

/* In the order of the contract. */
static const struct sso_provider providers[] = {
	{ "OIDC", OIDC, .title = "OIDC", .config = oidc_config,
	  LOGOS("%23f78c40", "%23ffa05c", "M12 3v18M12 8C6 8 4 11 4 14s3 6 8 7M12 8c4 0 7 1 8 4l1-3m-1 3-3-1") },
	{ "SAML", SAML, .title = "SAML",
	  LOGOS("%230b7285", "%2366d9e8", "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 12l2 2 4-4") },
	{ "AzureAD", SAML, .title = "Microsoft Entra ID (SAML)",
	  LOGOS("%230072c6", "%234aa3e8", "M12 2 3 14l9 7 9-7zM3 14l9-4 9 4M12 2v8") },
	{ "AzureAdOidc", OIDC, .title = "Microsoft Entra ID (OIDC)", .config = oidc_config, .has_tenants = true,
	  LOGOS("%230072c6", "%234aa3e8", "M12 2 3 14l9 7 9-7zM3 14l9-4 9 4M12 2v8") },
	{ "GoogleWorkspace", OIDC, .title = "Google Workspace", .config = google_config,
	  .issuer = "https://accounts.google.com", .has_hosted_domain = true,
	  LOGOS("%234285f4", "%238ab4f8", "M20 12h-8m8 0a8 8 0 1 1-3-6") },
	{ "Okta", OIDC, .title = "Okta", .config = oidc_config,
	  LOGOS("%23191919", "%23f5f5f5", "M12 3a9 9 0 1 0 .1 0zM12 8a4 4 0 1 0 .1 0z") },
};

const struct sso_provider *sso_provider_at(size_t i)
{
	return i < ARRAY_LEN(providers) ? &providers[i] : NULL;
}

const struct sso_provider *sso_provider_find(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_LEN(providers); i++)
		if (!strcmp(providers[i].name, name))
			return &providers[i];
	return NULL;
}

static void fill_in(const struct field *fields, json_t *config)
{
	for (const struct field *f = fields; f->name; f++)
		if (f->fallback && !json_object_get(config, f->name))
			json_object_set_new(config, f->name, json_loads(f->fallback, JSON_DECODE_ANY, NULL));
}

err_t sso_provider_clean(struct arena *a, const struct sso_provider *p, const json_t *config, json_t **clean)
{
	err_t e;

	*clean = json_deep_copy(config);
	e = fields_check(a, p->config, CHECK_CREATE, *clean, "config");
	if (e == ERR_INPUT || (!e && p->fits && !p->fits(*clean))) {
		err_clear();		/* the contract tells no more, and what was sent may be a secret */
		return err_set(ERR_SSO_CONFIG, "it does not fit the provider %s", p->name);
	}
	if (!e)
		fill_in(p->config, *clean);
	return e;
}
