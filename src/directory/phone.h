/*
 * phone.h - telephone numbers in one form: country calling code and national number, digits only.
 */
#ifndef DIRECTORY_PHONE_H
#define DIRECTORY_PHONE_H

#include "base/base.h"

#define PHONE_DIGITS 20		/* three of a country, 17 within it */

struct phone {
	char number[PHONE_DIGITS + 1];		/* as it is stored */
	char with_zero[PHONE_DIGITS + 2];	/* the same with a 0 behind the country's code: another way to write it */
};

/*
 * Reads an international number without its plus sign. A trunk prefix behind the country's code is removed, unless it
 * belongs to the number (Italy). False: no country has this code, or the number is too short or too long.
 */
bool phone_parse(const char *digits, struct phone *out);

#endif
