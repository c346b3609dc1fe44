/* The state that the steps of this room share. */
#include "sso/protocol.h"

#include "entity/tree.h"

#include "base/banned.h"

FLOW(work, struct sso_work)

struct sso_work *sso_work(struct request *rq)
{
	return work(rq);
}

json_t *sso_session(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	json_t *session = json_copy(w->session);

	tree_set_text(session, "state", w->state);
	tree_set_text(session, "redirectUri", w->redirect_uri);
	return session;
}

static err_t judge(struct request *rq)
{
	return sso_work(rq)->connector.provider->protocol->finish(rq);
}

const struct step sso_judge_step = { "judge the answer of an identity provider", WORK, judge };

err_t sso_fault(struct request *rq, enum sso_fault what)
{
	static const err_t social[] = {
		[SSO_REFUSED] = ERR_SOCIAL_FAILED, [SSO_CODE] = ERR_SOCIAL_CODE,
		[SSO_ACCESS_TOKEN] = ERR_SOCIAL_ACCESS_TOKEN, [SSO_ID_TOKEN] = ERR_SOCIAL_ID_TOKEN,
		[SSO_ANSWER] = ERR_SOCIAL_ANSWER, [SSO_UNREACHED] = ERR_SOCIAL_AWAY,
	};

	if (sso_work(rq)->connector.provider->is_social)
		return social[what];
	return what == SSO_UNREACHED ? ERR_SSO_AWAY : ERR_SSO_FAILED;
}
