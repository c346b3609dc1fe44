/* Opens the link with which the first administrator registers. */
#include "oidc/authorize.h"
#include "oidc/pages.h"
#include "signin/claim.h"
#include "tenant/tenant.h"
#include "base/banned.h"

static const struct page_text over[] = {
	{ "en", "This link is over. While nobody administers Guildhall, each start prints a new one." },
	{ "de", "Dieser Link gilt nicht mehr. Solange niemand Guildhall verwaltet, zeigt jeder Start einen neuen." },
	{ "es", "Este enlace ya no sirve. Mientras nadie administre Guildhall, cada inicio muestra uno nuevo." },
	{ "fr", "Ce lien n’est plus valable. Tant que personne n’administre Guildhall, chaque démarrage en affiche un"
		" nouveau." },
	{ "ja", "このリンクはもう使えません。Guildhall の管理者がいない間は、"
		"起動するたびに新しいリンクが表示されます。" },
	{ "zh-CN", "此链接已失效。在 Guildhall 没有管理员期间，每次启动都会显示新的链接。" },
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
	return page_sentence(rq, 404, over);
}
