"""What people type about the access of inspectors."""

from django import forms

from actionplans.forms.decisions import OneForm
from core.forms import DateField

MAY_ASK = "Their questions and your answers become part of the plan’s history. Inspectors can write nothing else."


def _may_ask() -> forms.BooleanField:
    return forms.BooleanField(label="May ask questions about actions", help_text=MAY_ASK, required=False)


class AccessForm(OneForm):
    """Who gets access to an inspection, and until when."""

    checked_fields = ("name", "email")
    button = "Give access"
    mark_optional = False  # a box that is not ticked says no

    name = forms.CharField(
        label="Name",
        help_text="Of the inspector. Of one who has an account here already, the name stays.",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "govuk-!-width-two-thirds", "autocomplete": "off"}),
        error_messages={"required": "Enter the inspector’s name."},
    )
    email = forms.EmailField(
        label="E-mail address",
        help_text="They are told by e-mail, and how to choose a password if they have none.",
        widget=forms.EmailInput(attrs={"class": "govuk-!-width-two-thirds", "autocomplete": "off"}),
        error_messages={
            "required": "Enter the inspector’s e-mail address.",
            "invalid": "Enter an e-mail address such as name@example.org.",
        },
    )
    ends_on = DateField(label="Last day", help_text="Access ends by itself after it.")
    may_ask = _may_ask()


class ChangeAccessForm(OneForm):
    """Until when an inspector has access, and whether they may ask."""

    button = "Save"
    mark_optional = False

    ends_on = DateField(label="Last day", help_text="Access ends by itself after it.")
    may_ask = _may_ask()
