"""What is read from an answer: enough to know that both applications show the same rows."""

import csv
import io
import re

TAG = re.compile(r"<[^>]*>")
REF = re.compile(r"\bP\d+\.\d+\.\d+\b")
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


def refs(body: bytes) -> list[str]:
    """The references of actions that a reader sees, in their order; those inside addresses do not count."""
    return REF.findall(TAG.sub(" ", body.decode()))


def sorted_refs(body: bytes) -> list[str]:
    """The same, each once, where the order, and in how many charts and tables they stand, is the product's business."""
    return sorted(set(refs(body)))


def days_of_history(body: bytes) -> list[str]:
    return re.findall(r'<time datetime="([\d-]+)"', body.decode())


def rows_of_csv(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def records_of_csv(body: bytes) -> list[list[str]]:
    return rows_of_csv(body)[1:]


def hidden_inputs(body: bytes) -> dict[str, str]:
    """Names and values of hidden inputs inside the page: the CSRF token, and which row of history was seen last."""
    found = {}
    for tag in HIDDEN.findall(body.decode()):
        attributes = dict(ATTRIBUTE.findall(tag))
        found[attributes["name"]] = attributes.get("value", "")
    return found
