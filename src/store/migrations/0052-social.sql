-- What an administrator, or a page of theirs, has begun at a social provider, until the browser comes back from there
-- (users-apps-resources.md section 2.4). Sign-ins keep theirs in the interaction, people's accounts in the proof.
CREATE TABLE social_sessions (
	tenant_id {text} NOT NULL,
	hash {text} NOT NULL,		-- of the connector and the state
	connector_id {text} NOT NULL,
	session {text} NOT NULL,	-- JSON: what the answer is checked with
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, hash),
	FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX social_sessions_connector ON social_sessions (tenant_id, connector_id);
CREATE INDEX social_sessions_expiry ON social_sessions (expires_at);
