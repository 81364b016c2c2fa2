#!/bin/sh
# Runs the console's browser tests: brings Chromium if the machine has none, builds the console with its mock, tests it.
# With BASE_URL and SIGNIN_URL set, a running `antiphon demo` is tested too.
set -eu
cd "$(dirname "$0")"
if [ -z "${CHROMIUM:-}" ] && ! command -v chromium >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1 && ! command -v google-chrome >/dev/null 2>&1; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium
  else
    echo "No Chromium was found. Install one (Debian: apt-get install chromium), or set CHROMIUM to its path." >&2
    exit 1
  fi
fi
[ -d node_modules ] || npm ci --ignore-scripts
[ -d ../../console/node_modules ] || (cd ../../console && npm ci --ignore-scripts)
(cd ../../console && npm run --silent build:mock)
exec npm test --silent
