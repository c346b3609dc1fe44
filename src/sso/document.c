/* Loads documents of identity providers, and remembers them. */
#include "sso/document.h"

#include <string.h>

#include "base/clock.h"
#include "sso/protocol.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define REMEMBERED_S 300

static const char *key_of(struct request *rq, const struct document *d)
{
	return arena_printf(rq->arena, "sso-document:%s", d->url);
}

static void release(void *tree)
{
	cache_release(context.cache, tree);
}

static void forget(void *tree)
{
	json_decref(tree);
}

static bool recall(struct request *rq, struct document *d)
{
	const char *key = key_of(rq, d);
	json_t *tree = d->anew ? NULL : cache_find(context.cache, rq->tenant->id, key, strlen(key));

	d->remembered = tree != NULL;
	d->tree = tree;
	d->error = OK;
	d->cause = NULL;
	if (tree)
		arena_defer(rq->arena, release, tree);
	return tree != NULL;
}

/* What was read is nobody's but the provider's, so nothing of the store makes it stale. */
static void remember(struct request *rq, struct document *d, json_t *tree)
{
	struct cache_ticket ticket = cache_ticket(context.cache, rq->tenant->id, 0);
	const char *key = key_of(rq, d);
	json_t *kept = cache_store(context.cache, ticket, rq->tenant->id, 0, key, strlen(key), tree,
				   2 * d->call.answer.len, clock_s() + REMEMBERED_S, forget);

	arena_defer(rq->arena, release, kept);
	d->tree = kept;
}

static err_t refuse_document(struct document *d, const char *cause)
{
	d->error = ERR_SSO_AWAY;
	d->cause = cause;
	return OK;
}

static err_t read_one(struct request *rq, struct document *d)
{
	json_t *tree = NULL;
	json_error_t fault;
	err_t e;

	if (d->call.error)
		return refuse_document(d, d->call.error == ERR_CALL_ADDRESS ? "the address is not public" :
									      "the provider was not reached");
	if (d->call.status != 200)
		return refuse_document(d, "the provider answered with another status than 200");
	e = json_parse((const char *)d->call.answer.data, d->call.answer.len, JSON_REJECT_DUPLICATES, &rq->charge,
		       &tree, &fault);
	if (e && e != ERR_JSON)
		return e;
	if (e || !json_is_object(tree)) {
		json_decref(tree);
		err_clear();
		return refuse_document(d, "the answer is not a JSON object");
	}
	remember(rq, d, tree);
	return OK;
}

static err_t read_documents(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	err_t e = OK;

	for (struct document *d = w->documents; !e && d; d = d->beside)
		if (!d->remembered)
			e = read_one(rq, d);
	return e ? e : next(rq, w->documents_then);
}

static const struct step read_step = { "read documents of identity providers", WORK, read_documents };

static err_t ask_documents(struct request *rq)
{
	static const struct header headers[] = { { "Accept", "application/json" } };
	struct call *first = NULL;

	for (struct document *d = sso_work(rq)->documents; d; d = d->beside) {
		if (d->remembered)
			continue;
		d->call = (struct call){ .kind = CALL_HTTP, .url = d->url, .headers = headers, .header_count = 1,
					 .total_ms = DOCUMENT_MS, .answer_max = DOCUMENT_MAX, .beside = first };
		first = &d->call;
	}
	return transfer_all(rq, first, &read_step);
}

static const struct step ask_step = { "ask identity providers for documents", CALL, ask_documents };

err_t documents_load(struct request *rq, struct document *first, const struct step *then)
{
	struct sso_work *w = sso_work(rq);
	bool all = true;

	w->documents = first;
	w->documents_then = then;
	for (struct document *d = first; d; d = d->beside)
		all = recall(rq, d) && all;
	return next(rq, all ? then : &ask_step);
}
