-- the form in which domains are compared: that of the DNS, in lower case
ALTER TABLE organization_jit_email_domains ADD COLUMN domain_key {text};
UPDATE organization_jit_email_domains SET domain_key = lower(email_domain);
CREATE INDEX organization_jit_email_domains_key ON organization_jit_email_domains (tenant_id, domain_key);
