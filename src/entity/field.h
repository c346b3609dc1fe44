/*
 * field.h - what a member of a body, a query or a stored thing is: one description for the check of the request,
 * the column, the answer and the API document.
 */
#ifndef ENTITY_FIELD_H
#define ENTITY_FIELD_H

#include "base/arena.h"
#include "base/json.h"
#include "base/err.h"

enum field_type {
	FIELD_TEXT,
	FIELD_NUMBER,		/* any JSON number */
	FIELD_INTEGER,		/* a JSON number; 1e3 is kept as 1000, a fraction is refused by storage (422) */
	FIELD_TIME,		/* epoch milliseconds; a fraction is cut */
	FIELD_BOOL,
	FIELD_OBJECT,		/* free JSON object */
	FIELD_STRUCT,		/* object of `members`; others are dropped */
	FIELD_LIST,		/* list of `element` */
	FIELD_ENUM,		/* one of `options` */
	FIELD_ANY,
	FIELD_CUSTOM,		/* `check` decides alone */
};

/* Forms of text beyond its length. */
enum text_form {
	FORM_ANY,
	FORM_URL,		/* absolute, of any scheme but one that can run (url_can_run) */
	FORM_EMAIL_STRICT,
	FORM_EMAIL,
	FORM_USERNAME,
	FORM_PHONE,
	FORM_COLOR,
	FORM_REDIRECT_URI,
	FORM_SHOWN		/* any text but an address that can run: a page will link to it or load it */
};

#define REQUIRED	0x0001	/* on create; for query and body lists always */
#define NULLABLE	0x0002	/* null is accepted; for text "" is stored as null */
#define NOT_EMPTY	0x0004	/* text or list of at least one */
#define GENERATED	0x0010	/* made by the server; dropped from requests without a check */
#define IGNORED		0x0020	/* its type is checked, its value ignored (tenantId, createdAt) */
#define CREATE_ONLY	0x0040	/* dropped from a patch */
#define PATCH_ONLY	0x0080	/* dropped from a create */
#define HIDDEN		0x0100	/* stored, never in an answer */
#define NOT_STORED	0x0200	/* in requests only */
#define EMPTY_OK	0x0400	/* "" passes a `form` (clears) */
#define ENUM_BY_VALUE	0x0800	/* a wrong type is invalid_enum_value too (role and application types) */
#define SEARCHED	0x1000	/* found by q / search */
#define COERCE_LIST	0x2000	/* query: one value is a list of one */
#define UNION		0x4000	/* all issues in it are reported as one invalid_union */
#define ABSENT_IF_NULL	0x8000	/* left out of answers while null */
#define STORED_MAX	0x10000	/* `max` is refused by storage (422), not by the check (400) */
#define ONCE		0x20000	/* query: the first counts, repeating it is not an error */
#define WHOLE		0x40000	/* a number without fraction (400); 1e3 is kept as 1000 */
#define DISCRIMINATOR	0x80000	/* FIELD_ENUM: tells which form the object has; invalid_union_discriminator */

/* The longest lifetime that a caller may give to a token: ten years of 365 days, in seconds. The shortest is 1. */
#define LIFETIME_MOST_S 315360000

struct field {
	const char *name;		/* on the wire; NULL ends a table */
	const char *column;		/* NULL: none */
	enum field_type type;
	unsigned flags;
	int min, max;			/* length in UTF-16 units, elements, or value; max 0: none */
	enum text_form form;
	const struct field *members;	/* FIELD_STRUCT */
	const struct field *element;	/* FIELD_LIST */
	const char *const *options;	/* FIELD_ENUM, ended by NULL; a single one gives the issue invalid_literal */
	/* stored when absent at creation: text, number or JSON as it is in the column; of a setting: JSON */
	const char *fallback;
	bool (*check)(const json_t *value);	/* FIELD_CUSTOM; false gives the issue `custom` */
	/* Writes in an answer the JSON that is stored; NULL: as it is. */
	void (*write)(struct json_out *j, const char *json, size_t len);
	const char *help;		/* one sentence for the API document */
	const char *fault;		/* what the issue says when `check` is false; NULL: what fits all */
};

#define FIELDS_END { .name = NULL }

/* Elements of lists: an id (any text but ""), any text, an object. */
extern const struct field field_id, field_text, field_object;

/* Rows that many tables have. `more`: NOT_EMPTY or 0. */
#define ID_LIST(member, more) { (member), .type = FIELD_LIST, .flags = REQUIRED | (more), .element = &field_id }
#define OBJECT_LIST(member) { (member), .type = FIELD_LIST, .flags = REQUIRED, .element = &field_object }

enum check_mode { CHECK_CREATE, CHECK_PATCH };

/*
 * Checks an object and cuts it down to what is described: unknown, generated, ignored members are removed, times cut
 * to whole milliseconds, "" of nullable text made null. `part`: "body" or "query".
 * ERR_INPUT with the issues of http-conventions.md section 6.2 in err_fault(), in the order of the fields; of very
 * many the first hundred, and then the object is not cut down.
 */
NODISCARD err_t fields_check(struct arena *a, const struct field *fields, enum check_mode mode, json_t *object,
			     const char *part);

/* The same for a value that is a list as a whole; `list` is of FIELD_LIST. */
NODISCARD err_t fields_check_list(struct arena *a, const struct field *list, json_t *value, const char *part);

/* The limits that storage keeps: ERR_TOO_LONG for text over a STORED_MAX. */
NODISCARD err_t fields_fit(struct arena *a, const struct field *fields, const json_t *object);

/* Sets and returns ERR_TOO_LONG; the message names `width`, the longest that fits. */
err_t length_error(struct arena *a, int width);

/*
 * Sets and returns ERR_INPUT with a single issue, for a rule of a handler that fields cannot express. `path` is the
 * name of one member; NULL: the whole object.
 */
err_t input_issue(struct arena *a, const char *part, const char *path, const char *code, const char *message);

/* Whether the text has this form. */
bool form_fits(enum text_form form, const char *s);

#endif
