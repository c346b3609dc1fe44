#include "saml/refusal.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

bool refuse(struct refusal *r, const char *code, const char *format, ...)
{
	va_list args;

	r->code = code;
	va_start(args, format);
	vsnprintf(r->message, sizeof(r->message), format, args);
	va_end(args);
	return false;
}
