"""Kannel as a client of the simulated message centre: both kinds of bind, texts both ways, receipts in their dialects, refusals and throttling."""

import os

from check import check, control, person, run, until
from kannel_gateway import Gateway, words

PORT, TLS_PORT = os.environ["SIM_SMSC_PORT"], os.environ["SIM_SMSC_TLS_PORT"]
OURS = "+12025550177"
ONE_BIND = f"port = {PORT}\ntransceiver-mode = true"
ENCRYPTED = f"port = {TLS_PORT}\nuse-ssl = true\ntransceiver-mode = true"
# The centre counts in hexadecimal in its answers and in decimal in its receipts.
SENDS = f"port = {PORT}\ntransceiver-mode = false\nmsg-id-type = 0x01"
HEARS = f"receive-port = {PORT}\ntransceiver-mode = false\nmsg-id-type = 0x01"

TAKEN, DELIVERED, FAILED, REFUSED = 8, 1, 2, 16


def knobs(**changes):
    control("PATCH", "/knobs", {"smsc": changes})


def shown(who):
    return [entry["shown"]["text"] for entry in control("GET", f"/people/{who}")["sms"] if entry["from_business"]]


def write(who, text):
    control("POST", f"/people/{who}/texts", {"line": "sms", "business": OURS, "text": text})


@check
def texts_and_receipts():
    """short, long and wide texts of Kannel reach the phone whole, and it learns that each was taken and delivered"""
    phone = "+12025550148"
    who = person(phone)
    texts = {"short": "Hello @ home: €5 {x} _ é", "long": "long and narrow " * 20, "wide": "привет 😀 " * 15}
    with Gateway(ONE_BIND) as kannel:
        for name, text in texts.items():
            kannel.send(OURS, phone, text.strip(), name, wide=name == "wide")
        until("the phone", lambda: sorted(shown(who)) == sorted(text.strip() for text in texts.values()))
        for name in texts:
            until(f"the receipts of {name}", lambda: {TAKEN, DELIVERED} <= set(kannel.kinds(name)))
        assert not {FAILED, REFUSED} & {kind for name in texts for kind in kannel.kinds(name)}, kannel.receipts


@check
def written():
    """what people write, short, wide and in parts, is whole at Kannel's service"""
    phone = "+12025550149"
    who = person(phone)
    texts = ["Is it open @ 9? €", "да 😀", "one part after the other " * 12]
    with Gateway(ONE_BIND) as kannel:
        for text in texts:
            write(who, text.strip())
        until("all three", lambda: len(kannel.texts) == 3)
        assert sorted(map(words, kannel.texts)) == sorted(text.strip() for text in texts), kannel.texts
        assert {told["from"].lstrip("+") for told in kannel.texts} == {phone[1:]}, kannel.texts
        assert {told["to"].lstrip("+") for told in kannel.texts} == {OURS[1:]}, kannel.texts


@check
def encrypted():
    """over TLS a text of Kannel arrives, and what is answered comes back"""
    phone = "+12025550147"
    who = person(phone)
    with Gateway(ENCRYPTED) as kannel:
        kannel.send(OURS, phone, "Nobody listens", "safe")
        until("the phone", lambda: shown(who) == ["Nobody listens"])
        until("the receipt", lambda: DELIVERED in kannel.kinds("safe"))
        write(who, "Good")
        until("the words", lambda: [words(told) for told in kannel.texts] == ["Good"])


@check
def cuts():
    """long texts of people are whole at Kannel's service however the centre cuts them, by deliver_sm and by data_sm"""
    phone = "+12025550146"
    who = person(phone)
    try:
        with Gateway(ONE_BIND) as kannel:
            forms = [{"long_texts": form} for form in ["udh8", "udh16", "sar", "payload"]]
            for form in [*forms, *({**form, "data_sm": True} for form in forms)]:
                knobs(**form)
                kannel.texts.clear()
                text = f"one part after the other {form} " * 6
                write(who, text.strip())
                until(f"the text of {form}", lambda: kannel.texts)
                assert [words(told) for told in kannel.texts] == [text.strip()], (form, kannel.texts)
    finally:
        knobs()


@check
def failures():
    """a phone that cannot be reached is a failure, and a number that is none a refusal"""
    with Gateway(ONE_BIND) as kannel:
        kannel.send(OURS, "+12025550183", "Hello", "unreachable")
        kannel.send(OURS, "+12025550187", "Hello", "nobody")
        until("both ends", lambda: FAILED in kannel.kinds("unreachable") and REFUSED in kannel.kinds("nobody"))
        assert DELIVERED not in kannel.kinds("unreachable") + kannel.kinds("nobody"), kannel.receipts


@check
def dialects():
    """with a bind for each way, receipts by text only and by parameters only, in another base than the answers, name their messages"""
    phone = "+12025550143"
    person(phone)
    for style in ["text", "parameters"]:
        knobs(receipts=style, hex_answers=True)
        try:
            with Gateway(SENDS, HEARS) as kannel:
                # More than one, so that ids of two digits are among them.
                names = [f"{style}-{n}" for n in range(12)]
                for name in names:
                    kannel.send(OURS, phone, f"Hello {name}", name)
                until("a receipt for each", lambda: all(DELIVERED in kannel.kinds(name) for name in names))
        finally:
            knobs()


@check
def throttling():
    """a throttled Kannel slows down, and every text arrives once"""
    phone = "+12025550144"
    who = person(phone)
    texts = [f"Text {n}" for n in range(12)]
    knobs(per_second=5)
    try:
        with Gateway(ONE_BIND) as kannel:
            for name, text in enumerate(texts):
                kannel.send(OURS, phone, text, str(name))
            until("all of them", lambda: sorted(shown(who)) == sorted(texts), seconds=40)
    finally:
        knobs()


@check
def broken_links():
    """a link that breaks is bound anew, and what people wrote meanwhile is given then, once"""
    phone = "+12025550145"
    who = person(phone)
    knobs(drop_link_every=1)
    with Gateway(ONE_BIND) as kannel:
        try:
            kannel.send(OURS, phone, "Hello", "broken")
            until("the phone", lambda: "Hello" in shown(who))
        finally:
            knobs()
        write(who, "Are you there?")
        until("the words", lambda: kannel.texts)
        assert [words(told) for told in kannel.texts] == ["Are you there?"], kannel.texts


run()
