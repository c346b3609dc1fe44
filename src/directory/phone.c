/* Parses international numbers with the table of country codes, trunk prefixes and lengths in phone_table.def. */
#include "directory/phone.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

#define NATIONAL_MIN 2
#define NATIONAL_MAX 17

struct plan {
	int code;
	const char *prefix;		/* trunk prefix, dialled before a number within the country; "": none */
	uint32_t lengths;		/* of national numbers: bit N is set for the length N */
	uint32_t digits, longs;		/* bits, of numbers that begin with these digits: next digit, lengths */
};

static const struct plan plans[] = {	/* sorted by code */
#define P(code, prefix, lengths, digits, longs) { code, prefix, lengths, digits, longs },
#include "directory/phone_table.def"
#undef P
};

static const struct plan *plan_of(int code)
{
	for (size_t i = 0; i < ARRAY_LEN(plans) && plans[i].code <= code; i++)
		if (plans[i].code == code)
			return &plans[i];
	return NULL;
}

/* Country codes have one to three digits and none is the beginning of another, so the first match is the only one. */
static const struct plan *find_plan(const char *digits, int *code_len)
{
	int code = 0;

	for (*code_len = 0; *code_len < 3 && digits[*code_len];) {
		const struct plan *plan;

		code = code * 10 + (digits[*code_len] - '0');
		*code_len += 1;
		if (code == 0)
			return NULL;
		plan = plan_of(code);
		if (plan)
			return plan;
	}
	return NULL;
}

static bool has_bit(uint32_t mask, size_t bit)
{
	return bit < 32 && mask & UINT32_C(1) << bit;
}

/* Returns the national number without the trunk prefix, or as it is when the digits belong to the number itself. */
static const char *strip_prefix(const struct plan *plan, const char *national)
{
	size_t n = strlen(plan->prefix), len = strlen(national);

	if (n == 0 || strncmp(national, plan->prefix, n) != 0)
		return national;
	/* keep the prefix when the rest would be too short; a number that is too long anyway was dialled with it */
	if (!has_bit(plan->lengths, len - n) && plan->lengths >> (len - n) != 0)
		return national;
	if (has_bit(plan->longs, len) && has_bit(plan->digits, (size_t)(national[n] - '0')))
		return national;
	return national + n;
}

bool phone_parse(const char *digits, struct phone *out)
{
	const struct plan *plan;
	const char *national;
	int code_len;

	if (strspn(digits, "0123456789") != strlen(digits))
		return false;
	plan = find_plan(digits, &code_len);
	if (!plan)
		return false;
	national = digits + code_len;
	if (strlen(national) < NATIONAL_MIN || strlen(national) > NATIONAL_MAX + 3)
		return false;
	national = strip_prefix(plan, national);
	if (strlen(national) > NATIONAL_MAX)
		return false;
	snprintf(out->number, sizeof(out->number), "%d%s", plan->code, national);
	snprintf(out->with_zero, sizeof(out->with_zero), "%d0%s", plan->code, national);
	return true;
}
