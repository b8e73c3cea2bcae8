#!/usr/bin/env bash
# Every figure of docs/benchmarks.md, measured in one run on this machine. Nothing else should be running.
#
#   DAICHO_TEST_POSTGRES=postgres://… benches/run.sh [all|parts|load|import|idle]…
#
# The PostgreSQL server is the one ./test starts (initdb defaults, fsync on), or any other the URL names.
set -euo pipefail
cd "$(dirname "$0")/.."
what="${*:-all}"
wants() { [ "$what" = all ] || case " $what " in *" $1 "*) true ;; *) false ;; esac; }
target=${CARGO_TARGET_DIR:-$PWD/target}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo build --release --quiet -p daicho
daicho="$target/release/daicho"
export DAICHO_PASSWORD='correct horse battery' DAICHO_NEW_PASSWORD='correct horse battery'

echo "machine: $(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(uname -sr); load before: $(cut -d' ' -f1 /proc/loadavg)"

if wants parts; then
  cargo bench --quiet -p ledger -p seal -p policy -p connect
fi

if wants load; then
  cargo run --release --quiet -p testkit --example load -- "${SECONDS_PER_FIGURE:-8}"
fi

# An office with one row for everybody in the file.
office() {
  export DAICHO_DATA="$1"
  DAICHO_ROOT=file "$daicho" init --admin admin >/dev/null
  "$daicho" --as admin account add mori --name Mori --role officer --reason bench >/dev/null
  "$daicho" --as admin account add kato --name Kato --role auditor --reason bench >/dev/null
  "$daicho" --as mori policy enact policies/sample --approve mori --approve kato >/dev/null
  python3 benches/people.py register >"$folder/register.csv"
  "$daicho" --as mori register import "$folder/register.csv" >/dev/null
  "$daicho" --as mori register approve r-100 >/dev/null
}

if wants import; then
  python3 benches/people.py people 100000 >"$folder/people.csv"
  for database in sqlite postgres; do
    unset DAICHO_STORE_URL DAICHO_KEYS_URL
    if [ "$database" = postgres ]; then
      [ -n "${DAICHO_TEST_POSTGRES:-}" ] || continue
      psql -q "$DAICHO_TEST_POSTGRES" -c 'DROP SCHEMA IF EXISTS daicho CASCADE' -c 'DROP SCHEMA IF EXISTS daicho_keys CASCADE' 2>/dev/null
      export DAICHO_STORE_URL="$DAICHO_TEST_POSTGRES" DAICHO_KEYS_URL="$DAICHO_TEST_POSTGRES"
    fi
    office "$folder/$database"
    python3 benches/timed.py "import of 100,000 people with 12 fields, $database" 100000 \
      "$daicho" --as mori people import "$folder/people.csv" --row r-100 --purpose hr.employ --yes
    "$daicho" verify | tail -1
  done
  unset DAICHO_STORE_URL DAICHO_KEYS_URL
fi

if wants idle; then
  [ -d "$folder/sqlite" ] || office "$folder/sqlite"
  python3 benches/idle.py "$daicho" "$folder/sqlite"
fi
