/*
 * Connectors to identity providers of organizations through the Management API. Contract: jit-and-sso.md sections 3.1
 * to 3.5.
 *
 * A configuration is tried at the provider before it is stored: a chain that checks what can be checked (READ), lets
 * the protocol try it, and stores it (WRITE), where a name that was taken meanwhile is refused by the store.
 */
#include <string.h>

#include "base/public_suffix.h"
#include "base/text.h"
#include "base/url.h"
#include "entity/tree.h"
#include "http/language.h"
#include "sso/document.h"
#include "sso/protocol.h"
#include "sso/signing_key.h"
#include "sso/sso.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* -- providers -- */

/* What a kind of provider is for, by the language of the answer; English first, {name} is the provider's. */
static const struct {
	const char *tag, *text;
} descriptions[] = {
	{ "en", "People of an organization sign in with their accounts of %s." },
	{ "de", "Menschen einer Organisation melden sich mit ihren Konten von %s an." },
	{ "es", "Las personas de una organización inician sesión con sus cuentas de %s." },
	{ "fr", "Les personnes d’une organisation se connectent avec leurs comptes %s." },
	{ "ja", "組織の人々が %s のアカウントでサインインします。" },
	{ "zh-CN", "组织成员使用其 %s 账户登录。" },
};

static const char *describe_provider(struct request *rq, const struct sso_provider *p)
{
	const char *tag = language_of(rq)->tag, *text = descriptions[0].text, *at;

	for (size_t i = 0; i < ARRAY_LEN(descriptions); i++)
		if (!strcmp(descriptions[i].tag, tag))
			text = descriptions[i].text;
	at = strstr(text, "%s");
	return arena_printf(rq->arena, "%.*s%s%s", (int)(at - text), text, p->title, at + 2);
}

static err_t list_providers(struct request *rq)
{
	struct json_out j = reply_json(rq, 200);
	const struct sso_provider *p;

	json_list(&j);
	for (size_t i = 0; (p = sso_provider_at(i)); i++) {
		json_open(&j);
		json_key_text(&j, "providerName", p->name);
		json_key_text(&j, "providerType", p->type);
		json_key_text(&j, "logo", p->logo);
		json_key_text(&j, "logoDark", p->logo_dark);
		json_key_text(&j, "description", describe_provider(rq, p));
		json_key_text(&j, "name", p->title);
		json_close(&j);
	}
	json_list_end(&j);
	return OK;
}

/* -- reading -- */

/* Connectors to answer with, and the document of each. */
struct listing {
	struct sso_row *at;
	struct document **documents;	/* NULL: none is wanted */
	size_t n;
	int64_t total;
	bool is_list;
};

static struct listing *listing_of(struct request *rq)
{
	return sso_work(rq)->listed;
}

static void print_row(struct json_out *j, struct request *rq, const struct sso_row *c, const struct document *d)
{
	json_open(j);
	sso_connector_print(j, rq->tenant->id, c);
	json_key_text(j, "name", c->provider->title);
	json_key_text(j, "providerType", c->provider->type);
	json_key_text(j, "providerLogo", c->provider->logo);
	json_key_text(j, "providerLogoDark", c->provider->logo_dark);
	c->provider->protocol->describe(j, rq, c, d);
	json_close(j);
}

static err_t print_listing(struct request *rq)
{
	const struct listing *l = listing_of(rq);
	struct json_out j = reply_json(rq, 200);

	if (l->is_list) {
		reply_page(rq, l->total);
		json_list(&j);
	}
	for (size_t i = 0; i < l->n; i++)
		print_row(&j, rq, &l->at[i], l->documents[i]);
	if (l->is_list)
		json_list_end(&j);
	return OK;
}

static const struct step print_step = { "answer with enterprise connectors", WORK, print_listing };

/* A list may be asked for without what providers publish, which can take a while. */
static bool wants_documents(const struct request *rq, bool is_list)
{
	const char *said = is_list ? query_arg(rq, "providerConfig") : NULL;

	return !said || strcmp(said, "false") != 0;
}

/* Reads what the providers publish, and answers then. */
static err_t answer_with(struct request *rq, struct sso_row *rows, size_t n, int64_t total, bool is_list)
{
	struct listing *l = ARENA_ARRAY(rq->arena, struct listing, 1);
	struct document *first = NULL, *d;
	size_t documented = wants_documents(rq, is_list) ? n : 0;

	*l = (struct listing){ rows, ARENA_ARRAY(rq->arena, struct document *, n + 1), n, total, is_list };
	for (size_t i = 0; i < documented; i++) {
		d = ARENA_ARRAY(rq->arena, struct document, 1);
		if (!rows[i].provider->protocol->wants(rq, &rows[i], d))
			continue;
		d->beside = first;
		l->documents[i] = first = d;
	}
	sso_work(rq)->listed = l;
	return documents_load(rq, first, &print_step);
}

