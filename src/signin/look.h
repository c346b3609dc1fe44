/*
 * look.h - what a tenant, an application and an organization add to pages without a program (http/plain_page.h): their
 * logo, and a dark look where they let people have it. A style sheet, so that also a refusal that reads nothing of the
 * store can name it.
 */
#ifndef SIGNIN_LOOK_H
#define SIGNIN_LOOK_H

#include "http/request.h"

/* Answers with the style sheet of this experience (experience_for()). */
err_t look_answer(struct request *rq, const json_t *experience);

#endif
