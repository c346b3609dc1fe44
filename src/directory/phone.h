/*
 * phone.h - brings telephone numbers into one form: country calling code and national number, digits only.
 */
#ifndef DIRECTORY_PHONE_H
#define DIRECTORY_PHONE_H

#include "base/base.h"

#define PHONE_DIGITS 20		/* 3 of the country code, 17 of the national number */

struct phone {
	char number[PHONE_DIGITS + 1];		/* as it is stored */
	char with_zero[PHONE_DIGITS + 2];	/* the same number written with a 0 behind the country code */
};

/*
 * Reads an international number without its plus sign. A trunk prefix behind the country's code is removed, unless it
 * belongs to the number (Italy). False: no country has this code, or the number is too short or too long.
 */
bool phone_parse(const char *digits, struct phone *out);

#endif
