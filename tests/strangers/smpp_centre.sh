#!/bin/sh
# Starts npm `smpp` as a message centre, lets our client talk with it, and counts.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d)
mkfifo "$work/in"
tls="$root/crates/channel-smpp/testdata/tls"
node "$1" "$tls/centre.pem" "$tls/centre.key.pem" <"$work/in" >"$work/port" 2>"$work/log" &
centre=$!
exec 3>"$work/in"
trap 'exec 3>&-; kill "$centre" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
tries=0
until [ -s "$work/port" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ]; then
    echo "The message centre did not start:"
    cat "$work/log"
    echo "counted 0 1"
    exit 1
  fi
  sleep 0.1
done
if (cd "$root" && SMPP_STRANGER_PORTS=$(cat "$work/port") cargo test --quiet --package channel-smpp --lib -- --ignored stranger); then
  echo "ok      npm smpp takes our texts, plain and over TLS, by submit_sm and data_sm, and we its receipts and replies"
  echo "counted 1 0"
else
  echo "FAILED  npm smpp and our client do not agree"
  echo "counted 0 1"
fi
