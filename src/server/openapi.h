/*
 * openapi.h - makes the API document from the route rows and the descriptions of things (OpenAPI 3.0.1).
 * Contract: http-conventions.md section 12.
 */
#ifndef SERVER_OPENAPI_H
#define SERVER_OPENAPI_H

#include "entity/shape.h"
#include "http/request.h"

enum openapi_part { OPENAPI_WHOLE, OPENAPI_MANAGEMENT, OPENAPI_EXPERIENCE, OPENAPI_USER };

/* Answers with one part of the document; its server is the origin of the request. The rest is made once. */
err_t openapi_reply(struct request *rq, enum openapi_part part);

#endif
