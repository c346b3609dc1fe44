/*
 * Sign in with Apple: OpenID Connect, but the client's secret is a token that we sign ourselves, and the person's name
 * comes through the browser, once, beside the code. So it is as good as what they would type themselves; their address
 * is that of the ID token.
 */
#include "base/clock.h"
#include "entity/tree.h"
#include "sso/apple_client.h"
#include "sso/protocol.h"

#include "base/banned.h"

static err_t begin(struct request *rq)
{
	return oidc_protocol.begin(rq);
}

/* On WORK, as the protocol's own first step is: signing takes its time. */
static err_t finish(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	const char *secret = NULL;
	err_t e = apple_client_secret(rq->arena, w->connector.config, clock_s(), &secret);

	if (e)
		return e;
	w->connector.config = tree_keep(rq, json_copy(w->connector.config));
	json_object_set_new(w->connector.config, "clientSecret", json_string(secret));
	w->name = apple_name(rq->arena, json_string_value(json_object_get(w->data, "user")));
	return oidc_protocol.finish(rq);
}

const struct sso_protocol apple_protocol = { .begin = begin, .finish = finish };
