"""What is typed about what is exempt from publication."""

from typing import Any

from django import forms

from actionplans.forms.decisions import OneForm, long_text

YES, NO = "yes", "no"


class ExemptionForm(OneForm):
    """Marks something as exempt or, where it is, as no longer so. What the page offered is sent along."""

    checked_fields = ("reason",)

    exempt = forms.ChoiceField(widget=forms.HiddenInput, choices=[(YES, "Exempt"), (NO, "No longer exempt")])
    reason = long_text(
        "Reason",
        "Enter the reason.",
        help_text="Such as the paragraph of Schedule 7A to the Local Government (Scotland) Act 1973. Staff and members "
        "read it, inspectors do not.",
    )

    def __init__(self, *args: Any, is_exempt: bool, **kwargs: Any) -> None:
        self.button = "No longer exempt" if is_exempt else "Mark as exempt"
        super().__init__(*args, initial={"exempt": NO if is_exempt else YES}, **kwargs)

    def said(self) -> dict[str, Any]:
        return {"is_exempt": self.cleaned_data["exempt"] == YES, "reason": self.cleaned_data["reason"]}
