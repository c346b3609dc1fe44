/*
 * schema.h - inside of the API document: JSON schemas, from the descriptions of things.
 */
#ifndef SERVER_SCHEMA_H
#define SERVER_SCHEMA_H

#include "entity/shape.h"

/* The schema of a field as an answer shows it or, otherwise, as a body or a query may hold it. */
void schema_field(struct json_out *j, const struct field *f, bool answer);
/* That of an object with these members. `patch`: of a body that may leave members out. */
void schema_object(struct json_out *j, const struct field *fields, bool answer, bool patch);
/* The schema of an answer: the element, in a list and in a wrapping object where the shape says so. */
void schema_shape(struct json_out *j, struct arena *a, const struct shape *s);

#endif
