"""Papers in the middle of random histories: "since the last meeting" is the difference of two days, and a paper can be
made again from the rows that it ended with, however the day went on.

    SEQUENCES=200 .venv/bin/python -m pytest tests/actionplans/test_since.py
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from actionplans.figures import figures
from actionplans.models import Paper
from actionplans.papers import Report, build_report
from actionplans.papers.checking import counted, rebuilt
from partnerships.models import Meeting
from tests.actionplans.test_sequences import CALM, MANY, Sequence

STAGES = some.sampled_from(["agreed", "agreed", "verified"])
PROFILE = (
    settings(max_examples=MANY, stateful_step_count=60, print_blob=True, **CALM)
    if MANY
    else settings(max_examples=3, stateful_step_count=40, derandomize=True, **CALM)
)


@dataclass(frozen=True)
class Reported:
    """A paper as it was made, and how its actions stood then, read from the actions themselves."""

    paper: Paper
    report: Report
    told: dict[str, dict[str, Any]]


class Reporting(Sequence):
    """The same sequences, with a meeting of the group now and then."""

    def __init__(self, house) -> None:
        super().__init__(house)
        self.reported: list[Reported] = []

    def teardown(self) -> None:
        try:
            if self.is_sound:
                for each in self.reported:
                    again = rebuilt(Paper.objects.get(pk=each.paper.pk), each.report)
                    assert counted(again) == counted(each.report)
        finally:
            super().teardown()

    @initialize(dues=some.tuples(some.integers(0, 200), some.integers(0, 90), some.none()), stage=STAGES)
    def begins(self, dues, stage):
        super().begins(dues, stage)
        self.meets()

    @rule(hours=some.sampled_from([24, 14 * 24, 42 * 24]))
    def meets_later(self, hours):
        self.life.pass_time(hours)
        self.meets()

    meets_again = meets_often = meets_ever_so_often = meets_later

    def meets(self) -> None:
        """A paper is made. Once a day is enough: the next is about what came after it."""
        if not self.is_in("active", "closed"):
            return
        on, plan = self.life.today, self.life._fresh()
        last = self.reported[-1] if self.reported else None
        if last and last.paper.as_at >= on:
            return
        meeting = Meeting.objects.create(
            group=self.house.ours.group, on=on + timedelta(days=900), paper_deadline_on=on + timedelta(days=890)
        )
        report = build_report(plan, on=on, meeting=meeting)
        told = self.told()
        self.check_since(report, last, told)
        self.reported.append(Reported(self.issued(plan, meeting, report), report, told))

    def told(self) -> dict[str, dict[str, Any]]:
        """Each action as it is now: not as at a day, but by its own columns."""
        on = self.life.today
        return {
            each.ref: {
                "status": each.status,
                "rag": each.rag(on).word,
                "is_overdue": each.is_overdue(on),
                "date_changes": each.date_changes,
            }
            for each in self.life._all()
        }

    def issued(self, plan, meeting: Meeting, report: Report) -> Paper:
        count, _, head = report.history.partition(":")
        return Paper.objects.create(
            plan=plan,
            meeting=meeting,
            edition=1,
            as_at=report.as_at,
            issued_at=self.life.now,
            issued_by=self.house.person("clerk"),
            issued_by_name="Clerk",
            history_count=int(count),
            history_head=head,
            content=report.as_json(),
        )

    def check_since(self, report: Report, last: Reported | None, now: dict[str, dict[str, Any]]) -> None:
        assert report.figures == figures(self.life.standings(self.life.today), self.life.today)
        if last is None:
            assert report.since is None
            return
        assert report.since is not None
        then = last.told
        changes = report.since.changes
        kinds = {kind.key: {row.ref for row in kind.rows} for kind in changes.kinds}
        assert kinds["new"] == now.keys() - then.keys()
        assert kinds["slipped"] == {
            ref for ref, each in now.items() if each["is_overdue"] and not then.get(ref, {}).get("is_overdue")
        }
        both = {ref for ref in now if ref in then}
        assert kinds["rag"] == {ref for ref in both if now[ref]["rag"] != then[ref]["rag"]}
        assert kinds["moved"] == {
            ref for ref in now if now[ref]["date_changes"] > then.get(ref, {}).get("date_changes", 0)
        }
        for key, status in (("closed", "closed"), ("verified", "verified"), ("completed", "completed")):
            became = {ref for ref in now if now[ref]["status"] == status != then.get(ref, {}).get("status")}
            assert became <= kinds[key] | (kinds["reopened"] if key == "completed" else set())
        before, after = last.report.figures, report.figures
        by_label = {each.label: (each.before, each.after) for each in changes.figures}
        assert by_label["Actions"] == (before.actions, after.actions)
        assert by_label["Open"] == (before.open, after.open)
        assert by_label["Overdue"] == (before.overdue, after.overdue)
        assert by_label["Of those, closed"] == (before.closed_of_due, after.closed_of_due)
        assert {label.removeprefix("RAG: "): pair for label, pair in by_label.items() if label.startswith("RAG")} == {
            word: (dict(before.rag).get(word, 0), dict(after.rag).get(word, 0))
            for word in dict(before.rag) | dict(after.rag)
        }


@pytest.mark.django_db
@pytest.mark.once
def test_what_changed_since_the_last_meeting_is_the_difference_of_two_papers(house):
    run_state_machine_as_test(lambda: Reporting(house), settings=PROFILE)
