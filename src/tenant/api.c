#include "tenant/api.h"

#include <string.h>

#include "http/request.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"
#include "base/banned.h"

static const char *origin_of(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://");

	return host ? arena_copyn(a, url, (size_t)(host + 3 - url) + strcspn(host + 3, "/")) : url;
}

/* A localhost address does not count beside a public one. */
const char *api_allowed_origin(struct request *rq)
{
	const char *origin = request_header(rq, "Origin");

	return origin && !strcmp(origin, origin_of(rq->arena, context.admin_endpoint)) ? origin : NULL;
}

static const struct door *const doors[] = { MANAGEMENT, ANYONE, NULL };

const struct mount api_mount = { .prefix = "/api", .doors = doors, .allowed_origin = api_allowed_origin, API_MANNERS };
