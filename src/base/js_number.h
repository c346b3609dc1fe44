/*
 * js_number.h - numbers in text as JavaScript reads them: the contract's pages and searches.
 */
#ifndef BASE_JS_NUMBER_H
#define BASE_JS_NUMBER_H

#include "base/base.h"

/*
 * Number(s): blanks around, sign, fraction, exponent, 0x 0o 0b, Infinity. "" is 0. False when JavaScript gives NaN;
 * `*out` is left alone then.
 */
bool text_js_number(const char *s, double *out);

#endif
