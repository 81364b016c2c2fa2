"""pywa 4.5.0 as a client of the simulated Cloud API."""

import httpx
from pywa import WhatsApp
from pywa.errors import ReEngagementMessage, WhatsAppError
from pywa.types import Button, Section, SectionList, SectionRow
from pywa.types.templates import (
    BodyText,
    Buttons,
    ParamFormat,
    QuickReplyButton,
    Template,
    TemplateCategory,
    TemplateLanguage,
    TemplateStatus,
)

from check import CLOUD, check, control, person, run, until

PHONE_ID = "106540352242922"
WABA_ID = "102290129340398"
CUSTOMER = "12025550131"


class ToSimulator(httpx.HTTPTransport):
    """Rewrites the host of every call, media downloads included."""

    def handle_request(self, request):
        if request.url.host in ("graph.facebook.com", "lookaside.fbsbx.com"):
            target = httpx.URL(CLOUD)
            request.url = request.url.copy_with(scheme="http", host=target.host, port=target.port)
            request.headers["Host"] = f"{target.host}:{target.port}"
        return super().handle_request(request)


wa = WhatsApp(
    phone_id=PHONE_ID,
    token="sim-token",
    waba_id=WABA_ID,
    session=httpx.Client(transport=ToSimulator()),
)
customer = person(f"+{CUSTOMER}")


def open_window():
    control("POST", f"/people/{customer}/texts", {"line": "whatsapp", "text": "Hello"})


def received(message_id):
    return until("delivery", lambda: next((e for e in control("GET", f"/people/{customer}")["whatsapp"] if e["id"] == message_id), None))


@check
def text():
    """pywa sends a text, and it arrives with its tracker"""
    open_window()
    sent = wa.send_message(to=CUSTOMER, text="Grüße 👍", tracker="our-id-1")
    entry = received(sent.id)
    assert entry["shown"]["text"] == "Grüße 👍" and entry["opaque"] == "our-id-1", entry


@check
def buttons_and_lists():
    """pywa sends reply buttons and a list"""
    sent = wa.send_message(to=CUSTOMER, text="Coming?", buttons=[Button("Confirm", "confirm"), Button("Reschedule", "reschedule")])
    assert [tap["id"] for tap in received(sent.id)["shown"]["taps"]] == ["confirm", "reschedule"]
    rows = [SectionRow(title="Monday", callback_data="mon"), SectionRow(title="Tuesday", callback_data="tue")]
    sent = wa.send_message(to=CUSTOMER, text="When?", buttons=SectionList(button_title="Days", sections=[Section(title="Week", rows=rows)]))
    assert [row["id"] for row in received(sent.id)["shown"]["rows"]] == ["mon", "tue"]


@check
def template():
    """pywa creates a template, waits for its review, and sends it"""
    body = BodyText("Hello {{first_name}}, see you on {{day}} at our clinic.", first_name="Ada", day="Monday")
    made = wa.create_template(
        Template(
            name="strangers_reminder",
            category=TemplateCategory.UTILITY,
            language=TemplateLanguage.ENGLISH_US,
            parameter_format=ParamFormat.NAMED,
            components=[body, Buttons(buttons=[QuickReplyButton(text="Confirm"), QuickReplyButton(text="Reschedule")])],
        )
    )
    assert made.status == TemplateStatus.PENDING, made
    until("the review", lambda: wa.get_template(made.id).status == TemplateStatus.APPROVED)
    sent = wa.send_template(
        to=CUSTOMER,
        name="strangers_reminder",
        language=TemplateLanguage.ENGLISH_US,
        params=[
            BodyText.params(first_name="Ada", day="Monday"),
            QuickReplyButton.params(callback_data="yes", index=0),
            QuickReplyButton.params(callback_data="no", index=1),
        ],
        tracker="our-id-2",
    )
    entry = received(sent.id)
    assert entry["shown"]["text"] == "Hello Ada, see you on Monday at our clinic.", entry
    assert [tap["id"] for tap in entry["shown"]["taps"]] == ["yes", "no"]
    found = list(wa.get_templates(name="strangers_reminder"))
    assert [t.name for t in found] == ["strangers_reminder"]


@check
def template_errors_are_typed():
    """pywa raises its typed error for a wrong parameter count"""
    try:
        wa.send_template(to=CUSTOMER, name="strangers_reminder", language=TemplateLanguage.ENGLISH_US, params=[])
        raise AssertionError("a template without its parameters was accepted")
    except WhatsAppError as error:
        assert error.code == 132000, error


@check
def media():
    """pywa uploads media, looks it up, downloads it with the token, and sends it"""
    png = b"\x89PNG\r\n\x1a\n" + bytes(64)
    uploaded = wa.upload_media(media=png, mime_type="image/png", filename="a.png")
    url = wa.get_media_url(uploaded.id)
    assert url.mime_type == "image/png" and int(url.file_size) == len(png), url
    assert wa.get_media_bytes(url=url.url) == png
    sent = wa.send_image(to=CUSTOMER, image=uploaded.id, caption="look")
    assert received(sent.id)["shown"]["media"]["id"] == str(uploaded.id)


@check
def read_receipt():
    """pywa marks a message as read, and the customer sees it"""
    message = control("POST", f"/people/{customer}/texts", {"line": "whatsapp", "text": "Anybody there?"})["id"]
    assert wa.mark_message_as_read(message).success
    entry = next(e for e in control("GET", f"/people/{customer}")["whatsapp"] if e["id"] == message)
    assert entry["read_at"], entry


@check
def closed_window():
    """pywa raises ReEngagementMessage when the window is closed and errors are given at once"""
    person("+12025550132")
    control("PATCH", "/knobs", {"window_errors_sync": True})
    try:
        wa.send_message(to="12025550132", text="too late")
        raise AssertionError("a free-form message outside the window was accepted")
    except ReEngagementMessage as error:
        assert error.code == 131047
    finally:
        control("PATCH", "/knobs", {"window_errors_sync": False})


@check
def account_reads():
    """pywa reads the number and the business profile"""
    number = wa.get_business_phone_number()
    assert number.id == PHONE_ID, number
    assert wa.update_business_profile(about="Open 9 to 5")
    assert wa.get_business_profile().about == "Open 9 to 5"


run()
