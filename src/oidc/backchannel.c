/* Ends sessions: in the store, at the clients, in the browser. */
#include "oidc/backchannel.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/ids.h"
#include "base/log.h"
#include "crypto/jwt.h"
#include "http/client.h"
#include "http/cookie.h"
#include "oidc/client.h"
#include "tenant/keyring.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define TOKEN_LIFE_S 120	/* oidc.md section 8.6 */
#define CALL_MOST_MS 3000	/* so long the person waits */
#define EVENT "http://schemas.openid.net/event/backchannel-logout"

/* A client to tell. */
struct told {
	const char *client_id, *url, *sid;	/* sid NULL: it is not told which session */
	struct call call;
	struct told *next;
};

struct session_end {
	const char *user_id, *destination;
	const struct keyring *ring;
	struct told *clients;
};
FLOW(ending, struct session_end)

/* -- which clients -- */

static void release_ring(void *ring)
{
	keyring_release(ring);
}

/* Adds a client of the session that has an address; one that is gone is not told. */
static err_t add_client(struct request *rq, struct session_end *end, const char *id, const json_t *given)
{
	CLEANUP(client_release) const struct client *c = NULL;
	struct arena *a = rq->arena;
	struct told *told;
	err_t e = client_load(rq->tx, rq->tenant, id, &c);

	if (e || !c->backchannel_uri)
		return e == ERR_NOT_FOUND ? OK : e;
	told = ARENA_NEW(a, struct told);
	told->client_id = arena_copy(a, id);
	told->url = arena_copy(a, c->backchannel_uri);
	if (c->backchannel_names_session)
		told->sid = arena_copy(a, json_string_value(json_object_get(given, "sid")));
	told->next = end->clients;
	end->clients = told;
	return OK;
}

static err_t find_clients(struct request *rq, struct session_end *end, const struct session *s)
{
	const char *id;
	json_t *given;
	err_t e = OK;

	json_object_foreach(s->clients, id, given)
		if (!e)
			e = add_client(rq, end, id, given);
	if (e || !end->clients)
		return e;
	e = keyring_load(rq->tx, rq->tenant->id, &end->ring);
	if (!e)
		arena_defer(rq->arena, release_ring, &end->ring);
	return e;
}

/* -- the tokens -- */

static void write_claims(struct buffer *to, const struct request *rq, const struct session_end *end,
			 const struct told *told)
{
	int64_t now = clock_s();
	char jti[ID_LONG + 1];
	struct json_out j;

	id_new(jti, ID_LONG, ALPHABET_URL);
	json_out_init(&j, to);
	json_open(&j);
	json_key_text(&j, "iss", rq->tenant->issuer);
	json_key_text(&j, "sub", end->user_id);
	json_key_text(&j, "aud", told->client_id);
	json_key_int(&j, "iat", now);
	json_key_int(&j, "exp", now + TOKEN_LIFE_S);
	json_key_text(&j, "jti", jti);
	if (told->sid)
		json_key_text(&j, "sid", told->sid);
	json_key(&j, "events");
	json_open(&j);
	json_key(&j, EVENT);
	json_open(&j);
	json_close(&j);
	json_close(&j);
	json_close(&j);
}

static err_t make_call(struct request *rq, const struct session_end *end, struct told *told)
{
	static const struct header form[] = { { "Content-Type", "application/x-www-form-urlencoded" } };
	CLEANUP(buffer_done) struct buffer claims = {0};
	CLEANUP(buffer_done) struct buffer token = {0};
	const char *body;
	err_t e;

	buffer_init(&claims, KIB(4));
	buffer_init(&token, KIB(8));
	write_claims(&claims, rq, end, told);
	e = jwt_sign(keyring_current(end->ring), "logout+jwt", buffer_str(&claims), claims.len, &token);
	body = arena_printf(rq->arena, "logout_token=%s", buffer_str(&token));
	told->call = (struct call){ .url = told->url, .method = "POST", .headers = form, .header_count = 1,
				    .body = body, .body_len = strlen(body), .total_ms = CALL_MOST_MS };
	return e;
}

/* -- the calls, all at the same time; the browser waits for them -- */

static err_t answer(struct request *rq, const struct session_end *end)
{
	err_t e = cookie_clear(rq, SESSION_COOKIE, NULL, true);

	rq->reply.no_store = true;
	return e ? e : reply_redirect(rq, 303, end->destination);
}

static err_t note_results(struct request *rq)
{
	const struct session_end *end = ending(rq);

	for (const struct told *told = end->clients; told; told = told->next) {
		const struct call *c = &told->call;

		if (c->error || (c->status != 200 && c->status != 204))
			log_warn("the client %s was not told of a sign-out: %s %d %.200s", told->client_id,
				 err_name(c->error), c->status, c->detail);
	}
	return answer(rq, end);
}

static const struct step results_step = { "read what clients said", CALL, note_results };

static err_t tell_all(struct request *rq)
{
	struct call *first = NULL;

	for (struct told *told = ending(rq)->clients; told; told = told->next) {
		told->call.beside = first;
		first = &told->call;
	}
	return transfer_all(rq, first, &results_step);
}

static const struct step tell_step = { "tell clients of a sign-out", CALL, tell_all };

static err_t sign_tokens(struct request *rq)
{
	struct session_end *end = ending(rq);
	err_t e = OK;

	for (struct told *told = end->clients; !e && told; told = told->next)
		e = make_call(rq, end, told);
	return e ? e : next(rq, &tell_step);
}

static const struct step sign_step = { "sign logout tokens", WORK, sign_tokens };

err_t backchannel_end_session(struct request *rq, const struct session *s, const char *destination)
{
	struct session_end *end = ending(rq);
	err_t e;

	keyring_release(&end->ring);	/* the step may have run before */
	*end = (struct session_end){ .user_id = arena_copy(rq->arena, s->user_id), .destination = destination };
	e = s->user_id ? find_clients(rq, end, s) : OK;
	if (!e)
		e = session_remove(rq->tx, s->uid);
	if (e)
		return e;
	return end->clients ? next(rq, &sign_step) : answer(rq, end);
}
