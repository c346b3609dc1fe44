-- From where people signed in lately, for tenants with adaptive MFA (src/signin/risk.h).

CREATE TABLE sign_in_countries (
	tenant_id {text} NOT NULL,
	user_id {text} NOT NULL,
	country {text} NOT NULL,	-- two letters
	expires_at bigint NOT NULL,	-- from then on it is as new
	PRIMARY KEY (tenant_id, user_id, country),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX sign_in_countries_expiry ON sign_in_countries (expires_at);

-- the last place of each user, in millionths of a degree
CREATE TABLE sign_in_places (
	tenant_id {text} NOT NULL,
	user_id {text} NOT NULL,
	latitude bigint NOT NULL,
	longitude bigint NOT NULL,
	at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, user_id),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX sign_in_places_expiry ON sign_in_places (expires_at);
