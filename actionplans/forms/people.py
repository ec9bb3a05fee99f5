"""What people type about a person."""

from django import forms

from actionplans.forms.decisions import OneForm


class AddressForm(OneForm):
    button = "Change e-mail address"

    email = forms.EmailField(
        label="New e-mail address",
        help_text="Of the person alone: whoever reads it can set the password of the account.",
        widget=forms.EmailInput(attrs={"class": "govuk-!-width-two-thirds", "autocomplete": "off"}),
        error_messages={
            "required": "Enter the new e-mail address.",
            "invalid": "Enter an e-mail address such as name@example.org.",
        },
    )
