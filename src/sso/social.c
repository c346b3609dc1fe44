/* Speaks to the providers of accounts that people have elsewhere. */
#include "sso/social.h"

#include "entity/tree.h"
#include "tenant/sso_provider.h"

#include "base/banned.h"

err_t social_check_body(const struct request *rq)
{
	return *body_text(rq, "state") && *body_text(rq, "redirectUri") ? OK : ERR_SESSION_INFO;
}

static err_t load(struct request *rq, const char *connector_id)
{
	struct sso_work *w = sso_work(rq);
	struct social_row *row = ARENA_NEW(rq->arena, struct social_row);
	err_t e = social_connector_load(rq, connector_id, row);

	if (e)
		return e;
	w->social = row;
	w->connector = (struct sso_row){
		.id = row->id, .provider_name = row->factory->id, .name = row->target,
		.provider = row->factory->provider, .config = row->config, .syncs_profile = row->syncs_profile,
	};
	return OK;
}

err_t social_begin(struct request *rq, const char *connector_id, const struct step *then)
{
	struct sso_work *w = sso_work(rq);
	err_t e = social_check_body(rq);

	if (!e)
		e = load(rq, connector_id);
	if (e)
		return e;
	w->state = body_text(rq, "state");
	w->redirect_uri = body_text(rq, "redirectUri");
	w->then = then;
	return w->connector.provider->protocol->begin(rq);
}

err_t social_finish(struct request *rq, const char *connector_id, json_t *session, const json_t *data,
		    const struct step *then)
{
	struct sso_work *w = sso_work(rq);
	err_t e = load(rq, connector_id);

	w->session = tree_keep(rq, session);
	if (e)
		return e;
	if (!session)
		return ERR_SOCIAL_SESSION;
	w->data = data;
	w->then = then;
	return next(rq, &sso_judge_step);
}

static err_t judge_credential(struct request *rq)
{
	return sso_work(rq)->connector.provider->protocol->finish_by_credential(rq);
}

static const struct step judge_credential_step = { "judge an ID token of the browser", WORK, judge_credential };

err_t social_finish_by_credential(struct request *rq, const char *connector_id, const char *credential,
				  const struct step *then)
{
	struct sso_work *w = sso_work(rq);
	err_t e = load(rq, connector_id);

	if (e)
		return e;
	if (!social_has_one_tap(w->social))
		return ERR_CONNECTOR_TYPE;
	w->credential = credential;
	w->then = then;
	return next(rq, &judge_credential_step);
}

json_t *social_identity(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);

	return json_pack("{s:s, s:O, s:O}", "target", w->social->target, "userId", json_object_get(w->person, "id"),
			 "details", w->person);
}
