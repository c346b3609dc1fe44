/* Loads documents of identity providers, and remembers them. */
#include "sso/document.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "sso/protocol.h"
#include "sso/saml_helper.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define REMEMBERED_S 300
#define SILENT_S 10 /* for which nobody else waits for a provider that did not answer in time */

static const char *key_of(struct request *rq, const struct document *d)
{
	if (d->url)
		return arena_printf(rq->arena, "sso-document:%d:%s", (int)d->kind, d->url);
	return arena_printf(rq->arena, "sso-text:%d:%s", (int)d->kind, digest_of(rq->arena, d->text));
}

static void release(void *tree)
{
	cache_release(context.cache, tree);
}

static void forget(void *tree)
{
	json_decref(tree);
}

/* In place of the document of a provider that was silent stands the cause. */
static void take(struct document *d, const json_t *tree)
{
	d->cause = json_string_value(tree);
	d->error = d->cause ? ERR_SSO_AWAY : OK;
	d->tree = d->cause ? NULL : tree;
}

static bool recall(struct request *rq, struct document *d)
{
	const char *key = key_of(rq, d);
	json_t *tree = d->anew ? NULL : cache_find(context.cache, rq->tenant->id, key, strlen(key));

	d->remembered = tree != NULL;
	if (tree)
		arena_defer(rq->arena, release, tree);
	take(d, tree);
	return tree != NULL;
}

/* What was read is nobody's but the provider's, so nothing of the store makes it stale. */
static void remember(struct request *rq, struct document *d, json_t *tree, size_t size, int64_t for_s)
{
	struct cache_ticket ticket = cache_ticket(context.cache, rq->tenant->id, 0);
	const char *key = key_of(rq, d);
	json_t *kept = cache_store(context.cache, ticket, rq->tenant->id, 0, key, strlen(key), tree, 2 * size,
				   clock_s() + for_s, forget);

	arena_defer(rq->arena, release, kept);
	take(d, kept);
}

bool document_may_ask_anew(struct request *rq, const struct document *d)
{
	const struct cache_ticket ticket = cache_ticket(context.cache, rq->tenant->id, 0);
	const char *tenant = rq->tenant->id, *key = arena_printf(rq->arena, "sso-anew:%s", d->url);
	json_t *asked = d->remembered ? cache_find(context.cache, tenant, key, strlen(key)) : NULL;
	bool may = d->remembered && !asked;

	if (may)
		asked = cache_store(context.cache, ticket, tenant, 0, key, strlen(key), json_integer(clock_s()), 0,
				    clock_s() + ANEW_S, forget);
	if (asked)
		cache_release(context.cache, asked);
	return may;
}

static err_t refuse_document(struct document *d, const char *cause)
{
	d->error = ERR_SSO_AWAY;
	d->cause = cause;
	return OK;
}

/*
 * Nobody else waits for it just now: those who sign in there are told, and the lists of administrators stay quick. A
 * document that another request has got meanwhile is good for this one too.
 */
static void note_silence(struct request *rq, struct document *d)
{
	const char *cause = d->cause;

	if (!recall(rq, d))
		remember(rq, d, json_string(cause), strlen(cause), SILENT_S);
}

/* What the call has brought; NULL: there is none, and the document says why. */
static const char *body_of(struct request *rq, struct document *d)
{
	if (d->call.error == ERR_CALL_ADDRESS)
		refuse_document(d, "the address is not public");
	else if (d->call.error)
		refuse_document(d, "the provider was not reached");
	else if (d->call.status != 200)
		refuse_document(d, "the provider answered with another status than 200");
	else
		return buffer_str(&d->call.answer);
	if (d->call.error == ERR_CALL_TIMEOUT && !d->anew)
		note_silence(rq, d);
	return NULL;
}

static err_t read_json(struct request *rq, struct document *d)
{
	const char *body = body_of(rq, d);
	size_t len = d->call.answer.len;
	json_t *tree = NULL;
	json_error_t fault;
	err_t e;

	if (!body)
		return OK;
	e = json_parse(body, len, JSON_REJECT_DUPLICATES, &rq->charge, &tree, &fault);
	if (e && e != ERR_JSON)
		return e;
	if (e || !json_is_object(tree)) {
		json_decref(tree);
		err_clear();
		return refuse_document(d, "the answer is not a JSON object");
	}
	remember(rq, d, tree, len, REMEMBERED_S);
	return OK;
}

