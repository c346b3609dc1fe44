/*
 * application.h - what the files about applications share within this room.
 */
#ifndef DIRECTORY_APPLICATION_H
#define DIRECTORY_APPLICATION_H

#include "directory/directory.h"
#include "http/request.h"

#define DEFAULT_SECRET_NAME "Default secret"

/* Whether applications of this type have secrets of their own. */
bool has_secrets(const char *type);
/* Makes a random secret. `expires_at`: epoch milliseconds, 0: never. ERR_APP_SECRET_NAME: the name is taken. */
NODISCARD err_t secret_create(struct request *rq, const char *application_id, const char *name, int64_t expires_at);
/* Sets `*type` to the type of an application. An unknown id gets the 404 of applications. */
NODISCARD err_t application_type(struct request *rq, const char *id, const char **type);
/*
 * Writes the member `secret` of an application that still has its legacy secret (older applications had one unnamed
 * secret); writes nothing for other applications. `column` holds the sealed value.
 */
NODISCARD err_t application_secret_member(struct json_out *j, struct request *rq, struct rows *row, int column,
					  const char *id);
/* Answers 200 with the application, without `isAdmin`. */
NODISCARD err_t application_reply(struct request *rq, const char *id);

#endif
