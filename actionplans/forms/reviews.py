"""What a co-ordinator types from a progress review: its facts, and what it says of each recommendation."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Fieldset, Submit
from django import forms

from actionplans.forms.plans import NO_NAMES, laid_out
from actionplans.forms.reports import ReportFacts
from core.forms import LongText
from inspections.models import Inspection, Judgement, Recommendation
from inspections.operations import Judged

NOT_JUDGED = ""


class ReviewForm(ReportFacts):
    """The facts of a review, then three questions for each recommendation of the inspection that it follows."""

    called = "review"

    def __init__(
        self, *args: Any, follows: Inspection, recommendations: Sequence[Recommendation], **kwargs: Any
    ) -> None:
        said = {"led": "Reviewed by", "missing": "Choose the body that reviewed."}
        super().__init__(*args, partnership=follows.partnership, **said, **kwargs)
        self.recommendations = recommendations
        self.initial.setdefault("lead_body", follows.lead_body_id)
        sets = [self._ask_about(each) for each in recommendations]
        self.fields["is_checked"] = forms.BooleanField(
            label="I have checked these words against the report. They cannot be changed afterwards.",
            error_messages={"required": "Check the words against the report, then tick the box."},
        )
        typed = ("title", "other_body", "fieldwork", "conclusion")
        self.checked_fields = (*typed, *self._named("text"), *self._named("remains"))
        facts = ("title", "lead_body", "other_body", "published_on", "fieldwork", "conclusion")
        self.helper = laid_out(*facts, *sets, "is_checked", Submit("enter", "Enter the review"))

    def _ask_about(self, each: Recommendation) -> Fieldset:
        names = [f"{name}-{each.pk}" for name in ("word", "text", "remains")]
        self.fields[names[0]] = forms.ChoiceField(
            label=f"Judgement of {each.number}",
            choices=[*Judgement.Word.choices, (NOT_JUDGED, "Not looked at in this review")],
            widget=forms.RadioSelect,
            required=False,
        )
        area: dict[str, Any] = {"max_length": 4000, "required": False, "widget": LongText(attrs={"rows": 3})}
        self.fields[names[1]] = forms.CharField(
            label=f"What inspectors say of {each.number}", help_text=f"In their own words. {NO_NAMES}", **area
        )
        self.fields[names[2]] = forms.CharField(
            label=f"What remains of {each.number}",
            help_text="In their own words. It is carried forward as a recommendation of the review. May be left empty.",
            **area,
        )
        return Fieldset(f"{each.number} {each.text}", *names)

    def _named(self, name: str) -> list[str]:
        return [f"{name}-{each.pk}" for each in self.recommendations]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for each in self.recommendations:
            word, text, remains = (given.get(f"{name}-{each.pk}", "") for name in ("word", "text", "remains"))
            if word and not text and f"text-{each.pk}" not in self.errors:
                self.add_error(f"text-{each.pk}", f"Enter what inspectors say of {each.number}.")
            if not word and (text or remains):
                self.add_error(f"word-{each.pk}", f"Choose the judgement of {each.number}.")
        return given

    def judged(self) -> list[Judged]:
        given = self.cleaned_data
        return [
            Judged(each, Judgement.Word(word), given[f"text-{each.pk}"], given[f"remains-{each.pk}"])
            for each in self.recommendations
            if (word := given[f"word-{each.pk}"])
        ]
