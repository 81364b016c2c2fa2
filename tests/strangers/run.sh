#!/bin/sh
# Lets clients that we did not write drive the simulator. Prints "N passed, M failed" last; exits non-zero on any failure.
# Downloads are kept under target/strangers and used again while the pinned lists do not change.
# STRANGERS_SIMULATOR may name a program that takes --cloud, --twilio, --control, --smsc, --smsc-tls with --smsc-certificate and --smsc-key, and --seed; the example is built otherwise.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
cache="$root/target/strangers"
mkdir -p "$cache"

# Installs only when the list differs from the one that was installed last.
if ! cmp -s "$here/requirements.txt" "$cache/requirements.txt"; then
  echo "Installing the Python clients"
  rm -rf "$cache/venv"
  python3 -m venv "$cache/venv"
  "$cache/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/requirements.txt"
fi
if ! cmp -s "$here/package-lock.json" "$cache/node/installed-lock.json"; then
  echo "Installing the Node client"
  mkdir -p "$cache/node"
  cp "$here/package.json" "$here/package-lock.json" "$cache/node/"
  (cd "$cache/node" && npm ci --silent --no-audit --no-fund --ignore-scripts)
  cp "$here/package-lock.json" "$cache/node/installed-lock.json"
fi
# Node resolves packages from where the script stands.
cp "$here/kapso_client.mjs" "$here/smpp_centre.mjs" "$here/twilio_client.mjs" "$here/wajs_client.mjs" "$cache/node/"

simulator=${STRANGERS_SIMULATOR:-}
if [ -z "$simulator" ]; then
  (cd "$root" && cargo build --quiet --package simulator --example simulator)
  simulator="$root/target/debug/examples/simulator"
fi

# Ten free ports, found by the kernel.
ports=$("$cache/venv/bin/python" -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(10)]
print(*(s.getsockname()[1] for s in held))')
set -- $ports
export SIM_CLOUD_URL="http://127.0.0.1:$1" SIM_TWILIO_URL="http://127.0.0.1:$2" SIM_CONTROL_URL="http://127.0.0.1:$3"
receiver_a=$4 receiver_b=$5 receiver_c=$6
export SIM_SMSC_PORT="$7"
receiver_d=$8 receiver_e=$9
export SIM_SMSC_TLS_PORT="${10}" SIM_SMSC_TLS="$root/crates/channel-smpp/testdata/tls"

"$simulator" --cloud "$1" --twilio "$2" --control "$3" --smsc "$7" --smsc-tls "${10}" \
  --smsc-certificate "$SIM_SMSC_TLS/centre.pem" --smsc-key "$SIM_SMSC_TLS/centre.key.pem" --seed 1 >"$cache/simulator.log" 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT INT TERM
tries=0
until "$cache/venv/bin/python" -c "import urllib.request; urllib.request.urlopen('$SIM_CONTROL_URL/_sim/status', timeout=2)" 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ] || ! kill -0 "$pid" 2>/dev/null; then
    echo "The simulator did not start:"
    cat "$cache/simulator.log"
    echo "0 passed, 1 failed"
    exit 1
  fi
  sleep 0.1
done

passed=0
failed=0
stranger() {
  echo "--- $1"
  shift
  out=$("$@" 2>&1) || true
  echo "$out" | grep -v '^counted ' || true
  counted=$(echo "$out" | grep '^counted ' || true)
  if [ -z "$counted" ]; then
    failed=$((failed + 1))
    return
  fi
  set -- $counted
  passed=$((passed + $2))
  failed=$((failed + $3))
}
export PYTHONDONTWRITEBYTECODE=1
export STRANGER_PORT="$receiver_a"
stranger "pywa as a client" "$cache/venv/bin/python" "$here/pywa_client.py"
stranger "pywa and every kind" "$cache/venv/bin/python" "$here/pywa_kinds.py"
stranger "pywa as a receiver" "$cache/venv/bin/python" "$here/pywa_receiver.py"
export STRANGER_PORT="$receiver_b"
stranger "twilio SDK for Python" "$cache/venv/bin/python" "$here/twilio_client.py"
export STRANGER_PORT="$receiver_d"
stranger "twilio SDK for Node" node "$cache/node/twilio_client.mjs"
export STRANGER_PORT="$receiver_c"
stranger "@kapso/whatsapp-cloud-api" node "$cache/node/kapso_client.mjs"
export STRANGER_PORT="$receiver_e"
stranger "whatsapp-api-js" node "$cache/node/wajs_client.mjs"
stranger "smpplib as a client" "$cache/venv/bin/python" "$here/smpplib_client.py"
stranger "npm smpp as a message centre" "$here/smpp_centre.sh" "$cache/node/smpp_centre.mjs"
stranger "Kannel as a client" "$here/smpp_kannel.sh" "$cache/venv/bin/python"
stranger "aiosmtpd and dkimpy" "$here/mail_server.sh" "$cache/venv/bin/python"
stranger "Postfix" "$here/mail_postfix.sh" "$cache/venv/bin/python"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
