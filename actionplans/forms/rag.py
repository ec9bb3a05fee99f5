"""What is typed about a RAG that is set by hand."""

from typing import Any, cast

from django import forms

from actionplans.forms.decisions import OneForm
from actionplans.forms.updates import NO_NAMES
from actionplans.operations.rag import LONGEST
from actionplans.rag import SETTABLE, Rag
from core.forms import LongText

COMPUTED = "computed"


class RagForm(OneForm):
    """A word, or to go back to what the rule says where a word stands; and why."""

    checked_fields = ("reason",)
    button = "Save the RAG"

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    word = forms.ChoiceField(
        label="RAG",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the RAG."},
    )
    reason = forms.CharField(
        label="Reason",
        help_text=f"At most {LONGEST} characters. Papers, members, inspectors and the public read this. {NO_NAMES}",
        max_length=LONGEST,
        widget=LongText(attrs={"rows": 3}),
        error_messages={
            "required": "Enter the reason.",
            "max_length": f"Enter the reason in at most {LONGEST} characters.",
        },
    )

    def __init__(self, *args: Any, ruled: Rag, is_set: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        back = [(COMPUTED, f"Go back to the computed RAG. The rule says {ruled.said}")] if is_set else []
        cast(forms.ChoiceField, self.fields["word"]).choices = [*((word, word) for word in SETTABLE), *back]
