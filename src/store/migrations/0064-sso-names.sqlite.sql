-- As on PostgreSQL. The table is made anew, since SQLite drops no constraint.
CREATE TABLE user_sso_identities_named (
	tenant_id {text} NOT NULL,
	id {text} NOT NULL,
	user_id {text} NOT NULL,
	issuer {text} NOT NULL,
	identity_id {text} NOT NULL,	-- of the account, as the provider calls it
	detail {text} NOT NULL,		-- JSON: what the provider told last
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	sso_connector_id {text} NOT NULL,
	named_by {text} NOT NULL DEFAULT '',
	PRIMARY KEY (tenant_id, id),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, sso_connector_id) REFERENCES sso_connectors (tenant_id, id) ON DELETE CASCADE
);
INSERT INTO user_sso_identities_named
	SELECT i.tenant_id, i.id, i.user_id, i.issuer, i.identity_id, i.detail, i.created_at, i.updated_at,
		i.sso_connector_id, CASE WHEN c.provider_name IN ('SAML', 'AzureAD') THEN c.id ELSE '' END
	FROM user_sso_identities i JOIN sso_connectors c ON c.tenant_id = i.tenant_id AND c.id = i.sso_connector_id;
DROP TABLE user_sso_identities;
ALTER TABLE user_sso_identities_named RENAME TO user_sso_identities;
CREATE INDEX user_sso_identities_user ON user_sso_identities (tenant_id, user_id);
CREATE INDEX user_sso_identities_connector ON user_sso_identities (tenant_id, sso_connector_id);
CREATE UNIQUE INDEX user_sso_identities_account ON user_sso_identities (tenant_id, issuer, identity_id, named_by);
