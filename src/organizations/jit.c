/*
 * Just-in-time settings of an organization (e-mail domains, roles, SSO connectors), and admitting by them.
 * Contract: organizations.md section 5, jit-and-sso.md section 2. Roles and connectors are plain relations; domains
 * are texts, each with a key beside it: the form in which it is compared (email_domain.h).
 */
#include "organizations/jit.h"

#include <string.h>

#include "base/buffer.h"
#include "base/email_domain.h"
#include "base/log.h"
#include "base/public_suffix.h"
#include "base/text.h"
#include "entity/deletion.h"
#include "organizations/admission.h"
#include "organizations/domain_proof.h"
#include "organizations/organizations.h"
#include "tenant/sso_connector.h"

#include "base/banned.h"

#define DOMAIN_WIDTH 128
#define FORESEEN_ROWS (JIT_FORESEEN_MOST * 20)	/* organizations with their roles */

/* -- e-mail domains -- */

/* Below a public suffix anybody registers a name: it is no organization's own. */
static bool is_somebodys(const char *domain)
{
	struct arena *a = arena_new();
	bool somebodys = !is_public_suffix(email_domain_key(a, domain));

	arena_free(a);
	return somebodys;
}

/* The limit in UTF-16 units. A text that is too long even for the column passes: STORED_MAX refuses it later. */
static bool domain_may_be_set(const json_t *value)
{
	const char *s = json_string_value(value);

	return text_points(s) > DOMAIN_WIDTH || (text_utf16_len(s) <= DOMAIN_WIDTH && is_somebodys(s));
}

#define DOMAIN_HELP \
	"Stored as it is given; compared in any letter case, and in the form of the DNS. A public suffix is refused;" \
	" a domain of a mail service for everybody has a header Warning in the answer."
#define DOMAIN_FAULT \
	"Not a domain that belongs to somebody: it has a name before its public suffix, as example.com has"

static const struct field domain_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED },
	{ "organizationId", "organization_id", FIELD_TEXT, GENERATED },
	{ "emailDomain", "email_domain", FIELD_TEXT, REQUIRED | NOT_EMPTY | STORED_MAX, .max = DOMAIN_WIDTH,
	  .check = domain_may_be_set, .help = DOMAIN_HELP, .fault = DOMAIN_FAULT },
	FIELDS_END
};

/* Domains have no id: the description serves only their columns and the API document. */
ENTITY(jit_email_domain) = {
	.name = "jit_email_domain", .table = "organization_jit_email_domains",
	.singular = "organization_jit_email_domain", .parameter = "emailDomain", .fields = domain_fields,
	.keyless = true, .owner = &organization, .owner_column = "organization_id",
};

RELATION(jit_email_domains) = {
	.name = "jit_email_domains", .table = "organization_jit_email_domains", .keys = { "organization_id" },
	.parent = &organization, .child = "email_domain", .member = "emailDomains", .width = DOMAIN_WIDTH,
};

static err_t list_domains(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &jit_email_domain, "d", "organization_jit_email_domains d");
	query_where(&q, "d.organization_id = ?", ARGS(T(path_arg(rq, "id"))));
	q.order = "d.email_domain";
	return query_reply(&q);
}

#define WARNED_OF_MOST 8	/* domains that a warning names */

static const char *join_free_domains(struct arena *a, const json_t *domains)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	size_t count = 0;

	buffer_init(&b, KIB(4));
	for (size_t i = 0; i < json_array_size(domains); i++) {
		const char *key = email_domain_key(a, json_string_value(json_array_get(domains, i)));

		if (!email_domain_is_free(key) || count++ >= WARNED_OF_MOST)
			continue;
		buffer_text(&b, count > 1 ? ", " : "");
		buffer_text(&b, key);
	}
	if (count > WARNED_OF_MOST)
		buffer_text(&b, arena_printf(a, " and %zu more", count - WARNED_OF_MOST));
	return count > 0 ? arena_copyn(a, b.data, b.len) : NULL;
}

