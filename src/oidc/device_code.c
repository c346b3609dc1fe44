/* The grant device_code: a device asks whether its person has said yes (oidc.md section 7.4). */
#include <string.h>

#include "base/clock.h"
#include "oidc/oauth.h"
#include "oidc/person_token.h"
#include "base/banned.h"

static err_t refuse_aborted(void)
{
	err_t e = oauth_fail(ERR_OAUTH_ACCESS_DENIED, "End-User aborted interaction");

	err_fault()->status = 400;
	return e;
}

/* What a device hears that waits. OK: the person has agreed. */
static err_t check_state(const struct artifact *t)
{
	if (t->expires_at_ms <= clock_ms())
		return oauth_fail(ERR_OAUTH_EXPIRED, "device_code is expired");
	if (json_is_true(json_object_get(t->details, "aborted")))
		return refuse_aborted();
	if (!t->grant_id)
		return oauth_fail(ERR_OAUTH_PENDING,
				  "authorization request is still pending as the end-user hasn't yet"
				  " completed the user interaction steps");
	return OK;
}

err_t grant_device_code(struct oauth *o)
{
	struct artifact t;
	struct held held;
	err_t e = oauth_need(o, "device_code");

	if (!e)
		e = artifact_find(o->rq, ARTIFACT_DEVICE, oauth_field(o, "device_code"), &t);
	if (e == ERR_NOT_FOUND || (!e && strcmp(t.client_id, o->client->id) != 0))
		return err_set(ERR_OAUTH_GRANT, "the device code is unknown, or of another client");
	if (!e)
		e = check_state(&t);
	if (!e)
		e = held_take(o->rq, ARTIFACT_DEVICE, oauth_field(o, "device_code"), o->client->id, &held);
	return e ? e : person_token_redeem(o, &held);
}
