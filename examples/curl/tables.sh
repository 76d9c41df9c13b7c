#!/usr/bin/env bash
# Tables from a shell, with bash and curl alone. A file gets its name when it is whole. Where companies are missing the exit code is
# 3: the file is good for the companies that are in it, and its sums are too small. A refusal is told on standard error.
set -euo pipefail
umask 077

SERVER_URL=${SERVER_URL:-http://127.0.0.1:4000}
RETRIES=${RETRIES:-3}
INCOMPLETE=3

usage() {
  cat >&2 <<'USAGE'
usage: tables.sh list                             which tables there are, as JSON
       tables.sh schema TABLE                     its columns and parameters, as JSON
       tables.sh csv    TABLE [NAME=VALUE]...     the whole table into TABLE.csv
       tables.sh fresh  TABLE [NAME=VALUE]...     the same, but nothing is sent while TABLE.csv still holds
       tables.sh ndjson TABLE [NAME=VALUE]...     the whole table on standard output, a line for each row
       tables.sh pages  TABLE [NAME=VALUE]...     page by page on standard output, a line for each page
The key is in KEEPNET_GRAPH_KEY, the server in SERVER_URL. NAME=VALUE such as companies=a,b or require=complete.
USAGE
  exit 64
}

# The key comes to curl by a file, because everybody on the machine can see what stands on a command line.
ask() {
  curl --config <(credentials) --silent --show-error --fail-with-body --compressed --dump-header "$work/head" "$@"
}

credentials() {
  if [ -n "${KEEPNET_GRAPH_KEY:-}" ]; then printf 'header = "authorization: Bearer %s"\n' "$KEEPNET_GRAPH_KEY"; fi
}

# Into a file, so that an attempt that fails leaves nothing in the answer. curl itself waits as Retry-After says.
ask_patiently() {
  if ask --retry "$RETRIES" --retry-max-time 300 --output "$work/body" "$@"; then return; fi
  if [ -f "$work/body" ]; then print_body >&2; fi
  exit 1
}

# NAME=VALUE words as arguments of curl, which escapes the values.
to_parameters() {
  local pair
  PARAMETERS=(--get)
  for pair in "$@"; do
    case $pair in
      [a-z]*=?*) PARAMETERS+=(--data-urlencode "$pair") ;;
      *) usage ;;
    esac
  done
}

# Of the answer, which comes last where there were several attempts. Prints nothing where it has no such header.
header() {
  awk -v name="$1" 'BEGIN { FS = ": " } /^HTTP\// { value = "" }
    tolower($1) == name { sub(/\r$/, ""); value = substr($0, length(name) + 3) } END { print value }' "$work/head"
}

# answered=47;restricted=2;failed=1;skipped=0;in_scope=50
check_coverage() {
  local coverage answered in_scope
  coverage=$(header x-coverage)
  answered=$(sed -n 's/^answered=\([0-9]*\);.*/\1/p' <<<"$coverage")
  in_scope=$(sed -n 's/.*;in_scope=\([0-9]*\)$/\1/p' <<<"$coverage")
  printf 'coverage: %s\n' "$coverage" >&2
  if [ -n "$answered" ] && [ "$answered" = "$in_scope" ]; then return; fi
  echo 'Companies are missing; the table "coverage" names them.' >&2
  exit "$INCOMPLETE"
}

csv() {
  local table=$1
  shift
  to_parameters "$@"
  ask_patiently "${PARAMETERS[@]}" "$SERVER_URL/tables/$table.csv"
  keep "$table"
}

keep() {
  mv "$work/body" "$1.csv"
  header etag >"$1.etag"
  check_coverage
}

# An answer with gaps has no tag, and is asked for anew.
fresh() {
  local table=$1
  shift
  to_parameters "$@"
  if [ -f "$table.csv" ] && [ -s "$table.etag" ]; then
    PARAMETERS+=(--header "if-none-match: $(cat "$table.etag")")
  fi
  ask_patiently "${PARAMETERS[@]}" "$SERVER_URL/tables/$table.csv"
  if grep -q '^HTTP/[0-9.]* 304' "$work/head"; then
    echo "$table.csv still holds; it is $(header age) s old." >&2
  else
    keep "$table"
  fi
}

# Rows go out as they come, so nothing is tried twice. What was cut off ends with a failure of curl, and of this script.
ndjson() {
  local table=$1
  shift
  to_parameters "$@"
  ask --no-buffer "${PARAMETERS[@]}" "$SERVER_URL/tables/$table.ndjson"
  check_coverage
}

# `Link: <?cursor=…>; rel="next"` leads from page to page. The last one speaks for all of them.
pages() {
  local table=$1 next
  shift
  to_parameters "$@"
  ask_patiently "${PARAMETERS[@]}" "$SERVER_URL/tables/$table.json"
  print_body
  while next=$(header link | sed -n 's/^<\(.*\)>; rel="next"$/\1/p') && [ -n "$next" ]; do
    ask_patiently "$SERVER_URL/tables/$table.json$next"
    print_body
  done
  check_coverage
}

print_body() {
  cat "$work/body"
  echo
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case ${1:-} in
  list)
    ask_patiently "$SERVER_URL/tables"
    print_body
    ;;
  schema)
    [ $# -eq 2 ] || usage
    ask_patiently "$SERVER_URL/tables/$2/schema"
    print_body
    ;;
  csv | fresh | ndjson | pages)
    [ $# -ge 2 ] || usage
    "$@"
    ;;
  *) usage ;;
esac
