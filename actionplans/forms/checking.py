"""The mark of a history, as papers print it."""

import re

from django import forms
from django.core.exceptions import ValidationError

MARK = re.compile(r"(\d{1,7}):([0-9a-f]{64})")


class MarkForm(forms.Form):
    """COUNT:HASH as somebody has it from a paper: with the breaks of its lines, in capitals or not."""

    mark = forms.CharField(
        label="Mark printed on a paper",
        help_text="The number of entries, a colon, and 64 letters and digits. Spaces and line breaks do no harm.",
        max_length=300,
        error_messages={"required": "Enter the mark that the paper prints under “History”."},
    )

    def clean_mark(self) -> tuple[int, str]:
        found = MARK.fullmatch("".join(self.cleaned_data["mark"].split()).lower())
        if not found:
            raise ValidationError(
                "Enter the whole mark: the number of entries, a colon and 64 letters and digits, such as 41:9f86d0…"
            )
        return int(found[1]), found[2]
