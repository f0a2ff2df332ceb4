"""What a number is about, told by the words around it."""

from __future__ import annotations

import re
from typing import NamedTuple

from clearline.engine.numbers import COUNTED, NUMBER_WORDS, vocabulary

CARD, CODE, EXPIRY = "payment_card", "security_code", "card_expiry"
SSN, SSN_LAST = "us_ssn", "us_ssn_last_four"
ACCOUNT, ROUTING, IBAN = "bank_account", "routing_number", "iban"
EMAIL, PHONE, BIRTH = "email", "phone_number", "date_of_birth"
ONE_TIME, PIN = "one_time_code", "pin"
SECURITY_ANSWER = "security_answer"  # no number but words: see engine.answers
CARD_BEGINS, CODE_BEGINS, ACCOUNT_BEGINS = (
    "payment_card_begins",
    "security_code_begins",
    "bank_account_begins",
)
"""The first digits of one, while there is still time to pause the recording; see engine.beginnings."""
BEGINNINGS = frozenset({CARD_BEGINS, CODE_BEGINS, ACCOUNT_BEGINS})
ENDING = "ending"  # the last digits of a number, which it may be known by
OTHER = "other"  # an order, a price, an address: whatever it is, it is none of the above
PAYING, BARE_CODE = (
    "paying",
    "bare_code",
)  # these say what a number is only together with what was said before

_SENT = (
    r"(?: that| which)?(?: (?:i|we|they|you|was|were|has|have|had|is|been|being|just|now))*"
    r" (?:sent|texted|emailed|received|got|getting|sending)"
)
_OF = r"(?: digits| numbers)?(?: of| on| from| for)?(?: the| your| my| his| her| their)?"
_DATED = (
    "offer coupon promo promotion warranty subscription membership trial deal sale quote policy lease contract license "
    "licence passport voucher points code"
)
_NUMBERED = (
    "order tracking reference ref confirmation case ticket invoice serial model item product policy member membership "
    "customer booking reservation flight claim return rma sku part employee badge agent student license licence "
    "passport loyalty reward rewards coupon voucher promo promotion discount zip postal area sort country error "
    "shipment shipping parcel package transaction receipt user vehicle meter house street batch lot bar qr dress source"
)
_FIRST = "pet dog cat car school teacher concert job employer boss house roommate kiss"
_OF_FIRST = "|".join(f"(?<= first {one})" for one in _FIRST.split())
_DIGITS = rf"(?:\d|(?:{'|'.join(sorted(NUMBER_WORDS))})(?!\S))"
_COUNTED = rf"(?:{'|'.join(sorted(COUNTED))})(?!\S)"

