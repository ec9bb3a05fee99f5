"""What is typed about a plan as a whole: starting it, answering recommendations, submitting, deciding, agreeing."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.db.models import QuerySet

from actionplans.models import Action, Plan, PlanGroup
from actionplans.operations import PlanText
from actionplans.operations.exemptions import FEWEST, MOST
from core.checked_forms import CheckedForm
from core.forms import DateField, LongText
from inspections.models import Inspection, Recommendation
from partnerships.models import Agency, Group, Post

GROUP_ROLES = {
    "approves": PlanGroup.Role.APPROVES,
    "monitors": PlanGroup.Role.MONITORS,
    "scrutinises": PlanGroup.Role.SCRUTINISES,
    "closes": PlanGroup.Role.CLOSES,
    "dates": PlanGroup.Role.APPROVES_DATES,
}
NO_NAMES = "Do not include names, dates of birth or case numbers."


def boxes(queryset: QuerySet[Any], label: str, *, required: str = "", help_text: str = "") -> Any:
    """Checkboxes, one a row of the queryset; `required` is the sentence when none is ticked, empty for optional."""
    return forms.ModelMultipleChoiceField(
        queryset,
        label=label,
        required=bool(required),
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": required} if required else None,
    )


def one_of(queryset: QuerySet[Any], label: str, empty: str, *, required: str = "", help_text: str = "") -> Any:
    """A select, one option a row of the queryset; `required` as for `boxes`."""
    return forms.ModelChoiceField(
        queryset,
        label=label,
        required=bool(required),
        empty_label=empty,
        help_text=help_text,
        error_messages={"required": required} if required else None,
    )


def posts_of(plan: Plan | Inspection) -> QuerySet[Post]:
    return Post.objects.filter(partnership=plan.partnership_id).order_by("title")


def laid_out(*parts: Any) -> FormHelper:
    """A helper for a form whose element the template writes; the last part is the button."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*parts)
    return helper


