/* Reads discovery documents of identity providers. */
#include "sso/discovery.h"

#include <string.h>

#include "base/url.h"

#include "base/banned.h"

#define URL_MOST 2048
#define TENANT "{tenantid}"

static const char *member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

const char *discovery_issuer(const struct sso_row *c)
{
	return c->provider->issuer ? c->provider->issuer : member(c->config, "issuer");
}

/* A slash at the end is forgiven: providers differ, and people leave it out. */
static bool is_same_issuer(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b);

	m -= m > 0 && a[m - 1] == '/';
	n -= n > 0 && b[n - 1] == '/';
	return m == n && !memcmp(a, b, m);
}

/*
 * One address for the people of all customers of the provider: its document has a pattern in place of the issuer. What
 * stands for the customer is in the path, so that it can neither end the host nor begin a query.
 */
static bool is_pattern_of(const char *pattern, const char *issuer)
{
	const char *tenant = strstr(pattern, TENANT);
	struct url a, b;

	return tenant && url_parse(issuer, strlen(issuer), &b) && url_parse(pattern, (size_t)(tenant - pattern), &a) &&
	       url_same_origin(&a, &b) && a.path.len > 0 && !a.userinfo.at && !a.query.at && !a.fragment.at;
}

bool discovery_is_sender(const struct endpoints *at, const char *iss)
{
	return iss && (at->has_tenants ? is_pattern_of(at->issuer, iss) : !strcmp(iss, at->issuer));
}

/* A web address; over TLS where the issuer's own is. */
static bool is_endpoint(const char *address, const char *issuer)
{
	struct url u, own;

	if (!address || strlen(address) > URL_MOST || !url_parse(address, strlen(address), &u) || !url_is_web(&u) ||
	    u.userinfo.at || u.fragment.at || !url_parse(issuer, strlen(issuer), &own))
		return false;
	return url_has_scheme(&u, "https") || !url_has_scheme(&own, "https");
}

static bool lists(const json_t *list, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_is_string(one) && !strcmp(json_string_value(one), name))
			return true;
	return false;
}

const char *discovery_read(const json_t *tree, const char *issuer, bool may_have_tenants, struct endpoints *out)
{
	const char *own = member(tree, "issuer");
	const json_t *methods = json_object_get(tree, "token_endpoint_auth_methods_supported");

	if (!own || !(is_same_issuer(own, issuer) || (may_have_tenants && is_pattern_of(own, issuer))))
		return "the discovery document is of another issuer";
	*out = (struct endpoints){
		.issuer = own,
		.has_tenants = strstr(own, TENANT) != NULL,
		.authorization = member(tree, "authorization_endpoint"),
		.token = member(tree, "token_endpoint"),
		.userinfo = member(tree, "userinfo_endpoint"),
		.keys = member(tree, "jwks_uri"),
		.takes_basic = lists(methods, "client_secret_basic") || !lists(methods, "client_secret_post"),
		.names_itself = json_is_true(
			json_object_get(tree, "authorization_response_iss_parameter_supported")),
	};
	if (!is_endpoint(out->authorization, issuer) || !is_endpoint(out->token, issuer) ||
	    !is_endpoint(out->keys, issuer) || (out->userinfo && !is_endpoint(out->userinfo, issuer)))
		return "the discovery document lacks an address";
	return NULL;
}
