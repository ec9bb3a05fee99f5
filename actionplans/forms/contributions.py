"""What a contributing agency types about its own part."""

from typing import Any, cast

from django import forms

from actionplans.forms.decisions import OneForm, long_text
from partnerships.models import Agency


class ContributionForm(OneForm):
    checked_fields = ("wording",)
    button = "Post part"

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label="Agency", empty_label=None, error_messages={"required": "Choose the agency."}
    )
    wording = long_text(
        "What the agency has done",
        "Enter what the agency has done.",
        help_text="Papers, members and inspectors read this.",
    )

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["agency"]).queryset = Agency.objects.filter(
            pk__in=[agency.pk for agency in agencies]
        )
