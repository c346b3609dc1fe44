# format.awk - what clang-format cannot be told about our C, before and after it. tools/format.sh runs it.
#
# pass=before: copies each file below the folder `to`, with marks. Between "off" and "on" stands what people lay out by
#              hand: tables (initialisers of several lines, enums, STATEMENT and the like), texts of several lines,
#              #define, structs and cases on one line.
# pass=after:  reads the original, then the formatted copy, and prints the copy without the marks. A comment behind
#              code keeps the tabs before it, and {0} has no blanks.

BEGIN {
	OFF = "// clang-format off"	# our comments begin otherwise, so nothing else looks like a mark
	ON = "// clang-format on"
	CALL = "^[A-Z_]+[0-9]?\\("
	SEAM = "\001\001\001"	# in place of `" "` between two strings of a line: clang-format would part them
}

function indent_of(line) { match(line, /^\t*/); return RLENGTH }

# The line without strings, characters and comments; `Comment` says whether it ends inside a comment.
function bare(line,   out, end) {
	out = ""
	while (line != "") {
		if (Comment) {
			end = index(line, "*/")
			if (!end) return out
			line = substr(line, end + 2)
			Comment = 0
		} else if (!match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\*/)) {
			return out line
		} else {
			Comment = substr(line, RSTART, 2) == "/*"
			out = out substr(line, 1, RSTART - 1) (Comment ? "" : "\"\"")
			line = substr(line, RSTART + RLENGTH)
		}
	}
	return out
}

# How many of the brackets in a bare line stay open.
function open_brackets(text,   more, less) {
	more = gsub(/[({]/, "", text)
	less = gsub(/[)}]/, "", text)
	return more - less
}

# Whether what line i begins is left alone though it is a single line.
function is_row(line) {
	return open_brackets(line) == 0 &&
	       (line ~ /(struct|union) ?[a-z_]* \{ .*; \}/ || line ~ /^\t+(case .*|default): .*;/ ||
		line ~ /^\t+case .*: case .*:/)
}

# Whether a table begins in line i, or a text or a call at the outermost level that is one.
function is_table(i, line) {
	return line ~ /= (\(.*\))?\{/ || line ~ CALL || line ~ /^\t*(static |typedef )?enum ?[a-z_]* \{/ ||
	       (line ~ /\)\{/ && Bare[i - 1] !~ /[^;{})][ \t]*$/)
}

# The last line of what begins at line i and is left alone; 0 when clang-format may have it.
function last_of(i,   depth, line) {
	line = Bare[i]
	if (Text[i] ~ /^#define/) return line_ending(i, "[^\\\\]$")
	if (is_row(line)) return i
	if (line ~ /=( "")?$/ && Bare[i + 1] ~ /^\t+ *""/) return line_ending(i, ";[ \t]*$")
	if (!is_table(i, line)) return 0
	sub(/^\t*\}/, "", line)	# } name[] = {
	depth = open_brackets(line)
	if (depth <= 0) return line ~ CALL ? i : 0
	while (i < Lines && (depth > 0 || Bare[i] !~ /[;)][ \t]*$/))
		depth += open_brackets(Bare[++i])
	return i
}

# The first line from i on that ends so.
function line_ending(i, ends) {
	while (i < Lines && Text[i] !~ ends) i++
	return i
}

# Where it begins when it was found at line i: `} name[] = {` belongs to the struct above it.
function first_of(i,   from) {
	if (Text[i] !~ /^\t*\} /) return i
	for (from = i - 1; from > 0 && (indent_of(Text[from]) > indent_of(Text[i]) || Text[from] == ""); from--);
	return from
}

# The line with SEAM between strings that have one blank between them.
function strings_joined(line,   out) {
	out = ""
	while (match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\*/) && substr(line, RSTART, 2) != "/*") {
		if (out ~ /"$/ && substr(line, 1, RSTART) == " \"")
			out = substr(out, 1, length(out) - 1) SEAM substr(line, 3, RLENGTH - 1)
		else
			out = out substr(line, 1, RSTART + RLENGTH - 1)
		line = substr(line, RSTART + RLENGTH)
	}
	return out line
}

function write_before(file,   i, end, from, path) {
	path = to "/" file
	Comment = 0
	for (i = 1; i <= Lines; i++) { Bare[i] = bare(Text[i]); Mark[i] = "" }
	Mark[Lines + 1] = ""
	for (i = 1; i <= Lines; i++) {
		end = last_of(i)
		if (!end) continue
		from = first_of(i)
		Mark[from] = Mark[from] OFF "\n"
		Mark[end + 1] = ON "\n"
		i = end
	}
	for (i = 1; i <= Lines; i++)
		printf "%s%s\n", Mark[i], strings_joined(Text[i]) >path
	printf "%s", Mark[Lines + 1] >path
	close(path)
}

pass == "before" && FNR == 1 { if (Name != "") write_before(Name); Name = FILENAME; Lines = 0 }
pass == "before" { Text[++Lines] = $0 }
END { if (pass == "before" && Name != "") write_before(Name) }

# Sets Code, Gap and Remark when the line ends in a comment behind code.
function parts(line,   at, rest, i) {
	if (line !~ /[^ \t].*[ \t]\/\*/) return 0
	rest = line
	at = 0
	while ((i = index(rest, "/*")) > 0) { at += i + 1; rest = substr(rest, i + 2) }
	Code = substr(line, 1, at - 2)
	Remark = substr(line, at - 1)
	if (!match(Code, /[ \t]+$/) || Remark ~ /\*\/./) return 0
	Gap = substr(Code, RSTART)
	Code = substr(Code, 1, RSTART - 1)
	return Code != ""
}

# What code and comment have in common before and after: the indentation may differ.
function key_of(code) { sub(/^[ \t]+/, "", code); return zeroes(code) SUBSEP Remark }

# {0} has no blanks, unlike other braces.
function zeroes(line) { gsub(/= \{ 0 \}/, "= {0}", line); gsub(/\)\{ 0 \}/, "){0}", line); return line }

pass == "after" && FNR == NR {
	if (parts($0)) { key = key_of(Code); Gaps[key, ++Seen[key]] = Gap }
	next
}
pass == "after" && /^[ \t]*\/\/ clang-format (on|off)$/ { next }
pass == "after" {
	gsub(SEAM, "\" \"")
	$0 = zeroes($0)
	if (parts($0)) {
		key = key_of(Code)
		if (++Used[key] <= Seen[key]) $0 = Code Gaps[key, Used[key]] Remark
	}
	print
}
