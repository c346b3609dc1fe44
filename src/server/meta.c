/*
 * Routes about the server itself: its status and the descriptions of its API.
 * Contract: http-conventions.md section 12.
 */
#include "server/routes.h"

#include <string.h>

#include "base/secret.h"
#include "entity/shape.h"
#include "http/door.h"
#include "http/request.h"
#include "server/openapi.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* Tells the tenant's id, too, to a caller that sends the status key of the settings. */
static err_t status(struct request *rq)
{
	const char *key = request_header(rq, "logto-status-api-key"), *ours = context.settings->status_key;
	err_t e = OK;

	if (*ours && key && text_equal_secret(ours, key))
		e = reply_header(rq, "logto-tenant-id", rq->tenant->id);
	return e ? e : reply_empty(rq, 204);
}

static err_t reply_whole(struct request *rq)
{
	return openapi_reply(rq, OPENAPI_WHOLE);
}

static err_t management(struct request *rq)
{
	return openapi_reply(rq, OPENAPI_MANAGEMENT);
}

static err_t experience(struct request *rq)
{
	return openapi_reply(rq, OPENAPI_EXPERIENCE);
}

static err_t people(struct request *rq)
{
	return openapi_reply(rq, OPENAPI_USER);
}

const struct route meta_routes[] = {
	{ GET, "/api/status", ANYONE, READ, .handler = status, .status = 204, .summary = "Tell that the server runs" },
	{ GET, "/api/swagger.json", ANYONE, READ, .handler = reply_whole, .status = 200, .reply = &any_object,
	  .summary = "Describe the whole API" },
	{ GET, "/api/.well-known/management.openapi.json", ANYONE, READ, .handler = management, .status = 200,
	  .reply = &any_object, .summary = "Describe the Management API" },
	{ GET, "/api/.well-known/experience.openapi.json", ANYONE, READ, .handler = experience, .status = 200,
	  .reply = &any_object, .summary = "Describe the API of the sign-in pages" },
	{ GET, "/api/.well-known/user.openapi.json", ANYONE, READ, .handler = people, .status = 200,
	  .reply = &any_object, .summary = "Describe the API for signed-in people" },
};
const size_t meta_route_count = ARRAY_LEN(meta_routes);
