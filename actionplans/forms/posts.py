"""What people type about posts: who holds one next, who deputises, and when somebody leaves."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from actionplans.forms.decisions import OneForm
from core.forms import DateField
from partnerships.holders import mark_of
from partnerships.models import Post, User
from partnerships.permissions import members, updaters

NEW = "new"
NOBODY = "nobody"
YES, NO = "yes", "no"
LONG_AGO = 31  # days; a first day before that is more often a slip of the pen than a change heard of late


class PersonField(forms.ChoiceField):
    """Somebody from a list that is set when the form is made; `words` come first and name nobody."""

    def offer(self, people: Iterable[User], heading: str, words: Iterable[tuple[str, str]] = ()) -> None:
        self.people = {str(each.pk): each for each in people}
        names = [(key, f"{each.name} ({each.email})") for key, each in self.people.items()]
        self.choices = [("", "Choose a person"), *words, (heading, names)]


class HandOverForm(OneForm):
    """The next holder: a member of the partnership, somebody new, or for the time being nobody."""

    checked_fields = ("name", "email")
    button = "Hand over"
    mark_optional = False  # whether the name is owed depends on the choice above it

    to = PersonField(label="Next holder", error_messages={"required": "Choose who holds the post next."})
    name = forms.CharField(
        label="Name, when not in the list",
        help_text="Of somebody who works for an agency or sits on a board. Never of a child or a family.",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-!-width-two-thirds", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="E-mail address, when not in the list",
        required=False,
        widget=forms.EmailInput(attrs={"class": "govuk-!-width-two-thirds", "autocomplete": "off"}),
        error_messages={"invalid": "Enter an e-mail address such as name@example.org."},
    )
    signs_in = forms.ChoiceField(
        label="Will they sign in, when not in the list?",
        choices=[
            (YES, "Yes: they get a message with how to set a password"),
            (NO, "No: they have no account, get reminders by mail, and a co-ordinator posts their updates"),
        ],
        initial=YES,
        required=False,
        widget=forms.RadioSelect,
    )
    on = DateField(
        label="First day",
        help_text="Of the next holder, or of the vacancy. The day before it is the last of whoever holds the post now.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, post: Post, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post, self.today = post, today
        words = [(NEW, "A person who is not in this list"), (NOBODY, "Nobody yet: leave the post vacant")]
        self._to.offer(members(post.partnership), str(post.partnership), words)

    @property
    def _to(self) -> PersonField:
        return cast(PersonField, self.fields["to"])

    @property
    def is_new(self) -> bool:
        return self.cleaned_data["to"] == NEW

    def member(self) -> User | None:
        """The person who was chosen from the list."""
        return self._to.people.get(self.cleaned_data["to"])

    def take(self, refusal: ValidationError) -> None:
        """Whoever saves again has read what the refusal said."""
        super().take(refusal)
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = mark_of(self.post)  # type: ignore[index]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for field, missing in (("name", "Enter their name."), ("email", "Enter their e-mail address.")):
            if given.get("to") == NEW and not given.get(field) and field not in self.errors:
                self.add_error(field, missing)
            if given.get("to") not in {None, NEW} and given.get(field):
                self.add_error(field, "Clear this, or choose “A person who is not in this list”.")
        on = given.get("on")
        if on and (self.today - on).days > LONG_AGO:
            odd = f"That is {(self.today - on).days:,} days ago. What was recorded since keeps the name that it has."
            tick = "Tick the box if it is meant, or enter another day."
            self.ask_whether_meant("on", on, [odd], verb="Hand over from", tick=tick)
        return given


class CoverForm(OneForm):
    """Who answers for a post while its holder is away, from when to when."""

    button = "Name this deputy"

    user = PersonField(label="Deputy", error_messages={"required": "Choose who deputises."})
    starts_on = DateField(label="First day")
    ends_on = DateField(label="Last day", help_text="It belongs to the period too.")

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user.offer(updaters(post.partnership), f"Action owners and co-ordinators of {post.partnership}")

    @property
    def _user(self) -> PersonField:
        return cast(PersonField, self.fields["user"])

    def clean_user(self) -> User:
        return self._user.people[self.cleaned_data["user"]]


class LeaveForm(OneForm):
    button = "Record that they leave"

    last_day = DateField(label="Last day")


class AboveForm(OneForm):
    """One post, or nobody: what a post reports to, or who chairs a group."""

    post = forms.ModelChoiceField(Post.objects.none(), required=False, empty_label="Nobody")

    def __init__(self, *args: Any, posts: QuerySet[Post], label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["post"]).queryset = posts.order_by("title")
        self.fields["post"].label = label
