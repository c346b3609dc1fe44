-- A trigram index finds the candidates of a substring search; the matcher decides (entity/search.c).

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX organizations_search ON organizations USING gin (search gin_trgm_ops);
CREATE INDEX users_search ON users USING gin (search gin_trgm_ops);
CREATE INDEX applications_search ON applications USING gin (search gin_trgm_ops);
