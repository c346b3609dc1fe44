/*
 * call_server.c - the whole program with one route more, whose requests call somebody else on their way:
 *
 *	POST /api/test/calls {"name": …, "url": …}
 *
 * makes an organization of that name, calls the URL, and writes into the organization's description what came of it.
 * The answer holds the status that the other server gave, or is the error of the call.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "cli/cli.h"
#include "http/client.h"
#include "organizations/organizations.h"

#include "base/banned.h"

struct errand {
	char id[ID_SHORT + 1];		/* of the organization */
	struct call call;
};
FLOW(errand, struct errand)

static err_t note_outcome(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	struct errand *d = errand(rq);
	json_auto_t *patch = json_object();
	const char *outcome = d->call.error ? err_name(d->call.error) : arena_printf(rq->arena, "%d", d->call.status);
	struct json_out j;
	err_t e;

	json_object_set_new(patch, "description", json_string(outcome));
	e = entity_update(rq->tx, rq->arena, &organization, d->id, patch, &row);
	if (!e)
		e = rows_end(&row);
	if (e)
		return e;
	if (d->call.error)
		return refuse_keeping(rq, err_set(d->call.error, "%s", d->call.detail));
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "id", d->id);
	json_key_int(&j, "status", d->call.status);
	json_close(&j);
	return OK;
}

static const struct step note_outcome_step = { "note what came of the call", WRITE, note_outcome };

static err_t call_somebody(struct request *rq)
{
	struct call *c = &errand(rq)->call;

	c->url = body_text(rq, "url");
	return transfer(rq, c, &note_outcome_step);
}

static const struct step call_step = { "call somebody", CALL, call_somebody };

static err_t note_intent(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *object = json_object();
	err_t e;

	id_new(errand(rq)->id, ID_SHORT, ALPHABET_LOWER);
	json_object_set_new(object, "id", json_string(errand(rq)->id));
	json_object_set_new(object, "name", json_string(body_text(rq, "name")));
	e = entity_insert(rq->tx, rq->arena, &organization, object, &row);
	if (!e)
		e = rows_end(&row);
	return e ? e : next(rq, &call_step);
}

static const struct step note_intent_step = { "note who will be called", WRITE, note_intent };

static const struct field call_body[] = {
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "url", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};

static const struct route call_routes[] = {
	{ POST, "/api/test/calls", MANAGEMENT, .first = &note_intent_step, .body = call_body, .status = 200,
	  .summary = "Call somebody" },
};

/* The linker gives us the calls of route_table() (--wrap), so that the program itself needs no way to add a route. */
__typeof__(route_table) __wrap_route_table, __real_route_table;

err_t __wrap_route_table(const struct routes *tables, size_t count)
{
	struct routes *more = calloc(count + 1, sizeof(*more));
	err_t e;

	if (!more)
		return err_set(ERR_INTERNAL, "out of memory");
	memcpy(more, tables, count * sizeof(*more));
	more[count] = (struct routes){ call_routes, ARRAY_LEN(call_routes) };
	e = __real_route_table(more, count + 1);
	free(more);
	return e;
}

int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
