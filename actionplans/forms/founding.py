"""What people type to set a partnership up: agencies, groups, posts, people and their roles."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from actionplans.forms.decisions import OneForm
from actionplans.forms.posts import NO, YES
from core.forms import LongText
from partnerships.models import Agency, Group, Partnership, Post
from partnerships.roles import Role

LONGEST, MOST = 200, 100  # letters of a name, names at a time
ABOUT = {
    Role.OWNER: "posts updates for the posts that they hold",
    Role.COORDINATOR: "drafts plans, chases, prepares meetings",
    Role.CLERK: "makes papers and records decisions",
    Role.VERIFIER: "checks that done is done",
    Role.APPROVER: "records what a group decided",
    Role.MEMBER: "reads plans and issued papers",
    Role.ADMINISTRATOR: "sets up the partnership, and says what others may do",
}
NAME = {"class": "govuk-!-width-two-thirds", "autocomplete": "off"}


class NamesField(forms.CharField):
    """Names, one a line; cleans to a list without empty lines."""

    def __init__(self, *, missing: str, **kwargs: Any) -> None:
        area = LongText(attrs={"rows": 6, "spellcheck": "false"})
        super().__init__(widget=area, error_messages={"required": missing}, **kwargs)

    def clean(self, value: Any) -> Any:
        names = [" ".join(line.split()) for line in super().clean(value).split("\n") if line.strip()]
        long = next((each for each in names if len(each) > LONGEST), None)
        if long:
            raise ValidationError(f"“{long[:40]}…” has {len(long)} characters. Use {LONGEST} or fewer in a line.")
        if len(names) > MOST:
            raise ValidationError(f"These are {len(names)} lines. Enter {MOST} at a time.")
        return names


class PartnershipForm(OneForm):
    button = "Enter this partnership"

    name = forms.CharField(
        label="Name of the partnership",
        max_length=LONGEST,
        widget=forms.TextInput(attrs=NAME),
        error_messages={"required": "Enter the name of the partnership."},
    )
    names = NamesField(
        label="Its member agencies",
        help_text="One a line: the council, the NHS board, the police and others.",
        missing="Enter at least one agency.",
    )


class AgenciesForm(OneForm):
    button = "Enter these agencies"

    names = NamesField(label="Agencies", help_text="One a line.", missing="Enter at least one agency.")
    is_member = forms.ChoiceField(
        label="What are they to the partnership?",
        choices=[(YES, "Members of it"), (NO, "Outside bodies that contribute")],
        initial=YES,
        widget=forms.RadioSelect,
    )


class PostsForm(OneForm):
    button = "Enter these posts"

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label="Agency", required=False, empty_label="None: of the partnership itself"
    )
    titles = NamesField(
        label="Titles of posts",
        help_text="One a line, such as Head of Social Services. The post, not who holds it.",
        missing="Enter the title of at least one post.",
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["agency"]).queryset = partnership.agencies.order_by("name")


def _days(label: str, help_text: str, initial: int) -> forms.IntegerField:
    said = "Enter a number of working days from 0 to 60."
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        initial=initial,
        min_value=0,
        max_value=60,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
    )


class GroupForm(OneForm):
    button = "Enter this group"

    name = forms.CharField(
        label="Name of the group",
        max_length=LONGEST,
        widget=forms.TextInput(attrs=NAME),
        error_messages={"required": "Enter the name of the group."},
    )
    kind = forms.CharField(
        label="What kind of group is it?",
        help_text="In your own words, such as council committee or board of chief officers.",
        max_length=100,
        widget=forms.TextInput(attrs=NAME),
        error_messages={"required": "Enter what kind of group it is."},
    )
    paper_days = _days(
        "Paper deadline, in working days",
        "How long before a meeting its papers must be ready.",
        Group._meta.get_field("paper_days").default,
    )
    update_days = _days(
        "Updates due, in working days",
        "How long before the paper deadline owners must have posted their updates.",
        Group._meta.get_field("update_days").default,
    )


class RolesForm(OneForm):
    button = "Save what they may do"

    roles = forms.MultipleChoiceField(
        label="What may they do here?",
        choices=[(role.value, f"{role.label}: {said}") for role, said in ABOUT.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one role."},
    )


class PersonForm(RolesForm):
    checked_fields = ("name", "email")
    button = "Enter this person"

    name = forms.CharField(
        label="Name",
        help_text="Of somebody who works for an agency or sits on a board. Never of a child or a family.",
        max_length=LONGEST,
        widget=forms.TextInput(attrs=NAME),
        error_messages={"required": "Enter their name."},
    )
    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs=NAME),
        error_messages={
            "required": "Enter their e-mail address.",
            "invalid": "Enter an e-mail address such as name@example.org.",
        },
    )
    signs_in = forms.ChoiceField(
        label="Will they sign in?",
        choices=[
            (YES, "Yes: they get a message with how to set a password"),
            (NO, "No: they have no account, get reminders by mail, and a co-ordinator posts their updates"),
        ],
        initial=YES,
        widget=forms.RadioSelect,
    )

    def own_fields(self) -> list[str]:
        return ["name", "email", "roles", "signs_in"]


def _key(thing: Agency | Group | Post) -> str:
    return f"{thing._meta.model_name}-{thing.pk}"


class MistakeForm(OneForm):
    """One thing of a partnership that was entered by mistake."""

    button = "Remove it"

    thing = forms.ChoiceField(
        label="What was entered by mistake?",
        help_text="Only what nothing mentions yet can go. A title that has changed since is a post of its own.",
        error_messages={"required": "Choose what to remove.", "invalid_choice": "Choose what to remove."},
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: dict[str, list[Agency] | list[Group] | list[Post]] = {
            "Agencies": list(partnership.agencies.order_by("name")),
            "Groups": list(partnership.groups.order_by("name")),
            "Posts": list(partnership.posts.order_by("title")),
        }
        self.things = {_key(each): each for found in kinds.values() for each in found}
        choices = [(kind, [(_key(each), str(each)) for each in found]) for kind, found in kinds.items() if found]
        cast(forms.ChoiceField, self.fields["thing"]).choices = [("", "Choose"), *choices]

    def chosen(self) -> Agency | Group | Post:
        return self.things[self.cleaned_data["thing"]]
