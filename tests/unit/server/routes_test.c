/* What holds for every row of the program, whoever adds one. */
#include "world.h"

#include "entity/field.h"
#include "base/banned.h"

typedef void look(const char *path, const char *name, const struct field *f);

/* Looks at a field of a body and at all within it; an element of a list goes by the name of the list. */
static void visit(const char *path, const char *name, const struct field *f, look *look_at)
{
	if (f->flags & (GENERATED | IGNORED))
		return;
	look_at(path, name, f);
	if (f->type == FIELD_LIST)
		visit(path, name, f->element, look_at);
	for (const struct field *m = f->type == FIELD_STRUCT ? f->members : NULL; m && m->name; m++)
		visit(path, m->name, m, look_at);
}

static void visit_bodies(look *look_at)
{
	size_t n;
	const struct route *rows = route_rows(&n);

	assert_true(n > 100);
	for (size_t i = 0; i < n; i++)
		for (const struct field *f = rows[i].body; f && f->name; f++)
			visit(rows[i].path, f->name, f, look_at);
}

static bool is_one_of(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static void expect_bounds(const char *path, const char *name, const struct field *f)
{
	/* bounded by its handler, which knows more; only counted, never added */
	static const char *const others[] = { "rotationGracePeriod", "maxAllowedGrants" };

	if (f->type != FIELD_NUMBER && f->type != FIELD_INTEGER)
		return;
	if (!(f->min && f->max) && !is_one_of(others, ARRAY_LEN(others), name))
		fail_msg("%s: %s has no bounds", path, name);
}

static void every_number_of_a_body_is_bounded(void **state)
{
	(void)state;
	visit_bodies(expect_bounds);
}

static bool ends_with(const char *s, const char *end)
{
	return strlen(s) >= strlen(end) && !strcmp(s + strlen(s) - strlen(end), end);
}

static int addresses;

static void expect_form(const char *path, const char *name, const struct field *f)
{
	static const char *const names[] = { "avatar", "favicon", "darkFavicon", "website", "profile", "link" };

	if (f->type != FIELD_TEXT)
		return;
	if (!ends_with(name, "Url") && !ends_with(name, "Uri") && !ends_with(name, "Uris") &&
	    !is_one_of(names, ARRAY_LEN(names), name))
		return;
	addresses++;
	if (f->form != FORM_URL && f->form != FORM_REDIRECT_URI && f->form != FORM_SHOWN)
		fail_msg("%s: %s may be an address that runs", path, name);
}

static void every_address_of_a_body_has_a_form_that_cannot_run(void **state)
{
	static const enum text_form forms[] = { FORM_URL, FORM_REDIRECT_URI, FORM_SHOWN };

	(void)state;
	addresses = 0;
	visit_bodies(expect_form);
	assert_true(addresses > 15);
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		assert_false(form_fits(forms[i], "javascript:alert(1)"));
		assert_false(form_fits(forms[i], "vbscript:x"));
		assert_false(form_fits(forms[i], "data:text/html,x"));
	}
}

static int begin(void **state)
{
	(void)state;
	return routes_start();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_of_a_body_is_bounded),
		cmocka_unit_test(every_address_of_a_body_has_a_form_that_cannot_run),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
