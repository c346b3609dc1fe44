/*
 * shape.h - what an answer holds, for the API document: a thing, a list of it, more members beside it.
 */
#ifndef ENTITY_SHAPE_H
#define ENTITY_SHAPE_H

#include "entity/field.h"

struct entity;

struct shape {
	const struct entity *of;	/* members of a thing, or NULL */
	const struct field *fields;	/* more members, or all of them */
	bool list;
	const char *wrapper;		/* the list stands in this member of an object; NULL: bare */
	bool free_object;		/* a JSON object without description */
};

#endif
