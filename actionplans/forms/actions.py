"""What is typed about one action: in a draft, or as a proposal for an agreed plan."""

from datetime import date
from typing import Any

from crispy_forms.layout import Fieldset, Submit
from django import forms
from django.core.exceptions import ValidationError

from actionplans.forms.plans import NO_NAMES, boxes, laid_out, one_of, posts_of
from actionplans.models import Action, Plan
from actionplans.operations import ActionText
from actionplans.operations.plans import recommendations_of
from actionplans.smart import smart_hints
from core.checked_forms import CheckedForm
from core.forms import DateField, LongText
from inspections.models import QualityIndicator, Recommendation
from partnerships import operations as partnering
from partnerships.calendars import days_off
from partnerships.models import Agency

DATED = ("ref", "start_on", "due_on")


class ActionForm(CheckedForm):
    """With `text` the form starts from it; without `is_dated` it has no reference and no dates, which then stay."""

    checked_fields = ("ref", "title", "outside", "measure", "baseline", "target", "evidence_required", "verifier")

    ref = forms.CharField(
        label="Reference", max_length=20, error_messages={"required": "Enter a reference, such as 2.1."}
    )
    title = forms.CharField(
        label="What will be done",
        max_length=500,
        help_text=f"Start with a verb. {NO_NAMES}",
        widget=LongText(attrs={"rows": 2}),
        error_messages={"required": "Enter what will be done."},
    )
    outside = forms.CharField(
        label="Outside bodies that contribute",
        required=False,
        help_text="One a line, by name: a charity, a university. Not the name of a person.",
        widget=LongText(attrs={"rows": 2}),
    )
    start_on = DateField(label="Start", subject="Start date", required=False)
    due_on = DateField(label="Due date", required=False)
    measure = forms.CharField(
        label="Success measure", required=False, max_length=300, help_text="How anybody will see that it worked."
    )
    baseline = forms.CharField(label="Baseline", required=False, max_length=200, help_text="Where it stands now.")
    target = forms.CharField(label="Target", required=False, max_length=200, help_text="Such as 95% or all teams.")
    evidence_required = forms.CharField(
        label="Evidence required",
        required=False,
        help_text="What must be held before it counts as done. One a line.",
        widget=LongText(attrs={"rows": 3}),
    )
    priority = forms.ChoiceField(
        label="Priority", required=False, choices=[("", "Not given"), *Action.Priority.choices]
    )
    horizon = forms.ChoiceField(label="Horizon", required=False, choices=[("", "Not given"), *Action.Horizon.choices])
    is_quick_win = forms.BooleanField(label="This is a quick win", required=False)
    verifier = forms.CharField(
        label="To be verified by",
        required=False,
        max_length=200,
        help_text="A post or a body other than the owner, such as internal audit.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, plan: Plan, text: ActionText | None = None, is_dated: bool = True, button: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.text_before = plan, text
        self.recommended = recommendations_of(plan)
        if text:
            self.initial = {**_initial(text), **self.initial}
        self._add_choices(plan)
        for name in () if is_dated else DATED:
            del self.fields[name]
        dates = [Fieldset("Dates", "start_on", "due_on")] if is_dated else []
        self.helper = laid_out(
            "seen",
            *(["ref"] if is_dated else []),
            "title",
            "recommendations",
            Fieldset("Who", "lead_post", "lead_agency", "contributors", "outside", "verifier"),
            *dates,
            Fieldset("What counts as success", "measure", "baseline", "target", "evidence_required"),
            Fieldset("How urgent", "priority", "horizon", "is_quick_win"),
            *(["indicators"] if "indicators" in self.fields else []),
            Submit("save", button),
        )
        if text and not self.is_bound:
            self._warn(text)

    def clean_ref(self) -> str:
        ref = self.cleaned_data["ref"].strip()
        if ref == self.initial.get("ref"):
            return ref
        if any(each in "/\\?#%" or each.isspace() for each in ref) or ref in {".", "..", "new"}:
            raise ValidationError("Use letters, numbers, dots and hyphens in the reference, such as 2.1.")
        if self.plan.actions.filter(ref=ref).exists() or self.plan.proposals.filter(ref=ref).exists():
            raise ValidationError("This plan already has an action with that reference.")
        return ref

    def clean_evidence_required(self) -> list[str]:
        return _lines(self.cleaned_data["evidence_required"], "Each kind of evidence", 300)

    def clean_outside(self) -> list[str]:
        return _lines(self.cleaned_data["outside"], "Each outside body", 200)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        start_on, due_on = given.get("start_on"), given.get("due_on")
        if start_on and due_on and due_on < start_on:
            self.add_error("due_on", "The due date must not be before the start.")
        if (given.get("baseline") or given.get("target")) and not given.get("measure") and "measure" not in self.errors:
            self.add_error("measure", "Enter the success measure that the baseline and target belong to.")
        return given

    def take(self, refusal: ValidationError) -> None:
        """As every checked form; the column of the due date has another name than its field."""
        errors = getattr(refusal, "error_dict", {})
        if "current_due_on" in errors:
            errors["due_on"] = errors.pop("current_due_on")
        super().take(refusal)

    def text(self) -> ActionText:
        """The text as typed. Outside bodies are entered on first mention, so call it inside the transaction."""
        given = self.cleaned_data
        named = [partnering.agency_of(partnership=self.plan.partnership, name=name) for name in given["outside"]]
        contributors = sorted({*given["contributors"], *named}, key=lambda agency: agency.name)
        chosen = {each.pk for each in given["recommendations"]}
        start_on = given["start_on"].isoformat() if given.get("start_on") else None
        if "start_on" not in self.fields and self.text_before:
            start_on = self.text_before.start_on
        return ActionText(
            title=given["title"],
            lead_post_id=given["lead_post"].pk,
            recommendations_ids=tuple(each.pk for each in self.recommended if each.pk in chosen),
            lead_agency_id=given["lead_agency"].pk if given["lead_agency"] else None,
            contributors_ids=tuple(each.pk for each in contributors),
            start_on=start_on,
            evidence_required=tuple(given["evidence_required"]),
            **{name: given[name] for name in ("priority", "horizon", "is_quick_win", "verifier")},
            indicators_ids=tuple(each.pk for each in given.get("indicators", ())),
            **{name: given[name] for name in ("measure", "baseline", "target")},
        )

    def _add_choices(self, plan: Plan) -> None:
        agencies = Agency.objects.filter(partnership=plan.partnership_id).order_by("-is_member", "name")
        answered = Recommendation.objects.filter(pk__in=[each.pk for each in self.recommended])
        needed = "Choose at least one recommendation that the action answers."
        self.fields["recommendations"] = boxes(
            answered.order_by("inspection", "position"), "Which recommendations does it answer?", required=needed
        )
        needed = "Choose the post that owns the action."
        self.fields["lead_post"] = one_of(posts_of(plan), "Named owner", "Choose a post", required=needed)
        self.fields["lead_agency"] = one_of(agencies, "Lead agency", "Not given")
        self.fields["contributors"] = boxes(agencies, "Which agencies contribute?")
        frameworks = plan.inspections.exclude(framework=None).values("framework")
        indicators = QualityIndicator.objects.filter(framework__in=frameworks).order_by("framework", "position")
        if indicators:
            self.fields["indicators"] = boxes(indicators, "Which quality indicators does it serve?")
            self.fields["indicators"].widget.attrs["class"] = "govuk-checkboxes--small"

    def _warn(self, text: ActionText) -> None:
        """Puts the SMART hints beside their fields."""
        off = days_off([self.plan.partnership_id])[self.plan.partnership_id]
        for name, sentence in smart_hints(text, self.initial.get("due_on"), self.plan.ends_on, off).items():
            if name in self.fields:
                field = self.fields[name]
                field.help_text = f"{field.help_text} Check: {sentence}".strip()


def _initial(text: ActionText) -> dict[str, Any]:
    return text.plain() | {
        "recommendations": list(text.recommendations_ids),
        "lead_post": text.lead_post_id,
        "lead_agency": text.lead_agency_id,
        "contributors": list(text.contributors_ids),
        "indicators": list(text.indicators_ids),
        "start_on": date.fromisoformat(text.start_on) if text.start_on else None,
        "evidence_required": "\n".join(text.evidence_required),
    }


def _lines(typed: str, what: str, longest: int) -> list[str]:
    """The lines of a text, without empty and repeated ones."""
    lines = list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))
    if any(len(line) > longest for line in lines):
        raise ValidationError(f"{what} must be {longest} characters or fewer.")
    return lines
