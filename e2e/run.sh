#!/usr/bin/env bash
# The pages in Chromium, as people meet them: a small demo is made and served, looked at, pressed, printed and attacked, and stopped.
# Under four minutes.
#
#   e2e/run.sh PROGRAM [TEST FILE…]
#
# PROGRAM is the daicho binary. With DAICHO_E2E_PICTURES=FOLDER every page is also pictured there, for people to look at.
set -euo pipefail
program=$(realpath "$1")
shift
cd "$(dirname "$0")"
scratch=$(mktemp -d)
server=""
drain=""
stop() {
  # What has ended by itself needs no stopping, and how it ended is not how the tests ended.
  if [ -n "$server" ]; then kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; fi || true
  if [ -n "$drain" ]; then kill "$drain" 2>/dev/null; fi || true
  rm -rf "$scratch"
}
trap stop EXIT

node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "node 20 or newer is needed, not $(node --version)"; exit 1; }
if ! cmp -s package-lock.json node_modules/.daicho-lock; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.daicho-lock
fi

# --- an office: the line with its address is what says that it serves -------------------------------------------------------
mkfifo "$scratch/said"
"$program" demo --scale 5 --no-open --listen 127.0.0.1:0 --data "$scratch/demo" >"$scratch/said" 2>"$scratch/log" &
server=$!
exec 3<"$scratch/said"
address=""
while [ -z "$address" ] && read -r line <&3; do
  address=$(grep -o 'http://127\.0\.0\.1:[0-9]*' <<<"$line" | head -1 || true)
done
[ -n "$address" ] || { echo "the demo did not start"; tail -20 "$scratch/log"; exit 1; }
cat <&3 >/dev/null &
drain=$!

# --- what the tests need in it, then the tests --------------------------------------------------------------------------------
export DAICHO_E2E_FACTS="$scratch/facts.json"
node prepare.mjs "$address" >"$DAICHO_E2E_FACTS"
failed=0
tests() { node --test --test-concurrency=2 --test-reporter="${DAICHO_E2E_REPORTER:-./short.mjs}" --test-reporter-destination=stdout "$@" || failed=1; }
if [ $# -gt 0 ]; then
  tests "$@"
else
  # What is typed in the hostile ones stays in the office, so they come last.
  tests $(ls *.test.mjs | grep -v hostile)
  tests hostile.test.mjs
fi
if grep -E '"level":"ERROR"|ERROR|panicked' "$scratch/log"; then
  echo "the server had faults"
  failed=1
fi
kill -0 "$server" || { echo "the server did not survive"; tail -20 "$scratch/log"; failed=1; }
exit $failed
