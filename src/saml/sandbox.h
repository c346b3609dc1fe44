/*
 * sandbox.h - what this process gives up before it looks at bytes of strangers: every file, the network, other
 * processes, and memory and time without end. What tries ends at once, and with it one question.
 */
#ifndef SAML_SANDBOX_H
#define SAML_SANDBOX_H

#include "base/base.h"

#define SANDBOX_MEMORY MIB(256)
#define SANDBOX_CPU_MS 2000 /* of one question */

/* For good. False: the system lacks what it needs, and no question may be answered. */
bool sandbox_enter(void);
/* Gives the next question its time; the process ends when it is over. sandbox_rest() takes it back. */
void sandbox_begin(void);
void sandbox_rest(void);

#endif
