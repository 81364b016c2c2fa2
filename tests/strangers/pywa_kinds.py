"""pywa 4.5.0 sends every kind of message that it knows, and manages forms, templates, the shop and blocked people."""

import json

import httpx
from pywa import WhatsApp
from pywa.types import Contact, FlowButton, FlowCategory, FlowStatus, ProductsSection, URLButton
from pywa.types.flows import FlowActionType

from check import CLOUD, check, control, person, run, until

PHONE_ID = "106540352242922"
WABA_ID = "102290129340398"
CUSTOMER = "12025550135"
PICTURE = "https://example.com/table.png"


class ToSimulator(httpx.HTTPTransport):
    """Rewrites the host of every call."""

    def handle_request(self, request):
        if request.url.host in ("graph.facebook.com", "lookaside.fbsbx.com"):
            target = httpx.URL(CLOUD)
            request.url = request.url.copy_with(scheme="http", host=target.host, port=target.port)
            request.headers["Host"] = f"{target.host}:{target.port}"
        return super().handle_request(request)


wa = WhatsApp(phone_id=PHONE_ID, token="sim-token", waba_id=WABA_ID, session=httpx.Client(transport=ToSimulator()))
customer = person(f"+{CUSTOMER}")


def writes(text="Hello"):
    return control("POST", f"/people/{customer}/texts", {"line": "whatsapp", "text": text})["id"]


def received(sent):
    thread = lambda: control("GET", f"/people/{customer}")["whatsapp"]
    return until("delivery", lambda: next((entry for entry in thread() if entry["id"] == sent.id), None))


def arrives(sent, kind, **shown):
    entry = received(sent)
    assert entry["kind"] == kind, entry
    for name, value in shown.items():
        assert entry["shown"].get(name) == value, (name, entry)
    return entry


@check
def files():
    """pywa sends each kind of file by link and by id"""
    writes()
    for send, kind, mime in [
        (wa.send_image, "image", "image/png"),
        (wa.send_video, "video", "video/mp4"),
        (wa.send_audio, "audio", "audio/mpeg"),
        (wa.send_document, "document", "application/pdf"),
        (wa.send_sticker, "sticker", "image/webp"),
    ]:
        # Without a name pywa cannot write its request.
        named = {"filename": "a.pdf"} if kind == "document" else {}
        assert arrives(send(CUSTOMER, PICTURE, **named), kind)["shown"]["media"]["link"] == PICTURE
        uploaded = wa.upload_media(media=b"RIFFxxxxWEBP" + bytes(64), mime_type=mime, filename="a.bin")
        assert arrives(send(CUSTOMER, uploaded.id, **named), kind)["shown"]["media"]["id"] == str(uploaded.id)
        assert wa.delete_media(uploaded.id)
    entry = arrives(wa.send_document(CUSTOMER, PICTURE, filename="table.pdf", caption="The plan"), "document", text="The plan")
    assert entry["shown"]["media"]["filename"] == "table.pdf", entry


@check
def places_people_and_reactions():
    """pywa sends a place and a contact, reacts, and takes it back"""
    asked = writes("Where are you?")
    arrives(wa.send_location(CUSTOMER, 38.8977, -77.0365, name="The house", address="1 Example Street"), "location")
    contact = Contact(name=Contact.Name(formatted_name="Front desk", first_name="Front"), phones=[Contact.Phone(phone="+12025550100")])
    arrives(wa.send_contact(CUSTOMER, contact), "contacts")
    mine = lambda: next(entry for entry in control("GET", f"/people/{customer}")["whatsapp"] if entry["id"] == asked)
    wa.send_reaction(CUSTOMER, emoji="👍", message_id=asked)
    until("the reaction", lambda: mine()["reaction"] == "👍")
    wa.remove_reaction(CUSTOMER, message_id=asked)
    until("it is taken back", lambda: not mine()["reaction"])


@check
def a_reply_quotes_its_message():
    """pywa answers a message, and the phone shows which"""
    asked = writes("Is it open?")
    sent = wa.send_message(CUSTOMER, "Yes, until nine.", reply_to_message_id=asked)
    assert received(sent)["context"] == asked


