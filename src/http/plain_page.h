/*
 * plain_page.h - pages that need no program in the browser: a card with what somebody is told. They run nothing, and
 * load nothing but the look that their mount names; their own style has its hash in their policy. What stands on the
 * card is a template of the caller's, or a text.
 */
#ifndef HTTP_PLAIN_PAGE_H
#define HTTP_PLAIN_PAGE_H

#include "http/request.h"
#include "http/template.h"

struct plain_page {
	const char *language, *title;
	bool is_wide;		/* for a list, not a sentence */
	struct html body;
	const char *look;	/* set by plain_page_answer() */
};
TEMPLATE(plain_page);

/* Answers with it; no copy is kept. */
err_t plain_page_answer(struct request *rq, int status, struct plain_page page);

/* What a page says in one of our languages; a list of them begins with English, and ends with NULL. */
struct plain_text {
	const char *language, *title;
	const char *text;	/* NULL: the title says all */
	const char *name;	/* of the document; NULL: the title */
};

struct plain_card {
	const char *title, *text, *error, *description;
};
TEMPLATE(plain_card);

/*
 * Answers with the text in the language that the person wants (ui_locales, Accept-Language; matched loosely).
 * `error`, `description`: of a refusal, below it, for who runs what was refused; NULL: there is none.
 */
err_t plain_page_say(struct request *rq, int status, const struct plain_text *texts, const char *error,
		     const char *description);

#endif
