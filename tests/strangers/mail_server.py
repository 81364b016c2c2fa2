"""aiosmtpd as a submission server with STARTTLS and a sign-in; dkimpy judges each signature before a mail is taken.

Makes keys and certificates with openssl, prints one line of JSON with what a client must know, and serves until it is killed. What it
took is written to the file that is named as its argument, one JSON object a line.
"""

import asyncio
import base64
import json
import socket
import ssl
import subprocess
import sys
import tempfile
from email import message_from_bytes, policy
from pathlib import Path

import dkim
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

USER, PASSWORD = b"shop", b"pass:word"


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout


def dns_key(pem, kind):
    """The public half as a DKIM record has it."""
    der = openssl("pkey", "-in", str(pem), "-pubout", "-outform", "DER")
    # An Ed25519 record has the bare 32 octets (RFC 8463), an RSA one the whole structure.
    key = der[-32:] if kind == "ed25519" else der
    return f"v=DKIM1; k={kind}; p={base64.b64encode(key).decode()}".encode()


class Judge:
    def __init__(self, zone, took):
        self.zone, self.took = zone, took

    async def handle_DATA(self, server, session, envelope):
        found = message_from_bytes(envelope.content, policy=policy.default)
        signatures = len(found.get_all("DKIM-Signature", []))
        look = lambda name, timeout=5: self.zone.get(name.decode())
        # Each by itself: while a key is changed a mail has two.
        judged = [dkim.DKIM(envelope.content).verify(idx=at, dnsfunc=look) for at in range(min(signatures, 2))]
        valid = signatures in (1, 2) and all(judged)
        covered = str(found["DKIM-Signature"]).lower() if signatures else ""
        text, html = found.get_body(("plain",)), found.get_body(("html",))
        with open(self.took, "a", encoding="utf-8") as file:
            facts = {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "tls": session.ssl is not None,
                "subject": found["Subject"],
                "shown": str(found["From"]),
                "text": text.get_content() if text else None,
                "html": html.get_content() if html else None,
                "signatures": signatures,
                "one_click": found["List-Unsubscribe-Post"],
                "attachments": [part.get_filename() for part in found.iter_attachments()],
                "defects": [str(defect) for part in found.walk() for defect in part.defects],
            }
            file.write(json.dumps(facts) + "\n")
        if not valid:
            return "550 5.7.20 the signature is not valid"
        for header in ("list-unsubscribe:", "list-unsubscribe-post", "message-id", "subject", "from:"):
            if header not in covered.replace(" ", "").replace("\n", "").replace("\t", ""):
                return f"550 5.7.20 {header} is not signed"
        return "250 2.0.0 valid"


def main(took):
    work = Path(tempfile.mkdtemp())
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE",
            "-keyout", str(work / "tls.key"), "-out", str(work / "tls.pem"))
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(work / "rsa.pem"))
    openssl("genpkey", "-algorithm", "ED25519", "-out", str(work / "ed25519.pem"))
    pkcs1 = openssl("rsa", "-in", str(work / "rsa.pem"), "-traditional").decode()
    zone = {
        "rsa._domainkey.example.com.": dns_key(work / "rsa.pem", "rsa"),
        "ed._domainkey.example.com.": dns_key(work / "ed25519.pem", "ed25519"),
    }
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(work / "tls.pem", work / "tls.key")

    def right(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (USER, PASSWORD))

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Judge(zone, took), hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True,
                            auth_required=True, authenticator=right)
    controller.start()
    facts = {"port": port, "authority": (work / "tls.pem").read_text(), "rsa": (work / "rsa.pem").read_text(), "pkcs1": pkcs1,
             "ed25519": (work / "ed25519.pem").read_text()}
    print(json.dumps(facts), flush=True)
    asyncio.new_event_loop().run_forever()


main(sys.argv[1])
