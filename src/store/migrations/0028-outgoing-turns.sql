-- the senders of messages serve tenants in turn: each step looks for a tenant, then for its message that is due first
CREATE INDEX outgoing_messages_turn ON outgoing_messages (tenant_id, due_at);
DROP INDEX outgoing_messages_due;