static err_t list_connectors(struct request *rq)
{
	json_auto_t *domains = query_all(rq, "domain");
	struct sso_row *rows;
	int64_t total;
	size_t n;
	err_t e = sso_connector_list(rq, query_arg(rq, "q"), domains, &rows, &n, &total);

	return e ? e : answer_with(rq, rows, n, total, true);
}

/* ERR_NOT_EXISTS_WITH_ID, also where this version does not have the provider. */
static err_t load(struct request *rq, struct sso_row *out)
{
	const char *id = path_arg(rq, "id");
	err_t e = sso_connector_load(rq, id, out);

	return !e && !out->provider ? entity_miss_error(&sso_connector, ERR_NOT_EXISTS_WITH_ID, id) : e;
}

static err_t get_connector(struct request *rq)
{
	struct sso_row *row = ARENA_ARRAY(rq->arena, struct sso_row, 1);
	err_t e = load(rq, row);

	return e ? e : answer_with(rq, row, 1, 1, false);
}

/* -- checks -- */

/* Mail services where anybody gets an address, as the contract lists them. */
static const char *const public_domains[] = {
	"gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "live.com", "icloud.com", "aol.com", "yandex.com",
	"mail.com", "protonmail.com", "yanex.com", "gmx.com", "mail.ru", "zoho.com", "qq.com", "163.com", "126.com",
	"sina.com", "sohu.com", NULL
};

static err_t refuse_domains(struct request *rq, err_t error, const json_t *domains)
{
	err_t e = err_set(error, "%zu domains", json_array_size(domains));

	err_fault()->data = arena_printf(rq->arena, "{\"data\":%s}", json_to_text(rq->arena, domains));
	return e;
}

/* Everybody below a public suffix has a name there of their own, as everybody has an address at a public domain. */
static bool is_everybodys(const char *domain)
{
	return text_is_one_of(domain, public_domains) || is_public_suffix(domain);
}

static bool has_text(const json_t *list, const char *text)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (!strcmp(json_string_value(one), text))
			return true;
	return false;
}

static bool is_host(const char *domain)
{
	struct url u;

	return *domain && url_parse_host(domain, strlen(domain), &u) && u.port < 0 && domain[0] != '[';
}

/* `*out`: the domains in small letters; the request's. */
static err_t check_domains(struct request *rq, const json_t *domains, json_t **out)
{
	json_auto_t *everybodys = json_array(), *twice = json_array();
	const json_t *one;
	size_t i;

	*out = tree_keep(rq, json_array());
	json_array_foreach(domains, i, one) {
		const char *domain = text_fold(rq->arena, json_string_value(one));

		if (!is_host(domain))
			return input_issue(rq->arena, "body", "domains", "custom", "Invalid input");
		if (is_everybodys(domain))
			json_array_append_new(everybodys, json_string(domain));
		if (has_text(*out, domain) && !has_text(twice, domain))
			json_array_append_new(twice, json_string(domain));
		json_array_append_new(*out, json_string(domain));
	}
	if (json_array_size(everybodys) > 0)
		return refuse_domains(rq, ERR_SSO_DOMAINS_PUBLIC, everybodys);
	return json_array_size(twice) > 0 ? refuse_domains(rq, ERR_SSO_DOMAINS_TWICE, twice) : OK;
}

/* The configuration of the body, clean; the request's. `*out` NULL: there is none. */
static err_t check_config(struct request *rq, const struct sso_provider *p, json_t **out)
{
	const json_t *config = body_get(rq, "config");
	err_t e;

	*out = NULL;
	if (!config)
		return OK;
	e = sso_provider_clean(rq->arena, p, config, out);
	tree_keep(rq, *out);
	return e;
}

/* `id` NULL: the connector is new, so it has no key. */
static err_t check_signing(struct request *rq, const json_t *config, const char *id)
{
	bool active = false;
	err_t e = OK;

	if (!json_is_true(json_object_get(config, "signAuthnRequest")))
		return OK;
	if (id)
		e = signing_key_is_active(rq, id, &active);
	return !e && !active ? ERR_SSO_SIGNING_KEY : e;
}

