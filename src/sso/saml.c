/*
 * Identity providers that speak SAML 2.0. A sign-in: begin() writes a request into the address of the provider; the
 * browser posts the response to saml_sign_in.c, which keeps it in the session; finish() makes a person of it.
 *
 * The browser that posts need not be the one that began, and has no cookie of ours with it (a form of another site).
 * So it gets a ticket on its way back to the page, and only a page that has the ticket can use the response: otherwise
 * somebody could begin, and send the provider's address to a victim who is signed in there. The way back must
 * therefore lead to a page of ours.
 * Contract: jit-and-sso.md sections 3.4, 3.5 and 4.4.
 */
#include "sso/saml.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/ids.h"
#include "base/url.h"
#include "crypto/digest.h"
#include "entity/tree.h"
#include "sso/person.h"
#include "sso/saml_initiated.h"
#include "tenant/tenant.h"

#include "base/banned.h"

static const char *member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

struct saml_run *saml_run(struct request *rq)
{
	struct sso_work *w = sso_work(rq);

	if (!w->own)
		w->own = ARENA_NEW(rq->arena, struct saml_run);
	return w->own;
}

struct saml_self saml_self(struct request *rq, const char *connector_id)
{
	const char *base = rq->tenant->endpoint;

	return (struct saml_self){
		.entity_id = arena_printf(rq->arena, "%s/enterprise-sso/%s", base, connector_id),
		.acs_url = arena_printf(rq->arena, "%s/api/authn/single-sign-on/saml/%s", base, connector_id),
	};
}

/* -- the provider -- */

/* The three shapes of a configuration, in the contract's order. */
bool saml_wants(struct request *rq, const struct sso_row *c, struct document *out)
{
	(void)rq;
	*out = (struct document){ .kind = DOCUMENT_METADATA, .url = member(c->config, "metadataUrl") };
	if (!out->url)
		out->text = member(c->config, "metadata");
	if (!out->url && !out->text) {
		out->kind = DOCUMENT_CERTIFICATE;
		out->text = member(c->config, "x509Certificate");
	}
	return out->url || out->text;
}

static void read_certificates(const json_t *list, struct saml_idp *out)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (out->certificate_count < SAML_CERTIFICATES_MOST)
			out->certificates[out->certificate_count++] = member(one, "certificate");
}

err_t saml_idp_of(const struct sso_row *c, const struct document *d, struct saml_idp *out)
{
	const json_t *from = d->kind == DOCUMENT_METADATA ? d->tree : c->config;

	*out = (struct saml_idp){0};
	if (d->error)
		return err_set(d->error, "connector '%s': %s", c->id, d->cause);
	out->entity_id = member(from, "entityId");
	out->endpoint = member(from, "signInEndpoint");
	if (d->kind == DOCUMENT_METADATA)
		read_certificates(json_object_get(d->tree, "certificates"), out);
	else
		out->certificates[out->certificate_count++] = member(d->tree, "certificate");
	if (!out->entity_id || strlen(out->entity_id) > ISSUER_MAX || !out->endpoint || out->certificate_count == 0)
		return err_set(ERR_SSO_AWAY, "connector '%s': the provider is not complete", c->id);
	return OK;
}

static err_t load_provider(struct request *rq, bool anew, const struct step *then)
{
	struct saml_run *run = saml_run(rq);

	if (!saml_wants(rq, &sso_work(rq)->connector, &run->provider))
		return err_set(ERR_SSO_AWAY, "the connector is not configured");
	run->provider.anew = anew;
	return documents_load(rq, &run->provider, then);
}

/* -- what connectors show -- */

static void describe_self(struct json_out *j, struct request *rq, const struct sso_row *c)
{
	const struct saml_self self = saml_self(rq, c->id);

	json_key(j, "defaultAttributeMapping");
	json_open(j);
	json_key_text(j, "id", "nameID");
	json_key_text(j, "email", "email");
	json_key_text(j, "name", "name");
	json_close(j);
	json_key(j, "serviceProvider");
	json_open(j);
	json_key_text(j, "entityId", self.entity_id);
	json_key_text(j, "assertionConsumerServiceUrl", self.acs_url);
	json_close(j);
}

