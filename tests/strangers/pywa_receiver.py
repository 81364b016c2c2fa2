"""pywa 4.5.0 as the receiver of the simulator's webhooks, with its signature check on."""

import os
import threading
import time

import fastapi
import httpx
import uvicorn
from pywa import WhatsApp
from pywa.types import CallbackButton, Message, MessageStatus
from pywa.types.user_preferences import UserMarketingPreferences

from check import CLOUD, check, control, person, run, until

PORT = int(os.environ["STRANGER_PORT"])
WABA_ID = "102290129340398"
TOKEN = {"authorization": "Bearer sim-token"}
heard = {"messages": [], "statuses": [], "taps": [], "preferences": []}

app = fastapi.FastAPI()
wa = WhatsApp(
    phone_id="106540352242922",
    token="sim-token",
    server=app,
    webhook_endpoint="/hook",
    verify_token="stranger",
    app_secret="sim-app-secret",
    validate_updates=True,
    filter_updates=False,
)


@wa.on_message
def on_message(_, message: Message):
    heard["messages"].append(message)


@wa.on_message_status
def on_status(_, status: MessageStatus):
    heard["statuses"].append(status)


@wa.on_callback_button
def on_tap(_, tap: CallbackButton):
    heard["taps"].append(tap)


@wa.on_user_marketing_preferences
def on_preference(_, preference: UserMarketingPreferences):
    heard["preferences"].append(preference)


server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=PORT, log_level="warning"))
threading.Thread(target=server.run, daemon=True).start()
while not server.started:
    time.sleep(0.02)

# pywa cannot parse statuses without contacts, which is how Meta sends failed ones.
control("PATCH", "/knobs", {"contacts_always": True})
customer = person("+12025550141", name="Customer B")
apps = f"{CLOUD}/v26.0/{WABA_ID}/subscribed_apps"


def send(body):
    answer = httpx.post(f"{CLOUD}/v26.0/106540352242922/messages", headers=TOKEN, json={"messaging_product": "whatsapp", "to": "+12025550141", **body})
    assert answer.status_code == 200, answer.text
    return answer.json()["messages"][0]["id"]


@check
def handshake():
    """pywa passes the simulator's handshake, and a wrong verify token does not"""
    hook = f"http://127.0.0.1:{PORT}/hook"
    wrong = httpx.post(apps, headers=TOKEN, json={"override_callback_uri": hook, "verify_token": "wrong"})
    assert wrong.status_code == 400, wrong.text
    right = httpx.post(apps, headers=TOKEN, json={"override_callback_uri": hook, "verify_token": "stranger"})
    assert right.json() == {"success": True}, right.text


@check
def message():
    """a signed inbound text with non-ASCII reaches pywa's handler"""
    sent = control("POST", f"/people/{customer}/texts", {"line": "whatsapp", "text": "Grüße 👍 a/b"})["id"]
    got = until("the message", lambda: next((m for m in heard["messages"] if m.id == sent), None))
    assert got.text == "Grüße 👍 a/b" and got.from_user.wa_id == "12025550141", got
    assert got.from_user.name == "Customer B"


@check
def statuses():
    """sent, delivered and read reach pywa's handler with tracker and price"""
    sent = send({"type": "text", "text": {"body": "Hello"}, "biz_opaque_callback_data": "our-id-9"})
    until("the phone", lambda: any(e["id"] == sent for e in control("GET", f"/people/{customer}")["whatsapp"]))
    control("POST", f"/people/{customer}/reads", {"message": sent})
    mine = lambda: [s for s in heard["statuses"] if s.id == sent]
    until("read", lambda: {str(s.status.value) for s in mine()} >= {"sent", "delivered", "read"})
    assert all(s.tracker == "our-id-9" for s in mine())
    assert any(s.pricing and s.pricing.category.value == "service" for s in mine())


@check
def failed():
    """a failed status reaches pywa's handler as a typed error"""
    person("+12025550142")
    answer = httpx.post(
        f"{CLOUD}/v26.0/106540352242922/messages",
        headers=TOKEN,
        json={"messaging_product": "whatsapp", "to": "+12025550142", "type": "text", "text": {"body": "x"}},
    )
    sent = answer.json()["messages"][0]["id"]
    got = until("the failure", lambda: next((s for s in heard["statuses"] if s.id == sent), None))
    assert got.error.code == 131047, got


@check
def tap():
    """a tap on a reply button reaches pywa's handler with its callback data"""
    buttons = [{"type": "reply", "reply": {"id": "confirm", "title": "Confirm"}}]
    sent = send({"type": "interactive", "interactive": {"type": "button", "body": {"text": "Coming?"}, "action": {"buttons": buttons}}})
    until("the phone", lambda: any(e["id"] == sent for e in control("GET", f"/people/{customer}")["whatsapp"]))
    control("POST", f"/people/{customer}/taps", {"message": sent, "choice": "confirm"})
    got = until("the tap", lambda: next(iter(heard["taps"]), None))
    assert got.data == "confirm" and got.reply_to_message.id == sent, got


@check
def preference():
    """a stop of marketing reaches pywa's handler through the app's subscription, which overrides do not touch"""
    subscribed = httpx.post(
        f"{CLOUD}/v26.0/670843887433847/subscriptions",
        params={"access_token": "670843887433847|sim-app-secret"},
        data={
            "object": "whatsapp_business_account",
            "callback_url": f"http://127.0.0.1:{PORT}/hook",
            "verify_token": "stranger",
            "fields": "messages,user_preferences",
        },
    )
    assert subscribed.json() == {"success": True}, subscribed.text
    control("PUT", f"/people/{customer}/marketing", {"wanted": False})
    got = until("the preference", lambda: heard["preferences"])[0]
    assert str(got.value.value if hasattr(got.value, "value") else got.value) == "stop", got


@check
def nothing_was_refused():
    """pywa answered every webhook with 200"""
    mine = [e for e in control("GET", "/exchanges?party=cloud_webhook&limit=1000") if f":{PORT}/" in e["target"]]
    assert mine and all(e["status"] == 200 for e in mine), [(e["status"], e["response"]) for e in mine]


try:
    run()
finally:
    control("PATCH", "/knobs", {"contacts_always": False})
    control("PATCH", "/callbacks", {"app": ""})
    httpx.post(apps, headers=TOKEN)
    server.should_exit = True
