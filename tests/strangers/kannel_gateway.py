"""Kannel with a configuration of its own: its two programs, the address where it takes texts, and what it tells us."""

import contextlib
import http.server
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = stranger
admin-interface = 127.0.0.1
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-level = 1
dlr-storage = internal
sms-resend-freq = 1
{binds}
group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {http}
sendsms-interface = 127.0.0.1
log-level = 1

group = sendsms-user
username = stranger
password = stranger
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "http://127.0.0.1:{heard}/text?from=%p&to=%P&coding=%c&charset=%C&text=%b"
"""

# One connection. Connections with one name are one way to the centre, so that either may bring the receipt of what the other sent.
BIND = """
group = smsc
smsc = smpp
smsc-id = centre
host = 127.0.0.1
{how}
smsc-username = antiphon
smsc-password = sim-smpp
system-type = ""
interface-version = 34
source-addr-ton = 1
source-addr-npi = 1
dest-addr-ton = 1
dest-addr-npi = 1
reconnect-delay = 1
"""


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [held.getsockname()[1] for held in sockets]


class Gateway:
    """Runs as long as its `with` block. What it tells stands in `receipts` and `texts`."""

    def __init__(self, *binds):
        self.receipts, self.texts, self.running = [], [], []
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="kannel-"))
        self.admin, self.boxes, self.http = free_ports(3)
        self.ear = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.listener())
        self.heard = self.ear.server_address[1]
        self.file = self.place / "kannel.conf"
        self.binds = len(binds)
        self.file.write_text(CONFIGURATION.format(
            admin=self.admin, boxes=self.boxes, http=self.http, heard=self.heard, binds="".join(BIND.format(how=how) for how in binds)))

    def listener(gateway):
        class Listener(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path, _, query = self.path.partition("?")
                # Octets, because texts come in the alphabet that the phone used.
                told = dict(urllib.parse.parse_qsl(query, keep_blank_values=True, encoding="latin-1"))
                (gateway.receipts if path == "/receipt" else gateway.texts).append(told)
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        return Listener

    def __enter__(self):
        threading.Thread(target=self.ear.serve_forever, daemon=True).start()
        try:
            self.start("bearerbox", self.boxes)
            self.start("smsbox", self.http)
            self.online()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # The box first: its gateway would wait for it.
        for process in reversed(self.running):
            process.terminate()
        for process in self.running:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.ear.shutdown()
        self.ear.server_close()
        shutil.rmtree(self.place, ignore_errors=True)

    def start(self, program, port):
        with open(self.place / f"{program}.log", "wb") as log:
            process = subprocess.Popen(
                [program, "-v", "1", str(self.file)], cwd=self.place, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.running.append(process)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError(f"{program} does not listen:\n{self.log(program)}")

    def online(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.status().count("(online") == self.binds:
                return
            time.sleep(0.1)
        raise AssertionError(f"never bound:\n{self.log('bearerbox')}")

    def status(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/status.txt?password=stranger", timeout=5) as answer:
            return answer.read().decode("latin-1")

    def log(self, program):
        return (self.place / f"{program}.log").read_text(errors="replace")[-4000:]

    def send(self, source, to, text, name, wide=False):
        """Hands a text to the box; its receipts come with this name."""
        tell = f"http://127.0.0.1:{self.heard}/receipt?name={name}&kind=%d"
        asked = {"username": "stranger", "password": "stranger", "from": source, "to": to, "text": text,
                 "charset": "UTF-8", "dlr-mask": "31", "dlr-url": tell}
        if wide:
            asked["coding"] = "2"
        url = f"http://127.0.0.1:{self.http}/cgi-bin/sendsms?{urllib.parse.urlencode(asked)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.status == 202, answer.status

    def kinds(self, name):
        """Kinds of the receipts of a text: 1 delivered, 2 failed, 4 buffered, 8 taken by the centre, 16 refused by it."""
        return [int(told["kind"]) for told in self.receipts if told["name"] == name]


def words(told):
    """What a person wrote, in letters."""
    octets = told["text"].encode("latin-1")
    return octets.decode("utf-16-be" if told["coding"] == "2" else "utf-8")
