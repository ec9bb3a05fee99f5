"""What people type about dates and about whether done is done: single forms, and the page of a meeting."""

from datetime import date
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

from actionplans.forms.updates import NO_NAMES
from actionplans.models import OVER, Action, DateRequest, Plan
from actionplans.operations import Decision
from actionplans.operations.dates import date_warnings
from core.checked_forms import CheckedForm
from core.forms import DateField, LongText
from partnerships.calendars import days_off
from partnerships.models import Meeting

NO_MEETING = "none"


def long_text(label: str, missing: str, *, help_text: str = "", rows: int = 3) -> forms.CharField:
    said = {"required": missing}
    hint = f"{help_text} {NO_NAMES}".strip()
    area = LongText(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, max_length=2000, widget=area, error_messages=said)


class OneForm(CheckedForm):
    """A form of a page of its own, with one button."""

    button = "Save"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.own_fields(), Submit("send", self.button))

    def own_fields(self) -> list[str]:
        return list(self.base_fields)

    def given(self) -> dict[str, Any]:
        """What its own fields hold, by name: the arguments of a verb that asks for the same."""
        return {name: self.cleaned_data[name] for name in self.own_fields()}

    def ask_whether_meant(self, field: str, on: date, odd: list[str], *, verb: str, tick: str) -> None:
        """Says beside a day what is odd about it, unless the box after it is ticked, which is there from then on.

        The box is named by its day: a tick that was given for another day does not count. `verb`: what the box says
        that is done all the same; `tick`: what to do about an empty one.
        """
        name = f"despite_{on}"
        label = f"I know. {verb} {on:%-d %B %Y} all the same"
        self.fields[name] = forms.BooleanField(label=label, help_text=" ".join(odd), required=False)
        self.helper.layout.fields.insert(self.own_fields().index(field) + 1, name)
        if name not in self.data:
            self.add_error(name, tick)
            for each in odd:
                self.add_error(field, each)


