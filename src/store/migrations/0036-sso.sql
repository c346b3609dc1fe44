-- Enterprise identity providers: the secret of a connector, sealed apart from its configuration; and whose accounts
-- there are the users' (jit-and-sso.md sections 3 and 4).
ALTER TABLE sso_connectors ADD COLUMN secret_sealed {blob};

CREATE TABLE user_sso_identities (
	tenant_id {text} NOT NULL,
	id {text} NOT NULL,
	user_id {text} NOT NULL,
	issuer {text} NOT NULL,
	identity_id {text} NOT NULL,	-- of the account, as the provider calls it
	detail {text} NOT NULL,		-- JSON: what the provider told last
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	sso_connector_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, issuer, identity_id),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, sso_connector_id) REFERENCES sso_connectors (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX user_sso_identities_user ON user_sso_identities (tenant_id, user_id);
CREATE INDEX user_sso_identities_connector ON user_sso_identities (tenant_id, sso_connector_id);
