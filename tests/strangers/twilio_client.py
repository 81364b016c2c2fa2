"""The official twilio SDK against the simulated Twilio, and its RequestValidator on our callbacks."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from check import TWILIO, check, control, person, run, until

PORT = int(os.environ["STRANGER_PORT"])
SENDER = "+12025550100"
AGENT = "rcs:example_brand"
CUSTOMER = "+12025550151"
ACCOUNT, AUTH = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sim-auth-token"
validator = RequestValidator(AUTH)
posts = []


class Whole(dict):
    """A request as it is: the SDK's own class for cards does not know their `body` yet."""

    def to_dict(self):
        return self


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        url = f"http://127.0.0.1:{PORT}{self.path}"
        valid = validator.validate(url, form, self.headers.get("x-twilio-signature", ""))
        posts.append((self.path, form, valid))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


receiver = ThreadingHTTPServer(("127.0.0.1", PORT), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()

client = Client(ACCOUNT, AUTH)
client.api.base_url = TWILIO
client.content.base_url = TWILIO
client.messaging.base_url = TWILIO
customer = person(CUSTOMER)
control("PATCH", "/callbacks", {"sms": {SENDER: f"http://127.0.0.1:{PORT}/inbound"}, "rcs": {AGENT: f"http://127.0.0.1:{PORT}/rcs"}})


@check
def send_and_callbacks():
    """the SDK sends, and RequestValidator accepts the signed status callbacks, query and all"""
    callback = f"http://127.0.0.1:{PORT}/status?message=msg_1&tag=a%20b"
    message = client.messages.create(to=CUSTOMER, from_=SENDER, body="Hi é 👍", status_callback=callback)
    assert message.sid.startswith("SM") and message.status in ("queued", "accepted"), message
    mine = lambda: [p for p in posts if p[1].get("MessageSid") == message.sid]
    until("delivered", lambda: any(p[1]["MessageStatus"] == "delivered" for p in mine()))
    assert all(valid and path == "/status?message=msg_1&tag=a%20b" for path, _, valid in mine()), mine()
    fetched = client.messages(message.sid).fetch()
    assert fetched.status == "delivered" and fetched.body == "Hi é 👍" and fetched.date_sent, fetched


@check
def listing():
    """the SDK lists messages over several pages"""
    for n in range(3):
        client.messages.create(to=CUSTOMER, from_=SENDER, body=f"n{n}")
    found = client.messages.list(to=CUSTOMER, page_size=2)
    assert [m.body for m in found[:3]] == ["n2", "n1", "n0"] and len(found) >= 4, found


@check
def service_schedule_cancel():
    """the SDK sends through a service, schedules and cancels"""
    from datetime import datetime, timedelta, timezone

    message = client.messages.create(
        to=CUSTOMER,
        messaging_service_sid="MGcccccccccccccccccccccccccccccccc",
        body="later",
        schedule_type="fixed",
        send_at=datetime.now(timezone.utc) + timedelta(hours=1),
    )
    assert message.status == "scheduled" and message.from_ is None
    assert client.messages(message.sid).update(status="canceled").status == "canceled"


@check
def errors():
    """the SDK raises Twilio's codes"""
    for to, code in (("+15005550001", 21211), ("+12125550187", 21614), ("+15005550004", 21610)):
        try:
            client.messages.create(to=to, from_=SENDER, body="x")
            raise AssertionError(f"{to} was accepted")
        except TwilioRestException as error:
            assert (error.status, error.code) == (400, code), error
    stranger = Client(ACCOUNT, "wrong")
    stranger.api.base_url = TWILIO
    try:
        stranger.messages.create(to=CUSTOMER, from_=SENDER, body="x")
        raise AssertionError("a wrong token was accepted")
    except TwilioRestException as error:
        assert (error.status, error.code) == (401, 20003), error


@check
def inbound_and_stop():
    """inbound SMS are signed, and STOP leads to 21610 until START"""
    control("POST", f"/people/{customer}/texts", {"line": "sms", "text": "stop"})
    path, form, valid = until("the inbound post", lambda: next((p for p in posts if p[0] == "/inbound"), None))
    assert valid and form["Body"] == "stop" and form["OptOutType"] == "STOP" and form["From"] == CUSTOMER, form
    try:
        client.messages.create(to=CUSTOMER, from_=SENDER, body="really?")
        raise AssertionError("a message after STOP was accepted")
    except TwilioRestException as error:
        assert error.code == 21610, error
    control("POST", f"/people/{customer}/texts", {"line": "sms", "text": "START"})
    assert client.messages.create(to=CUSTOMER, from_=SENDER, body="welcome back").sid


@check
def rcs_card_and_tap():
    """a card made and found by the SDK reaches the phone by RCS, is read, and its button answers"""
    card = {"body": "{{1}}", "actions": [{"type": "QUICK_REPLY", "title": "Yes", "id": "yes"}]}
    request = {"friendly_name": "stranger_card", "language": "en", "variables": {"1": "-"}, "types": {"twilio/card": card}}
    made = client.content.v1.contents.create(content_create_request=Whole(request))
    assert made.sid.startswith("HX") and made.types["twilio/card"]["actions"][0]["id"] == "yes", made
    assert [c.sid for c in client.content.v2.contents.list(content_name="stranger_card")] == [made.sid]
    assert client.content.v1.contents(made.sid).fetch().friendly_name == "stranger_card"
    agents = client.messaging.v2.channels_senders.list(channel="rcs")
    assert [agent.sender_id for agent in agents] == [AGENT], agents
    callback = f"http://127.0.0.1:{PORT}/rcs-status"
    variables = '{"1": "Will you come?"}'
    message = client.messages.create(
        to=f"rcs:{CUSTOMER}", from_=AGENT, content_sid=made.sid, content_variables=variables, status_callback=callback)
    assert message.from_ == AGENT and message.to == f"rcs:{CUSTOMER}", message
    told = lambda: [form for path, form, valid in posts if path == "/rcs-status" and valid]
    until("delivered", lambda: any(form["MessageStatus"] == "delivered" for form in told()))
    assert all(form["ChannelPrefix"] == "rcs" for form in told()), told()
    control("POST", f"/people/{customer}/taps", {"message": message.sid, "choice": "yes"})
    form = until("the tap", lambda: next((f for p, f, valid in posts if p == "/rcs" and valid), None))
    assert (form["ButtonPayload"], form["ButtonText"], form["From"]) == ("yes", "Yes", f"rcs:{CUSTOMER}"), form
    until("read", lambda: any(form.get("EventType") == "READ" for form in told()))
    assert client.content.v1.contents(made.sid).delete()
    try:
        client.messages.create(to=f"rcs:{CUSTOMER}", from_=AGENT, content_sid=made.sid)
        raise AssertionError("a content that is gone was sent")
    except TwilioRestException as error:
        assert error.code == 21655, error


run()
