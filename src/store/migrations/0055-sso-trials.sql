-- Test sign-ins of administrators at the provider of a connector, each until its answer was read or its time is over.
CREATE TABLE sso_trials (
	tenant_id {text} NOT NULL,
	id {text} NOT NULL,
	sso_connector_id {text} NOT NULL,
	hash {text} NOT NULL,		-- of the state, by which the answer finds it
	session {text},			-- JSON: what the answer is checked with; NULL once one came
	status {text} NOT NULL,
	result {text} NOT NULL,		-- JSON: {issuer, claims, userInfo, person, error}, as far as it got
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id),
	FOREIGN KEY (tenant_id, sso_connector_id) REFERENCES sso_connectors (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX sso_trials_hash ON sso_trials (tenant_id, hash);
CREATE INDEX sso_trials_connector ON sso_trials (tenant_id, sso_connector_id, created_at);
CREATE INDEX sso_trials_expiry ON sso_trials (expires_at);
