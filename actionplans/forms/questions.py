"""What an inspector asks about an action, and what the partnership answers."""

from typing import Any

from crispy_forms.layout import Layout, Submit
from django import forms

from actionplans.forms.decisions import OneForm
from actionplans.forms.updates import NO_NAMES
from actionplans.operations.questions import LONGEST
from core.forms import LongText
from inspections.models import Inspection

WHO_READS = "Staff of the partnership and inspectors of this inspection read it, and nobody can change or delete it."


def _text(label: str, missing: str) -> forms.CharField:
    said = {"required": missing, "max_length": f"Shorten the text to {LONGEST} characters."}
    area = LongText(attrs={"rows": 6})
    hint = f"{WHO_READS} {NO_NAMES}"
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST, widget=area, error_messages=said)


class QuestionForm(OneForm):
    """The question; and for which inspection, where the action answers several that the inspector may ask about."""

    checked_fields = ("text",)
    button = "Ask this question"

    text = _text("Your question", "Enter your question.")

    def __init__(self, *args: Any, inspections: list[Inspection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inspections = {str(each.pk): each for each in inspections}
        if len(inspections) > 1:
            self.fields["inspection"] = forms.ChoiceField(
                label="For which inspection",
                choices=[(key, each.title) for key, each in self.inspections.items()],
                widget=forms.RadioSelect,
                error_messages={"required": "Choose the inspection."},
            )
            self.helper.layout = Layout("text", "inspection", Submit("send", self.button))

    def inspection(self) -> Inspection:
        return self.inspections[self.cleaned_data.get("inspection") or next(iter(self.inspections))]


class AnswerForm(OneForm):
    checked_fields = ("text",)
    button = "Send this answer"

    text = _text("Answer", "Enter the answer.")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
