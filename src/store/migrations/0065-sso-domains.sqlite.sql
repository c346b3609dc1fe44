-- As on PostgreSQL.
CREATE TABLE sso_connector_domains (
	tenant_id {text} NOT NULL,
	domain_key {text} NOT NULL,
	sso_connector_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, domain_key, sso_connector_id),
	FOREIGN KEY (tenant_id, sso_connector_id) REFERENCES sso_connectors (tenant_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
INSERT INTO sso_connector_domains
	SELECT DISTINCT c.tenant_id, lower(d.value), c.id FROM sso_connectors c, json_each(c.domains) d;
CREATE INDEX sso_connector_domains_connector ON sso_connector_domains (tenant_id, sso_connector_id);
ALTER TABLE sso_connectors ADD COLUMN search {text} NOT NULL DEFAULT '';
UPDATE sso_connectors SET search = id || char(31) || lower(connector_name) || char(31) || lower(domains);