/* Whoever sets domains where anybody gets an address may mean it, and is told what it means. */
static err_t warn_of_free_mail(struct request *rq, const json_t *domains)
{
	const char *free_domains = join_free_domains(rq->arena, domains);

	if (!free_domains)
		return OK;
	log_warn("tenant %.64s: organization %.64s admits everybody who registers with an address at %s",
		 txn_tenant(rq->tx), path_arg(rq, "id"), free_domains);
	return reply_header(rq, "Warning",
			    arena_printf(rq->arena, "299 - \"anybody can get an address at %s, and becomes a member\"",
					 free_domains));
}

STATEMENT(add_domain,
	  "INSERT INTO organization_jit_email_domains (tenant_id, organization_id, email_domain, domain_key)"
	  " SELECT $1, $2, $3, $4 WHERE " LIVE("organizations", "$2"));

static err_t add_one_domain(struct request *rq)
{
	const char *id = path_arg(rq, "id"), *domain = body_text(rq, "emailDomain");
	json_auto_t *alone = json_pack("[s]", domain);
	int64_t added = 0;
	struct json_out j;
	err_t e = text_points(id) > ID_COLUMN ? length_error(rq->arena, ID_COLUMN) :
						fields_fit(rq->arena, domain_fields, rq->body);

	if (!e)
		e = store_exec(rq->tx, &add_domain, ARGS(T(id), T(domain), T(email_domain_key(rq->arena, domain))),
			       &added);
	if (!e && added == 0)
		e = err_set(ERR_REFERENCE, "no organization '%.64s'", id);
	if (!e)
		e = warn_of_free_mail(rq, alone);
	if (e)
		return e;
	j = reply_json(rq, 201);
	json_open(&j);
	json_key_text(&j, "tenantId", txn_tenant(rq->tx));
	json_key_text(&j, "organizationId", id);
	json_key_text(&j, "emailDomain", domain);
	json_close(&j);
	return OK;
}

STATEMENT(domains_without_key,
	  "SELECT email_domain FROM organization_jit_email_domains WHERE tenant_id = $1 AND organization_id = $2"
	  " AND domain_key IS NULL AND " LIVE("organizations", "$2"));
COLUMNS(domains_without_key, email_domain);
STATEMENT(set_domain_keys,
	  "UPDATE organization_jit_email_domains SET domain_key = k.id FROM {list:$2} d"
	  " JOIN {list:$3} k ON k.pos = d.pos WHERE tenant_id = $1 AND organization_id = $4 AND email_domain = d.id");

/* Sets the keys of the domains that the relation has added, which knows of texts only. */
static err_t key_domains(struct request *rq, const char *organization_id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	json_auto_t *domains = json_array(), *keys = json_array();
	err_t e = store_query(rq->tx, &domains_without_key, ARGS(T(organization_id)), &rows);

	while (!e && rows_next(&rows)) {
		const char *domain = rows_text(&rows, domains_without_key_email_domain);

		json_array_append_new(domains, json_string(domain));
		json_array_append_new(keys, json_string(email_domain_key(rq->arena, domain)));
	}
	if (!e)
		e = rows_end(&rows);
	if (e || json_array_size(domains) == 0)
		return e;
	return store_exec(
		rq->tx, &set_domain_keys,
		ARGS(T(json_to_text(rq->arena, domains)), T(json_to_text(rq->arena, keys)), T(organization_id)), NULL);
}

static err_t replace_domains(struct request *rq)
{
	err_t e = relation_put(rq);

	if (!e)
		e = key_domains(rq, path_arg(rq, "id"));
	return e ? e : warn_of_free_mail(rq, body_get(rq, "emailDomains"));
}

/* -- roles and SSO connectors -- */

RELATION(jit_roles) = {
	.name = "jit_roles", .table = "organization_jit_roles", .keys = { "organization_id" }, .parent = &organization,
	.child = "organization_role_id", .child_of = &organization_role, .member = "organizationRoleIds",
	.flags = LIST_NEEDS_PARENT, .order = "c.name",
};

RELATION(jit_sso_connectors) = {
	.name = "jit_sso_connectors", .table = "organization_jit_sso_connectors", .keys = { "organization_id" },
	.parent = &organization, .child = "sso_connector_id", .child_of = &sso_connector, .member = "ssoConnectorIds",
	.width = 128, .flags = LIST_NEEDS_PARENT, .order = "c.created_at DESC, c.id DESC",
};

