/*
 * tree.h - JSON trees that a request holds: freed with it, and counted in its charge.
 */
#ifndef ENTITY_TREE_H
#define ENTITY_TREE_H

#include "http/request.h"

struct rows;

/* Gives a tree to the request, which frees it in the end; returns it. NULL is fine. */
json_t *tree_keep(struct request *rq, json_t *tree);
/* A column of JSON as a tree of the request; NULL where it is NULL. ERR_STORE: it is not JSON. */
NODISCARD err_t tree_of_column(struct request *rq, struct rows *row, int column, json_t **out);
/* Sets a member of an object to a text; NULL leaves the object as it is. */
void tree_set_text(json_t *object, const char *member, const char *text);
/* A tree as a value of a statement: its text, or NULL. */
struct arg tree_arg(struct request *rq, const json_t *tree);

#endif
