"""Names and addresses that nothing else has yet."""

from collections.abc import Container
from itertools import count


def first_free(wanted: str, taken: Container[str]) -> str:
    """What is wanted or, where it is taken, with the first number behind it that is free: report, report-2, …"""
    return next(each for n in count(1) if (each := wanted if n == 1 else f"{wanted}-{n}") not in taken)
