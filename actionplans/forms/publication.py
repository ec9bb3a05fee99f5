"""What is typed when a plan is put before the public, and when that stops."""

from typing import Any

from django import forms

from actionplans.forms.decisions import DecidedForm, OneForm
from core.forms import LongText

PUBLISH, STOP = "publish", "stop"  # what a page offered is sent along: it is never taken for the other


class PublishForm(DecidedForm):
    """Who decided that the plan is public. `seen` is the mark of the history that they looked at before."""

    button = "Publish this plan"

    do = forms.CharField(widget=forms.HiddenInput, initial=PUBLISH)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def own_fields(self) -> list[str]:
        return ["do", "seen", "meeting", "decided_by", "minute"]

    def said(self) -> dict[str, Any]:
        return {"decision": self.decision(), "seen": self.cleaned_data["seen"]}


class StopForm(OneForm):
    checked_fields = ("reason",)
    button = "Stop publishing"

    do = forms.CharField(widget=forms.HiddenInput, initial=STOP)
    reason = forms.CharField(
        label="Why",
        help_text="May be left out. Whoever reads the history of the plan reads this.",
        max_length=500,
        required=False,
        widget=LongText(attrs={"rows": 2}),
    )