/* The configuration of a connector is sealed in part, so the entity does not show it. */
static err_t list_connectors(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	err_t e = entity_require(rq->tx, &organization, path_arg(rq, "id"));

	if (e)
		return e;
	query_init(&q, rq, &sso_connector, "c",
		   "sso_connectors c JOIN organization_jit_sso_connectors j ON j.tenant_id = c.tenant_id"
		   " AND j.sso_connector_id = c.id");
	query_where(&q, "j.organization_id = ?", ARGS(T(path_arg(rq, "id"))));
	query_printer(&q, SSO_CONFIG_COLUMNS("c"), sso_config_print);
	q.order = "c.created_at DESC, c.id DESC";
	return query_reply(&q);
}

/* -- admitting -- */

#define ADMITTING \
	"SELECT o.id, (SELECT {agg}(h.organization_role_id) FROM organization_jit_roles h" \
	" JOIN organization_roles r ON r.tenant_id = h.tenant_id AND r.id = h.organization_role_id" \
	" WHERE h.tenant_id = $1 AND h.organization_id = o.id AND r.type = 'User') AS role_ids FROM organizations o" \
	" WHERE o.tenant_id = $1 AND o.deleted_at IS NULL AND o.id IN "

STATEMENT(admitting_by_domain,
	  ADMITTING "(SELECT d.organization_id FROM organization_jit_email_domains d WHERE d.tenant_id = $1"
	  " AND d.domain_key = $2 AND " LIVE("organizations", "d.organization_id") ") ORDER BY o.id");
STATEMENT(admitting_by_connector,
	  ADMITTING "(SELECT s.organization_id FROM organization_jit_sso_connectors s WHERE s.tenant_id = $1"
	  " AND s.sso_connector_id = $2 AND " LIVE("organizations", "s.organization_id") ") ORDER BY o.id");
STATEMENT(admitting_by_id, ADMITTING "(SELECT l.id FROM {list:$2} l) ORDER BY o.id");
COLUMN_LIST(admitting, id, role_ids);
COLUMNS_OF(admitting_by_domain, admitting);
COLUMNS_OF(admitting_by_connector, admitting);
COLUMNS_OF(admitting_by_id, admitting);

/* Reads the organizations that admit: a list of {id, roles}. `*out`: json_decref(). */
static err_t read_admitting(struct request *rq, struct statement *s, const char *by, json_t **out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(rq->tx, s, ARGS(T(by)), &rows);

	*out = json_array();
	while (!e && rows_next(&rows)) {
		const char *roles = rows_text(&rows, admitting_role_ids);

		json_array_append_new(*out, json_pack("{s:s, s:o?}", "id", rows_text(&rows, admitting_id), "roles",
						      roles ? json_loads(roles, 0, NULL) : NULL));
	}
	return e ? e : rows_end(&rows);
}

/* `domain`, `cause`: as in the admission. */
static err_t admit_to_all(struct request *rq, struct statement *s, const char *by, const char *user_id,
			  const char *domain, const char *cause)
{
	json_auto_t *all = NULL, *users = json_pack("[s]", user_id);
	err_t e = read_admitting(rq, s, by, &all);

	for (size_t i = 0; !e && i < json_array_size(all); i++) {
		const json_t *one = json_array_get(all, i);
		const struct admission who = { json_string_value(json_object_get(one, "id")), users,
					       json_object_get(one, "roles"), .tells_new_only = true,
					       .by_domain = domain, .cause = cause };

		e = admit(rq, &who, NULL);
	}
	return e == ERR_REFERENCE ? ERR_AGAIN : e;
}

/*
 * The part behind the @. NULL: the address has another @, or a character with which headers of mails quote, comment
 * and list addresses; mail servers do not agree on the domain of those.
 */
static const char *domain_of(const char *email)
{
	const char *at = strchr(email, '@');

	return at && !strchr(at + 1, '@') && !strpbrk(email, "()<>[]:;\\,\"") ? at + 1 : NULL;
}

