"""What is typed about reminders: the rules of a plan, and how often a person wants to be written to."""

import re
from typing import Any

from crispy_forms.layout import Fieldset, Submit
from django import forms
from django.core.exceptions import ValidationError

from actionplans.forms.plans import laid_out
from actionplans.reminders import NEVER_UNSAID, Rules, problems


class DaysField(forms.CharField):
    """Numbers of days, separated by commas or spaces; gives them as a tuple in rising order."""

    def __init__(self, *, required: bool = False, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"class": "govuk-input--width-10"})
        super().__init__(max_length=60, required=required, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(each) for each in value) if isinstance(value, tuple) else value

    def to_python(self, value: Any) -> Any:
        parts = re.split(r"[,;\s]+", (super().to_python(value) or "").strip())
        if any(part and not (part.isascii() and part.isdigit() and len(part) < 5) for part in parts):
            raise ValidationError("Enter whole numbers of days, separated by commas, such as 1, 8, 22.")
        return tuple(sorted(int(part) for part in parts if part))


def _number(label: str, help_text: str = "", *, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=0,
        max_value=9999,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={
            **dict.fromkeys(("invalid", "min_value", "max_value"), f"{label}: enter a whole number of days."),
            "required": "Enter a number of days.",
        },
    )


def _late(label: str) -> DaysField:
    said = {"required": NEVER_UNSAID}
    return DaysField(label=label, help_text="For example 1, 8, 22.", required=True, error_messages=said)


class RulesForm(forms.Form):
    """The rules of one plan, as typed; `rules()` of a valid form gives them."""

    update_before = DaysField(label="Days before the update date", help_text="For example 7, 2. Empty: none before.")
    update_after = _late("Days after the update date, while there is no update")
    due_before = DaysField(label="Days before the due date", help_text="For example 14, 3. Empty: none before.")
    due_after = _late("Days after the due date, while it is not completed")
    then_every = _number(
        "After the last of these, every so many days", "From 7 to 91, for as long as it lasts.", required=True
    )
    line_after = _number("The post that the owner's reports to")
    lead_after = _number("The plan lead")
    chair_after = _number("The chair of each monitoring group")
    working_days_only = forms.BooleanField(
        label="Working days only",
        help_text="Working days of Scotland, without the local holidays of the partnership.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(
            Fieldset("Updates for a round", "update_before", "update_after"),
            Fieldset("Due dates", "due_before", "due_after"),
            "then_every",
            Fieldset(
                "Who else is told after so many days late (empty: not told)", "line_after", "lead_after", "chair_after"
            ),
            "working_days_only",
            Submit("show", "Show what would be sent", css_class="secondary"),
            Submit("save", "Save these rules"),
        )

    def rules(self) -> Rules:
        return Rules(**self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            for name, wrong in problems(Rules(**given)).items():
                self.add_error(name, wrong)
        return given


class OftenForm(forms.Form):
    """How often a person wants to be written to. Never is no answer: what is overdue is always said."""

    often = forms.ChoiceField(
        label="How often do you want to be reminded?",
        choices=[
            ("daily", "On the day: at most one message a day"),
            ("weekly", "Once a week: one message on the first working day of the week"),
        ],
        widget=forms.RadioSelect,
        help_text="What your co-ordinator asks you for comes the same day either way.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("often", Submit("save", "Save"))
