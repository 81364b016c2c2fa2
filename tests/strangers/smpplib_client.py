"""smpplib as a client of the simulated message centre: binds, long texts, receipts, what people write, and how texts are cut."""

import os
import ssl
import threading

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

from check import check, control, person, run, until

HOST, PORT = "127.0.0.1", int(os.environ["SIM_SMSC_PORT"])
OURS, CUSTOMER = "12025550177", "+12025550171"
customer = person(CUSTOMER)
answers, refused, deliveries = [], [], []


def bound(password="sim-smpp", mode="bind_transceiver"):
    client = smpplib.client.Client(HOST, PORT, timeout=5, allow_unknown_opt_params=True)
    client.set_message_sent_handler(
        lambda pdu: None if pdu.status else answers.append((pdu.sequence, pdu.message_id.decode())))
    client.set_message_received_handler(lambda pdu: deliveries.append(pdu) and 0)
    client.connect()
    getattr(client, mode)(system_id="antiphon", password=password)
    return client


client = bound()
threading.Thread(target=client.listen, kwargs={"auto_send_enquire_link": True}, daemon=True).start()


def submit(text):
    parts, coding, esm_class = smpplib.gsm.make_parts(text)
    for part in parts:
        client.send_message(
            source_addr_ton=smpplib.consts.SMPP_TON_INTL, source_addr=OURS,
            dest_addr_ton=smpplib.consts.SMPP_TON_INTL, destination_addr=CUSTOMER[1:],
            short_message=part, data_coding=coding, esm_class=esm_class, registered_delivery=True)
    return len(parts)


def shown():
    thread = control("GET", f"/people/{customer}")["sms"]
    return [entry["shown"]["text"] for entry in thread if entry["from_business"]]


@check
def texts_and_receipts():
    """short, long and wide texts reach the phone whole, and each part has its receipt with text and parameters"""
    texts = ["Hello @ €5 {x}", "long " * 60, "привет 😀 " * 20]
    parts = sum(submit(text) for text in texts)
    until("the answers", lambda: len(answers) == parts)
    until("the phone", lambda: sorted(shown()) == sorted(texts))
    until("the receipts", lambda: len(deliveries) == parts)
    ids = sorted(id for _, id in answers)
    assert sorted(pdu.receipted_message_id.decode().rstrip("\0") for pdu in deliveries) == ids, deliveries
    assert all(pdu.message_state == 2 and b"stat:DELIVRD" in pdu.short_message for pdu in deliveries)


@check
def written():
    """what a person writes arrives in parts with headers that smpplib reads"""
    deliveries.clear()
    control("POST", f"/people/{customer}/texts", {"line": "sms", "business": f"+{OURS}", "text": "ja " * 100})
    until("both parts", lambda: len(deliveries) == 2)
    assert all(pdu.esm_class & smpplib.consts.SMPP_GSMFEAT_UDHI and pdu.source_addr == CUSTOMER[1:].encode() for pdu in deliveries)
    assert b"".join(pdu.short_message[6:] for pdu in deliveries) == b"ja " * 100


@check
def wrong_password():
    """a wrong password is refused as the protocol has it"""
    try:
        bound(password="wrong")
        raise AssertionError("bound with a wrong password")
    except smpplib.exceptions.PDUError as error:
        assert error.args[1] == smpplib.consts.SMPP_ESME_RINVPASWD, error.args


@check
def encrypted():
    """over TLS the centre shows a certificate that the authority vouches for, and a text is taken and delivered"""
    before = len(shown())
    trust = ssl.create_default_context(cafile=f"{os.environ['SIM_SMSC_TLS']}/authority.pem")
    # smpplib tells nobody which host it wants.
    trust.check_hostname = False
    safe = smpplib.client.Client(
        HOST, int(os.environ["SIM_SMSC_TLS_PORT"]), timeout=5, allow_unknown_opt_params=True, ssl_context=trust)
    safe.connect()
    safe.bind_transmitter(system_id="antiphon", password="sim-smpp")
    safe.send_message(
        source_addr_ton=smpplib.consts.SMPP_TON_INTL, source_addr=OURS,
        dest_addr_ton=smpplib.consts.SMPP_TON_INTL, destination_addr=CUSTOMER[1:], short_message=b"Nobody listens", data_coding=0)
    until("the phone", lambda: "Nobody listens" in shown()[before:])
    safe.unbind()
    safe.disconnect()


@check
def throttling():
    """submissions above the rate are refused with ESME_RTHROTTLED"""
    control("PATCH", "/knobs", {"smsc": {"per_second": 2}})
    client.set_error_pdu_handler(lambda pdu: refused.append(pdu.status))
    for _ in range(6):
        submit("Hello")
    until("refusals", lambda: len(refused) >= 2)
    control("PATCH", "/knobs", {"smsc": {}})
    assert set(refused) == {smpplib.consts.SMPP_ESME_RTHROTTLED}, refused


run()
