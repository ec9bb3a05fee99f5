"""What is typed for papers: the words of one, what an edition changes, and what a meeting did with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.core.validators import MaxLengthValidator

from actionplans import operations
from actionplans.forms.decisions import OneForm
from actionplans.forms.plans import laid_out
from actionplans.forms.updates import NO_NAMES
from actionplans.models import Paper, PaperDecision, PaperWords
from actionplans.operations import Actor, Decision
from actionplans.papers import Layout
from core.checked_forms import CheckedForm
from core.forms import LongText

LEAVE = "leave"
LONGEST = 20_000  # characters under one heading


class WordsForm(CheckedForm):
    """A box for each heading under which a person writes; a line for each that stands at the head of the paper.

    `kept` are the words as they are stored now: whoever typed on an older page is told what somebody else wrote.
    """

    mark_optional = False  # all of it is

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, layout: Layout, words: Mapping[str, str], kept: PaperWords | None, **kwargs: Any
    ) -> None:
        initial = {"seen": stamp(kept)}
        super().__init__(*args, initial=initial, **kwargs)
        self.kept, self.words = kept, words
        self.headings = {f"words_{place}": heading for place, heading in enumerate(layout.written)}
        at_head, added = {line.label for line in layout.head}, layout.computed
        for name, heading in self.headings.items():
            self.fields[name] = _box(heading, is_line=heading in at_head, is_added=heading in added)
            self.initial[name] = words.get(heading, "")
        self.checked_fields = tuple(self.headings)
        self.helper = laid_out("seen", *self.headings, Submit("send", "Save words"))

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.kept and given.get("seen") != stamp(self.kept):
            for name, heading in self.headings.items():
                theirs = self.kept.words.get(heading, "")
                if given.get(name, "").strip() != theirs.strip():
                    said = (
                        f"{self.kept.changed_by} has changed this meanwhile: “{theirs}”."
                        if theirs
                        else "It was emptied."
                    )
                    self.add_error(name, f"{said} Save again to keep what stands in the box.")
        return given

    def written(self) -> dict[str, str]:
        return {heading: self.cleaned_data[name].strip() for name, heading in self.headings.items()}


class IssueForm(OneForm):
    """What a later edition changes, for those who have the one before."""

    button = "Issue this edition"
    checked_fields = ("changed",)

    changed = forms.CharField(
        label="What this edition changes",
        help_text=f"Printed with the list of editions. {NO_NAMES}",
        max_length=2000,
        widget=LongText(attrs={"rows": 3}),
        error_messages={"required": "Enter what this edition changes."},
    )


class PaperRow(CheckedForm):
    """What a meeting did with a paper as a whole: a row of the page of its decisions."""

    mark_optional = False
    checked_fields = ("words",)

    outcome = forms.ChoiceField(
        choices=[(LEAVE, "Leave"), *PaperDecision.Decision.choices],
        required=False,  # a paper that was issued since the page was opened is not on it
        widget=forms.Select(attrs={"class": "govuk-!-width-full"}),
    )
    words = forms.CharField(
        label="To whom it was referred, or what was decided",
        max_length=2000,
        required=False,
        widget=LongText(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, paper: Paper, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"paper-{paper.pk}", initial={"outcome": LEAVE}, **kwargs)
        self.subject = self.paper = paper
        self.asks_why = False
        self.fields["outcome"].label = f"Decision on the paper for {paper.meeting}"

    @property
    def is_chosen(self) -> bool:
        return self.cleaned_data.get("outcome") not in {None, "", LEAVE}

    def record(self, decision: Decision, by: Actor, now: datetime) -> object:
        return operations.record_paper_decision(
            paper=self.paper,
            outcome=self.cleaned_data["outcome"],
            words=self.cleaned_data["words"],
            minute=decision.minute,
            by=by,
            now=now,
        )

    def _ask_why(self) -> None:
        self.asks_why = True


def stamp(kept: PaperWords | None) -> str:
    """Changes whenever the words are saved."""
    return kept.changed_at.isoformat() if kept else ""


def _box(heading: str, *, is_line: bool, is_added: bool) -> forms.CharField:
    if is_line:
        return forms.CharField(label=heading, max_length=300, required=False)
    hint = "Stands after what is computed there." if is_added else ""
    area = LongText(attrs={"rows": 4})
    longest = MaxLengthValidator(LONGEST, f"Write at most {LONGEST:,} characters.")  # too many to count down from
    return forms.CharField(label=heading, help_text=hint, required=False, widget=area, validators=[longest])
