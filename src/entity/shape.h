/*
 * shape.h - what an answer holds, for the API document: a thing, a list of it, more members beside it.
 *
 * A stored member is in every answer unless it is ABSENT_IF_NULL; a member made for the answer has the flag REQUIRED
 * when it is always there. The API tests compare every answer with its shape.
 */
#ifndef ENTITY_SHAPE_H
#define ENTITY_SHAPE_H

#include "entity/field.h"

struct entity;

struct shape {
	const struct entity *of;	/* members of a thing, or NULL */
	const struct field *fields;	/* more members, or all of them; neither: any object */
	const char *const *without;	/* names of `fields` that are left out, ended by NULL; NULL: none */
	const struct field *beside;	/* further members, without `of`; NULL: none */
	bool list;
	const char *wrapper;		/* the list stands in this member of an object; NULL: bare */
};

/* A JSON object without description. */
extern const struct shape any_object;

#endif
