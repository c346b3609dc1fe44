/* Calls routes inside the process, without lanes: one transaction of the caller for all steps. */
#include "server/local.h"

#include <string.h>

#include "http/mount.h"
#include "server/dispatch.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* Sets the detail of the error to the sentence of its answer, for the user at a terminal. Returns `e`. */
static err_t explain(struct request *rq, err_t e)
{
	json_t *answer;
	const char *message, *details;

	reply_reset(rq);
	reply_error(rq, e);
	answer = json_loads(buffer_str(&rq->reply.body), 0, NULL);
	message = json_string_value(json_object_get(answer, "message"));
	details = json_string_value(json_object_get(answer, "details"));
	if (message)
		err_set(e, "%s%s%s", message, details ? " " : "", details ? details : "");
	json_decref(answer);
	return e;
}

/* Runs all steps of the route one after the other; steps without a transaction get NULL. */
static err_t run_chain(struct request *rq, struct txn *tx)
{
	err_t e = OK;

	for (rq->task.step = rq->route->first; !e && rq->task.step;) {
		rq->task.lane = rq->task.step->lane;
		e = dispatch_step(rq, lane_has_transaction(rq->task.lane) ? tx : NULL);
	}
	return e;
}

err_t local_call(struct txn *tx, struct arena *a, const struct tenant *tenant, enum method method, const char *path,
		 const json_t *body, json_t **answer)
{
	const char *query = strchr(path, '?');
	struct request rq = {
		.arena = a, .method = method, .method_text = "local", .target = path,
		.query_text = query ? query + 1 : "", .path = arena_copyn(a, path, strcspn(path, "?")),
		.tenant = tenant, .origin = tenant->endpoint, .body = body ? json_deep_copy(body) : json_object(),
		.body_kind = BODY_JSON,
	};
	err_t e;

	params_parse(a, rq.query_text, strlen(rq.query_text), &rq.query);
	rq.mount = mount_find(rq.path);
	route_find(rq.mount, method, rq.path, a, &rq.match);
	rq.route = rq.match.route;
	if (!rq.route) {
		request_done(&rq);
		return err_set(ERR_ROUTE_NOT_FOUND, "there is no route %s", path);
	}
	err_clear();
	e = run_chain(&rq, tx);
	if (e)
		e = explain(&rq, e);
	else if (answer)
		*answer = json_loads(buffer_str(&rq.reply.body), JSON_DECODE_ANY, NULL);
	request_done(&rq);
	return e;
}
