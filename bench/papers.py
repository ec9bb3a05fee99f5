"""Papers: python -m bench.papers — a paper of 60 actions and 5 charts as PDF and as Word, once warm.

Runs on one core, as the aims are said. Prints the median and the longest of the processor time, all threads counted,
and of the time on the clock. Every paper has other words in each row and other values in each chart, so that nothing is
drawn from what was kept of the last.
"""

import os
from statistics import median
from time import perf_counter, process_time

import django

TIMES, WARM_UP = 12, 2
AIMS = {"pdf": 250, "docx": 500}  # milliseconds


def measure(ending: str) -> tuple[list[float], list[float]]:
    """Milliseconds of the processor, all threads counted, and on the clock, of each paper after the warm-up."""
    from actionplans.papers import FORMATS
    from bench.reports import report_of

    spent, passed = [], []
    for seed in range(WARM_UP + TIMES):
        report = report_of(seed)
        used, began = process_time(), perf_counter()
        FORMATS[ending].write(report)
        spent.append(1000 * (process_time() - used))
        passed.append(1000 * (perf_counter() - began))
    return spent[WARM_UP:], passed[WARM_UP:]


def in_words(ending: str, aim: int) -> str:
    spent, passed = measure(ending)
    verdict = "met" if median(spent) < aim else "missed"
    return (
        f"{ending}: {median(spent):.0f} ms of the processor (longest {max(spent):.0f}), {median(passed):.0f} ms on the "
        f"clock; aim {aim}: {verdict}; median of {TIMES} papers"
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DEBUG", "1")
    django.setup()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for ending, aim in AIMS.items():
        print(in_words(ending, aim))


if __name__ == "__main__":
    main()
