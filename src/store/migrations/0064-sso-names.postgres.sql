-- An account under a name that its provider gave itself is known by the connector too: who takes the name of another
-- provider takes none of its accounts.
ALTER TABLE user_sso_identities ADD COLUMN named_by {text} NOT NULL DEFAULT '';	-- that connector; '': none
UPDATE user_sso_identities SET named_by = sso_connector_id WHERE EXISTS (
	SELECT 1 FROM sso_connectors c WHERE c.tenant_id = user_sso_identities.tenant_id
	AND c.id = user_sso_identities.sso_connector_id AND c.provider_name IN ('SAML', 'AzureAD'));
ALTER TABLE user_sso_identities DROP CONSTRAINT user_sso_identities_tenant_id_issuer_identity_id_key;
CREATE UNIQUE INDEX user_sso_identities_account ON user_sso_identities (tenant_id, issuer, identity_id, named_by);
