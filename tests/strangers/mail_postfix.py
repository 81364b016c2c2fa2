"""Postfix between our client and a mailbox server that knows nobody named "bad": a genuine bounce for our listener.

Writes a configuration of its own, on loopback only, prints one line of JSON with the ports, and runs until it is killed.
"""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from aiosmtpd.controller import Controller

MAIN = """
compatibility_level = 3.6
queue_directory = {work}/queue
data_directory = {work}/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = mx.example.net
mydestination =
alias_maps =
smtp_dns_support_level = disabled
smtp_host_lookup = native
relayhost = [127.0.0.1]:{relay}
transport_maps = inline:{{ in.example.com=smtp:[127.0.0.1]:{listen} }}
maillog_file = /dev/stdout
maillog_file_prefixes = /dev/stdout
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


class Mailboxes:
    def __init__(self, took):
        self.took = took

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("bad@"):
            return "550 5.1.1 User unknown"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        with open(self.took, "a", encoding="utf-8") as file:
            file.write(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos}) + "\n")
        return "250 2.0.0 ok"


def ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return found


def main(folder):
    work = Path(folder)
    port, relay, listen = ports(3)
    conf = work / "conf"
    for name in ("conf", "queue", "data"):
        (work / name).mkdir()
    work.chmod(0o755)
    subprocess.run(["chown", "postfix", str(work / "data")], check=True)
    (conf / "main.cf").write_text(MAIN.format(work=work, relay=relay, listen=listen))
    (conf / "master.cf").write_text(MASTER.format(port=port))
    Controller(Mailboxes(work / "took"), hostname="127.0.0.1", port=relay).start()
    server = subprocess.Popen(["postfix", "-c", str(conf), "start-fg"], stdout=open(work / "postfix.log", "w"), stderr=subprocess.STDOUT)

    def stop(*_):
        # Killing the parent would leave its children.
        subprocess.run(["postfix", "-c", str(conf), "stop"], capture_output=True)
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
            break
        except OSError:
            if server.poll() is not None:
                sys.exit((work / "postfix.log").read_text())
            time.sleep(0.1)
    print(json.dumps({"port": port, "listen": f"127.0.0.1:{listen}"}), flush=True)
    server.wait()


main(sys.argv[1])
