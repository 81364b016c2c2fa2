#!/bin/sh
# Runs the store's tests on PostgreSQL servers of other versions than the machine has: of each, the newest that npm had when the list was pinned.
# VERSIONS="18" runs one of them. Downloads (70 MB) are kept under target/postgres-versions and used again while the list does not change.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
cache="$root/target/postgres-versions"
mkdir -p "$cache"

case "$(uname -m)" in
  x86_64) cpu=x64 ;;
  aarch64) cpu=arm64 ;;
  *)
    echo "There are no pinned servers for $(uname -m)." >&2
    exit 1
    ;;
esac

if ! cmp -s "$here/package-lock.json" "$cache/installed-lock.json"; then
  echo "Installing PostgreSQL servers"
  cp "$here/package.json" "$here/package-lock.json" "$cache/"
  (cd "$cache" && npm ci --silent --no-audit --no-fund --ignore-scripts)
  # Packages cannot hold links; each lists those that its libraries need.
  node "$here/links.mjs" "$cache"/node_modules/postgres-*
  cp "$here/package-lock.json" "$cache/installed-lock.json"
fi

# Each program of tests starts a server of its own, of the version that the PATH finds first.
unset ANTIPHON_TEST_POSTGRES
cd "$root"
for version in ${VERSIONS:-16 17 18}; do
  programs="$cache/node_modules/postgres-$version-$cpu/native/bin"
  case "$("$programs/postgres" --version)" in
    "postgres (PostgreSQL) $version."*) ;;
    *)
      echo "The server at $programs is not of version $version." >&2
      exit 1
      ;;
  esac
  echo "PostgreSQL $version"
  PATH="$programs:$PATH" cargo test --quiet --locked --no-fail-fast --package storage-postgres \
    --test conformance --test cluster --test degraded --test schema
done
