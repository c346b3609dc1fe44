/*
 * user_agent.h - what a User-Agent (RFC 9110 section 10.1.5) says of a browser, its engine, system, device, processor.
 *
 * Told in the form of the npm library ua-parser-js 1 and with its names, since that is what readers of the peer's
 * audit log know. A text is searched a fixed number of times, so the work grows with its length alone.
 */
#ifndef HTTP_USER_AGENT_H
#define HTTP_USER_AGENT_H

#include "base/json.h"

/*
 * Writes {ua, browser {name, version, major}, engine {name, version}, os {name, version},
 * device {vendor, model, type}, cpu {architecture}}. What is not known is left out; of a program that is no browser
 * the objects are empty.
 */
void user_agent_write(struct json_out *j, const char *agent);

#endif
