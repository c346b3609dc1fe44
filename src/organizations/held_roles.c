/* Roles of members, for users and for machine applications: checks, and giving many roles to many members. */
#include "organizations/held_roles.h"

#include "base/ids.h"
#include "base/text.h"

#include "base/banned.h"

/* Roles that one request gives, members times roles: about half a second of the only writer on SQLite. */
#define GIVEN_MOST 50000

err_t require_membership(struct request *rq, struct statement *find)
{
	int64_t one;
	err_t e = store_int(rq->tx, find, ARGS(T(rq->match.args[0].value), T(rq->match.args[1].value)), &one);

	if (e != ERR_NOT_FOUND)
		return e;
	return err_set(ERR_NOT_MEMBER, "'%.64s' in organization '%.64s'", rq->match.args[1].value,
		       rq->match.args[0].value);
}

/* ERR_TOO_LONG: an id is longer than its column, so the database would refuse it. */
static err_t check_lengths(struct arena *a, const char *organization_id, const json_t *members, const json_t *roles)
{
	const json_t *lists[] = { members, roles };

	if (text_points(organization_id) > ID_COLUMN)
		return length_error(a, ID_COLUMN);
	for (size_t k = 0; k < ARRAY_LEN(lists); k++)
		for (size_t i = 0; i < json_array_size(lists[k]); i++)
			if (text_points(json_string_value(json_array_get(lists[k], i))) > ID_COLUMN)
				return length_error(a, ID_COLUMN);
	return OK;
}

/*
 * `kinds`: no id that exists may be of the wrong kind (ERR_CHECK). Otherwise every id must exist and, with
 * `must_hold`, be a member (ERR_REFERENCE). Callers check kinds first.
 */
static err_t check_list(const struct resolved_list *list, bool kinds, bool must_hold)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct resolved_id *one = &list->at[i];

		if (kinds && one->exists && !one->fits)
			return err_set(ERR_CHECK, "'%.64s' is of the wrong kind", one->id);
		if (!kinds && (must_hold ? !one->already : !one->exists))
			return err_set(ERR_REFERENCE, "no '%.64s'", one->id);
	}
	return OK;
}

/* ERR_REQUEST_INPUT: the lists are short enough, but not what they make together. */
static err_t check_product(struct arena *a, const json_t *members, const json_t *roles)
{
	err_t e;

	if (json_array_size(members) * json_array_size(roles) <= GIVEN_MOST)
		return OK;
	e = err_set(ERR_REQUEST_INPUT, "%zu members, %zu roles", json_array_size(members), json_array_size(roles));
	return err_arg(e, "reason",
		       arena_printf(a, "One request gives at most %d roles, members times roles.", GIVEN_MOST));
}

/* Gives the roles; the lists hold each id once. */
static err_t give(struct request *rq, const struct held_roles *held, const char *organization_id,
		  const json_t *member_ids, const json_t *role_ids)
{
	const char *keys[2] = { organization_id, "" };
	struct resolved_list members, roles;
	err_t e = check_lengths(rq->arena, organization_id, member_ids, role_ids);

	if (!e)
		e = check_product(rq->arena, member_ids, role_ids);
	if (!e)
		e = relation_resolve(rq->tx, rq->arena, held->roles, keys, role_ids, &roles);
	if (!e)
		e = check_list(&roles, true, false);
	if (!e)
		e = relation_resolve(rq->tx, rq->arena, held->members, keys, member_ids, &members);
	if (!e)
		e = check_list(&members, false, true);
	if (!e)
		e = check_list(&roles, false, false);
	if (!e)
		e = store_exec(rq->tx, held->give,
			       ARGS(T(organization_id), T(json_to_text(rq->arena, member_ids)),
				    T(json_to_text(rq->arena, role_ids))),
			       NULL);
	return e;
}

err_t held_roles_give(struct request *rq, const struct held_roles *held, const char *organization_id,
		      const json_t *member_ids, const json_t *role_ids)
{
	json_auto_t *members = json_distinct(member_ids), *roles = json_distinct(role_ids);

	return give(rq, held, organization_id, members, roles);
}

err_t held_roles_add(struct request *rq, const struct held_roles *held)
{
	const json_t *member_ids = body_get(rq, held->member_ids), *role_ids = body_get(rq, "organizationRoleIds");
	err_t e = held_roles_give(rq, held, path_arg(rq, "id"), member_ids, role_ids);

	return e ? e : reply_empty(rq, 201);
}
