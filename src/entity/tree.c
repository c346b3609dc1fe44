/* Trees of a request, from and for the store. */
#include "entity/tree.h"

#include "store/store.h"
#include "base/banned.h"

static void free_tree(void *tree)
{
	json_decref(tree);
}

json_t *tree_keep(struct request *rq, json_t *tree)
{
	if (tree)
		arena_defer(rq->arena, free_tree, tree);
	return tree;
}

err_t tree_of_column(struct request *rq, struct rows *row, int column, json_t **out)
{
	json_error_t fault;
	json_t *tree = NULL;
	size_t len;
	const char *text = rows_textn(row, column, &len);
	err_t e = text ? json_parse(text, len, 0, &rq->charge, &tree, &fault) : OK;

	*out = NULL;
	if (e)
		return e == ERR_JSON ? err_set(ERR_STORE, "a column holds no JSON: %s", fault.text) : e;
	*out = tree_keep(rq, tree);
	return OK;
}

void tree_set_text(json_t *object, const char *member, const char *text)
{
	if (text)
		json_object_set_new(object, member, json_string(text));
}

struct arg tree_arg(struct request *rq, const json_t *tree)
{
	return T(tree ? json_to_text(rq->arena, tree) : NULL);
}
