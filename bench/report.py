"""The table of a run, on the screen and in bench/results/."""

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.load import Timing
from tests.services import program

RESULTS = Path(__file__).resolve().parent / "results"
MOST_QUERIES = 12  # a page


@dataclass(frozen=True)
class Work:
    """A piece of work; `aim` is how many times the bare view's time it may take, None where nothing was set."""

    name: str
    label: str
    aim: float | None
    is_page: bool = True


WORKS = (
    Work("late", "late actions of one partnership", 2.0),
    Work("dashboard", "dashboard of one plan", 2.5),
    Work("action", "one action with its history", 3.0),
    Work("post", "posting an update", 4.0, is_page=False),
    Work("csv", "CSV of every action", None, is_page=False),
)


@dataclass(frozen=True)
class Line:
    work: Work
    timing: Timing
    queries: tuple[int, int]  # those that read or write rows, and those of the transaction
    queries_bare: tuple[int, int]

    @property
    def verdict(self) -> str:
        if self.work.aim is None:
            return "no aim set"
        is_fast = self.timing.ratio <= self.work.aim
        is_lean = not self.work.is_page or self.queries[0] <= MOST_QUERIES
        return "met" if is_fast and is_lean else "missed"

    @property
    def cells(self) -> tuple[str, ...]:
        aim = f"{self.work.aim:g}×" if self.work.aim else "–"
        return (
            self.work.label,
            str(self.timing.rows),
            f"{_ms(self.timing.ours)} ms",
            f"{_ms(self.timing.bare)} ms",
            f"{self.timing.ratio:.2f}×",
            f"{self.timing.ratio_at_best:.2f}×",
            aim,
            _plus(self.queries),
            _plus(self.queries_bare),
            self.verdict,
        )


HEADINGS = (
    "work",
    "rows",
    "Followthrough",
    "bare view",
    "ratio",
    "at best",
    "aim",
    "queries",
    "bare queries",
    "aim met?",
)


def write_report(size: str, subjects: dict, lines: list[Line], papers: list[str], reminders: list[str]) -> None:
    table = as_table(lines)
    print(f"\n{table}\n")
    csv_line = next(each for each in lines if each.work.name == "csv")
    rates = [round(csv_line.timing.rows / median(each)) for each in (csv_line.timing.ours, csv_line.timing.bare)]
    speed = f"CSV: {rates[0]:,} rows a second; the bare view {rates[1]:,}."
    print(speed)
    RESULTS.mkdir(exist_ok=True)
    scale = f"{subjects['actions']:,} actions in {subjects['plans']:,} plans"
    requests = {each.work.label: len(each.timing.ours) for each in lines}
    text = [
        f"# Benchmark, size {size}",
        f"{datetime.now(UTC):%-d %B %Y}. {scale}. {machine()}.",
        table,
        speed,
        "Medians of requests made in turn to both applications in one run, one reader at a time: "
        + ", ".join(f"{label} {count}" for label, count in requests.items())
        + f". Aim: the ratio, and for a page at most {MOST_QUERIES} queries (after the plus: "
        "BEGIN, SET TRANSACTION, COMMIT and the like, which do not count). “At best” is the ratio of the "
        "fastest requests. Ratios hold better than milliseconds. "
        "What the bare view does and does not do: [README](../README.md).",
        "A paper of 60 actions with five charts, once warm. " + " ".join(f"{each}." for each in papers),
        *reminders,
    ]
    print("\n\n".join([*papers, *reminders]))
    (RESULTS / f"{size}.md").write_text("\n\n".join(text) + "\n", encoding="utf-8")


def as_table(lines: list[Line]) -> str:
    rows = [HEADINGS, *(each.cells for each in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |" for row in rows
    )


def machine() -> str:
    """What the numbers depend on, without saying which machine it is."""
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    postgresql = subprocess.run([program("postgres"), "--version"], capture_output=True, text=True, check=True)
    return (
        f"{os.cpu_count()} cores (load average at the end {os.getloadavg()[0]:.1f}), "
        f"{round(pages * page / 2**30)} GiB of memory, Python {platform.python_version()}, "
        f"Django {version('django')}, gunicorn {version('gunicorn')}, PostgreSQL {postgresql.stdout.split()[2]} "
        "with its own defaults (every commit is flushed to the disk)"
    )


def _plus(queries: tuple[int, int]) -> str:
    return f"{queries[0]} + {queries[1]}" if queries[1] else str(queries[0])


def _ms(seconds: list[float]) -> str:
    value = median(seconds) * 1000
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"