@check
def what_is_tapped():
    """pywa sends a link button, a request for a location, products, a catalogue and a form"""
    writes()
    entry = arrives(wa.send_message(CUSTOMER, "The menu", buttons=URLButton(title="Open", url="https://example.com/menu")), "interactive")
    assert entry["shown"]["taps"][0]["target"] == "https://example.com/menu", entry
    arrives(wa.request_location(CUSTOMER, "Where are you?"), "interactive", text="Where are you?")
    arrives(wa.send_product(CUSTOMER, catalog_id="1", sku="a1", body="One"), "interactive", text="One")
    sections = [ProductsSection(title="Tables", skus=["a1", "a2"])]
    arrives(wa.send_products(CUSTOMER, "1", sections, title="Ours", body="Two"), "interactive", text="Two")
    arrives(wa.send_catalog(CUSTOMER, body="All of it"), "interactive", text="All of it")
    form = FlowButton(title="Open", flow_id="1", flow_token="t", flow_action_type=FlowActionType.NAVIGATE, flow_action_screen="WHO")
    arrives(wa.send_message(CUSTOMER, "Tell us", buttons=form), "interactive", text="Tell us")


@check
def typing():
    """pywa shows that somebody writes, which says too that the message was read"""
    asked = writes("Anybody?")
    assert wa.indicate_typing(asked)
    assert next(entry for entry in control("GET", f"/people/{customer}")["whatsapp"] if entry["id"] == asked)["read_at"]


PAGES = {"version": "7.2", "screens": [{"id": "WHO", "title": "Who", "terminal": True, "layout": {"type": "SingleColumnLayout", "children": []}}]}


@check
def forms():
    """pywa makes a form, reads and changes it, publishes it, lists it, and retires it"""
    made = wa.create_flow("lead", [FlowCategory.LEAD_GENERATION])
    assert wa.update_flow_json(made.id, PAGES)
    assert wa.update_flow_metadata(made.id, name="leads", endpoint_uri="https://example.com/form")
    flow = wa.get_flow(made.id)
    assert (flow.name, flow.status, flow.validation_errors) == ("leads", FlowStatus.DRAFT, None) or not flow.validation_errors, flow
    assert wa.publish_flow(made.id)
    assert made.id in [flow.id for flow in wa.get_flows(invalidate_preview=False) if flow.status == FlowStatus.PUBLISHED]
    assets = list(wa.get_flow_assets(made.id))
    assert [asset.name for asset in assets] == ["flow.json"], assets
    served = httpx.get(assets[0].url, headers={"authorization": "Bearer sim-token"}).json()
    assert served == PAGES, served
    assert wa.deprecate_flow(made.id)
    assert wa.get_flow(made.id).status == FlowStatus.DEPRECATED
    draft = wa.create_flow("another", ["OTHER"], flow_json=json.dumps(PAGES))
    assert wa.delete_flow(draft.id)


@check
def the_shop_codes_and_blocks():
    """pywa switches the shop's basket off, writes a code template in two languages, and blocks somebody and lets them back"""
    assert wa.update_commerce_settings(is_cart_enabled=False, is_catalog_visible=True)
    shop = wa.get_commerce_settings()
    assert (shop.is_cart_enabled, shop.is_catalog_visible) == (False, True), shop
    # By its own way out: `upsert_authentication_template` encodes its request twice.
    components = [{"type": "BODY"}, {"type": "FOOTER", "code_expiration_minutes": 5}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]
    code = {"name": "pywa_code", "category": "AUTHENTICATION", "languages": ["en_US", "es"], "components": components}
    made = wa.api.upsert_message_templates(WABA_ID, code)["data"]
    assert len({template["id"] for template in made}) == 2, made
    assert wa.delete_template("pywa_code")
    writes()
    assert wa.block_users([CUSTOMER]).added_users
    # By its own way out: `get_blocked_users` wants the number as it was given, which a list does not have.
    assert [user["wa_id"] for user in wa.api.get_blocked_users(PHONE_ID)["data"]] == [CUSTOMER]
    assert wa.unblock_users([CUSTOMER]).removed_users


run()
