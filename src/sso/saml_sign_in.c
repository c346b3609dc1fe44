/*
 * The assertion consumer service: what identity providers let browsers post (jit-and-sso.md section 4.4). The form
 * names the interaction, and brings no cookie. A response that is believed is kept in the interaction, once; the
 * browser goes back to the page with a ticket for it (saml.c).
 */
#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/digest.h"
#include "entity/tree.h"
#include "http/door.h"
#include "http/mount.h"
#include "signin/page.h"
#include "signin/record.h"
#include "sso/saml.h"
#include "sso/saml_assertion.h"
#include "sso/saml_helper.h"
#include "sso/saml_initiated.h"
#include "sso/sso.h"
#include "sso/trial.h"
#include "tenant/api.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* The session of the record by which the interaction waits for this connector. */
static err_t find_session(const struct experience *x, const char *connector_id, json_t **out)
{
	json_t *record, *found = NULL;
	size_t i;
	const char *of;

	json_array_foreach(x->records, i, record)
		if (record_type_of(record) == &sso_record)
			found = record;
	*out = json_object_get(found, "session");
	if (!*out)
		return ERR_SSO_SESSION;
	of = json_string_value(json_object_get(found, "connectorId"));
	return of && !strcmp(of, connector_id) ? OK : err_set(ERR_SAML_SESSION, "it waits for another connector");
}

/* ERR_SSO_SESSION: the session answers another request, or was answered. */
static err_t load_session(struct request *rq, struct experience *x, json_t **session)
{
	const struct saml_run *run = saml_run(rq);
	err_t e = experience_load_of(rq, run->relay_state, x);

	if (e == ERR_EXPERIENCE_NOT_BEGUN)
		e = ERR_SSO_SESSION;
	if (!e)
		e = find_session(x, sso_work(rq)->connector.id, session);
	if (!e && json_object_get(*session, SAML_SAID))
		e = err_set(ERR_SSO_SESSION, "it was answered before");
	return e;
}

/* -- what was believed -- */

static err_t keep_answer(struct request *rq)
{
	const struct saml_run *run = saml_run(rq);
	const struct sso_work *w = sso_work(rq);
	const char *id = json_string_value(json_object_get(run->answer, "assertionId")), *back;
	int64_t until = json_integer_value(json_object_get(run->answer, "expiresAt"));
	struct experience x;
	json_t *session;
	err_t e = load_session(rq, &x, &session);

	if (!e && strcmp(json_string_value(json_object_get(session, "requestId")), run->request_id) != 0)
		e = err_set(ERR_SSO_SESSION, "the sign-in was begun again meanwhile");
	if (!e)
		e = saml_assertion_use(rq->tx, rq->arena, w->issuer, id, until);
	if (e)
		return e;
	json_object_set(session, SAML_SAID, run->answer);
	tree_set_text(session, SAML_ISSUER, w->issuer);
	tree_set_text(session, SAML_TICKET, digest_of(rq->arena, run->ticket));
	e = experience_save(rq, &x);
	if (e)
		return e;
	back = saml_way_back(rq, json_string_value(json_object_get(session, "redirectUri")),
			     json_string_value(json_object_get(session, "state")), run->ticket);
	return back ? reply_redirect(rq, 302, back) : err_set(ERR_INTERNAL, "the address of the page is too long");
}

static const struct step keep_step = { "keep the answer of a SAML provider", WRITE, keep_answer };

/* What came without a request. */
static err_t keep_initiated(struct request *rq)
{
	const struct saml_run *run = saml_run(rq);
	const struct sso_work *w = sso_work(rq);
	err_t e = saml_assertion_use(rq->tx, rq->arena, w->issuer,
				     json_string_value(json_object_get(run->answer, "assertionId")),
				     json_integer_value(json_object_get(run->answer, "expiresAt")));

	return e ? e : saml_initiated_keep(rq, w->connector.id, w->issuer, run->answer);
}

static const struct step initiated_step = { "keep what a provider says of its own accord", WRITE, keep_initiated };

/* The session of a test ends here, so the way over the page and its ticket is not gone. */
static err_t judge_trial(struct request *rq)
{
	const struct saml_run *run = saml_run(rq);
	struct sso_work *w = sso_work(rq);
	const char *ticket = id_make(rq->arena, SAML_TICKET_LEN, ALPHABET_ALNUM);

	w->session = tree_keep(rq, json_pack("{s:O, s:s, s:s}", SAML_SAID, run->answer, SAML_ISSUER, w->issuer,
					     SAML_TICKET, digest_of(rq->arena, ticket)));
	w->data = tree_keep(rq, json_pack("{s:s}", SAML_TICKET_PARAM, ticket));
	return saml_protocol.finish(rq);
}

/* A step of its own: the one that writes may run again. */
static err_t read_answer(struct request *rq)
{
	struct saml_run *run = saml_run(rq);
	err_t e = saml_answer_read(&run->call, &run->answer, NULL);

	if (e)
		return e;
	tree_keep(rq, run->answer);
	if (sso_work(rq)->trial)
		return judge_trial(rq);
	run->ticket = id_make(rq->arena, SAML_TICKET_LEN, ALPHABET_ALNUM);
	return next(rq, run->request_id ? &keep_step : &initiated_step);
}

static const struct step read_step = { "read what the helper says", WORK, read_answer };

/* -- what came -- */

