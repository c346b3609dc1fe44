/* Compares a sign-in with those before. */
#include "signin/risk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "entity/expiry.h"
#include "entity/tree.h"
#include "signin/flow_event.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define KNOWN_DAYS 180		/* a country that was not seen for so long is new */
#define AWAY_DAYS 30		/* so long without a sign-in is long */
#define SPEED_KMH 900		/* nobody travels faster */
#define BOT_SCORE 30		/* of 100; below, a program is likely */
#define EARTH_KM 6371.0
#define MILLION 1000000.0

STATEMENT(risk_country,
	  "SELECT 1 FROM sign_in_countries WHERE tenant_id = $1 AND user_id = $2 AND country = $3"
	  " AND expires_at > $4");
STATEMENT(risk_place, "SELECT latitude, longitude, at FROM sign_in_places WHERE tenant_id = $1 AND user_id = $2"
	  " AND expires_at > $3");
COLUMNS(risk_place, latitude, longitude, at);
STATEMENT(risk_last, "SELECT coalesce(last_sign_in_at, created_at) FROM users WHERE tenant_id = $1 AND id = $2");
STATEMENT(risk_keep_country,
	  "INSERT INTO sign_in_countries (tenant_id, user_id, country, expires_at) VALUES ($1, $2, $3, $4)"
	  " ON CONFLICT (tenant_id, user_id, country) DO UPDATE SET expires_at = excluded.expires_at");
STATEMENT(risk_keep_place,
	  "INSERT INTO sign_in_places (tenant_id, user_id, latitude, longitude, at, expires_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, user_id) DO UPDATE SET"
	  " latitude = excluded.latitude, longitude = excluded.longitude, at = excluded.at,"
	  " expires_at = excluded.expires_at");
EXPIRING(sign_in_country, "sign_in_countries", "user_id, country", 0);
EXPIRING(sign_in_place, "sign_in_places", "user_id", 0);

bool risk_is_asked(const struct experience *x)
{
	return json_is_true(experience_rule(x, "adaptiveMfa", "enabled"));
}

/* -- what the proxy says -- */

struct signals {
	char country[3];			/* "": not said */
	bool has_place, has_score, is_verified;
	double latitude, longitude, score;
};

static const char *said(const struct request *rq, const char *name)
{
	return context.settings->trust_proxy ? request_header(rq, name) : NULL;
}

