"""The filters of a plan's history."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from actionplans.models import Action, Entry
from actionplans.models.history import EntryQuerySet
from actionplans.timeline import ASKED, OF_DRAFTS


class HistoryForm(forms.Form):
    """Which rows: of one kind, about one action; all of them until something is chosen."""

    def __init__(self, data: Any, *, actions: QuerySet[Action], sees_drafts: bool, sees_questions: bool) -> None:
        super().__init__(data)
        hidden = {*([] if sees_drafts else OF_DRAFTS), *([] if sees_questions else ASKED)}
        kinds = [(each.value, each.label) for each in Entry.Kind if each not in hidden]
        named = [(ref, f"{ref} {title}"[:80]) for ref, title in actions.values_list("ref", "title")]
        self.fields["kind"] = _filter("What happened", "Everything", kinds)
        self.fields["action"] = _filter("About", "All of the plan", named)

    def chosen(self, rows: EntryQuerySet) -> EntryQuerySet:
        """Those of the rows that the filters leave; none when what was asked for cannot be."""
        if not self.is_valid():
            return rows.none()
        if kind := self.cleaned_data["kind"]:
            rows = rows.filter(kind=kind)
        if ref := self.cleaned_data["action"]:
            rows = rows.filter(action__ref=ref, action__is_removed=False)
        return rows


def _filter(label: str, every: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", every), *choices])
