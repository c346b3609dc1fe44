/* How users become members of an organization. Contract: organizations.md sections 0 and 2. */
#include "organizations/admission.h"

#include "base/log.h"
#include "organizations/domain_proof.h"
#include "organizations/held_roles.h"
#include "organizations/organizations.h"

#include "base/banned.h"

ENTRANCE(membership) = { .of = &organization_users };

typedef err_t enter_fn(struct txn *tx, struct arena *a, struct entrance *in, const char *const *keys,
		       const json_t *ids, struct relation_change *change);

static err_t give_roles(struct request *rq, const struct admission *who)
{
	if (json_array_size(who->role_ids) == 0 || json_array_size(who->user_ids) == 0)
		return OK;
	return held_roles_give(rq, &user_roles_held, who->organization_id, who->user_ids, who->role_ids);
}

/* Adds or replaces members with `how`, gives them the roles, and notes the event when it is wanted. */
static err_t enter(struct request *rq, enter_fn *how, const struct admission *who, struct relation_change *change)
{
	struct relation_change *watched;
	err_t e = relation_watch(rq, &organization_users, &watched);

	change = change ? change : watched;
	if (!e)
		e = how(rq->tx, rq->arena, &membership, &who->organization_id, who->user_ids, change);
	if (!e)
		e = give_roles(rq, who);
	if (!e && watched && (!who->tells_new_only || change->added_count > 0))
		relation_note(rq, &organization_users, &who->organization_id, change,
			      who->cause ? who->cause : CAUSE_API);
	return e;
}

err_t admit(struct request *rq, const struct admission *who, struct relation_change *change)
{
	bool may = true;
	err_t e = who->by_domain ? domain_may_provision(rq, who->by_domain, &may) : OK;

	if (e || may)
		return e ? e : enter(rq, entrance_add_all, who, change);
	log_info("tenant %.64s: organization %.64s admits nobody by the domain '%s', which is not proven",
		 txn_tenant(rq->tx), who->organization_id, who->by_domain);
	return OK;
}

err_t admit_only(struct request *rq, const struct admission *who, struct relation_change *change)
{
	return enter(rq, entrance_replace, who, change);
}
