"""What is looked for, and where."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from actionplans.models import Plan
from actionplans.search import KINDS
from partnerships.models import Partnership

LONGEST = 200  # characters


class SearchForm(forms.Form):
    """The words, and the filters: a kind of thing, a partnership, a plan. A filter with one choice is left out."""

    q = forms.CharField(
        label="Words or a reference",
        help_text="Such as risk assessment, “risk assessment” in quotes for that order, LTC4.2, or a meeting’s day, "
        "19 November 2026.",
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "class": "govuk-!-width-two-thirds", "spellcheck": "true"}),
        error_messages={"max_length": f"Enter {LONGEST} characters or fewer."},
    )
    kind = forms.ChoiceField(
        label="What",
        required=False,
        choices=[("", "Everything"), *((each.key, each.label) for each in KINDS.values())],
        error_messages={"invalid_choice": "Choose what to look for from the list."},
    )
    partnership = forms.ChoiceField(label="Partnership", required=False)
    plan = forms.ChoiceField(label="Plan", required=False)

    def __init__(self, data: Any, *, partnerships: Iterable[Partnership], plans: Iterable[Plan]) -> None:
        super().__init__(data)
        self.partnerships = {each.slug: each for each in partnerships}
        self.plans = {each.slug: each for each in plans}
        self._offer("partnership", "All partnerships", [(each.slug, each.name) for each in self.partnerships.values()])
        self._offer("plan", "All plans", [(each.slug, each.title[:80]) for each in self.plans.values()])

    def words(self) -> str:
        return self.cleaned_data["q"] if self.is_valid() else ""

    def chosen(self) -> dict[str, Any]:
        """The partnership and the plan that the filters name."""
        given = self.cleaned_data
        return {
            "partnership": self.partnerships.get(given.get("partnership", "")),
            "plan": self.plans.get(given.get("plan", "")),
        }

    def kinds(self) -> list[str]:
        return [kind] if (kind := self.cleaned_data["kind"]) else []

    def _offer(self, name: str, every: str, choices: list[tuple[str, str]]) -> None:
        if len(choices) < 2 and not self.data.get(name):
            del self.fields[name]
            return
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = [("", every), *choices]
        field.error_messages["invalid_choice"] = f"Choose a {name} from the list."