STATEMENT(sso_name_taken,
	  "SELECT count(*) FROM sso_connectors WHERE tenant_id = $1 AND connector_name = $2 AND id <> $3");

static err_t check_name(struct request *rq, const char *self)
{
	const char *name = body_text(rq, "connectorName");
	int64_t taken = 0;
	err_t e = name ? store_int(rq->tx, &sso_name_taken, ARGS(T(name), T(self)), &taken) : OK;

	return !e && taken > 0 ? ERR_SSO_NAME : e;
}

/* There is no vault for tokens of providers. */
static err_t check_storage(const struct request *rq)
{
	return json_is_true(body_get(rq, "enableTokenStorage")) ? ERR_FEATURE : OK;
}

/* -- writing -- */

/* What will be stored, once the provider was tried: values by the names of the fields, without the configuration. */
struct writing {
	json_t *row, *config;		/* the request's; config NULL: it stays */
	const char *id;
};

static struct writing *writing_of(struct request *rq)
{
	struct sso_work *w = sso_work(rq);

	if (!w->listed)
		w->listed = ARENA_ARRAY(rq->arena, struct writing, 1);
	return w->listed;
}

/* Lets the protocol try the configuration, if there is one, and goes on. */
static err_t try_config(struct request *rq, const struct sso_row *c, const struct step *then)
{
	struct sso_work *w = sso_work(rq);

	w->connector = *c;
	w->connector.config = writing_of(rq)->config;
	w->then = then;
	return writing_of(rq)->config ? c->provider->protocol->test(rq) : next(rq, then);
}

/* The members of the body that a row has. */
static err_t take_body(struct request *rq, json_t **out)
{
	json_t *domains = NULL;
	err_t e;

	*out = tree_keep(rq, body_copy(rq));
	json_object_del(*out, "config");
	if (!body_get(rq, "domains"))
		return OK;
	e = check_domains(rq, body_get(rq, "domains"), &domains);
	if (!e)
		json_object_set(*out, "domains", domains);
	return e;
}

/*
 * After entity_insert() or entity_update(), which holds the row: what others store of it meanwhile would be found by
 * what stood there before.
 */
static err_t index_stored(struct request *rq, const char *id)
{
	struct sso_row stored;
	err_t e = sso_connector_load(rq, id, &stored);

	return e ? e : sso_connector_index(rq, &stored);
}

/* Stores the configuration of a row that is there. */
static err_t store_config(struct request *rq, const char *id, const struct sso_provider *p)
{
	const json_t *config = writing_of(rq)->config;

	return config ? sso_connector_set_config(rq, id, p, config) : OK;
}

static err_t insert_connector(struct request *rq)
{
	CLEANUP(rows_close) struct rows stored = {0};
	json_auto_t *row = json_copy(writing_of(rq)->row);
	struct sso_row made;
	const char *id;
	struct json_out j;
	err_t e = check_storage(rq);

	if (!e)
		e = entity_insert(rq->tx, rq->arena, &sso_connector, row, &stored);
	if (!e)
		e = rows_end(&stored);
	if (e)
		return e;
	id = json_string_value(json_object_get(row, "id"));
	e = index_stored(rq, id);
	if (!e)
		e = store_config(rq, id, sso_work(rq)->connector.provider);
	if (!e)
		e = sso_connector_load(rq, id, &made);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	sso_connector_print(&j, rq->tenant->id, &made);
	json_close(&j);
	return OK;
}

static const struct step insert_step = { "store an enterprise connector", WRITE, insert_connector };

static err_t check_new(struct request *rq)
{
	const struct sso_row c = { .id = "", .provider = sso_provider_find(body_text(rq, "providerName")) };
	struct writing *w = writing_of(rq);
	err_t e;

	if (!c.provider)
		return err_arg(ERR_SSO_PROVIDER, "name", body_text(rq, "providerName"));
	e = take_body(rq, &w->row);
	if (!e)
		e = check_config(rq, c.provider, &w->config);
	if (!e)
		e = check_signing(rq, w->config, NULL);
	if (!e)
		e = check_name(rq, "");
	return e ? e : try_config(rq, &c, &insert_step);
}

static const struct step check_new_step = { "check an enterprise connector", READ, check_new };

static err_t answer_stored(struct request *rq)
{
	return get_connector(rq);
}

static const struct step answer_step = { "read a stored enterprise connector", READ, answer_stored };