/* -- SAML: the text is at hand, or has come; the helper reads it -- */

static bool is_unread(const struct document *d)
{
	return !d->remembered && !d->error && d->kind != DOCUMENT_JSON;
}

/* What the helper has made of a document. */
static void read_answer(struct request *rq, struct document *d)
{
	size_t size = d->call.answer.len;
	json_t *tree;
	err_t e = saml_answer_read(&d->call, &tree, NULL);

	if (!e) {
		remember(rq, d, tree, size, REMEMBERED_S);
		return;
	}
	d->error = e == ERR_SAML_UNAVAILABLE ? e : ERR_SSO_AWAY;
	d->cause = arena_copy(rq->arena, err_fault()->detail);
	err_clear();
}

static err_t read_answers(struct request *rq)
{
	struct sso_work *w = sso_work(rq);

	for (struct document *d = w->documents; d; d = d->beside)
		if (is_unread(d))
			read_answer(rq, d);
	return next(rq, w->documents_then);
}

static const struct step read_answers_step = { "take what the helper read", WORK, read_answers };

static void ask_helper_for(struct request *rq, struct document *d, struct call *beside)
{
	if (d->kind == DOCUMENT_METADATA)
		saml_ask_metadata(rq->arena, d->text, strlen(d->text), clock_ms(), &d->call);
	else
		saml_ask_certificate(rq->arena, d->text, clock_ms(), &d->call);
	d->call.beside = beside;
}

static err_t ask_helper(struct request *rq)
{
	struct call *first = NULL;

	for (struct document *d = sso_work(rq)->documents; d; d = d->beside) {
		if (!is_unread(d))
			continue;
		ask_helper_for(rq, d, first);
		first = &d->call;
	}
	return transfer_all(rq, first, &read_answers_step);
}

static const struct step ask_helper_step = { "let the helper read documents", CALL, ask_helper };

/* The text that a call has brought, for the helper. */
static void take_text(struct request *rq, struct document *d)
{
	const char *body = d->url ? body_of(rq, d) : d->text;
	size_t len = d->url ? d->call.answer.len : body ? strlen(body) : 0;

	if (!body)
		return;
	if (len == 0 || strlen(body) != len || !text_is_utf8(body, len))
		refuse_document(d, "the document is empty or not UTF-8");
	else
		d->text = arena_copyn(rq->arena, body, len);
	if (d->url)
		call_wipe(&d->call);
}

static err_t read_one(struct request *rq, struct document *d)
{
	if (d->kind == DOCUMENT_JSON)
		return read_json(rq, d);
	take_text(rq, d);
	return OK;
}

static err_t read_documents(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	bool unread = false;
	err_t e = OK;

	for (struct document *d = w->documents; !e && d; d = d->beside) {
		if (!d->remembered)
			e = read_one(rq, d);
		unread |= is_unread(d);
	}
	return e ? e : next(rq, unread ? &ask_helper_step : w->documents_then);
}

static const struct step read_step = { "read documents of identity providers", WORK, read_documents };

static const struct header accept_json[] = { { "Accept", "application/json" } };
static const struct header accept_xml[] = { { "Accept", "application/samlmetadata+xml, application/xml, text/xml" } };

static err_t ask_documents(struct request *rq)
{
	struct call *first = NULL;

	for (struct document *d = sso_work(rq)->documents; d; d = d->beside) {
		if (d->remembered || !d->url)
			continue;
		d->call = (struct call){ .kind = CALL_HTTP, .url = d->url, .header_count = 1,
					 .headers = d->kind == DOCUMENT_JSON ? accept_json : accept_xml,
					 .total_ms = DOCUMENT_MS, .answer_max = DOCUMENT_MAX, .beside = first };
		first = &d->call;
	}
	return transfer_all(rq, first, &read_step);
}

static const struct step ask_step = { "ask identity providers for documents", CALL, ask_documents };

err_t documents_load(struct request *rq, struct document *first, const struct step *then)
{
	struct sso_work *w = sso_work(rq);
	bool all = true, fetched = true;

	w->documents = first;
	w->documents_then = then;
	for (struct document *d = first; d; d = d->beside) {
		bool known = recall(rq, d);

		all = known && all;
		fetched = (known || !d->url) && fetched;
	}
	return next(rq, all ? then : fetched ? &read_step : &ask_step);
}
