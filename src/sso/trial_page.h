/*
 * trial_page.h - what the browser of a test sign-in is shown in the end: whether it worked, what a sign-in would do,
 * and what the provider says.
 */
#ifndef SSO_TRIAL_PAGE_H
#define SSO_TRIAL_PAGE_H

#include "http/request.h"
#include "http/template.h"

struct trial_part {
	const char *heading, *text;
	const char *error, *detail;	/* of a refusal; error NULL: it is none */
	bool has_rows;
	struct { const struct param *at; size_t count; } rows;
};

struct trial_card {
	const char *title, *text;
	const char *error, *detail;
	struct { const struct trial_part *at; size_t count; } parts;
};
TEMPLATE(trial_card);

/* Answers with it. `outcome`: of outcome.h; NULL: the test failed. Needs a transaction that can read. */
NODISCARD err_t trial_page_answer(struct request *rq, const json_t *outcome);

#endif