/* Of several certificates the first: the contract shows one. */
static void describe_provider(struct json_out *j, const struct document *d, const struct saml_idp *idp)
{
	const json_t *certificate =
		d->kind == DOCUMENT_METADATA ? json_array_get(json_object_get(d->tree, "certificates"), 0) : d->tree;

	json_key(j, "identityProvider");
	json_open(j);
	json_key_text(j, "entityId", idp->entity_id);
	json_key_text(j, "signInEndpoint", idp->endpoint);
	json_key_text(j, "x509Certificate", idp->certificates[0]);
	json_key_int(j, "certificateExpiresAt", json_integer_value(json_object_get(certificate, "expiresAt")));
	json_key_bool(j, "isCertificateValid", json_is_true(json_object_get(certificate, "isValid")));
	json_close(j);
}

static void describe(struct json_out *j, struct request *rq, const struct sso_row *c, const struct document *d)
{
	struct saml_idp idp;

	json_key(j, "providerConfig");
	json_open(j);
	describe_self(j, rq, c);
	if (d && !saml_idp_of(c, d, &idp))
		describe_provider(j, d, &idp);
	err_clear();
	json_close(j);
}

/* -- trying a configuration -- */

static err_t refuse_config(struct request *rq, err_t e, const char *code, const char *cause)
{
	json_auto_t *data =
		json_pack("{s:s, s:s, s:s}", "ssoErrorCode", code, "message", "fail_to_read_provider", "error", cause);

	err_set(e, "%.400s", cause);
	err_fault()->data = json_to_text(rq->arena, data);
	return e;
}

static err_t judge_provider(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	const struct document *d = &saml_run(rq)->provider;
	struct saml_idp idp;

	if (d->error == ERR_SAML_UNAVAILABLE)
		return err_set(d->error, "%s", d->cause);
	if (d->error && d->kind == DOCUMENT_CERTIFICATE)
		return refuse_config(rq, ERR_SSO_CERTIFICATE, "invalid_certificate", d->cause);
	if (saml_idp_of(&w->connector, d, &idp))
		return refuse_config(rq, ERR_SSO_METADATA, "invalid_metadata",
				     d->cause ? d->cause : "it is not complete");
	return next(rq, w->then);
}

static const struct step judge_step = { "judge a SAML provider", WORK, judge_provider };

static err_t test(struct request *rq)
{
	return load_provider(rq, true, &judge_step);
}

/* -- the request -- */

static err_t write_request(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	struct saml_run *run = saml_run(rq);
	const struct saml_self self = saml_self(rq, w->connector.id);
	struct saml_request q = { .id = saml_request_id(rq->arena),
				  .now_ms = clock_ms(),
				  .relay_state = w->interaction_id };
	struct saml_idp idp;
	err_t e = saml_idp_of(&w->connector, &run->provider, &idp);

	if (e)
		return e;
	q.endpoint = idp.endpoint;
	q.key = run->keys.has_active ? &run->keys.keys[0] : NULL;
	if (!saml_digest_of(member(w->connector.config, "requestSignatureAlgorithm"), &q.digest))
		return err_set(ERR_SSO_AWAY, "the connector signs with an unknown algorithm");
	e = saml_request_url(rq->arena, &self, &q, &w->address);
	if (e)
		return e;
	w->session = tree_keep(rq, json_pack("{s:s}", "requestId", q.id));
	return next(rq, w->then);
}

static const struct step write_step = { "write a SAML request", WORK, write_request };

static err_t load_keys(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	struct saml_run *run = saml_run(rq);
	err_t e = signing_keys_load(rq, w->connector.id, &run->keys);

	if (!e && !run->keys.has_active)
		e = err_set(ERR_SSO_SIGNING, "the connector '%s' signs requests and has no active key",
			    w->connector.id);
	return e ? e : load_provider(rq, false, &write_step);
}

static const struct step keys_step = { "load the keys of a SAML connector", READ, load_keys };

/* Only a page of ours may get the ticket (see above). */
static bool is_own_page(struct request *rq, const char *address)
{
	const char *base = rq->tenant->endpoint;
	struct url own, back;

	return url_parse(base, strlen(base), &own) && url_parse(address, strlen(address), &back) &&
	       url_same_origin(&own, &back) && !back.userinfo.at && !back.fragment.at;
}

