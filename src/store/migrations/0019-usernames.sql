-- user names where letter case does not count: people sign in by them, and nobody registers one that differs by it alone
CREATE INDEX users_any_username ON users (tenant_id, lower(username));
