#!/usr/bin/env bash
# One question to the graph; its answer as it came. Where one customer's data cannot be read, GraphQL answers 200 with null in its
# place and an entry in `errors`: the exit code is then 3.
set -euo pipefail

SERVER_URL=${SERVER_URL:-http://127.0.0.1:4000}
QUERY=${1:-'{ companies(first: 100) { totalCount nodes { name countSummary { active } } } }'}

# The key comes to curl by a file, because everybody on the machine can see what stands on a command line.
credentials() {
  if [ -n "${KEEPNET_GRAPH_KEY:-}" ]; then printf 'header = "authorization: Bearer %s"\n' "$KEEPNET_GRAPH_KEY"; fi
}

# As a string of JSON.
to_json() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\t'/\\t}
  text=${text//$'\n'/\\n}
  printf '"%s"' "$text"
}

answer=$(printf '{"query":%s}' "$(to_json "$QUERY")" |
  curl --config <(credentials) --silent --show-error --fail-with-body --compressed --max-time 120 \
    --header 'content-type: application/json' --data-binary @- "$SERVER_URL/graphql") || {
  printf '%s\n' "$answer" >&2
  exit 1
}
printf '%s\n' "$answer"
# The server writes `errors` first. Quotes inside a text would be escaped.
case $answer in
  '{"errors":'*) exit 3 ;;
esac
