/*
 * shape.h - what an answer holds, for the API document: a thing, a list of it, more members beside it.
 *
 * A stored member is in every answer, unless it is ABSENT_IF_NULL; one that is made for the answer says REQUIRED when
 * it always is. The API tests hold every answer against this.
 */
#ifndef ENTITY_SHAPE_H
#define ENTITY_SHAPE_H

#include "entity/field.h"

struct entity;

struct shape {
	const struct entity *of;	/* members of a thing, or NULL */
	const struct field *fields;	/* more members, or all of them; neither: any object */
	bool list;
	const char *wrapper;		/* the list stands in this member of an object; NULL: bare */
};

/* A JSON object without description. */
extern const struct shape any_object;

#endif
