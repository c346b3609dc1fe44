/* Builds the tree of routes and finds the row of a path. */
#include "http/route.h"

#include <assert.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "http/door.h"
#include "http/mount.h"
#include "base/banned.h"

/*
 * The rows stand in a tree, one level for each segment. A path may fit several leaves, since a node has literal
 * children and one parameter. Literals are tried first, so the first leaf with a row for the method is the right one.
 * `Allow` names the methods of all leaves, in the order of the table.
 */
#define SEGMENTS_MAX 16
#define ARGS_MAX ARRAY_LEN(((struct route_match *)0)->args)
#define METHODS (METHOD_OTHER + 1)

struct leaf_row {
	size_t row;			/* index into `rows`; also the place in the table's order */
	const char *names[ARGS_MAX];	/* of the parameters, in order */
	struct leaf_row *next;
};

struct node {
	const char *text;	/* literal */
	size_t len;
	bool any_case;		/* how `text` is compared */
	struct node *next;	/* sibling */
	struct node *literals;
	struct node *param;
	struct leaf_row *leaf;	/* rows that end here */
};

struct walk {
	struct slice segments[SEGMENTS_MAX];
	int count;
	int args[ARGS_MAX];	/* which segments are parameters */
	int arg_count;
	enum method method;
	const struct leaf_row *found;
	bool known;
	bool all;		/* go on after the first, gathering into `methods` */
	size_t methods[METHODS];	/* place of the first row of each method; SIZE_MAX: none */
};

static struct arena *memory;
static struct node root;
static struct route *rows;
static struct step *steps;	/* of rows with a handler */
static size_t row_count;

/* -- building -- */

/* Finds the child of a node for a segment, or makes it. */
static struct node *add_child(struct node *at, const char *text, size_t len, bool any_case)
{
	struct node *child, **end = &at->literals;

	if (text[0] == '{') {
		if (!at->param)
			at->param = ARENA_NEW(memory, struct node);
		return at->param;
	}
	for (; *end; end = &(*end)->next)
		if ((*end)->len == len && memcmp((*end)->text, text, len) == 0)
			return *end;
	child = ARENA_NEW(memory, struct node);
	child->text = text;
	child->len = len;
	child->any_case = any_case;
	*end = child;
	return child;
}

/* Puts a row into the leaf of its path. */
static void add_row(size_t index)
{
	struct leaf_row *leaf = ARENA_NEW(memory, struct leaf_row), **end;
	const char *at = rows[index].path;
	bool any_case = rows[index].mount->any_case;
	struct node *node = &root;
	size_t args = 0, len;

	leaf->row = index;
	while (*at == '/') {
		at++;
		len = strcspn(at, "/");
		node = add_child(node, at, len, any_case && node != &root);
		if (*at == '{') {
			assert(args < ARGS_MAX && at[len - 1] == '}');
			leaf->names[args++] = arena_copyn(memory, at + 1, len - 2);
		}
		at += len;
	}
	for (end = &node->leaf; *end; end = &(*end)->next)
		;
	*end = leaf;
}

/*
 * A row with a handler is a chain of one step. A prerequisite reads, so the first step has a transaction.
 */
static void begin_chain(size_t index)
{
	struct route *r = &rows[index];

	if (!r->first) {
		steps[index] = (struct step){ r->path, r->lane, r->handler };
		r->first = &steps[index];
	}
	r->lane = r->first->lane;
	assert(!(r->before || r->mount->before) || lane_has_transaction(r->lane));
}

static void copy_rows(const struct routes *table)
{
	for (size_t i = 0; i < table->count; i++) {
		struct route *row = &rows[row_count++];

		*row = table->rows[i];
		row->mount = mount_find(row->path);
		row->reference_status = table->reference_status ? table->reference_status : 404;
	}
}

static err_t check_door(const struct route *row)
{
	if (!row->door || mount_has_door(row->mount, row->door))
		return OK;
	return err_set(ERR_INTERNAL, "the route %s names the door '%s', which its mount '%s' does not have", row->path,
		       row->door->name, row->mount->prefix);
}

err_t route_table(const struct routes *tables, size_t count)
{
	err_t e = OK;
	size_t total = 0;

	arena_free(memory);
	memory = arena_new();
	root = (struct node){0};
	for (size_t i = 0; i < count; i++)
		total += tables[i].count;
	rows = ARENA_ARRAY(memory, struct route, total);
	row_count = 0;
	for (size_t i = 0; i < count; i++)
		copy_rows(&tables[i]);
	steps = ARENA_ARRAY(memory, struct step, total);
	for (size_t i = 0; i < row_count; i++) {
		begin_chain(i);
		add_row(i);
	}
	for (size_t i = 0; i < row_count && !e; i++)
		e = check_door(&rows[i]);
	return e;
}

