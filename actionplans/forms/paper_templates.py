"""What people give to have papers in the looks of their council."""

from django import forms

from actionplans.forms.decisions import OneForm
from actionplans.forms.updates import NO_NAMES


class TemplateForm(OneForm):
    """A Word file. What is wrong with it, the verb says."""

    checked_fields = ("file",)
    button = "Use this template"
    mark_optional = False

    file = forms.FileField(
        label="Word file (.docx)",
        help_text=f"Without macros. It is checked before it is used. {NO_NAMES}",
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        error_messages={"required": "Choose the Word file.", "empty": "The file is empty. Choose another."},
    )
