#!/bin/sh
# Starts aiosmtpd with dkimpy behind it, lets our client send, and counts.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d)
"$1" "$root/tests/strangers/mail_server.py" "$work/took" >"$work/facts" 2>"$work/log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
tries=0
until [ -s "$work/facts" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 150 ] || ! kill -0 "$server" 2>/dev/null; then
    echo "The mail server did not start:"
    cat "$work/log"
    echo "counted 0 1"
    exit 1
  fi
  sleep 0.1
done
if (cd "$root" && MAIL_STRANGER="$work" cargo test --quiet --package channel-email --lib -- --ignored aiosmtpd); then
  echo "ok      aiosmtpd takes our mail over STARTTLS, and dkimpy finds each signature valid"
  echo "counted 1 0"
else
  echo "FAILED  aiosmtpd, dkimpy and our client do not agree"
  cat "$work/log"
  echo "counted 0 1"
fi
