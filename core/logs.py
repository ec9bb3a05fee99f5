"""What the log says of a fault: enough to find it, and nothing that a person typed."""

import copy
import logging
import traceback
from collections.abc import Iterator
from typing import Any


class WithoutWords(logging.Formatter):
    """A traceback with the places and the kinds of the exceptions, without their words.

    What an exception says may quote what somebody typed, or a row of the database.
    """

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)  # another handler may have kept the traceback with its words
        own.exc_text = None
        return super().format(own)

    def formatException(self, ei: Any) -> str:  # named by the library
        faults = reversed(list(_faults(ei[1])))
        return "\n\nwhich led to:\n\n".join(_without_words(each) for each in faults)


def _faults(last: BaseException | None) -> Iterator[BaseException]:
    """An exception, the one that it came from, and so on."""
    seen: set[int] = set()
    while last is not None and id(last) not in seen:
        seen.add(id(last))
        yield last
        last = last.__cause__ or (None if last.__suppress_context__ else last.__context__)


def _without_words(fault: BaseException) -> str:
    kind = type(fault)
    return f"{''.join(traceback.format_tb(fault.__traceback__))}{kind.__module__}.{kind.__qualname__}"
