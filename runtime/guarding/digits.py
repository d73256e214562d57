"""Numbers that prove themselves by their check digits. Sources: the standards named at each."""

from __future__ import annotations

import string
from collections import Counter
from datetime import date

# Characters of an IBAN by country (the SWIFT registry of ISO 13616).
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24,
    "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TL": 23, "TN": 24, "TR": 26, "UA": 29,
    "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip


def luhn(digits: str) -> bool:
    """The formula of payment cards (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban_length(country: str) -> int:
    """How many characters an account number of a country has; 0: none are known."""
    return _IBAN_LENGTHS.get(country, 0)


def is_iban(text: str) -> bool:
    """Whether its two check digits hold (ISO 13616, modulo 97 by ISO 7064)."""
    moved = text[4:] + text[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def is_card(digits: str) -> bool:
    """Whether a network of cards issues such numbers, and the Luhn digit holds."""
    size, first = len(digits), int(digits[:6] or 0)
    two, three, four = first // 10_000, first // 1_000, first // 100
    known = (
        (digits[0] == "4" and size in (13, 16, 19))
        or (size == 16 and (51 <= two <= 55 or 2221 <= four <= 2720))
        or (size == 15 and two in (34, 37))
        or (size == 16 and (four == 6011 or two in (64, 65) or 3528 <= four <= 3589))
        or (size == 14 and (two in (36, 38) or 300 <= three <= 305))
        or (16 <= size <= 19 and two == 62)
    )
    return known and len(set(digits)) > 1 and luhn(digits)


def is_german_tax_id(digits: str) -> bool:
    """German Identifikationsnummer: eleven digits, ISO 7064 mod 11,10."""
    if len(digits) != 11 or digits[0] == "0":
        return False
    often = sorted(Counter(digits[:10]).values())
    if often[-1] not in (2, 3) or often[-2] != 1:
        return False  # one digit stands there two or three times, all others at most once
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def is_spanish_id(text: str) -> bool:
    """Spanish DNI or NIE: the letter follows from the number modulo 23."""
    number = text[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return number.isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1]


def is_french_id(digits: str) -> bool:
    """French NIR: thirteen digits and a key of two, modulo 97."""
    month = int(digits[3:5])
    return (1 <= month <= 12 or month >= 20) and 97 - int(digits[:13]) % 97 == int(digits[13:])


def is_italian_id(text: str) -> bool:
    """Italian codice fiscale: sixteen characters, the last one follows from the others."""
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24)
    table = (*odd, 23)
    total = 0
    for place, letter in enumerate(text[:15]):
        value = int(letter) if letter.isdigit() else string.ascii_uppercase.index(letter)
        total += value if place % 2 else table[value]
    return string.ascii_uppercase[total % 26] == text[15]


def is_polish_id(digits: str) -> bool:
    """Polish PESEL: a date of birth, a serial number and a weighted check digit."""
    total = sum(int(d) * w for d, w in zip(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=False))
    month = int(digits[2:4]) % 20
    return (10 - total % 10) % 10 == int(digits[10]) and _is_day(
        int(digits[:2]), month, int(digits[4:6])
    )


def is_swiss_id(digits: str) -> bool:
    """Swiss AHV number: thirteen digits that begin with 756, the last one as in EAN-13."""
    total = sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(digits[:12]))
    return digits.startswith("756") and (10 - total % 10) % 10 == int(digits[12])


def is_austrian_id(digits: str) -> bool:
    """Austrian Sozialversicherungsnummer: a check digit in the fourth place, a date at the end."""
    weights = (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)
    total = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
    day, month, year = int(digits[4:6]), int(digits[6:8]), int(digits[8:])
    return digits[0] != "0" and total == int(digits[3]) and _is_day(year, month, day)


def is_dutch_id(digits: str) -> bool:
    """Dutch BSN: the proof of eleven."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 == 0


def is_nhs_number(digits: str) -> bool:
    """Number of the British NHS: ten digits, modulo 11."""
    total = sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=False))
    return 11 - total % 11 == (int(digits[9]) or 11)


def is_us_number(digits: str) -> bool:
    """Social Security number: it has no check digit, only ranges that are never given."""
    area, group, serial = int(digits[:3]), int(digits[3:5]), int(digits[5:])
    return area not in (0, 666) and area < 900 and group > 0 and serial > 0


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(1900 + year, month, day))
    except ValueError:
        return False