class DateRequestForm(OneForm):
    """Another due date, with a reason. What is odd about the date is said, and asked for all the same by a tick."""

    checked_fields = ("reason",)
    button = "Ask for this date"

    to_on = DateField(label="New due date")
    reason_kind = forms.ChoiceField(
        label="Main reason",
        choices=[("", "Choose a reason"), *DateRequest.ReasonKind.choices],
        error_messages={"required": "Choose the main reason."},
    )
    reason = long_text(
        "Why the date should change",
        "Enter why the date should change.",
        help_text="Members and inspectors read this in the history.",
    )

    def __init__(self, *args: Any, action: Action, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action, self.on = action, on

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        to_on = given.get("to_on")
        here = self.action.plan.partnership_id
        warnings = date_warnings(self.action, to_on, self.on, days_off([here])[here]) if to_on else []
        if to_on and warnings:
            tick = "Tick the box to ask for this date all the same, or enter another date."
            self.ask_whether_meant("to_on", to_on, warnings, verb="Ask for", tick=tick)
        return given


class WithdrawDateForm(OneForm):
    """Why a request for a later date is taken back. The usual words are there already: a slip needs no story."""

    checked_fields = ("reason",)
    button = "Withdraw the request"

    reason = forms.CharField(
        label="Why you withdraw it",
        help_text=f"A few words. Change these, or leave them. Members and inspectors read this. {NO_NAMES}",
        initial="I have changed my mind.",
        max_length=200,
        error_messages={"required": "Enter why you withdraw the request, in a few words."},
    )


class DecidedForm(OneForm):
    """How something was decided: at which meeting or, without one, by whom; and the minute reference."""

    checked_fields: tuple[str, ...] = ("decided_by", "minute")

    meeting = forms.ChoiceField(label="Decided at", error_messages={"required": "Choose where it was decided."})
    decided_by = forms.CharField(
        label="Who decided, when not at a meeting",
        help_text="A group, or a person by post: Chair of the Committee, between meetings.",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-!-width-two-thirds"}),
    )
    minute = forms.CharField(
        label="Minute reference",
        help_text="May be left out. It is then shown as “not recorded”.",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )

    def __init__(self, *args: Any, plan: Plan, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Meeting.objects.filter(group__partnership=plan.partnership_id, on__lte=on).select_related("group")
        self.meetings = {str(each.pk): each for each in held.order_by("group__name", "-on")}
        by_group: dict[str, list[tuple[str, str]]] = {}
        for key, each in self.meetings.items():
            by_group.setdefault(str(each.group), []).append((key, str(each)))
        field = cast(forms.ChoiceField, self.fields["meeting"])
        field.choices = [("", "Choose a meeting"), *by_group.items(), (NO_MEETING, "Not at a meeting")]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("meeting") == NO_MEETING and not given.get("decided_by") and "decided_by" not in self.errors:
            self.add_error("decided_by", "Enter who decided.")
        if given.get("meeting") not in {None, NO_MEETING} and given.get("decided_by"):
            self.add_error("decided_by", "Clear who decided, or choose “Not at a meeting”.")
        return given

    def decision(self) -> Decision:
        meeting = self.meetings.get(self.cleaned_data["meeting"])
        decided_by = str(meeting.group) if meeting else self.cleaned_data["decided_by"]
        return Decision(decided_by=decided_by, meeting=meeting, minute=self.cleaned_data["minute"])


class VerifyForm(OneForm):
    """The word of somebody other than the owner about a completed action."""

    checked_fields = ("verifier", "statement")
    button = "Record"

    outcome = forms.ChoiceField(
        label="Is it done?",
        widget=forms.RadioSelect,
        choices=[("accept", "Yes: verify it"), ("return", "No: return it to the owner")],
        error_messages={"required": "Choose whether you verify or return it."},
    )
    statement = forms.CharField(
        label="What you checked, or why you return it",
        help_text=f"Members and inspectors read this. {NO_NAMES}",
        max_length=2000,
        required=False,
        widget=LongText(attrs={"rows": 4}),
    )
    verifier = forms.CharField(
        label="Whose word this is",
        help_text="The person, by post, or the body.",
        max_length=200,
        error_messages={"required": "Enter the person or body whose word this is."},
    )
    mark_optional = False  # what is typed below the choice is owed either way; the operation says for which


class ReopenForm(OneForm):
    checked_fields = ("reason",)
    button = "Reopen the action"

    reason = long_text(
        "Why it is reopened", "Enter why the action is reopened.", help_text="Members and inspectors read this."
    )


class DropForm(DecidedForm):
    """Cancelling an action, or superseding it by another of the plan."""

    checked_fields = ("reason", "decided_by", "minute")
    button = "Record"

    outcome = forms.ChoiceField(
        label="What happens to it",
        widget=forms.RadioSelect,
        choices=[("cancel", "Cancelled: it will not be done"), ("supersede", "Superseded: another action replaces it")],
        error_messages={"required": "Choose whether it is cancelled or superseded."},
    )
    superseded_by = forms.ModelChoiceField(
        Action.objects.none(), label="Which action replaces it", required=False, empty_label="Choose when superseded"
    )
    reason = long_text("Why", "Enter why the action is dropped.", help_text="Members and inspectors read this.")

    def __init__(self, *args: Any, action: Action, on: date, **kwargs: Any) -> None:
        super().__init__(*args, plan=action.plan, on=on, **kwargs)
        others = action.plan.actions.exclude(pk=action.pk).exclude(status__in=set(OVER) - {"closed"})
        cast(forms.ModelChoiceField, self.fields["superseded_by"]).queryset = others.order_by("position")

    def own_fields(self) -> list[str]:
        return ["outcome", "superseded_by", "reason", "meeting", "decided_by", "minute"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        supersedes, other = given.get("outcome") == "supersede", given.get("superseded_by")
        if supersedes and not other and "superseded_by" not in self.errors:
            self.add_error("superseded_by", "Choose the action that replaces this one.")
        if given.get("outcome") == "cancel" and other:
            self.add_error("superseded_by", "Choose “Superseded”, or leave out the action that replaces this one.")
        return given


class SustainedForm(OneForm):
    """Whether an improvement lasted."""

    checked_fields = ("statement",)
    button = "Record the check"

    outcome = forms.ChoiceField(
        label="Has the improvement lasted?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No: the action is reopened")],
        error_messages={"required": "Choose whether the improvement has lasted."},
    )
    statement = long_text(
        "What you looked at", "Enter what you looked at.", help_text="Members and inspectors read this.", rows=4
    )
