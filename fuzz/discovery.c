/* A discovery document of a stranger: its addresses are of the web, and its issuer is that asked for. */
#include "sso/discovery.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_tls(const char *address)
{
	return !address || !strncasecmp(address, "https:", 6);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *tree = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	struct endpoints at;

	for (int tenants = 0; tenants < 2; tenants++) {
		if (discovery_read(tree, "https://a.example/v2", tenants, &at))
			continue;
		if (strncmp(at.issuer, "https://a.example/", 18) != 0 || (at.has_tenants && !tenants))
			abort();
		if (!is_tls(at.authorization) || !is_tls(at.token) || !is_tls(at.keys) || !is_tls(at.userinfo))
			abort();
	}
	json_decref(tree);
	return 0;
}
