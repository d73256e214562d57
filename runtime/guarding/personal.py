"""Personal data in a text. What only looks like it (order numbers, dates) is told by its digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Network, ip_address

from runtime.guarding import digits as checks
from runtime.guarding.spans import Span, compiled, matches

EMAIL, PHONE, IBAN, CARD, IP, ID = "e-mail", "phone", "IBAN", "card", "IP address", "ID number"

_HOST = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?![\w-])")
_AT_IN_WORDS = compiled(r" ?[\[({] ?(?:at|@) ?[\])}] ?")
_HOST_IN_WORDS = re.compile(
    r"[\w-]{1,63}(?:(?: ?[\[({] ?(?:dot|punkt|\.) ?[\])}] ?| (?:dot|punkt) |\.)[\w-]{1,63}){1,4}",
    re.IGNORECASE,
)
_FILE_ENDINGS = frozenset(
    ("png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "ts", "scss", "ico")
)
_PHONE = compiled(
    r"(?:\+|\b00)[1-9]\d{0,2}(?:[ ./\-]{0,2}\(?\d{1,5}\)?){2,7}"
    r"|\(?\b0[1-9]\d{0,4}\)?(?:[ ./\-]{1,3}\d{2,9}){1,4}|\b01[567]\d{8,9}\b"
    r"|\(\d{3}\) ?\d{3}[ .\-]\d{4}\b|\b[2-9]\d{2}[ .\-][2-9]\d{2}[ .\-]\d{4}\b"
)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d")
_IBAN = compiled(r"\b[a-z]{2}\d{2}(?:[ \-]?[a-z0-9]){11,40}")
_CARD = compiled(r"\b\d(?:[ \-]?\d){12,18}\b")
_GROUPED = re.compile(r"\d+|\d{4}([ -])(?:\d{4}\1){2}\d{4}|\d{4}([ -])\d{6}\2\d{4,5}")
_IPV4 = compiled(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_IPV6 = compiled(r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}")
# Addresses that say nothing of a person: this machine and networks inside of houses.
_INSIDE = tuple(
    IPv4Network(net)
    for net in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                "192.168.0.0/16", "224.0.0.0/3")
)  # fmt: skip

# Words before a number that say it is something else. Only looked at close by.
_OTHER = re.compile(
    r"(?:order|invoice|ticket|tracking|parcel|shipment|reference|ref|article|item|part|serial|sku"
    r"|isbn|issn|ean|imei|case|batch|lot|customer|account|policy|bestell\w*|auftrag\w*|rechnung\w*"
    r"|sendung\w*|artikel\w*|kunden\w*|vorgang\w*|seriennummer|paket\w*|chargen\w*|aktenzeichen)"
    r"(?:[ -]?(?:number|nummer|no|nr|id|code))?[.:#]*\s*(?:is|was|ist|lautet)?[ #:.]*$"
    r"|#\s?$",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"(?:phone|tel|call|mobil\w*|fax|handy|ruf\w*|telefon\w*|whatsapp)\W*$", re.IGNORECASE
)
_WITHIN = re.compile(r"[^\W_]*\d[ ./-]{1,2}$")  # the rest of a longer number
_NUMBERED = re.compile(r"\b(?:nhs|ssn|id)\b\D{0,12}$", re.IGNORECASE)
_VERSION = re.compile(
    r"(?:version|release|build|section|chapter|paragraph|abschnitt|kapitel|v|§)\s*$", re.IGNORECASE
)


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses, also spelt out as `ada (at) example (dot) org`."""
    at = text.find("@")
    while at >= 0:
        start = _start_of_name(text, at)
        host = _HOST.match(text[at + 1 : at + 256])
        if host and start < at and not _is_no_mail(text[start:at], host.group()):
            yield Span(start, at + 1 + host.end(), EMAIL, "address")
        at = text.find("@", at + 1)
    for found in matches(_AT_IN_WORDS, text):
        start = _start_of_name(text, found.start())
        host = _HOST_IN_WORDS.match(text[found.end() : found.end() + 256])
        if host and start < found.start():
            yield Span(start, found.end() + host.end(), EMAIL, "address in words")


def _start_of_name(text: str, end: int) -> int:
    """Where the part before the @ begins."""
    start = end
    while start > max(0, end - 64) and (text[start - 1].isalnum() or text[start - 1] in "._%+-"):
        start -= 1
    return start


def _is_no_mail(name: str, host: str) -> bool:
    """Pictures in two sizes (`logo@2x.png`) and addresses of code are written alike."""
    return host.rpartition(".")[2].lower() in _FILE_ENDINGS or name.lower() == "git"


def phones(text: str) -> Iterator[Span]:
    """Telephone numbers with a country code, with a leading 0, or as in North America."""
    for found in matches(_PHONE, text):
        piece = found.group().rstrip(" ./-(")
        size = sum(letter.isdigit() for letter in piece)
        before = _before(text, found.start())
        if piece.startswith(("+", "00")):
            fits = 8 <= size <= 15 and not (piece[0] == "0" and _WITHIN.search(before))
        else:
            fits = 7 <= size <= 13 and (size >= 9 or bool(_CALLS.search(before)))
            part = _WITHIN.search(before) or _OTHER.search(before) or _NUMBERED.search(before)
            fits = fits and not part and not _DATE.match(piece)
        if fits and _stands_alone(text, found.start(), found.start() + len(piece)):
            yield Span(found.start(), found.start() + len(piece), PHONE, "number")