const char *saml_way_back(struct request *rq, const char *redirect_uri, const char *state, const char *ticket)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, KIB(16));
	buffer_texts(&b, redirect_uri, strchr(redirect_uri, '?') ? "&" : "?", "state=");
	text_escape_part(&b, state);
	buffer_texts(&b, "&" SAML_TICKET_PARAM "=", ticket);
	return b.full ? NULL : arena_copy(rq->arena, b.data);
}

static err_t ask_provider(struct request *rq)
{
	if (json_is_true(json_object_get(sso_work(rq)->connector.config, "signAuthnRequest")))
		return next(rq, &keys_step);
	return load_provider(rq, false, &write_step);
}

/* The provider has spoken already, if it began the sign-in (section 4.6): the browser goes to the page at once. */
static err_t take_initiated(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	const char *issuer, *ticket = id_make(rq->arena, SAML_TICKET_LEN, ALPHABET_ALNUM);
	json_t *said;
	err_t e = saml_initiated_take(rq, w->connector.id, &issuer, &said);

	if (e == ERR_NOT_FOUND)
		return ask_provider(rq);
	if (e)
		return e;
	w->address = saml_way_back(rq, w->redirect_uri, w->state, ticket);
	w->session = tree_keep(rq, json_pack("{s:O, s:s, s:s}", SAML_SAID, said, SAML_ISSUER, issuer, SAML_TICKET,
					     digest_of(rq->arena, ticket)));
	return w->address ? next(rq, w->then) : err_set(ERR_SSO_AWAY, "the address of the page is too long");
}

static const struct step initiated_step = { "use what a provider said of its own accord", WRITE, take_initiated };

static err_t begin(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);

	if (!is_own_page(rq, w->redirect_uri))
		return input_issue(rq->arena, "body", "redirectUri", "custom", "Invalid input");
	return !w->trial && saml_initiated_is_there(rq) ? next(rq, &initiated_step) : ask_provider(rq);
}

/* -- who it is -- */

/* A value alone is a text, several are a list. */
static json_t *claims_of(struct request *rq, const json_t *said)
{
	json_t *claims = tree_keep(rq, json_object()), *values;
	const char *name;

	json_object_foreach(json_object_get(said, "attributes"), name, values) {
		if (json_array_size(values) == 1)
			json_object_set(claims, name, json_array_get(values, 0));
		else
			json_object_set(claims, name, values);
	}
	json_object_set(claims, "nameID", json_object_get(said, "nameId"));
	return claims;
}

static const char *mapped(const struct sso_row *c, const json_t *claims, const char *what, const char *by_default)
{
	const char *name = member(json_object_get(c->config, "attributeMapping"), what);

	return member(claims, name && *name ? name : by_default);
}

static bool has_ticket(struct request *rq, const struct sso_work *w)
{
	const char *ticket = member(w->data, SAML_TICKET_PARAM), *hash = member(w->session, SAML_TICKET);

	return ticket && hash && strcmp(digest_of(rq->arena, ticket), hash) == 0;
}

static err_t finish(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	const json_t *said = json_object_get(w->session, SAML_SAID);
	json_t *claims;
	struct claimed claimed;
	err_t e;

	if (!said || !has_ticket(rq, w))
		return err_set(ERR_SSO_FAILED,
			       said ? "another browser has brought the answer" : "the provider has not answered");
	w->claims = claims = claims_of(rq, said);
	claimed = (struct claimed){
		.claims = claims, .own_names = true, .id = mapped(&w->connector, claims, "id", "nameID"),
		.name = mapped(&w->connector, claims, "name", "name"),
		.email = mapped(&w->connector, claims, "email", "email"), .vouches_email = true,
	};
	w->issuer = member(w->session, SAML_ISSUER);
	e = person_of_claims(rq, &claimed, w->connector.domains, &w->person);
	return e ? e : next(rq, w->then);
}

const struct sso_protocol saml_protocol = {
	.names_itself = true,
	.test = test, .begin = begin, .finish = finish, .wants = saml_wants, .describe = describe,
};
