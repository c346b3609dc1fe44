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
#define CALL_MOST_MS 3000
#define ALL_MOST_MS 10000	/* the person waits so long for all clients together */
#define EVENT "http://schemas.openid.net/event/backchannel-logout"

/* A client to tell. */
struct told {
	const char *client_id, *url, *sid;	/* sid NULL: it is not told which session */
	const char *body;			/* the form with its token */
	struct told *next;
};

struct session_end {
	const char *user_id, *destination;
	const struct keyring *ring;
	struct told *clients;			/* those still to be told */
	int64_t until_us;			/* of the monotonic clock: nobody is told afterwards */
	struct call call;
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

static err_t make_body(struct request *rq, const struct session_end *end, struct told *told)
{
	CLEANUP(buffer_done) struct buffer claims = {0};
	CLEANUP(buffer_done) struct buffer token = {0};
	err_t e;

	buffer_init(&claims, KIB(4));
	buffer_init(&token, KIB(8));
	write_claims(&claims, rq, end, told);
	e = jwt_sign(keyring_current(end->ring), "logout+jwt", buffer_str(&claims), claims.len, &token);
	told->body = arena_printf(rq->arena, "logout_token=%s", buffer_str(&token));
	return e;
}

/* -- the calls, one after the other; the browser waits for them -- */

static err_t answer(struct request *rq, const struct session_end *end)
{
	err_t e = cookie_clear(rq, SESSION_COOKIE, NULL, true);

	rq->reply.no_store = true;
	return e ? e : reply_redirect(rq, 303, end->destination);
}

static err_t tell_next(struct request *rq);
static err_t note_result(struct request *rq);
static const struct step tell_step = { "tell a client of a sign-out", CALL, tell_next };
static const struct step result_step = { "read what the client said", CALL, note_result };

/* How long the next call may take; 0: there is no time left. */
static int next_call_ms(const struct session_end *end)
{
	int64_t left_ms = (end->until_us - clock_monotonic_us()) / 1000;

	return left_ms <= 0 ? 0 : left_ms < CALL_MOST_MS ? (int)left_ms : CALL_MOST_MS;
}

static err_t tell_next(struct request *rq)
{
	static const struct header form[] = { { "Content-Type", "application/x-www-form-urlencoded" } };
	struct session_end *end = ending(rq);
	const struct told *told = end->clients;
	int most_ms = next_call_ms(end);

	for (; told && !most_ms; told = told->next)
		log_warn("the client %s was not told of a sign-out: others took too long", told->client_id);
	if (!told)
		return answer(rq, end);
	end->call = (struct call){ .url = told->url, .method = "POST", .headers = form, .header_count = 1,
				   .body = told->body, .body_len = strlen(told->body), .total_ms = most_ms };
	return transfer(rq, &end->call, &result_step);
}

static err_t note_result(struct request *rq)
{
	struct session_end *end = ending(rq);
	const struct call *c = &end->call;

	if (c->error || (c->status != 200 && c->status != 204))
		log_warn("the client %s was not told of a sign-out: %s %d %.200s", end->clients->client_id,
			 err_name(c->error), c->status, c->detail);
	call_wipe(&end->call);
	end->clients = end->clients->next;
	return next(rq, &tell_step);
}

static err_t sign_tokens(struct request *rq)
{
	struct session_end *end = ending(rq);
	err_t e = OK;

	for (struct told *told = end->clients; !e && told; told = told->next)
		e = make_body(rq, end, told);
	end->until_us = clock_monotonic_us() + ALL_MOST_MS * INT64_C(1000);
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
