/*
 * openapi.h - makes the API document from the route rows and the descriptions of things (OpenAPI 3.0.1).
 * Contract: http-conventions.md section 12.
 */
#ifndef SERVER_OPENAPI_H
#define SERVER_OPENAPI_H

#include "entity/shape.h"
#include "http/request.h"

enum openapi_part { OPENAPI_WHOLE, OPENAPI_MANAGEMENT, OPENAPI_EXPERIENCE, OPENAPI_USER };

/* Writes one part of the document, for the server at `origin`. `a` is for the work. Needs the route table. */
void openapi_write(struct json_out *j, struct arena *a, enum openapi_part part, const char *origin);
/* Answers with one part of the document; its server is the origin of the request. */
err_t openapi_reply(struct request *rq, enum openapi_part part);

#endif