# Topic, the words that it can begin with, and what follows them. The first line that fits wins, so what is special
# stands before what is general.
_PHRASES = (
    (SSN_LAST, "last", rf" (?:four|4){_OF} (?:social(?: security(?: number)?)?|ssn)"),
    (
        ENDING,
        "last",
        r" (?:four|4)(?: digits| numbers)?(?: (?:of|on|from) (?:the|your|my|that|this)(?: \w+)? card)?",
    ),
    (
        ENDING,
        "ending ends end",
        rf"(?: in| with)?(?= {_DIGITS})(?!(?: \w+){{1,3}} {_COUNTED})| (?:in|with)(?= \?|$)",
    ),
    (ONE_TIME, "code passcode password", _SENT),
    (ONE_TIME, "security confirmation access", f" code{_SENT}"),
    (ONE_TIME, "code", r" (?:in|from) (?:the|your|my|that) (?:text|message|sms|app)"),
    (ONE_TIME, "send sent text texted email emailed", r"(?: \w+){0,3} (?:code|passcode)"),
    (ONE_TIME, "one", r" time (?:code|passcode|password|pass code|pin)"),
    (ONE_TIME, "verification login authentication 2fa", r" code"),
    (ONE_TIME, "two 2", r" factor(?: authentication)?(?: code)?"),
    (ONE_TIME, "otp passcode 2fa", ""),
    (ONE_TIME, "o", r" t p"),
    (ONE_TIME, "pass", r" code"),
    (SECURITY_ANSWER, "maiden", r"(?: names?)?"),
    (
        SECURITY_ANSWER,
        "pet pets dog dogs cat cats",
        r"(?: that| which)? (?:you|i) had as an? (?:child|kid|boy|girl)",
    ),
    (SECURITY_ANSWER, "pet pets", r" names?|(?<= childhood pet)|(?<= my pet)| (?:you|i) had"),
    (SECURITY_ANSWER, "dog cat", r"(?= was (?:named|called))"),
    (SECURITY_ANSWER, _FIRST, f"(?:{_OF_FIRST})(?: names?)?"),
    (
        SECURITY_ANSWER,
        "childhood",
        r" (?:pets?|dogs?|cats?|friends?|best friends?|nickname|hero|street|home|address)(?: names?)?",
    ),
    (SECURITY_ANSWER, "teacher", r"(?<= grade teacher)"),
    (SECURITY_ANSWER, "mascot", ""),
    (SECURITY_ANSWER, "city town", r" (?:were|was) you born(?: in)?|(?: where| that)? you were born(?: in)?"),
    (SECURITY_ANSWER, "street", r"(?: that)? (?:did )?you (?:grew|grow) up(?: on| in)?"),
    (SECURITY_ANSWER, "security secret", r" (?:questions?|answers?|words?|phrase)"),
    (SECURITY_ANSWER, "memorable", r" (?:word|place|name|information)"),
    (SECURITY_ANSWER, "password passphrase", ""),
    (CODE, "card", r" (?:security|verification|validation|identification) (?:code|number|value)"),
    (CODE, "security", r" (?:code|number|digits)"),
    (CODE, "cvv cvv2 cvc cvc2 cvn cid csc cv2", ""),
    (CODE, "c", r" (?:v v|v c|i d|s c)"),
    (
        CODE,
        "code number numbers digit digits",
        r" (?:thats )?(?:on|at|from) the (?:back|front|reverse|signature strip)",
    ),
    (CODE, "three 3 four 4", r" (?:digits?|numbers?)(?: security)? (?:code|on the (?:back|front|reverse))"),
    (OTHER, _DATED, r"(?: \w+)? expires?"),
    (EXPIRY, "expires expiry expiration expiring expire exp", r"(?: date)?"),
    (EXPIRY, "valid good", r" (?:thru|through|until|till)"),
    (OTHER, "social", r" (?:media|network\w*|worker|distanc\w*)"),
    (SSN, "social", r"(?: security(?: number)?)?"),
    (SSN, "ssn", ""),
    (SSN, "s", r" s n"),
    (ROUTING, "routing aba", r"(?: transit)?(?: number)?"),
    (IBAN, "iban", ""),
    (IBAN, "b", r" a n"),  # spelled out; its first letter is a word of nearly every utterance
    (ACCOUNT, "account", r" (?:number|no|num)|(?: is)?(?= \d{6})"),
    (ACCOUNT, "checking savings current bank deposit", r" account(?: (?:number|no|num))?"),
    (ACCOUNT, "acct", r"(?: number)?"),
    (BIRTH, "date", r" of birth"),
    (BIRTH, "birth", r" (?:date|day)"),
    (OTHER, "birthday", r" (?:party|gift|present|cake|card)"),
    (BIRTH, "birthdate birthday dob", ""),
    (BIRTH, "d", r" o b"),
    (BIRTH, "born", r"(?: on| in)?"),
    (PIN, "pin", r"(?: number| code)?"),
    (PIN, "p", r" i n"),
    (PHONE, "telephone phone cell mobile callback contact fax", r"(?: phone)?(?: (?:number|no))?"),
    (PHONE, "call text reach ring dial", r"(?: (?:me|you|us|him|her|them))?(?: back)? (?:at|on)"),
    (PHONE, "number", r" to call"),
    (PHONE, "message messages answering", r" (?:at|to)"),
    (EMAIL, "email", r"(?: address)?"),
    (EMAIL, "e", r" mail(?: address)?"),
    (CARD, "card", r" number"),
    (CARD, "credit debit payment bank", r" card(?: number)?"),
    (CARD, "long", r" number"),
    (CARD, "cc", r"(?: number)?"),
    (OTHER, _NUMBERED, r" (?:numbers?|codes?|ids?|no|num)"),
    (OTHER, "gift", r" card(?: (?:number|code))?"),
    (
        OTHER,
        "order reference ticket case invoice extension ext flight room apartment apt suite box po year",
        r"(?= \d)",
    ),
    (OTHER, "tracking rma imei isbn upc sku zip postcode address", ""),
    (OTHER, "how", r" (?:much|many)"),
    (OTHER, "price prices amount amounts total cost costs quantity balance", ""),
    (PAYING, "card cards visa mastercard amex discover pay paying payment charge", ""),
    (PAYING, "master", r" card"),
    (PAYING, "american", r" express"),
    (BARE_CODE, "code", ""),
)


def _by_first_word() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for topic, firsts, rest in _PHRASES:
        pattern = re.compile(f"(?:{rest})(?!\\S)")
        for first in firsts.split():
            found.setdefault(first, []).append((topic, pattern))
    return found


_BY_FIRST_WORD = _by_first_word()
ASKING_WORDS = frozenset(
    first for topic, firsts, _ in _PHRASES if topic == SECURITY_ANSWER for first in firsts.split()
)
HEARD_WORDS = (
    NUMBER_WORDS | _BY_FIRST_WORD.keys()
)  # an utterance with none of these says no number and no topic


KEY_WORDS = frozenset(
    vocabulary(
        "code passcode password factor otp 2fa t card cards cvv cvv2 cvc cvc2 cvn cid csc cv2 c "
        "security expires expiry expiration expiring expire exp "
        "social ssn n routing aba iban account acct birth birthdate birthday dob b born pin "
        "telephone phone cell mobile callback contact fax call text reach ring dial message messages answering "
        "email mail cc visa mastercard amex discover pay paying payment charge express"
    )
)
KEY_PAIRS = (
    vocabulary("number numbers digit digits valid good"),
    vocabulary("long back front reverse signature thru through until till"),
)  # a key word, or one of either of these, is in every phrase above that has a topic other than OTHER


class Topic(NamedTuple):
    """What was spoken of, and its words (first..last)."""

    name: str
    first: int
    last: int


def topics(words: list[str]) -> list[Topic]:
    """Everything that is spoken of, in order, no two on the same words."""
    found: list[Topic] = []
    firsts = [index for index, word in enumerate(words) if word in _BY_FIRST_WORD]
    text = " ".join(words) if firsts else ""
    for index in firsts:
        if found and index <= found[-1].last:
            continue
        end = index + sum(map(len, words[: index + 1]))
        for name, rest in _BY_FIRST_WORD[words[index]]:
            match = rest.match(text, end)
            if match is not None:
                found.append(Topic(name, index, index + match[0].count(" ")))
                break
    return found
