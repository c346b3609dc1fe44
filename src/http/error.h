/*
 * error.h - what the writers of errors share. A mount has one writer (mount.h); reply_error() calls it.
 *
 * All read the row of errors.def and the fault of this thread (err_fault).
 */
#ifndef HTTP_ERROR_H
#define HTTP_ERROR_H

#include "http/request.h"

/* The status that the fault sets, else that of the error's row. */
int error_status(err_t e);
/*
 * The message in the language that the request asks for, its {names} filled; lives in the request's arena, or for
 * good.
 */
const char *error_message(const struct request *rq, err_t e);
/* The value that err_arg() set for this key; NULL: none. */
const char *error_arg(const char *key);

/* Writes {code, data, details, message} (http-conventions.md section 6); plain text for an unknown route or tenant. */
void error_json(struct request *rq, err_t e);

#endif
