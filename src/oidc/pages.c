/* The provider's own pages, with the policy that each of them needs. */
#include "oidc/pages.h"

#include <string.h>

#include "http/language.h"
#include "tenant/tenant.h"
#include "base/banned.h"

/* No form-action: browsers hold it against the redirects that follow a post, too. */
#define NOTHING "default-src 'none'; base-uri 'none'; frame-ancestors 'self'"
#define HANDLER(hash) NOTHING "; script-src 'unsafe-hashes' 'sha256-" hash "'"

static const struct texts {
	const char *language, *button, *signed_out;
} texts[] = {
	{ "en", "Continue", "You have successfully signed out." },
	{ "de", "Weiter", "Sie haben sich erfolgreich abgemeldet." },
	{ "es", "Continuar", "Ha cerrado la sesión correctamente." },
	{ "fr", "Continuer", "Vous vous êtes déconnecté." },
	{ "ja", "続ける", "サインアウトしました。" },
	{ "zh-CN", "继续", "您已成功退出登录。" },
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

/* The sentence in the language that the request asks for. */
static const struct page_text *sentence_for(const struct request *rq, const struct page_text *sentences)
{
	const char *wanted = language_of(rq)->tag;

	for (const struct page_text *t = sentences; t->language; t++)
		if (!strcmp(t->language, wanted))
			return t;
	return sentences;
}

static err_t write_sentence(struct request *rq, int status, const char *title, const struct page_text *text)
{
	const struct sentence_page page = { text->language, title, text->text };
	err_t e = set_policy(rq, NOTHING "; style-src 'sha256-xKokYQcz7IbhjiJhZBOqNCdcYIgSya/9ltZJxWGez9U='");

	if (!e)
		sentence_page_write(reply_html(rq, status), &page);
	return e;
}

err_t page_sentence(struct request *rq, int status, const struct page_text *sentences)
{
	return write_sentence(rq, status, "Guildhall", sentence_for(rq, sentences));
}

err_t page_signed_out(struct request *rq)
{
	const struct texts *t = texts_for(rq);
	const struct page_text text = { t->language, t->signed_out };

	return write_sentence(rq, 200, "Sign Out", &text);
}
