-- Entries of one user: all that a filter asks for stands in the index, so that pages deep in the list and a key of a
-- user with very many entries are found without reading the entries that are passed.
DROP INDEX logs_user;
CREATE INDEX logs_of_user ON logs (tenant_id, user_id, id, key, application_id) WHERE user_id IS NOT NULL;
