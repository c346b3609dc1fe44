-- In the search texts of before, a separator of fields (U+001F) that stood within a field made two fields of it. Now it is U+001E
-- there (base/search.h). Folding makes one character of one, so each field of the text has the length of its column.

UPDATE organizations SET search = substr(search, 1, length(id) + 1) || replace(substr(search, length(id) + 2), char(31), char(30))
	WHERE instr(name, char(31)) > 0;

-- telephone numbers and user names hold none
UPDATE users SET search = substr(search, 1, length(id) + 1)
	|| replace(substr(search, length(id) + 2, length(coalesce(primary_email, ''))), char(31), char(30))
	|| substr(search, length(id) + 2 + length(coalesce(primary_email, '')),
		3 + length(coalesce(primary_phone, '')) + length(coalesce(username, '')))
	|| replace(substr(search, length(id) + 5 + length(coalesce(primary_email, '')) + length(coalesce(primary_phone, ''))
		+ length(coalesce(username, ''))), char(31), char(30))
	WHERE instr(coalesce(primary_email, '') || coalesce(name, ''), char(31)) > 0;

UPDATE applications SET search = substr(search, 1, length(id) + 1)
	|| replace(substr(search, length(id) + 2, length(name)), char(31), char(30)) || char(31)
	|| replace(substr(search, length(id) + 3 + length(name)), char(31), char(30))
	WHERE instr(name || coalesce(description, ''), char(31)) > 0;

UPDATE roles SET search = substr(search, 1, length(id) + 1)
	|| replace(substr(search, length(id) + 2, length(name)), char(31), char(30)) || char(31)
	|| replace(substr(search, length(id) + 3 + length(name)), char(31), char(30))
	WHERE instr(name || coalesce(description, ''), char(31)) > 0;

UPDATE organization_roles SET search = substr(search, 1, length(id) + 1)
	|| replace(substr(search, length(id) + 2, length(name)), char(31), char(30)) || char(31)
	|| replace(substr(search, length(id) + 3 + length(name)), char(31), char(30))
	WHERE instr(name || coalesce(description, ''), char(31)) > 0;

UPDATE scopes SET search = substr(search, 1, length(id) + 1)
	|| replace(substr(search, length(id) + 2, length(name)), char(31), char(30)) || char(31)
	|| replace(substr(search, length(id) + 3 + length(name)), char(31), char(30))
	WHERE instr(name || coalesce(description, ''), char(31)) > 0;

UPDATE organization_scopes SET search = replace(search, char(31), char(30)) WHERE instr(name, char(31)) > 0;
