#!/bin/sh
# Starts Postfix with a configuration of its own, lets our client send, and waits for the bounce it writes.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
PATH="$PATH:/usr/sbin:/sbin"
if ! command -v postfix >/dev/null 2>&1; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    # Nothing is to start by itself, and nothing to be asked.
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postfix >/dev/null
  fi
fi
if ! command -v postfix >/dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
  echo "SKIPPED  Postfix is not here, or cannot be started by who is not root: no genuine bounce was read"
  echo "counted 0 0"
  exit 0
fi
work=$(mktemp -d)
"$1" "$root/tests/strangers/mail_postfix.py" "$work" >"$work/facts" 2>"$work/log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
tries=0
until [ -s "$work/facts" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 150 ] || ! kill -0 "$server" 2>/dev/null; then
    echo "FAILED  Postfix did not start:"
    cat "$work/log" "$work/postfix.log" 2>/dev/null || true
    echo "counted 0 1"
    exit 1
  fi
  sleep 0.1
done
if (cd "$root" && MAIL_POSTFIX="$work" cargo test --quiet --package channel-email --lib -- --ignored postfix); then
  echo "ok      Postfix takes our mail, and we read the bounce that it writes"
  echo "counted 1 0"
else
  echo "FAILED  Postfix and our client do not agree"
  cat "$work/postfix.log"
  echo "counted 0 1"
fi
