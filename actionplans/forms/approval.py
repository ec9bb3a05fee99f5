"""What is typed when a group has decided about a plan: approved, returned, changed by a new version, closed."""

from datetime import date
from typing import Any

from crispy_forms.layout import Submit
from django import forms

from actionplans.forms.plans import NO_NAMES, groups_of, laid_out, one_of
from actionplans.models import Plan, PlanGroup
from actionplans.operations import PlanIsNotReady
from core.checked_forms import CheckedForm
from core.forms import LongText
from partnerships.models import Meeting


class DecisionForm(CheckedForm):
    """What a group decided, at which meeting, under which minute. `reason_label` empty: no reason is asked for."""

    checked_fields = ("minute", "reason")
    roles: tuple[PlanGroup.Role, ...] = (PlanGroup.Role.APPROVES,)
    reason_label = ""
    reason_help = ""
    button = ""

    minute = forms.CharField(
        label="Minute reference",
        required=False,
        max_length=100,
        help_text="Such as 14/2. Without one, the plan says “not recorded”.",
    )
    field_order = ("decision", "group", "meeting", "minute", "reason")

    def __init__(self, *args: Any, plan: Plan, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = groups_of(plan, *self.roles)
        needed = "Choose the group that decided."
        self.fields["group"] = one_of(groups, "Group", "Choose a group", required=needed)
        meetings = Meeting.objects.filter(group__in=groups, on__lte=on).select_related("group").order_by("-on")
        self.fields["meeting"] = one_of(meetings, "Meeting", "Not recorded")
        if self.reason_label:
            self.fields["reason"] = forms.CharField(
                label=self.reason_label,
                help_text=self.reason_help,
                required=False,
                max_length=2000,
                widget=LongText(attrs={"rows": 3}),
            )
        self.order_fields(self.field_order)
        if groups.count() == 1:
            self.initial["group"] = groups.get().pk
        shown = [name for name in self.field_order if name in self.fields]
        self.helper = laid_out(*shown, Submit("record", self.button))

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        meeting, group = given.get("meeting"), given.get("group")
        if meeting and group and meeting.group_id != group.pk:
            self.add_error("meeting", f"That is not a meeting of {group}.")
        return given

    def take(self, refusal: Any) -> None:
        """A group without the right to decide is at fault beside its field."""
        if isinstance(refusal, PlanIsNotReady):
            self.add_error("group", refusal.messages)
        else:
            super().take(refusal)

    def said(self) -> dict[str, Any]:
        """What the verbs of a decision take."""
        return {name: self.cleaned_data[name] for name in ("group", "meeting", "minute")}


class ApprovalForm(DecisionForm):
    reason_label = "Reason"
    reason_help = f"Needed when the plan is returned. {NO_NAMES}"
    button = "Record the decision"

    decision = forms.ChoiceField(
        label="What did the group decide?",
        choices=[("approve", "It approved the plan"), ("return", "It returned the plan")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the group decided."},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("decision") == "return" and not given.get("reason"):
            self.add_error("reason", "Enter why the plan is returned.")
        return given


class ClosingForm(DecisionForm):
    roles = (PlanGroup.Role.CLOSES, PlanGroup.Role.APPROVES)
    button = "Close the plan"


class AgreeForm(DecisionForm):
    reason_label = "Why the plan is changed"
    reason_help = f"Members and inspectors will read it. {NO_NAMES}"
    button = "Agree this version"

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("reason"):
            self.add_error("reason", "Enter why the plan is changed.")
        return given