err_t jit_admit_by_email(struct request *rq, const char *user_id, const char *email)
{
	const char *domain = domain_of(email), *key = domain ? email_domain_key(rq->arena, domain) : "";

	if (!*key || is_public_suffix(key))	/* such a domain may have been set before they were refused */
		return OK;
	return admit_to_all(rq, &admitting_by_domain, key, user_id, key, "jit-email-domain");
}

err_t jit_admit_by_ids(struct request *rq, const char *user_id, const json_t *organization_ids)
{
	if (json_array_size(organization_ids) == 0)
		return OK;
	return admit_to_all(rq, &admitting_by_id, json_to_text(rq->arena, organization_ids), user_id, NULL,
			    "jit-one-time-token");
}

/* Of the address by which somebody comes; "": none counts. */
static const char *key_of(struct request *rq, const char *email)
{
	const char *domain = email ? domain_of(email) : NULL;

	return domain ? email_domain_key(rq->arena, domain) : "";
}

err_t jit_admit_by_connector(struct request *rq, const char *user_id, const char *connector_id, const char *email)
{
	return admit_to_all(rq, &admitting_by_connector, connector_id, user_id, key_of(rq, email),
			    "jit-sso-connector");
}

/* -- foreseeing -- */

/* A row for each role; one without a role for machines, and where there is none. */
STATEMENT(foreseen_by_connector,
	  "SELECT o.id, o.name, r.id AS role_id, r.name AS role_name, (SELECT count(*) FROM organization_users m"
	  " WHERE m.tenant_id = $1 AND m.organization_id = o.id AND m.user_id = $3) AS joined FROM"
	  " (SELECT o.id, o.name FROM organizations o WHERE o.tenant_id = $1 AND o.deleted_at IS NULL AND o.id IN"
	  " (SELECT s.organization_id FROM organization_jit_sso_connectors s WHERE s.tenant_id = $1"
	  " AND s.sso_connector_id = $2) ORDER BY o.name, o.id LIMIT $4) o"
	  " LEFT JOIN organization_jit_roles h ON h.tenant_id = $1 AND h.organization_id = o.id"
	  " LEFT JOIN organization_roles r ON r.tenant_id = $1 AND r.id = h.organization_role_id AND r.type = 'User'"
	  " ORDER BY o.name, o.id, r.name LIMIT $5");
COLUMNS(foreseen_by_connector, id, name, role_id, role_name, joined);

/* Adds the role of the row to its organization, which is the last of the list or a new one. */
static void add_foreseen(struct rows *row, json_t *list)
{
	const char *id = rows_text(row, foreseen_by_connector_id);
	json_t *one = json_array_get(list, json_array_size(list) - 1);

	if (!one || strcmp(json_string_value(json_object_get(one, "id")), id) != 0) {
		one = json_pack("{s:s, s:s, s:b, s:[]}", "id", id, "name", rows_text(row, foreseen_by_connector_name),
				"isMember", rows_int(row, foreseen_by_connector_joined) > 0, "roles");
		json_array_append_new(list, one);
	}
	if (!rows_null(row, foreseen_by_connector_role_id))
		json_array_append_new(json_object_get(one, "roles"),
				      json_pack("{s:s, s:s}", "id", rows_text(row, foreseen_by_connector_role_id),
						"name", rows_text(row, foreseen_by_connector_role_name)));
}

err_t jit_foresee_by_connector(struct request *rq, const char *user_id, const char *connector_id, const char *email,
			       json_t **out, bool *is_unproven)
{
	CLEANUP(rows_close) struct rows rows = {0};
	bool may = true;
	err_t e = domain_may_provision(rq, key_of(rq, email), &may);

	*out = json_array();
	*is_unproven = false;
	if (!e)
		e = store_query(
			rq->tx, &foreseen_by_connector,
			ARGS(T(connector_id), T(user_id ? user_id : ""), N(JIT_FORESEEN_MOST), N(FORESEEN_ROWS)),
			&rows);
	while (!e && rows_next(&rows))
		if (may)
			add_foreseen(&rows, *out);
		else
			*is_unproven = true;
	return e ? e : rows_end(&rows);
}

/* -- routes -- */

