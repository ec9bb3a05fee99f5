"""Asking for a pack for inspectors."""

from typing import Any, cast

from django import forms

from actionplans.forms.decisions import OneForm
from inspections.models import Inspection


class PackForm(OneForm):
    """For the inspectors of which inspection: chosen already where there is one."""

    button = "Make the pack"

    inspection = forms.ModelChoiceField(
        Inspection.objects.none(),
        label="For the inspectors of",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the inspection.", "invalid_choice": "Choose an inspection of the list."},
    )

    def __init__(self, *args: Any, inspections: list[Inspection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["inspection"])
        field.queryset = Inspection.objects.filter(pk__in=[each.pk for each in inspections]).order_by("published_on")
        if len(inspections) == 1:
            field.initial = inspections[0].pk