static err_t update_row(struct request *rq, const char *id)
{
	CLEANUP(rows_close) struct rows stored = {0};
	const json_t *row = writing_of(rq)->row;
	err_t e;

	if (json_object_size(row) == 0)
		return OK;
	e = entity_update(rq->tx, rq->arena, &sso_connector, id, row, &stored);
	if (!e)
		e = rows_end(&stored);
	return e ? e : index_stored(rq, id);
}

static err_t update_connector(struct request *rq)
{
	const char *id = path_arg(rq, "id");
	err_t e = check_signing(rq, writing_of(rq)->config, id);

	if (!e)
		e = check_storage(rq);
	if (!e)
		e = update_row(rq, id);
	if (!e)
		e = store_config(rq, id, sso_work(rq)->connector.provider);
	return e ? e : next(rq, &answer_step);
}

static const struct step update_step = { "change an enterprise connector", WRITE, update_connector };

static err_t check_patch(struct request *rq)
{
	struct writing *w = writing_of(rq);
	struct sso_row c;
	err_t e = load(rq, &c);

	if (!e)
		e = take_body(rq, &w->row);
	if (!e)
		e = check_name(rq, path_arg(rq, "id"));
	if (!e)
		e = check_config(rq, c.provider, &w->config);
	return e ? e : try_config(rq, &c, &update_step);
}

static const struct step check_patch_step = { "check a change of an enterprise connector", READ, check_patch };

/* -- routes -- */

static const struct field provider_members[] = {
	{ "providerName", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "providerType", .type = FIELD_TEXT, .flags = REQUIRED, .help = "oidc or saml." },
	{ "logo", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "logoDark", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "description", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};

static const struct field beside_members[] = {
	{ "config", .type = FIELD_OBJECT, .flags = REQUIRED, .help = "With its secret." },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED, .help = "Of the provider." },
	{ "providerType", .type = FIELD_TEXT, .flags = REQUIRED, .help = "oidc or saml." },
	{ "providerLogo", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "providerLogoDark", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "providerConfig", .type = FIELD_OBJECT,
	  .help = "What the provider publishes; absent while it cannot be read." },
	FIELDS_END
};

static const struct shape providers_shape = { .fields = provider_members, .list = true };
static const struct shape one = { .of = &sso_connector, .fields = beside_members };
static const struct shape many = { .of = &sso_connector, .fields = beside_members, .list = true };

static const char *const booleans[] = { "true", "false", NULL };
/* Additions of ours. */
static const struct field list_query[] = {
	{ "q", .type = FIELD_TEXT, .flags = ONCE, .max = 256,
	  .help = "A part of the id, of the name or of a domain." },
	{ "domain", .type = FIELD_LIST, .flags = UNION | COERCE_LIST, .element = &field_text, .max = 100,
	  .help = "Those with this e-mail domain; may be repeated." },
	{ "providerConfig", .type = FIELD_ENUM, .flags = UNION, .options = booleans,
	  .help = "false: what providers publish is left out, and not waited for." },
	FIELDS_END
};

#define BASE "/api/sso-connectors"

const struct route sso_connector_routes[] = {
	{ GET, "/api/sso-connector-providers", MANAGEMENT, READ, .handler = list_providers, .status = 200,
	  .reply = &providers_shape, .summary = "List the kinds of identity providers of organizations" },
	{ GET, BASE, MANAGEMENT, READ, PAGES_IF_ASKED, .query = list_query, .handler = list_connectors, .status = 200,
	  .reply = &many, .summary = "List enterprise connectors" },
	{ POST, BASE, MANAGEMENT, .first = &check_new_step, .body = sso_connector_fields, .status = 200,
	  .refuses = 409, .asks_others = true, .reply = &sso_row_shape, .summary = "Make an enterprise connector" },
	{ GET, BASE "/{id}", MANAGEMENT, READ, .handler = get_connector, .status = 200, .reply = &one,
	  .summary = "Get an enterprise connector" },
	{ PATCH, BASE "/{id}", MANAGEMENT, .first = &check_patch_step, .body = sso_connector_fields,
	  .body_is_patch = true, .status = 200, .refuses = 409, .asks_others = true, .reply = &one,
	  .summary = "Change an enterprise connector" },
	{ DELETE, BASE "/{id}", MANAGEMENT, WRITE, .handler = entity_remove, .of = &sso_connector, .status = 204,
	  .summary = "Delete an enterprise connector, and the accounts that people have by it" },
};
const size_t sso_connector_route_count = ARRAY_LEN(sso_connector_routes);
