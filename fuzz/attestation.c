/*
 * What an authenticator says when it makes a passkey, and when it uses one: the input is the attestation object, and
 * the same bytes are authenticator data, a key and a signature. Nothing that nobody has signed is a use.
 */
#include <stdlib.h>

#include "crypto/ctap.h"
#include "crypto/web_authn.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CLIENT_DATA(type) "{\"type\":\"" type "\",\"challenge\":\"AA\",\"origin\":\"https://a.example\"}"
#define SLICE(literal) ((struct slice){ (literal), sizeof(literal) - 1 })

/* Whether a part is a piece of the whole. */
static bool is_inside(struct slice part, struct slice whole)
{
	return part.at >= whole.at && part.len <= whole.len && part.at + part.len <= whole.at + whole.len;
}

static void check_item(struct slice all)
{
	struct ctap_item item;

	if (ctap_read_all(all, &item) && (item.whole.len != all.len || !is_inside(item.inside, all)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const origins[] = { "https://a.example", NULL };
	const struct web_authn_site site = { "a.example", origins, "AA" };
	const struct slice all = { (const char *)data, size };
	const struct web_authn_assertion use = { SLICE(CLIENT_DATA("webauthn.get")), all, all };
	struct web_authn_passkey made, key = { .key = all };
	uint32_t counter;

	check_item(all);
	if (!web_authn_register(&site, SLICE(CLIENT_DATA("webauthn.create")), all, &made)) {
		if (!is_inside(made.id, all) || !is_inside(made.key, all) || made.id.len == 0)
			abort();
		key = made;
	}
	if (!web_authn_assert(&site, &key, &use, &counter))
		abort();
	err_clear();
	return 0;
}
