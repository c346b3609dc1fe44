/*
 * Identity providers that speak SAML 2.0. What needs no XML is here: what a connector tells the administrator to enter
 * at the provider.
 * Contract: jit-and-sso.md sections 3.4, 3.5 and 4.4.
 */
#include "sso/protocol.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* Reading metadata and assertions is not part of this version, so a configuration cannot be tried. */
static err_t refuse_saml(struct request *rq)
{
	(void)rq;
	return ERR_FEATURE;
}

static bool wants_nothing(struct request *rq, const struct sso_row *c, struct document *out)
{
	(void)rq, (void)c, (void)out;
	return false;
}

/* The provider's own part follows from its metadata; ours is known from the beginning. */
static void describe(struct json_out *j, struct request *rq, const struct sso_row *c, const struct document *d)
{
	const char *base = rq->tenant->endpoint;

	(void)d;
	json_key(j, "providerConfig");
	json_open(j);
	json_key(j, "defaultAttributeMapping");
	json_open(j);
	json_key_text(j, "id", "nameID");
	json_key_text(j, "email", "email");
	json_key_text(j, "name", "name");
	json_close(j);
	json_key(j, "serviceProvider");
	json_open(j);
	json_key_text(j, "entityId", arena_printf(rq->arena, "%s/enterprise-sso/%s", base, c->id));
	json_key_text(j, "assertionConsumerServiceUrl",
		      arena_printf(rq->arena, "%s/api/authn/single-sign-on/saml/%s", base, c->id));
	json_close(j);
	json_close(j);
}

const struct sso_protocol saml_protocol = {
	.test = refuse_saml, .begin = refuse_saml, .finish = refuse_saml, .wants = wants_nothing,
	.describe = describe,
};
