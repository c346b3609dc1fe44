/* Answers with a page that runs nothing, and loads at most a look. */
#include "http/plain_page.h"

#include <string.h>

#include "http/language.h"
#include "http/mount.h"
#include "http/reply.h"
#include "base/banned.h"

/* The hash is that of what stands in <style> of plain_page.html. */
#define POLICY \
	"default-src 'none'; base-uri 'none'; frame-ancestors 'self';" \
	" style-src 'sha256-dpwn0UVFO88rfe5qSZVV4/2uhObDvS5UlkNPV4QQpqo='"
/* What a look may bring: itself, and pictures. */
#define POLICY_OF_LOOK " 'self'; img-src 'self' data: https:"

err_t plain_page_answer(struct request *rq, int status, struct plain_page page)
{
	err_t e;

	page.look = rq->mount->look;
	rq->reply.no_store = true;
	e = reply_header(rq, "Content-Security-Policy", page.look ? POLICY POLICY_OF_LOOK : POLICY);
	if (!e)
		plain_page_write(reply_html(rq, status), &page);
	return e;
}

static const void *find_text(const void *texts, const char *wanted, size_t len)
{
	for (int fit = LANGUAGE_SAME; len > 0 && fit < LANGUAGE_FITS; fit++)
		for (const struct plain_text *t = texts; t->language; t++)
			if (language_serves(t->language, wanted, len, (enum language_fit)fit))
				return t;
	return NULL;
}

/* As the pages choose (http-conventions.md section 11): the application's wish, that of the browser, then English. */
static const struct plain_text *text_for(const struct request *rq, const struct plain_text *texts)
{
	const char *accept = request_header(rq, "Accept-Language");
	const struct plain_text *found = NULL;
	size_t len;

	for (const char *at = query_arg(rq, "ui_locales"); at && *at && !found; at += len) {
		at += strspn(at, " ");
		len = strcspn(at, " ");
		found = find_text(texts, at, len);
	}
	if (!found && accept)
		found = language_accepted(accept, find_text, texts);
	return found ? found : texts;
}

err_t plain_page_say(struct request *rq, int status, const struct plain_text *texts, const char *error,
		     const char *description)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const struct plain_text *t = text_for(rq, texts);

	buffer_init(&b, KIB(64));
	plain_card_write(&b, &(struct plain_card){ t->title, t->text, error, description });
	return plain_page_answer(rq, status, (struct plain_page){ .language = t->language,
								  .title = t->name ? t->name : t->title,
								  .body = html_of(rq->arena, &b) });
}