static bool read_number(const struct request *rq, const char *name, double least, double most, double *out)
{
	const char *text = said(rq, name);
	char *end;

	if (!text || !*text)
		return false;
	*out = strtod(text, &end);
	return !*end && *out >= least && *out <= most;
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static struct signals read_signals(const struct request *rq)
{
	const char *country = said(rq, "x-logto-cf-country"), *verified = said(rq, "x-logto-cf-bot-verified");
	struct signals s = {0};

	if (country && strlen(country) == 2 && is_capital(country[0]) && is_capital(country[1]))
		memcpy(s.country, country, 3);
	s.has_place = read_number(rq, "x-logto-cf-latitude", -90, 90, &s.latitude) &&
		      read_number(rq, "x-logto-cf-longitude", -180, 180, &s.longitude);
	s.has_score = read_number(rq, "x-logto-cf-bot-score", 0, 100, &s.score);
	s.is_verified = verified && text_equal_nocase(verified, "true");
	return s;
}

/* -- the rules: each adds itself to the list where it holds -- */

/* `details` is taken. */
static void add_rule(json_t *list, const char *name, json_t *details)
{
	json_array_append_new(list, json_pack("{s:s, s:o}", "rule", name, "details", details));
}

static err_t judge_country(struct request *rq, const char *user_id, const struct signals *s, json_t *list)
{
	int64_t one;
	err_t e;

	if (!*s->country)
		return OK;
	e = store_int(rq->tx, &risk_country, ARGS(T(user_id), T(s->country), N(clock_ms())), &one);
	if (e != ERR_NOT_FOUND)
		return e;
	add_rule(list, "new_country", json_pack("{s:s, s:i}", "currentCountry", s->country, "windowDays", KNOWN_DAYS));
	return OK;
}

static double radians(double degrees)
{
	return degrees * acos(-1.0) / 180.0;
}

/* Along a great circle (haversine). */
static double distance_km(double lat_a, double long_a, double lat_b, double long_b)
{
	double up = sin(radians(lat_b - lat_a) / 2), aside = sin(radians(long_b - long_a) / 2);
	double h = up * up + cos(radians(lat_a)) * cos(radians(lat_b)) * aside * aside;

	return 2 * EARTH_KM * asin(sqrt(h < 1 ? h : 1));
}

static err_t judge_speed(struct request *rq, const char *user_id, const struct signals *s, json_t *list)
{
	CLEANUP(rows_close) struct rows row = {0};
	int64_t now = clock_ms(), at;
	double km, hours;
	err_t e;

	if (!s->has_place)
		return OK;
	e = store_first(rq->tx, &risk_place, ARGS(T(user_id), N(now)), &row);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	at = rows_int(&row, risk_place_at);
	km = distance_km((double)rows_int(&row, risk_place_latitude) / MILLION,
			 (double)rows_int(&row, risk_place_longitude) / MILLION, s->latitude, s->longitude);
	hours = (double)(now > at ? now - at : 0) / (double)HOUR_MS;
	if (km > SPEED_KMH * hours + 1)		/* the same place is not always the same numbers */
		add_rule(list, "geo_velocity",
			 json_pack("{s:I, s:I, s:i}", "distanceKm", (json_int_t)km, "elapsedMinutes",
				   (json_int_t)(hours * 60), "thresholdKmh", SPEED_KMH));
	return rows_end(&row);
}

/* Who has never signed in has been away since the account was made. */
static err_t judge_absence(struct request *rq, const char *user_id, json_t *list)
{
	int64_t last, days;
	char at[25];
	err_t e = store_int(rq->tx, &risk_last, ARGS(T(user_id)), &last);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	days = (clock_ms() - last) / DAY_MS;
	if (days < AWAY_DAYS)
		return OK;
	clock_format(last, at);
	add_rule(list, "long_inactivity",
		 json_pack("{s:s, s:I, s:i}", "lastSignInAt", at, "inactivityDays", (json_int_t)days, "thresholdDays",
			   AWAY_DAYS));
	return OK;
}

static void judge_address(const struct signals *s, json_t *list)
{
	if (s->has_score && s->score < BOT_SCORE && !s->is_verified)
		add_rule(list, "untrusted_ip",
			 json_pack("{s:I, s:i}", "botScore", (json_int_t)s->score, "minBotScore", BOT_SCORE));
}

err_t risk_judge(struct request *rq, const struct experience *x, json_t **rules)
{
	const struct signals s = read_signals(rq);
	err_t e;

	*rules = tree_keep(rq, json_array());
	e = judge_country(rq, x->user_id, &s, *rules);
	if (!e)
		e = judge_speed(rq, x->user_id, &s, *rules);
	if (!e)
		e = judge_absence(rq, x->user_id, *rules);
	if (!e)
		judge_address(&s, *rules);
	return e;
}

err_t risk_note_refusal(struct request *rq, const struct experience *x)
{
	json_t *rules;
	const char *result;
	err_t e = risk_is_asked(x) ? risk_judge(rq, x, &rules) : OK;

	if (e || !risk_is_asked(x))
		return e;
	result = arena_printf(rq->arena, "\"adaptiveMfaResult\":{\"requiresMfa\":true,\"triggeredRules\":%s},",
			      json_to_text(rq->arena, rules));
	return flow_event_of_interaction(rq, &x->interaction, "PostSignInAdaptiveMfaTriggered", x->user_id, result);
}

/* -- keeping -- */

static int64_t millionths(double degrees)
{
	return (int64_t)llround(degrees * MILLION);
}

err_t risk_note_sign_in(struct request *rq, const struct experience *x)
{
	const struct signals s = read_signals(rq);
	int64_t now = clock_ms(), until = now + KNOWN_DAYS * DAY_MS;
	err_t e = OK;

	if (!risk_is_asked(x))
		return OK;
	if (*s.country)
		e = store_exec(rq->tx, &risk_keep_country, ARGS(T(x->user_id), T(s.country), N(until)), NULL);
	if (!e && s.has_place)
		e = store_exec(
			rq->tx, &risk_keep_place,
			ARGS(T(x->user_id), N(millionths(s.latitude)), N(millionths(s.longitude)), N(now), N(until)),
			NULL);
	return e;
}
