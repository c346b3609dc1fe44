# Prints messages/TAG.txt as C tables, one for each language: lines `NAME = text`, # begins a comment.
BEGIN {
	print "/* generated from src/base/messages by messages.awk, do not edit */"
	print "#include \"base/messages.h\""
}
FNR == 1 {
	tag = FILENAME
	sub(/.*\//, "", tag)
	sub(/\.txt$/, "", tag)
	table = "of_" tag
	gsub(/-/, "_", table)
	if (files++)
		print "};"
	print "static const char *const " table "[ERR_COUNT] = {"
	rows = rows "\n\t{ \"" tag "\", " table " },"
}
/^#/ || /^$/ { next }
!/^[A-Z0-9_]+ = [^ ]/ {
	print FILENAME ":" FNR ": not `NAME = text`" > "/dev/stderr"
	failed = 1
	exit 1
}
{
	name = $1
	sub(/^[A-Z0-9_]+ = /, "")
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	gsub(/\?/, "\\?")
	print "\t[ERR_" name "] = \"" $0 "\","
}
END {
	if (failed)
		exit 1
	print "};"
	print "const struct language languages[] = {\n\t{ \"en\", NULL }," rows "\n};"
	print "const int language_count = " files + 1 ";"
}
