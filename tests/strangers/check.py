"""A small harness: named checks, a count at the end, and the control API of the simulator."""

import json
import os
import sys
import time
import traceback
import urllib.request

CLOUD = os.environ["SIM_CLOUD_URL"]
TWILIO = os.environ["SIM_TWILIO_URL"]
CONTROL = os.environ["SIM_CONTROL_URL"]

_checks = []


def check(function):
    """Registers a check; its docstring is the sentence that it proves."""
    _checks.append(function)
    return function


def control(method, path, body=None):
    request = urllib.request.Request(
        f"{CONTROL}/_sim{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def person(phone, name="Customer"):
    """Somebody who does nothing by themselves."""
    return control("POST", "/people", {"name": name, "phone": phone, "persona": "manual"})["id"]


def until(what, find, seconds=20):
    """Waits until `find` gives something true; the simulator lives on real time here."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = find()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for {what}")


# On real time nobody waits for a phone in a tunnel.
control("PATCH", "/knobs", {"slow_phones_percent": 0})


def run():
    failed = 0
    for function in _checks:
        try:
            function()
            print(f"ok      {function.__doc__}")
        except Exception:
            failed += 1
            print(f"FAILED  {function.__doc__}")
            traceback.print_exc(file=sys.stdout)
    print(f"counted {len(_checks) - failed} {failed}")
    sys.exit(1 if failed else 0)
