"""Text that looks like personal data about a child. Source of the rule: product.md §4.

Found by form and check digit, not by meaning: CHI, NHS and National Insurance numbers, UPNs, dates of birth, full
postcodes, case numbers. Names cannot be found this way; the forms ask people not to write them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from stdnum.gb import nhs, upn


@dataclass(frozen=True)
class Suspicion:
    """Something in a text that looks like personal data: what it looks like, the words, and what to write instead."""

    kind: str
    words: str
    instead: str

    def __str__(self) -> str:
        return f"“{self.words}” looks like {self.kind}. {self.instead}"


TEN_DIGITS = re.compile(r"(?<![\w.])\d(?:[ -]?\d){9}(?![\w])")
NINO = re.compile(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d){6} ?[A-D]\b", re.IGNORECASE)
UPN = re.compile(r"\b[A-HJ-NP-RT-Z]\d{12}\b|\b[A-HJ-NP-RT-Z]\d{11}[A-HJ-NP-RT-Z]\b", re.IGNORECASE)
MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATE = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)? {MONTH},? \d{{4}})"
BIRTH = re.compile(
    rf"\b(?:d\.?o\.?b\b\.?|date of birth|born(?: on)?|birthday)\W{{0,4}}(?:is |was )?{DATE}", re.IGNORECASE
)
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
CASE = re.compile(
    r"\b(?:case|file|swift|carefirst|mosaic|client|service user)\s*(?:id|no|nr|number|ref|reference)?\s*[.:#]*\s*"
    r"(?=[\w/-]*\d{4})[A-Z]{0,4}[\d/-]{4,}\b",
    re.IGNORECASE,
)
NUMBERS = "Write how many children or how often, not which child."


def suspicions(text: str) -> list[Suspicion]:
    """What in the text looks like personal data, each piece of text once, in the order of the checks."""
    found: dict[str, Suspicion] = {}
    for look in CHECKS:
        for each in look(text):
            if not any(each.words in known for known in found):
                found[each.words] = each
    return list(found.values())


def is_chi(number: str) -> bool:
    """Whether ten digits are a Community Health Index number: day, month, year, four digits, the last modulo 11."""
    try:
        date(2000 + int(number[4:6]), int(number[2:4]), int(number[:2]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:9], range(10, 1, -1), strict=True))
    return (11 - total % 11) % 11 == int(number[9])


def _ten_digits(text: str) -> Iterator[Suspicion]:
    for match in TEN_DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if is_chi(digits):
            yield Suspicion("a CHI number", match[0], NUMBERS)
        elif nhs.is_valid(digits):
            yield Suspicion("an NHS number", match[0], NUMBERS)


def _upn(text: str) -> Iterator[Suspicion]:
    for match in UPN.finditer(text):
        if upn.is_valid(match[0]):
            yield Suspicion("a unique pupil number", match[0], NUMBERS)


def _pattern(pattern: re.Pattern, kind: str, instead: str) -> Callable[[str], Iterator[Suspicion]]:
    def look(text: str) -> Iterator[Suspicion]:
        return (Suspicion(kind, match[0].strip(), instead) for match in pattern.finditer(text))

    return look


CHECKS: tuple[Callable[[str], Iterator[Suspicion]], ...] = (
    _ten_digits,
    _upn,
    _pattern(NINO, "a National Insurance number", NUMBERS),
    _pattern(BIRTH, "a date of birth", "Write an age group, such as “under 12”."),
    _pattern(POSTCODE, "a full postcode", "Write the locality, or the first half of the postcode."),
    _pattern(CASE, "a case number", NUMBERS),
)