const struct route *route_rows(size_t *count)
{
	*count = row_count;
	return rows;
}

/* -- finding -- */

static bool is_text(const struct node *node, struct slice s)
{
	if (node->len != s.len)
		return false;
	return node->any_case ? strncasecmp(node->text, s.at, s.len) == 0 : memcmp(node->text, s.at, s.len) == 0;
}

/* Notes the methods of a leaf that the path fits, and its row if it has the method and is the first. */
static void visit_leaf(struct walk *w, const struct leaf_row *leaf)
{
	enum method asked = w->method == HEAD ? GET : w->method;

	for (; leaf; leaf = leaf->next) {
		enum method m = rows[leaf->row].method;

		w->known = true;
		if (w->methods[m] > leaf->row)
			w->methods[m] = leaf->row;
		if (!w->found && m == asked)
			w->found = leaf;
	}
}

/* Tries the children that fit. True ends the search. At most SEGMENTS_MAX deep, with two branches at each level. */
static bool descend(struct walk *w, const struct node *node, int depth)
{
	const struct node *child;

	if (depth == w->count) {
		visit_leaf(w, node->leaf);
		return w->found && !w->all;
	}
	for (child = node->literals; child; child = child->next)
		if (is_text(child, w->segments[depth]) && descend(w, child, depth + 1))
			return true;
	if (!node->param || w->arg_count == (int)ARGS_MAX)
		return false;
	w->args[w->arg_count++] = depth;
	if (descend(w, node->param, depth + 1))
		return true;
	w->arg_count--;
	return false;
}

/*
 * Splits the path into segments; that of the root is one, which is empty. False: no row can fit it, since a segment is
 * empty or there are too many.
 */
static bool split(const struct mount *mount, const char *path, struct walk *w)
{
	size_t len = strlen(path), n;
	const char *at = path, *end;

	if (!strcmp(path, "/")) {
		w->segments[w->count++] = (struct slice){ "", 0 };
		return true;
	}
	if (len > 1 && path[len - 1] == '/' && mount->trailing_slash)
		len--;
	for (end = path + len; at < end; at += n) {
		if (*at++ != '/' || at == end || w->count == SEGMENTS_MAX)
			return false;
		for (n = 0; at + n < end && at[n] != '/'; n++)
			;
		if (n == 0)
			return false;
		w->segments[w->count++] = (struct slice){ at, n };
	}
	return w->count > 0;
}

static void take_args(const struct walk *w, struct arena *a, struct route_match *out)
{
	bool nul;

	for (int i = 0; i < w->arg_count; i++) {
		struct slice s = w->segments[w->args[i]];

		out->args[i].name = w->found->names[i];
		out->args[i].value = text_unescape_path(a, s.at, s.len, &nul);
		out->nul |= nul;
	}
	out->arg_count = w->arg_count;
}

/* Writes the methods that were found, in the order of the table. */
static void write_allow(const struct walk *w, char *out, size_t room)
{
	static const char *const names[METHODS] = {
		[GET] = "HEAD, GET", [POST] = "POST", [PUT] = "PUT", [PATCH] = "PATCH", [DELETE] = "DELETE",
		[OPTIONS] = "OPTIONS",
	};
	size_t after = 0, len = 0;

	for (;;) {
		int next = -1;

		for (int m = 0; m < (int)METHODS; m++)
			if (names[m] && w->methods[m] != SIZE_MAX && w->methods[m] >= after &&
			    (next < 0 || w->methods[m] < w->methods[next]))
				next = m;
		if (next < 0)
			return;
		after = w->methods[next] + 1;
		if (len + strlen(names[next]) + 3 > room)
			return;
		if (len) {
			memcpy(out + len, ", ", 2);
			len += 2;
		}
		memcpy(out + len, names[next], strlen(names[next]) + 1);
		len += strlen(names[next]);
	}
}

void route_find(const struct mount *mount, enum method method, const char *path, struct arena *a,
		struct route_match *out)
{
	struct walk w = { .method = method };

	*out = (struct route_match){0};
	memset(w.methods, 0xff, sizeof(w.methods));
	if (!split(mount, path, &w))
		return;
	descend(&w, &root, 0);
	out->path_known = w.known;
	if (w.found) {
		out->route = &rows[w.found->row];
		take_args(&w, a, out);
	} else if (w.known) {
		write_allow(&w, out->allow, sizeof(out->allow));
	}
}
