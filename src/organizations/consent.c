/*
 * Consent: the organizations of a user in which the user lets a third-party application act.
 * Contract: organizations.md section 7.1. A foreign key deletes the consent with the membership.
 */
#include "organizations/consent.h"

#include "directory/directory.h"
#include "organizations/organizations.h"

#include "base/banned.h"

/* An organization fits when the user in the path is a member of it. */
RELATION(consent_organizations) = {
	.name = "consent_organizations", .table = "consent_organizations", .keys = { "application_id", "user_id" },
	.parent = &application, .child = "organization_id", .child_of = &organization,
	.kind = "EXISTS (SELECT 1 FROM organization_users g WHERE g.tenant_id = $1 AND g.organization_id = c.id"
	  " AND g.user_id = $3)",
	.member = "organizationIds", .order = "c.created_at DESC, c.id DESC", .no_parent = true,
};

/* Runs before pages and body: the application exists and belongs to a third party, and the user exists. */
static err_t require_third_party(struct request *rq)
{
	err_t e = application_require_third_party(rq, path_arg(rq, "id"));

	return e ? e : entity_require(rq->tx, &user, path_arg(rq, "userId"));
}

static err_t list_consents(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	relation_query(&q, rq, &consent_organizations);
	q.wrapper = "organizations";
	return query_reply(&q);
}

/* The user must be a member of every organization in the list; an unknown one is ERR_NOT_MEMBER, too. */
static err_t require_memberships(struct request *rq, const char *const *keys, const json_t *ids)
{
	struct resolved_list list;
	err_t e = relation_resolve(rq->tx, rq->arena, &consent_organizations, keys, ids, &list);

	for (size_t i = 0; !e && i < list.count; i++)
		if (!list.at[i].exists || !list.at[i].fits)
			e = err_set(ERR_NOT_MEMBER, "organization '%.64s'", list.at[i].id);
	return e;
}

err_t consent_organizations_add(struct request *rq, const char *application_id, const char *user_id, const json_t *ids)
{
	const char *keys[2] = { application_id, user_id };
	err_t e = require_memberships(rq, keys, ids);

	return e ? e : relation_insert(rq->tx, rq->arena, &consent_organizations, keys, ids, NULL);
}

static err_t add_consent(struct request *rq)
{
	err_t e = consent_organizations_add(rq, path_arg(rq, "id"), path_arg(rq, "userId"),
					    body_get(rq, "organizationIds"));

	return e ? e : reply_empty(rq, 201);
}

static err_t replace_consent(struct request *rq)
{
	const char *keys[2] = { path_arg(rq, "id"), path_arg(rq, "userId") };
	const json_t *ids = body_get(rq, "organizationIds");
	err_t e = require_memberships(rq, keys, ids);

	if (!e)
		e = relation_keep(rq->tx, rq->arena, &consent_organizations, keys, ids, NULL);
	if (!e)
		e = relation_insert(rq->tx, rq->arena, &consent_organizations, keys, ids, NULL);
	return e ? e : reply_empty(rq, 204);
}

static const struct field organization_ids[] = { ID_LIST("organizationIds", NOT_EMPTY), FIELDS_END };
static const struct field organization_ids_or_none[] = { ID_LIST("organizationIds", 0), FIELDS_END };
static const struct shape consented = { .of = &organization, .list = true, .wrapper = "organizations" };

#define BASE "/api/applications/{id}/users/{userId}/consent-organizations"

const struct route consent_routes[] = {
	{ GET, BASE, MANAGEMENT, READ, PAGES, .before = require_third_party, .handler = list_consents,
	  .of = &consent_organizations, .status = 200, .reply = &consented,
	  .summary = "List the organizations a user granted to an application" },
	{ PUT, BASE, MANAGEMENT, WRITE, .body = organization_ids_or_none, .before = require_third_party,
	  .handler = replace_consent, .of = &consent_organizations, .status = 204,
	  .summary = "Replace the organizations a user granted to an application" },
	{ POST, BASE, MANAGEMENT, WRITE, .body = organization_ids, .before = require_third_party,
	  .handler = add_consent, .of = &consent_organizations, .status = 201,
	  .summary = "Grant organizations of a user to an application" },
	{ DELETE, BASE "/{organizationId}", MANAGEMENT, WRITE, .before = require_third_party,
	  .handler = relation_delete, .of = &consent_organizations, .status = 204,
	  .summary = "Take an organization of a user from an application" },
};
const size_t consent_route_count = ARRAY_LEN(consent_routes);
