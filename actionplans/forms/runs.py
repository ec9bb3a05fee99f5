"""What a person says about a paper that a worker is to make."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.layout import Layout, Submit
from django import forms

from actionplans.forms.days import DayField
from actionplans.forms.decisions import OneForm
from actionplans.models import Plan
from actionplans.papers import FORMATS
from partnerships.models import Group

PLANS = "plans"  # and the key of a partnership: the name of its checkboxes
PUBLIC, EXEMPT = "public", "exempt"


class PaperForm(OneForm):
    """Which plans, by partnership; for which group, as at which day, in which format and edition."""

    button = "Make paper"
    mark_optional = False  # one plan is owed, of whichever partnership

    group = forms.ModelChoiceField(
        Group.objects.none(),
        label="Group that it is for",
        required=False,
        empty_label="No group",
        help_text="Its layout is used, and what waits for its decision. Each plan must be reported to it.",
    )
    format = forms.ChoiceField(
        label="Format",
        choices=[(each.ending, each.label) for each in FORMATS.values()],
        initial="docx",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a format."},
    )
    edition = forms.ChoiceField(
        label="Edition",
        choices=[
            (PUBLIC, "Public: without what is exempt, small numbers of people suppressed"),
            (EXEMPT, "Exempt: everything that is agreed, not for publication"),
        ],
        initial=PUBLIC,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an edition."},
    )

    def __init__(self, *args: Any, plans: Iterable[Plan], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_partnership: dict[str, list[Plan]] = {}
        self.today = today
        for plan in plans:
            self.by_partnership.setdefault(f"{PLANS}_{plan.partnership_id}", []).append(plan)
        for name, found in self.by_partnership.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=f"Plans of {found[0].partnership}",
                choices=[(str(plan.pk), plan.title) for plan in found],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["on"] = DayField(label="As at", today=today, initial=today)
        keys = {plan.partnership_id for found in self.by_partnership.values() for plan in found}
        groups = Group.objects.filter(partnership__in=keys, plan_groups__isnull=False)
        self.fields["group"].queryset = groups.order_by("name", "pk").distinct()  # type: ignore[attr-defined]
        names = (*self.by_partnership, "group", "on", "format", "edition")
        self.helper.layout = Layout(*names, Submit("send", self.button))

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not self.plans():
            self.add_error(next(iter(self.by_partnership), None), "Choose at least one plan.")
        return given

    def plans(self) -> list[Plan]:
        """The plans that are ticked, in the order of the page."""
        ticked = {key for name in self.by_partnership for key in self.cleaned_data.get(name, ())}
        return [plan for found in self.by_partnership.values() for plan in found if str(plan.pk) in ticked]

    def asked(self) -> dict[str, Any]:
        """What `ask_for_paper` is given."""
        given = self.cleaned_data
        return {
            "plans": self.plans(),
            "group": given["group"],
            "on": given["on"] or self.today,
            "format": given["format"],
            "is_exempt": given["edition"] == EXEMPT,
        }
