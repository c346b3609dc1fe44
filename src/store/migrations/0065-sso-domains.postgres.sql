-- The domains of enterprise connectors in the form in which they are compared, so that an address finds its connectors
-- without reading all; and the text in which they are searched. Both are made anew whenever a connector is stored.
CREATE TABLE sso_connector_domains (
	tenant_id {text} NOT NULL,
	domain_key {text} NOT NULL,
	sso_connector_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, domain_key, sso_connector_id),
	FOREIGN KEY (tenant_id, sso_connector_id) REFERENCES sso_connectors (tenant_id, id) ON DELETE CASCADE
);
INSERT INTO sso_connector_domains
	SELECT DISTINCT c.tenant_id, lower(d.value), c.id
	FROM sso_connectors c, json_array_elements_text(CAST(c.domains AS json)) AS d (value);
CREATE INDEX sso_connector_domains_connector ON sso_connector_domains (tenant_id, sso_connector_id);
ALTER TABLE sso_connectors ADD COLUMN search {text} NOT NULL DEFAULT '';
UPDATE sso_connectors SET search = id || chr(31) || lower(connector_name) || chr(31) || lower(domains);