/* The peer stores "" and more than 128 UTF-16 units, but cannot read them again; we refuse them. */
static const struct field domain_text = {
	.type = FIELD_TEXT, .flags = NOT_EMPTY, .check = domain_may_be_set, .help = DOMAIN_HELP, .fault = DOMAIN_FAULT
};

static const struct field domains[] = {
	{ "emailDomains", .type = FIELD_LIST, .flags = REQUIRED, .element = &domain_text },
	FIELDS_END
};
static const struct field role_ids[] = { ID_LIST("organizationRoleIds", NOT_EMPTY), FIELDS_END };
static const struct field role_ids_or_none[] = { ID_LIST("organizationRoleIds", 0), FIELDS_END };
static const struct field connector_ids[] = { ID_LIST("ssoConnectorIds", NOT_EMPTY), FIELDS_END };
static const struct field connector_ids_or_none[] = { ID_LIST("ssoConnectorIds", 0), FIELDS_END };

static const struct shape one_domain = { .of = &jit_email_domain };
static const struct shape many_domains = { .of = &jit_email_domain, .list = true };
static const struct shape roles = { .of = &organization_role, .list = true };

#define BASE "/api/organizations/{id}/jit/"

const struct route jit_routes[] = {
	{ GET, BASE "email-domains", MANAGEMENT, READ, PAGES_IF_ASKED, .handler = list_domains,
	  .of = &jit_email_domains, .status = 200, .reply = &many_domains,
	  .summary = "List the e-mail domains that provision members" },
	{ POST, BASE "email-domains", MANAGEMENT, WRITE, .body = domain_fields, .handler = add_one_domain,
	  .of = &jit_email_domains, .status = 201, .reply = &one_domain,
	  .summary = "Add an e-mail domain that provisions members" },
	{ PUT, BASE "email-domains", MANAGEMENT, WRITE, .body = domains, .handler = replace_domains,
	  .of = &jit_email_domains, .status = 204, .summary = "Replace the e-mail domains that provision members" },
	{ DELETE, BASE "email-domains/{emailDomain}", MANAGEMENT, WRITE, .handler = relation_delete,
	  .of = &jit_email_domains, .status = 204, .summary = "Remove an e-mail domain that provisions members" },

	{ GET, BASE "roles", MANAGEMENT, READ, PAGES_IF_ASKED, .handler = relation_list, .of = &jit_roles,
	  .status = 200, .reply = &roles, .summary = "List the roles that provisioned members get" },
	{ POST, BASE "roles", MANAGEMENT, WRITE, .body = role_ids, .handler = relation_post, .of = &jit_roles,
	  .status = 201, .summary = "Add roles that provisioned members get" },
	{ PUT, BASE "roles", MANAGEMENT, WRITE, .body = role_ids_or_none, .handler = relation_put, .of = &jit_roles,
	  .status = 204, .summary = "Replace the roles that provisioned members get" },
	{ DELETE, BASE "roles/{organizationRoleId}", MANAGEMENT, WRITE, .handler = relation_delete, .of = &jit_roles,
	  .status = 204, .summary = "Remove a role that provisioned members get" },

	{ GET, BASE "sso-connectors", MANAGEMENT, READ, PAGES_IF_ASKED, .handler = list_connectors,
	  .of = &jit_sso_connectors, .status = 200, .reply = &sso_rows_shape,
	  .summary = "List the SSO connectors that provision members" },
	{ POST, BASE "sso-connectors", MANAGEMENT, WRITE, .body = connector_ids, .handler = relation_post,
	  .of = &jit_sso_connectors, .status = 201, .summary = "Add SSO connectors that provision members" },
	{ PUT, BASE "sso-connectors", MANAGEMENT, WRITE, .body = connector_ids_or_none, .handler = relation_put,
	  .of = &jit_sso_connectors, .status = 204, .summary = "Replace the SSO connectors that provision members" },
	{ DELETE, BASE "sso-connectors/{ssoConnectorId}", MANAGEMENT, WRITE, .handler = relation_delete,
	  .of = &jit_sso_connectors, .status = 204, .summary = "Remove an SSO connector that provisions members" },
};
const size_t jit_route_count = ARRAY_LEN(jit_routes);