def ibans(text: str) -> Iterator[Span]:
    """Account numbers whose check digits hold, of the length their country has."""
    for found in matches(_IBAN, text):
        piece = found.group()
        wanted = checks.iban_length(piece[:2].upper())
        end = _after_characters(piece, wanted)
        if not wanted or end == 0 or not _stands_alone(text, found.start(), found.start() + end):
            continue
        if checks.is_iban(re.sub(r"[ -]", "", piece[:end]).upper()):
            yield Span(found.start(), found.start() + end, IBAN, "check digits")


def cards(text: str) -> Iterator[Span]:
    """Numbers of payment cards: issued by a network, and the Luhn digit holds."""
    for found in matches(_CARD, text):
        piece = found.group()
        if not _GROUPED.fullmatch(piece) or _OTHER.search(_before(text, found.start())):
            continue
        if _stands_alone(text, found.start(), found.end()) and checks.is_card(_digits(piece)):
            yield Span(found.start(), found.end(), CARD, "Luhn")


def addresses(text: str) -> Iterator[Span]:
    """IP addresses, but for those of this machine and of networks inside a house."""
    for found in matches(_IPV4, text):
        before = _before(text, found.start())
        if _VERSION.search(before) or text[found.end() : found.end() + 2].strip(" ")[:1] == ".":
            follows = text[found.end() : found.end() + 2]
            if _VERSION.search(before) or (len(follows) == 2 and follows[1].isdigit()):
                continue
        if before.endswith(".") or not _is_address(found.group()):
            continue
        yield Span(found.start(), found.end(), IP, "IPv4")
    for found in matches(_IPV6, text):
        piece = found.group()
        enough = sum(letter != ":" for letter in piece) >= 4
        if enough and _stands_alone(text, found.start(), found.end()) and _is_address(piece):
            yield Span(found.start(), found.end(), IP, "IPv6")


def identities(text: str) -> Iterator[Span]:
    """Numbers of people that can be checked by their digits, of some countries."""
    for rule, (pattern, check) in _IDENTITIES.items():
        for found in matches(pattern, text):
            alone = _stands_alone(text, found.start(1), found.end(1))
            if not alone or _OTHER.search(_before(text, found.start(1))):
                continue
            if check(re.sub(r"[ .\-/]", "", found.group(1)).upper()):
                yield Span(found.start(1), found.end(1), ID, rule)


_IDENTITIES: Mapping[str, tuple[object, Callable[[str], bool]]] = {
    "German tax ID": (compiled(r"\b(\d{2} ?\d{3} ?\d{3} ?\d{3})\b"), checks.is_german_tax_id),
    "Spanish DNI": (compiled(r"\b([xyz]?-?\d{7,8}-?[a-z])\b"), checks.is_spanish_id),
    "French NIR": (
        compiled(r"\b([12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2})\b"),
        checks.is_french_id,
    ),
    "Italian codice fiscale": (
        compiled(r"\b([a-z]{6}\d{2}[a-ehlmprst]\d{2}[a-z]\d{3}[a-z])\b"),
        checks.is_italian_id,
    ),
    "Polish PESEL": (compiled(r"\b(\d{11})\b"), checks.is_polish_id),
    "Swiss AHV": (compiled(r"\b(756\.?\d{4}\.?\d{4}\.?\d{2})\b"), checks.is_swiss_id),
    "Austrian SVNR": (
        compiled(r"(?:svnr|sv-nummer|sozialversicherung\w*)\D{0,12}(\d{4} ?\d{6})\b"),
        checks.is_austrian_id,
    ),
    "Dutch BSN": (
        compiled(r"(?:bsn|burgerservice\w*|sofi\w*)\D{0,12}(\d{9}|\d{4}[. ]\d{2}[. ]\d{3})\b"),
        checks.is_dutch_id,
    ),
    "NHS number": (
        compiled(r"nhs\b\D{0,20}(\d{3}[ \-]?\d{3}[ \-]?\d{4})\b"),
        checks.is_nhs_number,
    ),
    "UK National Insurance": (
        compiled(r"\b([a-ceghj-prtwxyz][a-ceghj-nprtwxyz] ?\d{2} ?\d{2} ?\d{2} ?[a-d])\b"),
        lambda text: text[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"),
    ),
    "US Social Security": (compiled(r"\b(\d{3}-\d{2}-\d{4})\b"), checks.is_us_number),
}


def _before(text: str, start: int) -> str:
    return text[max(0, start - 30) : start]


def _digits(piece: str) -> str:
    return "".join(letter for letter in piece if letter.isdigit())


def _after_characters(piece: str, wanted: int) -> int:
    """The end of the first so many letters and digits; 0 where there are fewer."""
    count = 0
    for place, letter in enumerate(piece):
        count += letter.isalnum()
        if count == wanted:
            return place + 1
    return 0


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no letter or digit belongs to it on either side."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")


def _is_address(piece: str) -> bool:
    try:
        address = ip_address(piece)
    except ValueError:
        return False
    if address.version == 6:
        return not (address.is_loopback or address.is_unspecified or address.is_link_local)
    return not any(address in net for net in _INSIDE)
