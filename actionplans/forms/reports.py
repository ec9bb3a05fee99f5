"""What a co-ordinator types from a report: what every report says of itself, the report whole, its grades."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from crispy_forms.layout import Fieldset, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from actionplans.forms.decisions import OneForm
from actionplans.forms.plans import NO_NAMES, boxes, laid_out
from core.checked_forms import CheckedForm
from core.forms import PARTS, DateField, LongText
from inspections.models import (
    Finding,
    Inspection,
    Level,
    QualityFramework,
    QualityIndicator,
    ScrutinyBody,
)
from inspections.pasted import Paragraph, paragraphs, recommended
from partnerships.models import Partnership

ANOTHER = "another"
LONGEST_NAME = 200
LONGEST = 60_000  # letters of a box; the recommendations of the longest reports are a tenth of it
SPLIT = "after an empty line or, where there is none, on each line."
ONE_EACH = f"A new one begins {SPLIT}"
LOCKED = "Their words cannot be changed once the report is entered. You see how they were understood before that."


class BodyField(forms.ChoiceField):
    """A scrutiny body of those that the partnership knows, or another one, whose name is typed beside it."""

    def offer(self, bodies: Iterable[ScrutinyBody]) -> None:
        self.bodies = {str(each.pk): each for each in bodies}
        named = [(key, str(each)) for key, each in self.bodies.items()]
        self.choices = [("", "Choose a body"), *named, (ANOTHER, "Another body")]


class ReportFacts(CheckedForm):
    """What every report says of itself. `called` is what the page calls it."""

    FACTS: tuple[str, ...] = ("title", "published_on", "fieldwork", "conclusion")
    called = "report"

    title = forms.CharField(max_length=300, help_text="As it stands on the report.")
    lead_body = BodyField()
    other_body = forms.CharField(
        label="Name of the other body, when not in the list",
        max_length=LONGEST_NAME,
        required=False,
        help_text="Choose “Another body” above. Only your partnership will find it in its list afterwards.",
    )
    published_on = DateField(label="Day of publication", subject="Day of publication")
    fieldwork = forms.CharField(
        label="When inspectors were on site", max_length=200, required=False, help_text="Such as June and August 2014."
    )
    conclusion = forms.CharField(
        label="Conclusion in the inspectors’ words",
        max_length=2000,
        required=False,
        widget=LongText(attrs={"rows": 3}),
        help_text=NO_NAMES,
    )

    def __init__(self, *args: Any, partnership: Partnership, led: str, missing: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = f"Title of the {self.called}"
        self.fields["title"].error_messages["required"] = f"Enter the title of the {self.called}."
        self._lead.label = led
        self._lead.error_messages["required"] = missing
        self._lead.offer(ScrutinyBody.objects.known_to(partnership).order_by("name"))

    @property
    def _lead(self) -> BodyField:
        return cast(BodyField, self.fields["lead_body"])

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        lead, other = given.get("lead_body"), given.get("other_body")
        if lead == ANOTHER and not other and "other_body" not in self.errors:
            self.add_error("other_body", "Enter the name of the body.")
        if lead not in {None, ANOTHER} and other:
            self.add_error("other_body", "Clear this, or choose “Another body”.")
        return given

    def facts(self) -> dict[str, Any]:
        """What the operations take of it; the body by its name where it is another one."""
        given = self.cleaned_data
        lead = self._lead.bodies.get(given["lead_body"], given["other_body"])
        return {name: given[name] for name in self.FACTS} | {"lead_body": lead}


class PastedField(forms.CharField):
    """A text of a report, which cleans to its paragraphs as `read` takes them."""

    def __init__(
        self, *, rows: int, help_text: str, read: Callable[[str], list[Paragraph]] = paragraphs, **kwargs: Any
    ) -> None:
        at_most = [MaxLengthValidator(LONGEST)]  # nobody comes near it, so the page does not count down to it
        area = LongText(attrs={"rows": rows})
        super().__init__(help_text=f"{help_text} {NO_NAMES}", widget=area, validators=at_most, **kwargs)
        self.read = read

    def clean(self, value: Any) -> Any:
        return self.read(super().clean(value))


class ReportForm(ReportFacts):
    """A report whole, its recommendations and findings as they are pasted."""

    FACTS = (*ReportFacts.FACTS, "kind", "framework", "commissioned_by", "trigger")
    FINDINGS = {
        "strengths": Finding.Kind.STRENGTH,
        "areas": Finding.Kind.AREA,
        "good_practice": Finding.Kind.GOOD_PRACTICE,
    }
    FIRST = ("kind", "title", "lead_body", "other_body", "published_on")
    BACKGROUND = ("framework", "fieldwork", "commissioned_by", "trigger", "conclusion")
    SAID = ("kind", "title", "lead_body", "partner_bodies", "published_on", *BACKGROUND)
    MORE = ("partner_bodies", "other_partners", *BACKGROUND)
    checked_fields = (
        *("title", "other_body", "other_partners", "fieldwork", "commissioned_by", "trigger", "conclusion"),
        *("recommendations", *FINDINGS),
    )

    kind = forms.ChoiceField(
        label="Kind of inspection",
        choices=[each for each in Inspection.Kind.choices if each[0] != Inspection.Kind.PROGRESS],
        widget=forms.RadioSelect,
        help_text="A progress review is entered on the page of the inspection that it follows.",
        error_messages={"required": "Choose the kind of inspection."},
    )
    other_partners = forms.CharField(
        label="Names of bodies that are not in this list",
        max_length=1000,
        required=False,
        widget=LongText(attrs={"rows": 2}),
        help_text="Of those that took part, one a line.",
    )
    published_on = DateField(
        label="Day of publication",
        subject="Day of publication",
        required=False,
        help_text="Leave it empty when the report is not out yet. A plan can be drafted once the day is entered.",
    )
    commissioned_by = forms.CharField(label="Commissioned by", max_length=200, required=False)
    trigger = forms.CharField(
        label="What set it off",
        max_length=300,
        required=False,
        help_text=f"Such as the programme of joint inspections, or a concern that was raised. {NO_NAMES}",
    )
    recommendations = PastedField(
        rows=12,
        read=recommended,
        help_text="Paste them from the report. A new one begins at each line that begins with a number, "
        f"such as 1. or R1. Without numbers it begins {SPLIT} They are then numbered 1, 2, 3. {LOCKED}",
        error_messages={"required": "Paste the recommendations of the report."},
    )
    strengths = PastedField(rows=5, help_text=ONE_EACH, required=False)
    areas = PastedField(label="Areas for improvement", rows=5, help_text=ONE_EACH, required=False)
    good_practice = PastedField(rows=3, help_text=ONE_EACH, required=False)

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        said = {"led": "Lead scrutiny body", "missing": "Choose the body that led the inspection."}
        super().__init__(*args, partnership=partnership, **said, **kwargs)
        bodies = ScrutinyBody.objects.known_to(partnership).order_by("name")
        self.fields["partner_bodies"] = boxes(bodies, "Other bodies that took part")
        self.fields["partner_bodies"].widget.attrs["class"] = "govuk-checkboxes--small"
        self.fields["framework"] = forms.ModelChoiceField(
            QualityFramework.objects.order_by("title"),
            label="Quality framework",
            required=False,
            empty_label="None",
            help_text="By which it graded, if it did. Grades are entered afterwards.",
            widget=forms.Select(attrs={"class": "govuk-!-width-full"}),
        )
        found = ("recommendations", *self.FINDINGS)
        self.order_fields([*self.FIRST, *found, *self.MORE])  # errors are listed as the page asks
        self.helper = laid_out(
            *self.FIRST,
            Fieldset("What inspectors found", *found),
            Fieldset("More about the inspection", *self.MORE),
            Submit("check", "Check this report"),
        )

    def clean_other_partners(self) -> list[str]:
        names = [name for line in self.cleaned_data["other_partners"].splitlines() if (name := line.strip())]
        if any(len(each) > LONGEST_NAME for each in names):
            raise ValidationError(f"A name must have {LONGEST_NAME} characters or fewer. Enter one a line.")
        return names

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        return super().facts() | {
            "partner_bodies": [*given["partner_bodies"], *given["other_partners"]],
            "recommendations": given["recommendations"],
            "findings": {self.FINDINGS[name]: texts for name, texts in self.findings()},
        }

    def findings(self) -> list[tuple[str, list[str]]]:
        """What was found, by the boxes that are not empty."""
        found = [(name, [each.text for each in self.cleaned_data[name] if each.text]) for name in self.FINDINGS]
        return [(name, texts) for name, texts in found if texts]

    def in_words(self) -> list[tuple[str, str]]:
        """What the report says of itself, as label and words, without what was left empty."""
        given = self.facts()
        day = given["published_on"]
        given["kind"] = Inspection.Kind(given["kind"]).label
        given["partner_bodies"] = "; ".join(map(str, given["partner_bodies"]))
        given["published_on"] = f"{day:%-d %B %Y}" if day else "Not yet"
        said = [(str(self.fields[name].label), str(given[name] or "")) for name in self.SAID]
        return [(label, words) for label, words in said if words]

    def kept(self) -> list[tuple[str, str]]:
        """What was typed, as the names and values of hidden fields: what is shown is what is entered."""
        asked = {*self.fields, *(f"published_on_{part}" for part in PARTS)}
        return [(name, value) for name, values in self.data.lists() if name in asked for value in values]  # type: ignore[attr-defined]

    def _typed(self, name: str, given: dict[str, Any]) -> Any:
        """What was pasted is looked at as it will be kept: a number that a line broke in two is whole there."""
        value = super()._typed(name, given)
        if not isinstance(value, list):
            return value
        return "\n".join(each.text if isinstance(each, Paragraph) else each for each in value)


class PublicationForm(OneForm):
    """The day on which a report was published that was entered before."""

    button = "Enter this day"

    published_on = DateField(label="Day of publication", help_text="It cannot be changed afterwards.")


class GradesForm(CheckedForm):
    """The grade of each quality indicator that has none yet."""

    mark_optional = False  # no report grades all of them

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = {f"grade-{each.pk}": each for each in inspection.ungraded()}
        scale = inspection.framework.scale_id if inspection.framework else None
        self.levels = {str(each.pk): each for each in Level.objects.filter(scale=scale).order_by("position")}
        words = [("", "No grade"), *((key, str(level)) for key, level in self.levels.items())]
        for name, indicator in self.indicators.items():
            self.fields[name] = forms.ChoiceField(label=str(indicator), choices=words, required=False)
        self.fields["is_checked"] = forms.BooleanField(
            label="I have checked these grades against the report. They cannot be changed afterwards.",
            error_messages={"required": "Check the grades against the report, then tick the box."},
        )
        self.helper = laid_out(*self.indicators, "is_checked", Submit("enter", "Enter these grades"))

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if any(value for name, value in self.data.items() if name.startswith("grade-") and name not in self.fields):
            graded = "Somebody has graded one of these quality indicators since you opened the page. That grade stays."
            self.add_error(None, f"{graded} Check what is left, then enter it again.")
        return given

    def grades(self) -> dict[QualityIndicator, Level]:
        given = self.cleaned_data
        return {each: self.levels[given[name]] for name, each in self.indicators.items() if given[name]}
