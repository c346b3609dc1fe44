/* The provider's own pages, with the policy that each of them needs. */
#include "oidc/pages.h"

#include <string.h>

#include "http/error.h"
#include "http/language.h"
#include "http/plain_page.h"
#include "tenant/tenant.h"
#include "base/banned.h"

/* No form-action: browsers hold it against the redirects that follow a post, too. */
#define NOTHING "default-src 'none'; base-uri 'none'; frame-ancestors 'self'"
#define HANDLER(hash) NOTHING "; script-src 'unsafe-hashes' 'sha256-" hash "'"

static const struct texts {
	const char *language, *button;
} texts[] = {
	{ "en", "Continue" }, { "de", "Weiter" }, { "es", "Continuar" }, { "fr", "Continuer" }, { "ja", "続ける" },
	{ "zh-CN", "继续" },
};

/* In the language that the request asks for; English comes first. */
static const struct texts *texts_for(const struct request *rq)
{
	const char *wanted = language_of(rq)->tag;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (!strcmp(texts[i].language, wanted))
			return &texts[i];
	return &texts[0];
}

static err_t set_policy(struct request *rq, const char *policy)
{
	rq->reply.no_store = true;
	return reply_header(rq, "Content-Security-Policy", policy);
}

err_t page_form_post(struct request *rq, int status, const char *action, const struct param *inputs, size_t n)
{
	const struct form_post_page page = { action, texts_for(rq)->button, { inputs, n } };
	err_t e = set_policy(rq, HANDLER("ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE="));

	if (!e)
		form_post_page_write(reply_html(rq, status), &page);
	return e;
}

err_t page_logout(struct request *rq, const char *xsrf)
{
	const char *action = arena_printf(rq->arena, "%s/session/end/confirm", rq->tenant->issuer);
	err_t e = set_policy(rq, HANDLER("SwpFqMKyv4hqMXEYl9Zpsgg6e5FMVrPArpHOrHUnFmY="));

	if (!e)
		logout_page_write(reply_html(rq, 200), &(struct logout_page){ action, xsrf, texts_for(rq)->button });
	return e;
}

#define SIGN_OUT "Sign Out"	/* in every language (oidc.md section 11.1) */

static const struct plain_text signed_out[] = {
	{ "en", "You have successfully signed out.", NULL, SIGN_OUT },
	{ "de", "Sie haben sich erfolgreich abgemeldet.", NULL, SIGN_OUT },
	{ "es", "Ha cerrado la sesión correctamente.", NULL, SIGN_OUT },
	{ "fr", "Vous vous êtes déconnecté.", NULL, SIGN_OUT },
	{ "ja", "サインアウトしました。", NULL, SIGN_OUT },
	{ "zh-CN", "您已成功退出登录。", NULL, SIGN_OUT },
	{ .language = NULL }
};

err_t page_signed_out(struct request *rq)
{
	return plain_page_say(rq, 200, signed_out, NULL, NULL);
}

/* -- refusals -- */

static const struct plain_text no_application[] = {
	{ "en", "There is no such application here", "Check the address, or ask whoever sent you." },
	{ "de", "Diese Anwendung gibt es hier nicht",
	  "Prüfen Sie die Adresse, oder fragen Sie, wer Sie hierher geschickt hat." },
	{ "es", "Aquí no existe esa aplicación", "Compruebe la dirección o pregunte a quien le envió." },
	{ "fr", "Cette application n’existe pas ici", "Vérifiez l’adresse, ou demandez à qui vous a envoyé." },
	{ "ja", "このアプリケーションはここにはありません", "アドレスを確認するか、案内した方にお問い合わせください。" },
	{ "zh-CN", "这里没有此应用", "请检查地址，或询问将您引导至此的人。" },
	{ .language = NULL }
};

static const struct plain_text no_address[] = {
	{ "en", "The way back to the application is not known",
	  "It wants you sent to an address that is not registered for it. Please tell those who run it." },
	{ "de", "Der Weg zurück zur Anwendung ist nicht bekannt",
	  "Sie nennt eine Rücksprungadresse, die nicht für sie eingetragen ist. Bitte sagen Sie es denen, die sie"
	  " betreiben." },
	{ "es", "No se conoce el camino de vuelta a la aplicación",
	  "Pide que se le envíe a una dirección que no tiene registrada. Avise a quienes la gestionan." },
	{ "fr", "Le chemin du retour à l’application n’est pas connu",
	  "Elle veut vous renvoyer à une adresse qui n’est pas enregistrée pour elle. Signalez-le à ceux qui"
	  " l’exploitent." },
	{ "ja", "アプリケーションに戻れません", "登録されていないアドレスへの移動が求められています。運営者にお知らせください。" },
	{ "zh-CN", "无法返回该应用", "它要求将您转到未为其登记的地址。请告知其运营者。" },
	{ .language = NULL }
};

static const struct plain_text over[] = {
	{ "en", "This sign-in is over", "Go back to the application and begin again." },
	{ "de", "Diese Anmeldung ist beendet", "Gehen Sie zur Anwendung zurück, und beginnen Sie noch einmal." },
	{ "es", "Este inicio de sesión ha terminado", "Vuelva a la aplicación y empiece de nuevo." },
	{ "fr", "Cette connexion est terminée", "Revenez à l’application et recommencez." },
	{ "ja", "このサインインは終了しました", "アプリケーションに戻り、もう一度やり直してください。" },
	{ "zh-CN", "此次登录已结束", "请返回应用重新开始。" },
	{ .language = NULL }
};

static const struct plain_text bad_request[] = {
	{ "en", "The application asked for something that is not possible",
	  "Go back and try again, or tell those who run it." },
	{ "de", "Die Anwendung hat um etwas gebeten, das nicht möglich ist",
	  "Gehen Sie zurück und versuchen Sie es noch einmal, oder sagen Sie es denen, die sie betreiben." },
	{ "es", "La aplicación pidió algo que no es posible",
	  "Vuelva e inténtelo de nuevo, o avise a quienes la gestionan." },
	{ "fr", "L’application a demandé quelque chose d’impossible",
	  "Revenez en arrière et réessayez, ou signalez-le à ceux qui l’exploitent." },
	{ "ja", "アプリケーションの要求に応えられません", "戻ってもう一度試すか、運営者にお知らせください。" },
	{ "zh-CN", "该应用的请求无法完成", "请返回重试，或告知其运营者。" },
	{ .language = NULL }
};

static const struct plain_text not_now[] = {
	{ "en", "The server cannot answer just now", "Please try again in a moment." },
	{ "de", "Der Server kann gerade nicht antworten", "Bitte versuchen Sie es gleich noch einmal." },
	{ "es", "El servidor no puede responder en este momento", "Inténtelo de nuevo dentro de poco." },
	{ "fr", "Le serveur ne peut pas répondre pour l’instant", "Réessayez dans un moment." },
	{ "ja", "サーバーは現在応答できません", "しばらくしてからもう一度お試しください。" },
	{ "zh-CN", "服务器暂时无法响应", "请稍后重试。" },
	{ .language = NULL }
};

static const struct plain_text *texts_of(err_t refused, int status)
{
	if (status >= 500)
		return not_now;
	switch (refused) {
	case ERR_OAUTH_CLIENT:
		return no_application;
	case ERR_OAUTH_REDIRECT_URI:
		return no_address;
	case ERR_SESSION_NOT_FOUND:
		return over;
	default:
		return bad_request;
	}
}

err_t page_refusal(struct request *rq, err_t refused, const char *error, const char *description)
{
	int status = error_status(refused);

	return plain_page_say(rq, status, texts_of(refused, status), error, description);
}