class PlanForm(CheckedForm):
    """What a draft says of itself. With `inspection` it is a new one, which may copy an `earlier` plan."""

    checked_fields = ("title",)

    title = forms.CharField(
        label="Title of the plan",
        max_length=300,
        help_text=f"Members and inspectors will read it. {NO_NAMES}",
        error_messages={"required": "Enter the title of the plan."},
    )
    ends_on = DateField(
        label="End of the plan", required=False, help_text="The day by which all of it should be done, if one is set."
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, of: Inspection | Plan, button: str, earlier: QuerySet[Plan] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        groups = Group.objects.filter(partnership=of.partnership_id).order_by("name")
        self.fields["lead_post"] = one_of(posts_of(of), "Plan lead", "Choose a post", required="Choose the plan lead.")
        needed = "Tick the group or groups that approve the plan."
        self.fields["approves"] = boxes(groups, "Which groups approve it?", required=needed)
        self.fields["monitors"] = boxes(groups, "Which groups monitor it?", help_text="They get progress reports.")
        self.fields["scrutinises"] = boxes(groups, "Which groups scrutinise it?", help_text="They get them too.")
        self.fields["closes"] = boxes(groups, "Which groups close actions and the plan?")
        self.fields["dates"] = boxes(groups, "Which groups decide about later dates?")
        if earlier is not None:
            said = (
                "Their open actions, without dates and history. You say afterwards which recommendation each answers."
            )
            self.fields["copied_from"] = one_of(
                earlier, "Copy the actions of an earlier plan", "Copy nothing", help_text=said
            )
        self.helper = laid_out(
            *("seen", "title", "lead_post", "ends_on", Fieldset("Groups", *GROUP_ROLES)),
            *(["copied_from"] if earlier is not None else []),
            Submit("draft", button),
        )

    @classmethod
    def starting_from(cls, text: PlanText) -> dict[str, Any]:
        """The values of a plan as it is."""
        roles = {name: [key for key, each in text.groups if each == role] for name, role in GROUP_ROLES.items()}
        ends_on = date.fromisoformat(text.ends_on) if text.ends_on else None
        return {"title": text.title, "lead_post": text.lead_post_id, "ends_on": ends_on, "seen": text.mark, **roles}

    def text(self, before: PlanText) -> PlanText:
        """The text as typed. Roles that the form does not ask about stay as they were before."""
        given = self.cleaned_data
        others = {(key, role) for key, role in before.groups if role not in GROUP_ROLES.values()}
        groups = sorted(others | {(group.pk, role.value) for group, role in self.groups()})
        ends_on = given["ends_on"].isoformat() if given["ends_on"] else None
        return PlanText(given["title"], given["lead_post"].pk, ends_on, tuple(groups))

    def groups(self) -> list[tuple[Group, PlanGroup.Role]]:
        return [(group, role) for name, role in GROUP_ROLES.items() for group in self.cleaned_data[name]]


class WordingForm(forms.Form):
    """Whether the wording of updates is read before it is published."""

    is_read = forms.BooleanField(
        label="Somebody reads the committee wording of each update before it is published",
        help_text="A co-ordinator then publishes each update, its wording changed or not, or returns it to its writer. "
        "Until then it counts for nothing.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("is_read", Submit("review", "Save this setting"))


class SuppressionForm(CheckedForm):
    """Under which number numbers of people are suppressed in public papers."""

    number = forms.IntegerField(
        label="Suppress numbers of people under",
        help_text=f"In public papers, of measures that count people. From {FEWEST} to {MOST}; 0 suppresses none.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid"), f"Enter 0, or a number from {FEWEST} to {MOST}."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("number", Submit("suppress", "Save this number"))


class ResponseForm(CheckedForm):
    """The partnership's answer to one recommendation."""

    checked_fields = ("reason",)

    response = forms.ChoiceField(
        label="Does the partnership agree?",
        choices=Recommendation.Response.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the partnership agrees."},
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=2000,
        widget=LongText(attrs={"rows": 4}),
        help_text=f"Needed when it is not, or only partly, agreed. Inspectors will read it. {NO_NAMES}",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, recommendation: Recommendation, **kwargs: Any) -> None:
        partnership = recommendation.inspection.partnership_id
        kwargs.setdefault("initial", {}).update(
            response=recommendation.response,
            reason=recommendation.response_reason,
            accountable_post=recommendation.accountable_post_id,
            lead_agency=recommendation.lead_agency_id,
            seen=recommendation.response_mark,
        )
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.filter(partnership=partnership).order_by("name")
        self.fields["accountable_post"] = one_of(posts_of(recommendation.inspection), "Accountable post", "Not given")
        self.fields["lead_agency"] = one_of(agencies, "Lead agency", "Not given")
        fields = ("seen", "response", "reason", "accountable_post", "lead_agency")
        self.helper = laid_out(*fields, Submit("save", "Save response"))

    def differences(self, saved: Recommendation) -> list[tuple[str, str, str]]:
        """What differs between the response as it is saved and as it is typed here: label, saved, typed."""
        given = self.cleaned_data
        as_saved = {
            "response": saved.get_response_display(),
            "reason": saved.response_reason,
            "accountable_post": saved.accountable_post,
            "lead_agency": saved.lead_agency,
        }
        as_typed = given | {"response": Recommendation.Response(given["response"]).label}
        pairs = {name: (str(as_saved[name] or "none"), str(as_typed[name] or "none")) for name in as_saved}
        return [(str(self.fields[name].label), *pair) for name, pair in pairs.items() if pair[0] != pair[1]]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("response") not in {None, Recommendation.Response.AGREED} and not given.get("reason"):
            self.add_error("reason", "Enter the reason why this is not, or only partly, agreed.")
        return given


class SeveralForm(forms.Form):
    """A new owner, due date or priority for the actions that are ticked."""

    prefix = "several"

    due_on = DateField(label="Due date", required=False, subject="Due date")
    priority = forms.ChoiceField(
        label="Priority", required=False, choices=[("", "Leave as it is"), *Action.Priority.choices]
    )
    field_order = ("actions", "lead_post", "due_on", "priority")

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = plan.actions.order_by("position")
        self.fields["actions"] = boxes(actions, "Which actions?", required="Tick the actions to change.")
        self.fields["lead_post"] = one_of(posts_of(plan), "Named owner", "Leave as it is")
        self.order_fields(self.field_order)
        self.helper = laid_out(*self.field_order, Submit("change", "Change these actions", css_class="secondary"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not (given["lead_post"] or given["due_on"] or given["priority"]):
            self.add_error("lead_post", "Choose a new owner, due date or priority.")
        return given

    def take(self, refusal: Any) -> None:
        for message in refusal.messages:
            self.add_error("due_on" if "due date" in message.lower() else None, message)


class SubmitForm(forms.Form):
    """Which group the draft is put before."""

    prefix = "submit"

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = groups_of(plan, PlanGroup.Role.APPROVES)
        self.fields["group"] = one_of(groups, "Group", "Choose a group", required="Choose the group to submit it to.")
        self.helper = laid_out("group", Submit("submit", "Submit the plan"))

    def take(self, refusal: Any) -> None:
        self.add_error("group", refusal.messages)


def groups_of(plan: Plan, *roles: PlanGroup.Role) -> QuerySet[Group]:
    """The groups with one of these roles for the plan, by name."""
    asked = plan.plan_groups.filter(role__in=roles).values("group")
    return Group.objects.filter(pk__in=asked).order_by("name")
