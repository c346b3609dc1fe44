/* The two ends of the first administrator's registration: the link that opens it, and the way on to the Console. */
#include "http/plain_page.h"
#include "oidc/authorize.h"
#include "signin/claim.h"
#include "tenant/tenant.h"
#include "base/banned.h"

static const struct plain_text over[] = {
	{ "en", "This link is over", "While nobody administers Guildhall, each start prints a new one." },
	{ "de", "Dieser Link gilt nicht mehr",
	  "Solange niemand Guildhall verwaltet, zeigt jeder Start einen neuen." },
	{ "es", "Este enlace ya no sirve", "Mientras nadie administre Guildhall, cada inicio muestra uno nuevo." },
	{ "fr", "Ce lien n’est plus valable",
	  "Tant que personne n’administre Guildhall, chaque démarrage en affiche un nouveau." },
	{ "ja", "このリンクはもう使えません", "Guildhall の管理者がいない間は、起動するたびに新しいリンクが表示されます。" },
	{ "zh-CN", "此链接已失效", "在 Guildhall 没有管理员期间，每次启动都会显示新的链接。" },
	{ .language = NULL }
};

err_t claim_begin(struct request *rq)
{
	err_t e;

	if (!rq->tenant->is_admin)
		return ERR_ROUTE_NOT_FOUND;
	rq->reply.no_store = true;
	e = claim_open(rq, path_arg(rq, "secret"));
	if (e != ERR_NOT_FOUND)
		return e;
	err_clear();
	return plain_page_say(rq, 404, over, NULL, NULL);
}

/* Begins the session of whoever has registered. That of somebody else stays: the Console says what they may. */
static err_t sign_in_claimer(struct request *rq, const struct interaction *i)
{
	const char *user_id = json_string_value(json_object_get(i->login, "accountId"));
	struct authorization *az = authorization_of(rq);
	err_t e;

	if (!user_id || !json_object_get(i->request, "claim"))
		return OK;
	*az = (struct authorization){ .rq = rq };
	e = session_open(rq, &az->session);
	if (e || az->session.user_id)
		return e;
	authorization_log(rq, AUDIT_INTERACTION_END, i, user_id);
	e = interaction_delete(rq, i->id);
	if (!e)
		e = authorization_take_login(az, i, user_id);
	return e || !az->session.user_id ? e : session_save(rq, &az->session, true);
}

err_t claim_end(struct request *rq)
{
	struct interaction i;
	const char *id;
	err_t e;

	if (!rq->tenant->is_admin)
		return ERR_ROUTE_NOT_FOUND;
	rq->reply.no_store = true;
	id = interaction_id_of(rq, CLAIM_CLIENT);
	e = id ? interaction_find(rq, id, &i) : ERR_NOT_FOUND;
	if (!e)
		e = sign_in_claimer(rq, &i);
	else if (e == ERR_NOT_FOUND)
		e = OK;		/* seen before: the Console asks who it is */
	return e ? e : reply_redirect(rq, 303, "/console");
}
