"""The filters of a list of actions: what is in the address decides which rows are shown, and in which order."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django import forms

from actionplans.asat import Standing
from actionplans.course import Kept
from actionplans.models import Action, Status
from actionplans.rag import KEY, NONE
from actionplans.traits import TRAITS
from inspections.models import Recommendation

ANSWERS = (("in-time", "Reported in time"), ("late", "Reported late"), ("missing", "Not reported"), ("owed", "Asked"))
RAGS = (*(word for word, _ in KEY), NONE)
PRIORITIES = dict(Action.Priority.choices)
FAR = date.max
LONGEST_NAME = 80  # characters of a name that is nobody's on the day
Sections = Sequence[tuple[Recommendation, Sequence[Standing]]]
Names = Callable[[str, str], str]

# By what a list can be sorted: its word in the address, what it is called, and its key.
SORTS: dict[str, tuple[str, Callable[[Standing], Any]]] = {
    "late": ("Longest late first", lambda each: (-each.days_late, -each.days_past_original)),
    "due": ("Current due date", lambda each: each.state.current_due_on or FAR),
    "original": ("Original due date", lambda each: each.state.original_due_on or FAR),
    "rag": ("RAG, Red first", lambda each: ["Red", "Amber", "Green", "Blue", NONE].index(each.rag.word)),
    "status": ("Status", lambda each: list(Status).index(each.status)),
    "owner": ("Owner", lambda each: each.lead_post.casefold()),
    "priority": ("Priority", lambda each: list(PRIORITIES).index(priority_of(each)) if priority_of(each) else 9),
    "moves": ("Times its date moved", lambda each: -each.state.date_changes),
}


class ActionsForm(forms.Form):
    """Which actions of a plan, or across plans, in which order. Every filter can be combined with every other.

    Its choices are what is there on that day, so that none leads to an empty list by itself. Across plans there is one
    of the plan in the place of those that only one plan has: its recommendations, and how its rounds were answered.

    A filter stays when its reader goes to another day. What is there on other days only is a choice too once it is
    chosen, and leads to nothing. `elsewhere` names a plan, recommendation or round of other days, by filter and value;
    of what does not exist it says nothing, and that is an error.
    """

    def __init__(
        self,
        data: Any,
        *,
        stood: Sequence[Standing],
        sections: Sections = (),
        kept: Sequence[Kept] = (),
        across_plans: bool = False,
        elsewhere: Names = lambda name, value: "",
    ) -> None:
        super().__init__(data)
        self.stood, self.sections, self.across_plans, self.elsewhere = stood, sections, across_plans, elsewhere
        self.answering = {str(asked.pk): {each.action.pk for each in found} for asked, found in sections}
        self.kept = {str(each.round.pk): each for each in kept}
        agencies = sorted({each.lead_agency for each in stood if each.lead_agency})
        posts = sorted({each.lead_post for each in stood})
        statuses = {each.status for each in stood}
        rags = {each.rag.word for each in stood}
        priorities = {priority_of(each) for each in stood}
        self.fields["show"] = _filter("Show", "All actions", [(key, each.label) for key, each in TRAITS.items()])
        if across_plans:
            plans = {each.action.plan.slug: each.action.plan.title for each in stood}
            self.fields["plan"] = _filter("Plan", "All", plans.items())
        else:
            self.fields["recommendation"] = _filter(
                "Recommendation", "All", [(str(each.pk), titled(each)) for each, _ in sections]
            )
        self.fields["post"] = _filter("Owner", "All", [(each, each) for each in posts])
        self.fields["agency"] = _filter("Lead agency", "All", [(each, each) for each in agencies])
        self.fields["status"] = _filter(
            "Status", "All", [(each.value, each.label) for each in Status if each in statuses]
        )
        self.fields["rag"] = _filter("RAG", "All", [(word, word) for word in RAGS if word in rags])
        self.fields["priority"] = _filter(
            "Priority", "All", [pair for pair in Action.Priority.choices if pair[0] in priorities]
        )
        usual = "By plan" if across_plans else "By recommendation"
        self.fields["sort"] = _filter("Order", usual, [(key, said) for key, (said, _) in SORTS.items()])
        if not across_plans:
            self._ask_for_rounds()
        for name, field in self.fields.items():
            self._allow_other_days(name, cast(forms.ChoiceField, field))

    def _ask_for_rounds(self) -> None:
        """How a round was answered; reached by the numbers of the table of rounds alone."""
        self.fields["round"] = _filter("Round", "", [(key, str(each.round.meeting)) for key, each in self.kept.items()])
        self.fields["answer"] = _filter("Answer", "", ANSWERS)
        for name in ("round", "answer"):
            self.fields[name].widget = forms.HiddenInput()

    def _allow_other_days(self, name: str, field: forms.ChoiceField) -> None:
        value = self.data.get(name)
        if value and not field.valid_value(value) and (said := self._of_other_days(name, value)):
            field.choices = [*cast(list, field.choices), (value, f"{said} (none on this day)")]

    def _of_other_days(self, name: str, value: str) -> str:
        """What is called so on other days; owners and agencies are known by their names alone, whenever that was."""
        match name:
            case "post" | "agency":
                return value[:LONGEST_NAME]
            case "status":
                return dict(Status.choices).get(value, "")
            case "rag":
                return value if value in RAGS else ""
            case "priority":
                return PRIORITIES.get(value, "")
            case "plan" | "recommendation" | "round":
                return self.elsewhere(name, value)
        return ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("round")) != bool(given.get("answer")) and not {"round", "answer"} & self.errors.keys():
            raise forms.ValidationError("The address names a round without an answer, or the other way round.")
        return given

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are set, by name; none where one of them cannot be."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}

    @property
    def carried(self) -> dict[str, str]:
        """The filters that another day is asked for with: those that can be, whatever else is wrong."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return given if {"round", "answer"} <= given.keys() else _without_round(given)

    @property
    def query(self) -> str:
        """The same as part of an address."""
        return urlencode(self.carried)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen.keys() - {"sort"})

    @property
    def has_more(self) -> bool:
        """Whether one of the filters is set, or wrong, that are folded away otherwise."""
        return bool({"post", "agency", "status", "rag", "priority"} & (self.chosen.keys() | self.errors.keys()))

    def found(self) -> list[Standing]:
        """The actions that the filters leave, each once, in the order of the plan or in the one asked for."""
        if not self.is_valid():
            return []
        asked = self.chosen
        rows = [each for each in self.stood if all(self._fits(each, name, asked[name]) for name in asked)]
        return sorted(rows, key=SORTS[asked["sort"]][1]) if "sort" in asked else rows

    def grouped(self, found: Iterable[Standing]) -> list[tuple[Recommendation, list[Standing]]]:
        """Those found under the recommendations that they answer; none where another order was asked for."""
        if "sort" in self.chosen:
            return []
        kept = {each.action.pk for each in found}
        wanted = self.chosen.get("recommendation")
        listed = [
            (recommendation, [each for each in stood if each.action.pk in kept])
            for recommendation, stood in self.sections
            if wanted in (None, str(recommendation.pk))
        ]
        return [(recommendation, stood) for recommendation, stood in listed if stood]

    def ungrouped(self, found: Iterable[Standing]) -> list[Standing]:
        """Those found that stand under no recommendation that the reader may see, or all in the order asked for."""
        under = {each.action.pk for _, stood in self.grouped(found) for each in stood}
        return [each for each in found if each.action.pk not in under]

    def words(self) -> list[str]:
        """The filters that are set, in words."""
        said = []
        for name, value in self.chosen.items():
            label = dict(self.fields[name].choices).get(value, value)  # type: ignore[attr-defined]
            said.append(f"{self.fields[name].label}: {label}")
        return said

    def _fits(self, each: Standing, name: str, value: str) -> bool:
        match name:
            case "show":
                return TRAITS[value].holds(each)
            case "plan":
                return each.action.plan.slug == value
            case "recommendation":
                return each.action.pk in self.answering.get(value, ())
            case "post":
                return each.lead_post == value
            case "agency":
                return each.lead_agency == value
            case "status":
                return each.status == value
            case "rag":
                return each.rag.word == value
            case "priority":
                return priority_of(each) == value
            case "answer":
                kept = self.kept.get(self.chosen["round"])
                return kept is not None and each.action.pk in getattr(kept, value.replace("-", "_"))
        return True  # the round itself, and the order


def priority_of(each: Standing) -> str:
    """The priority agreed by then, as its key."""
    return each.agreed("priority", each.action.priority)


def titled(recommendation: Recommendation) -> str:
    """Its number and how it begins."""
    return f"{recommendation.number} {recommendation.text}"[:LONGEST_NAME]


def _without_round(given: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name not in ("round", "answer")}


def _filter(label: str, every: str, choices: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    said = {"invalid_choice": "There is nothing of that kind here on this day. Choose one of the list."}
    return forms.ChoiceField(label=label, required=False, choices=[("", every), *choices], error_messages=said)
