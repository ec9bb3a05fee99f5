"""Checking an issued paper years later: its files, its contents, its history, and its numbers made again from it."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from actionplans.integrity import check_history
from actionplans.models import Paper
from actionplans.papers.build import build_report
from actionplans.papers.editions import public
from actionplans.papers.keeping import checksum
from actionplans.papers.report import Report, Row

BLOCK = 1 << 20  # bytes read at a time
# Of a report, what is not computed from history: it belongs to the issue itself.
OF_THE_ISSUE = ("is_draft", "edition", "template_sha256", "layout", "words", "suppress_under")
NUMBERS = tuple(field.name for field in fields(Row) if field.type not in {str, "str"} and field.name != "evidence")
MOST_SHOWN = 10
ADDED = "post"  # to rows since papers were first issued: an older paper has nothing there, which is no other word


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: what, whether it holds, and what was found, in sentences."""

    what: str
    holds: bool
    said: tuple[str, ...]


def check_paper(paper: Paper) -> list[Finding]:
    """Everything that can be checked about an issued paper: files, contents, history, numbers, words."""
    report = Report.from_json(paper.exempt_content or paper.content)
    again = rebuilt(paper, report)
    return [_files(paper), _contents(paper), _history(paper), _numbers(report, again), _words(report, again)]


def rebuilt(paper: Paper, report: Report) -> Report:
    """The report of a paper made again, from the rows of history that it was made from."""
    made = build_report(
        paper.plan,
        on=paper.as_at,
        meeting=paper.meeting,
        upto=paper.history_count,
        layout=report.layout,
        words=dict(report.words),
        before=paper.issued_at,
    )
    shown = made if report.is_exempt else public(made)
    return replace(shown, **{name: getattr(report, name) for name in OF_THE_ISSUE})


def _files(paper: Paper) -> Finding:
    """Whether the stored files are those whose hashes were kept."""
    wrong = []
    files = list(paper.files.order_by("is_exempt", "format"))
    for each in files:
        name = f"{each.format}{', exempt edition' if each.is_exempt else ''}"
        try:
            found = _sha256(each.file)
        except OSError:
            wrong.append(f"The file cannot be read: {name}.")
        else:
            if found != each.sha256:
                wrong.append(f"The file is another one than was issued: {name} (SHA-256 {found}).")
    good = f"{len(files)} files, each with the SHA-256 that was kept when it was issued."
    return Finding("Files", not wrong, tuple(wrong) or (good,))


def _contents(paper: Paper) -> Finding:
    if not paper.content_sha256:
        return Finding("Contents", True, ("No SHA-256 was kept of the contents of papers then.",))
    holds = checksum(paper.content, paper.exempt_content) == paper.content_sha256
    said = f"SHA-256 {paper.content_sha256}." if holds else "The kept contents are not those that were issued."
    return Finding("Contents", holds, (said,))


def _history(paper: Paper) -> Finding:
    """Whether the history is unbroken, and still has the row that the paper ended with."""
    checked = check_history(paper.plan, (paper.history_count, paper.history_head) if paper.history_count else None)
    good = f"{checked.count} entries, unbroken; entry {paper.history_count} is the one that the paper names."
    return Finding("History", not checked.fault, (checked.fault or good,))


def _numbers(report: Report, again: Report) -> Finding:
    """Whether the same numbers, dates and statuses come out again."""
    wrong = [
        f"{name}: {was} in the paper, {now} made again."
        for name, was, now in _differences(counted(report), counted(again))
    ]
    if len(wrong) > MOST_SHOWN:
        wrong = [*wrong[:MOST_SHOWN], f"And {len(wrong) - MOST_SHOWN} more."]
    good = f"The figures and {len(report.rows)} rows come out the same when they are made again from the history."
    return Finding("Numbers", not wrong, tuple(wrong) or (good,))


def _words(report: Report, again: Report) -> Finding:
    """What reads otherwise today: names beside the history may have changed. That is no fault of the paper."""
    changed = [
        f"{name}: “{was}” in the paper, “{now}” today."
        for name, was, now in _differences(report.as_json(), again.as_json())
        if was or not name.endswith(f" {ADDED}")
    ]
    if not changed:
        return Finding("Words", True, ("Every word comes out the same.",))
    more = [f"And {len(changed) - MOST_SHOWN} more."] if len(changed) > MOST_SHOWN else []
    said = "Names and texts that are kept beside the history have changed since. The paper keeps the old ones."
    return Finding("Words", True, (said, *changed[:MOST_SHOWN], *more))


def counted(report: Report) -> dict[str, Any]:
    """The numbers, dates and statuses of a report."""
    rows = {row.ref: {name: getattr(row, name) for name in (*NUMBERS, "status", "rag")} for row in report.rows}
    compared = {each.label: (each.before, each.after) for each in report.since.changes.figures} if report.since else {}
    kinds = {each.label: [row.ref for row in each.rows] for each in report.since.changes.kinds} if report.since else {}
    return {"figures": asdict(report.figures), "rows": rows, "since": compared, "changes": kinds}


def _differences(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two plain values differ: the path, and both values."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            yield from _differences(before.get(key), after.get(key), f"{path} {key}".strip())
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple) and len(before) == len(after):
        for place, (was, now) in enumerate(zip(before, after, strict=True), start=1):
            yield from _differences(was, now, f"{path} {place}".strip())
    elif before != after:
        yield path, before, after


def _sha256(file: Any) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while data := opened.read(BLOCK):
            digest.update(data)
    return digest.hexdigest()
