#!/usr/bin/env bash
# A table company by company, in the order in which they are answered. Lines go out as they come; the last is the coverage. A stream
# without it was cut off, or refused with the reason as its only line: exit code 1. Where companies are missing it is 3.
set -euo pipefail

SERVER_URL=${SERVER_URL:-http://127.0.0.1:4000}
OPERATION=${1:?'usage: stream.sh TABLE-OR-DOCUMENT [NAME=VALUE]...'}
shift

# The key comes to curl by a file, because everybody on the machine can see what stands on a command line.
credentials() {
  if [ -n "${KEEPNET_GRAPH_KEY:-}" ]; then printf 'header = "authorization: Bearer %s"\n' "$KEEPNET_GRAPH_KEY"; fi
}

parameters=(--get)
for pair in "$@"; do parameters+=(--data-urlencode "$pair"); done

check_last_line() {
  local line last=
  while IFS= read -r line || [ -n "$line" ]; do
    printf '%s\n' "$line"
    last=$line
  done
  case $last in
    '{"coverage":'*'"complete":true'*) ;;
    '{"coverage":'*)
      echo 'Companies are missing; the last line names them.' >&2
      exit 3
      ;;
    *)
      echo 'The last line is not the coverage: what came is not the whole.' >&2
      exit 1
      ;;
  esac
}

curl --config <(credentials) --silent --show-error --fail-with-body --no-buffer "${parameters[@]}" \
  "$SERVER_URL/stream/$OPERATION" | check_last_line
