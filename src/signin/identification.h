/*
 * identification.h - what POST /identification would make of a record, without doing it.
 */
#ifndef SIGNIN_IDENTIFICATION_H
#define SIGNIN_IDENTIFICATION_H

#include "signin/experience.h"

/*
 * Whom a verified record signs in; `out->id` NULL: nobody has it, and it makes a new user. The refusals of the call.
 * `x`: the rules alone are looked at. Only of a record that suffices (record.h), by which nothing more is asked for.
 */
NODISCARD err_t identification_foresee(struct request *rq, struct experience *x, const json_t *record,
				       struct person *out);

#endif