static err_t ask_helper(struct request *rq)
{
	struct saml_run *run = saml_run(rq);
	struct sso_work *w = sso_work(rq);
	struct saml_idp idp;
	struct saml_question q;
	err_t e = saml_idp_of(&w->connector, &run->provider, &idp);

	if (e)
		return e;
	w->issuer = idp.entity_id;
	q = (struct saml_question){
		.response = run->response, .now_ms = clock_ms(), .idp_entity_id = idp.entity_id,
		.certificates = idp.certificates, .certificate_count = idp.certificate_count,
		.self = saml_self(rq, w->connector.id), .request_id = run->request_id, .keys = run->keys.keys,
		.key_count = run->keys.count,
		.allows_sha1 = json_is_true(json_object_get(w->connector.config, "allowSha1")),
	};
	saml_ask_response(rq->arena, &q, &run->call);
	return transfer(rq, &run->call, &read_step);
}

static const struct step ask_step = { "let the helper check a response", CALL, ask_helper };

static err_t load_connector(struct request *rq, struct sso_row *out)
{
	err_t e = sso_connector_load(rq, path_arg(rq, "connectorId"), out);

	if (!e && (!out->provider || out->provider->protocol != &saml_protocol))
		e = err_set(ERR_CONNECTOR_TYPE, "the connector does not speak SAML");
	return e;
}

/* Which request the response has to answer: that of the sign-in that it names, or none. */
static err_t find_request(struct request *rq)
{
	struct saml_run *run = saml_run(rq);
	struct experience x;
	json_t *session;
	err_t e;

	run->relay_state = body_text(rq, "RelayState");
	if (!run->relay_state || !*run->relay_state)
		return saml_initiated_check(rq, sso_work(rq)->connector.id);
	e = load_session(rq, &x, &session);
	if (e)
		return e;
	run->request_id = arena_copy(rq->arena, json_string_value(json_object_get(session, "requestId")));
	return run->request_id ? OK : ERR_SSO_SESSION;
}

/* Loads what the response is checked with, and lets the helper check it. */
static err_t check_response(struct request *rq)
{
	struct saml_run *run = saml_run(rq);
	struct sso_work *w = sso_work(rq);
	err_t e = signing_keys_load(rq, w->connector.id, &run->keys);

	if (!e && !saml_wants(rq, &w->connector, &run->provider))
		e = err_set(ERR_SSO_AWAY, "the connector is not configured");
	return e ? e : documents_load(rq, &run->provider, &ask_step);
}

/* Uses up a test, so a step that writes. */
static err_t receive_for_trial(struct request *rq)
{
	struct saml_run *run = saml_run(rq);
	err_t e = trial_take(rq, body_text(rq, "RelayState"));

	if (e)
		return e;
	run->request_id = json_string_value(json_object_get(sso_work(rq)->session, "requestId"));
	return run->request_id ? check_response(rq) : ERR_SSO_SESSION;
}

static const struct step trial_step = { "receive a SAML response to a test", WRITE, receive_for_trial };

static err_t receive(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	err_t e = load_connector(rq, &w->connector);

	saml_run(rq)->response = body_text(rq, "SAMLResponse");
	if (!e && trial_is_state(body_text(rq, "RelayState")))
		return trial_judge(rq, &trial_step);
	if (!e)
		e = find_request(rq);
	return e ? e : check_response(rq);
}

static const struct step receive_step = { "receive a SAML response", READ, receive };

/* -- who we are -- */

/* At the address that is our name, as SAML metadata section 4.1 has it. */
static err_t get_metadata(struct request *rq)
{
	const char *id = path_arg(rq, "connectorId"), *xml;
	const struct saml_self self = saml_self(rq, id);
	struct signing_keys keys;
	struct sso_row c;
	err_t e = load_connector(rq, &c);

	if (!e)
		e = signing_keys_load(rq, id, &keys);
	if (e)
		return e;
	xml = saml_metadata(rq->arena, &self, keys.certificates, keys.count,
			    json_is_true(json_object_get(c.config, "signAuthnRequest")));
	e = reply_text(rq, 200, xml);
	rq->reply.type = "application/samlmetadata+xml";
	return e;
}

/* -- mount and routes -- */

static const struct door *const doors[] = { ANYONE, NULL };

/* As the Management API, but forms may be larger: a response with many groups is. */
const struct mount authn_mount = {
	.prefix = "/api/authn", .doors = doors, .any_case = true, .trailing_slash = true, .body_max = MIB(1),
	.form_max = MIB(1), .knows_methods = true, .fixed = &data_headers, .varies = true,
};

const struct mount enterprise_sso_mount = {
	.prefix = "/enterprise-sso", .doors = doors, .body_max = MIB(1), .form_max = KIB(56), .fixed = &data_headers,
	.look = PAGE_LOOK,
};

static const struct field form[] = {
	{ "SAMLResponse", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 1048576, .help = "Base64." },
	{ "RelayState", .type = FIELD_TEXT, .max = 256, .help = "The sign-in that is answered." },
	FIELDS_END
};

const struct route saml_sign_in_routes[] = {
	{ POST, "/api/authn/single-sign-on/saml/{connectorId}", ANYONE, .first = &receive_step, .body = form,
	  .status = 302, .visited = true, .operation = "AssertSingleSignOnSaml",
	  .summary = "Take the response of a SAML identity provider, and go back to the page" },
	{ GET, "/enterprise-sso/{connectorId}", ANYONE, READ, .handler = get_metadata, .status = 200,
	  .operation = "GetSamlMetadata", .summary = "Get the SAML metadata of a connector" },
};
const size_t saml_sign_in_route_count = ARRAY_LEN(saml_sign_in_routes);
