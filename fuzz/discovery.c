/* A discovery document of a stranger: its addresses are of the web, and its issuer is that asked for. */
#include "sso/discovery.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/url.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_tls(const char *address)
{
	return !address || !strncasecmp(address, "https:", 6);
}

/* Whether a customer of the provider, whose name is in place of the pattern, is still at the provider's own host. */
static bool is_at_home(const char *issuer)
{
	const char *asked = "https://a.example/v2";
	struct url is, own;

	return url_parse(asked, strlen(asked), &own) && url_parse(issuer, strcspn(issuer, "{"), &is) &&
	       url_same_origin(&is, &own) && is.path.len > 0 && !is.userinfo.at && !is.query.at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *tree = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	struct endpoints at;

	for (int tenants = 0; tenants < 2; tenants++) {
		if (discovery_read(tree, "https://a.example/v2", tenants, &at))
			continue;
		if (!is_at_home(at.issuer) || (at.has_tenants && !tenants))
			abort();
		if (!is_tls(at.authorization) || !is_tls(at.token) || !is_tls(at.keys) || !is_tls(at.userinfo))
			abort();
	}
	json_decref(tree);
	return 0;
}
