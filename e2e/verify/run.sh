#!/usr/bin/env bash
# The sample policy, and a ledger by tools that are not ours: an export is checked by a page of standard Python, by pymerkle and by the
# program; then one bit is flipped in every sort of file, and in the store, and each must be found. Last a receipt of one entry, with a
# witness's cosignature, by a page of standard Python. Under a minute.
#
#   e2e/verify/run.sh PROGRAM TOOLS
#
# PROGRAM is the daicho binary; in TOOLS, a folder outside the clone, a Python environment is kept from run to run.
set -euo pipefail
program=$(realpath "$1")
tools=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
scratch=$(mktemp -d)
running=()
finish() {
  for process in "${running[@]}"; do kill "$process" 2>/dev/null || true; done
  wait
  rm -rf "$scratch"
}
trap finish EXIT
fail() { echo "× $*"; exit 1; }

venv="$tools/verify-venv"
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/requirements.txt"
fi
python="$venv/bin/python"

# --- the sample policy ------------------------------------------------------------------------------------------------------
"$program" policy check "$top/policies/sample"

# --- a ledger with a year in it ---------------------------------------------------------------------------------------------
data="$scratch/demo"
"$program" demo --scale 5 --make-only --data "$data" >/dev/null 2>"$scratch/log" || { tail -20 "$scratch/log"; fail "no demo"; }
"$program" verify --data "$data" || fail "a fresh ledger does not verify"
out="$scratch/export"
"$program" ledger export --data "$data" --out "$out" >/dev/null
"$program" verify "$out" --vkey "$(cat "$data/vkey")" >/dev/null || fail "a fresh export does not verify"

# --- by tools that are not ours: standard Python, then pymerkle ----------------------------------------------------------------
python3 -I "$top/crates/ledger/tests/check_export.py" "$out" "$(cat "$data/vkey")"
"$python" -I -W ignore "$top/crates/ledger/tests/check_export.py" "$out" "$(cat "$data/vkey")" | tee "$scratch/said"
grep -q "signature holds" "$scratch/said" && grep -q "pymerkle agrees" "$scratch/said" || fail "not everything was checked"
read -r size root <<<"$("$python" -I "$here/merkle.py" "$out")"
"$program" verify --json "$out" | "$python" -I -c '
import json, sys
ours = json.load(sys.stdin)
assert ours["sound"] and [ours["entries"], ours["root"]] == [int(sys.argv[1]), sys.argv[2]], ours
' "$size" "$root" || fail "pymerkle and the program disagree"
echo "○ $size entries; standard Python, pymerkle and the program find the same root"

# --- one bit, anywhere --------------------------------------------------------------------------------------------------------
# Exit code 1 says that something was found; any other code would be a failure of the program itself.
must_find() { # what, arguments of verify
  local what=$1 code=0
  shift
  "$program" verify "$@" >"$scratch/said" 2>&1 || code=$?
  [ "$code" = 1 ] || { cat "$scratch/said"; fail "verify answered $code after $what"; }
}
for file in $(cd "$out" && find . -type f -printf '%P\n' | sort); do
  rm -rf "$scratch/broken"
  cp -r "$out" "$scratch/broken"
  "$python" "$here/flip.py" "$scratch/broken/$file"
  must_find "a flipped bit in $file" "$scratch/broken"
  if "$python" -I -W ignore "$top/crates/ledger/tests/check_export.py" "$scratch/broken" >/dev/null 2>&1; then
    fail "Python did not see the flipped bit in $file"
  fi
done
rm -rf "$scratch/broken"
cp -r "$out" "$scratch/broken"
rm "$scratch/broken/tile/entries/001"
must_find "a removed bundle" "$scratch/broken"
for entry in 0 $((size / 2)) $((size - 1)); do
  rm -rf "$scratch/store"
  cp -r "$data" "$scratch/store"
  "$program" verify --data "$scratch/store" >/dev/null || fail "a copied store does not verify"
  "$python" "$here/flip.py" "$scratch/store/data.db" "$entry"
  must_find "a flipped bit in entry $entry of the store" --data "$scratch/store"
done
echo "○ one flipped bit in each of $(find "$out" -type f | wc -l) files and in the store was found"

# --- a receipt, under a checkpoint that a witness has cosigned --------------------------------------------------------------------
started() { # file with the first line that a server prints
  for _ in $(seq 600); do
    grep -qs http "$1" && { grep -o 'http[^ ]*' "$1" | head -1; return; }
    read -rt 0.1 <> <(:) || true
  done
  fail "no server: $1"
}
"$program" witness init --data "$scratch/witness" --name witness.example/w1 >/dev/null
witness=$("$program" witness key --data "$scratch/witness")
"$program" witness trust --data "$scratch/witness" "$(cat "$data/vkey")" >/dev/null
"$program" witness serve --data "$scratch/witness" --listen 127.0.0.1:0 >"$scratch/witness.out" 2>"$scratch/log" &
running+=($!)
printf '\n[[ledger.witness]]\nurl = "%s"\nvkey = "%s"\n' "$(started "$scratch/witness.out")" "$witness" >>"$data/daicho.toml"
"$program" serve --data "$data" --listen 127.0.0.1:0 >"$scratch/office.out" 2>"$scratch/log" &
running+=($!)
started "$scratch/office.out" >/dev/null
receipt="$scratch/entry.tlog-proof"
for _ in $(seq 600); do
  "$program" ledger proof $((size / 2)) --data "$data" --out "$receipt" --json >"$scratch/said"
  grep -q '"cosignatures":1' "$scratch/said" && break
  read -rt 0.1 <> <(:) || true
done
vkey=$(cat "$data/vkey")
python3 -I "$here/proof.py" "$receipt" "$vkey" "$witness" | tee "$scratch/said"
grep -q "entry $((size / 2)) of" "$scratch/said" && grep -q "cosigned by witness.example/w1" "$scratch/said" || fail "Python did not check the receipt"
"$program" verify --data "$scratch/nowhere" --proof "$receipt" --vkey "$vkey" --witness "$witness" || fail "the receipt does not verify"
length=$(wc -c <"$receipt")
for at in $(seq 3 53 "$length"); do
  "$python" -I -c 'import pathlib, sys
data = bytearray(pathlib.Path(sys.argv[1]).read_bytes()); data[int(sys.argv[3]) - 1] ^= 1
pathlib.Path(sys.argv[2]).write_bytes(data)' "$receipt" "$scratch/broken.tlog-proof" "$at"
  must_find "a flipped bit at $at of the receipt" --data "$scratch/nowhere" --proof "$scratch/broken.tlog-proof" --vkey "$vkey" --witness "$witness"
  if python3 -I "$here/proof.py" "$scratch/broken.tlog-proof" "$vkey" "$witness" >/dev/null 2>&1; then
    fail "Python did not see the flipped bit at $at of the receipt"
  fi
done
echo "○ a receipt with a witness's cosignature holds, and $(seq 3 53 "$length" | wc -l) flipped bits in it were found"
