"""Our crispy template pack against GOV.UK Frontend's own expected HTML (fixtures.json of each component)."""

import datetime
import json

import pytest
from bs4 import BeautifulSoup, NavigableString
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form
from crispy_forms.utils import render_crispy_form
from django import forms
from django.conf import settings

from core.forms import DateField, LongText

pytestmark = pytest.mark.once

COMPONENTS = settings.BASE_DIR / "node_modules/govuk-frontend/dist/govuk/components"
HINT = "Hint text"
MESSAGE = "Something is wrong"
CHOICES = [("one", "One"), ("two", "Two"), ("three", "Three")]


def fixture(component, name):
    file = COMPONENTS / component / "fixtures.json"
    if not file.exists():
        pytest.fail("node_modules is missing: run scripts/assets first")
    return next(each["html"] for each in json.loads(file.read_text())["fixtures"] if each["name"].strip() == name)


def shape(html, ignored=frozenset()):
    """Elements, classes and references in order; ids become numbers, and words, names and values are left out."""
    soup = BeautifulSoup(html, "html.parser")
    ids = {}
    for element in soup.find_all(id=True):
        ids.setdefault(element["id"], f"#{len(ids)}")

    def describe(element):
        attrs = {}
        for key, value in element.attrs.items():
            if key == "class":
                attrs[key] = tuple(sorted(set(value) - ignored))
            elif key in ("id", "for", "aria-controls"):
                attrs[key] = ids.get(value, "dangling")
            elif key == "aria-describedby":
                attrs[key] = tuple(ids.get(each, "dangling") for each in value.split())
            elif key not in ("name", "value", "href", "data-prevent-double-click") and key not in ignored:
                attrs[key] = value
        children = [describe(child) for child in element.children if not isinstance(child, NavigableString)]
        return (element.name, tuple(sorted(attrs.items(), key=str)), tuple(children))

    return [describe(child) for child in soup.children if not isinstance(child, NavigableString)]


def draw(field, *, wrong=False, data=None, hint=True, **extra):
    """One field, drawn by the pack."""
    field.help_text = HINT if hint else ""

    class OneField(forms.Form):
        thing = field

        def clean(self):
            if wrong:
                self.add_error("thing", MESSAGE)

    field.required = False
    OneField.mark_optional = False
    form = OneField(data if data is not None else ({} if wrong else None))
    form.error_summary_shown = True
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf, helper.label_size = False, True, ""
    for name, value in extra.items():
        setattr(helper, name, value)
    return render_crispy_form(form, helper)


def radios(**kwargs):
    return forms.ChoiceField(label="Pick", choices=CHOICES, widget=forms.RadioSelect, **kwargs)


CASES = [
    ("input", "default", forms.CharField(label="A"), {"hint": False}),
    ("input", "with hint text", forms.CharField(label="A"), {}),
    ("input", "with error message", forms.CharField(label="A"), {"wrong": True, "hint": False}),
    ("input", "with error and hint", forms.CharField(label="A"), {"wrong": True}),
    ("textarea", "default", forms.CharField(label="A", widget=forms.Textarea), {"hint": False}),
    ("textarea", "with hint and error message", forms.CharField(label="A", widget=forms.Textarea), {"wrong": True}),
    (
        "character-count",
        "with hint and error",
        forms.CharField(label="A", widget=forms.Textarea, max_length=10),
        {"wrong": True},
    ),
    ("select", "hint", forms.ChoiceField(label="A", choices=CHOICES), {"items": 0}),
    ("select", "with hint text and error message", forms.ChoiceField(label="A", choices=CHOICES), {"wrong": True}),
    ("file-upload", "default", forms.FileField(label="A"), {"hint": False}),
    ("file-upload", "with error message and hint", forms.FileField(label="A"), {"wrong": True}),
    ("radios", "with fieldset and error message", radios(), {"wrong": True, "hint": False, "items": 2}),
    ("date-input", "default", DateField(label="A"), {}),
    ("date-input", "with error message and hint", DateField(label="A"), {"wrong": True}),
    ("password-input", "default", forms.CharField(label="A", widget=forms.PasswordInput), {"hint": False}),
    (
        "password-input",
        "with error message",
        forms.CharField(label="A", widget=forms.PasswordInput),
        {"wrong": True},
    ),
    (
        "checkboxes",
        "with error message and hint",
        forms.MultipleChoiceField(label="A", choices=CHOICES, widget=forms.CheckboxSelectMultiple),
        {"wrong": True, "items": 2},
    ),
]


@pytest.mark.parametrize(("component", "name", "field", "options"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES])
def test_pack_draws_what_govuk_frontend_expects(component, name, field, options):
    if hasattr(field, "choices"):
        field.choices = CHOICES[: options.get("items", 3)]
    html = draw(field, **{key: value for key, value in options.items() if key != "items"})
    ignored = {"checked", "selected"}
    assert shape(html, ignored) == shape(fixture(component, name), ignored)


def test_only_the_wrong_part_of_a_date_is_marked():
    html = draw(DateField(label="Due date"), data={"thing_day": "31", "thing_month": "6", "thing_year": "2027"})
    assert shape(html) == shape(fixture("date-input", "with error on day input"))
    assert "Due date must be a real date" in html


def test_hints_on_radio_items():
    field = radios()
    field.choices = [("one", "One"), ("two", "Two")]
    field.choice_hints = {"one": "First hint", "two": "Second hint"}
    heading = frozenset({"govuk-fieldset__legend--l"})
    expected = fixture("radios", "with hints on items")
    soup = BeautifulSoup(expected, "html.parser")
    soup.h1.unwrap()
    assert shape(draw(field, hint=False), heading) == shape(str(soup), heading)


def test_a_single_checkbox():
    html = draw(forms.BooleanField(label="I agree"))
    expected = BeautifulSoup(
        fixture("checkboxes", "with single option (and hint) set 'aria-describedby' on input, and describedBy"),
        "html.parser",
    )
    expected.select_one(".govuk-checkboxes__hint").decompose()
    expected.input["aria-describedby"] = expected.select_one(".govuk-hint")["id"]
    assert shape(html) == shape(str(expected))


def test_error_summary():
    class Two(forms.Form):
        issued = forms.DateField()
        postcode = forms.CharField()

    class Whole(forms.Form):
        def clean(self):
            raise forms.ValidationError(MESSAGE)

    linked = page(Two({}), "filter").select_one(".govuk-error-summary")
    plain = page(Whole({}), "filter").select_one(".govuk-error-summary")
    assert shape(str(linked)) == shape(fixture("error-summary", "default"))
    assert shape(str(plain)) == shape(fixture("error-summary", "without links"))


def test_error_message():
    message = BeautifulSoup(draw(forms.CharField(label="A"), wrong=True), "html.parser").select_one("p")
    del message["id"]
    assert shape(str(message)) == shape(fixture("error-message", "default"))
    assert message.get_text(" ", strip=True) == f"Error: {MESSAGE}"


@pytest.mark.parametrize(("css", "name"), [(None, "default"), ("secondary", "secondary"), ("warning", "warning")])
def test_buttons(css, name):
    class Empty(forms.Form):
        pass

    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    helper.layout = Layout(Submit("save", "Save", css_class=css))
    button = BeautifulSoup(render_crispy_form(Empty(), helper), "html.parser").button
    del button["id"]
    assert shape(str(button)) == shape(fixture("button", name))
    assert button.text == "Save"


class Everything(forms.Form):
    title = forms.CharField(label="<b>Title</b> & more", help_text="<i>Hint</i>")
    email = forms.EmailField()
    count = forms.IntegerField()
    share = forms.DecimalField()
    words = forms.CharField(widget=forms.Textarea, max_length=20, help_text="Few words")
    secret = forms.CharField(widget=forms.PasswordInput)
    due = DateField(label="Due date")
    sure = forms.BooleanField(label="I am sure", help_text="Think twice")
    pick = forms.ChoiceField(label="Is it agreed?", choices=CHOICES, widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    none = forms.ChoiceField(choices=[], widget=forms.RadioSelect)
    post = forms.ChoiceField(choices=CHOICES)
    file = forms.FileField()
    when = forms.SplitDateTimeField()
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("The whole <form> is wrong")


def page(form, through):
    if through == "tag":
        return BeautifulSoup(render_crispy_form(form), "html.parser")
    return BeautifulSoup(as_crispy_form(form), "html.parser")


@pytest.mark.parametrize("through", ["tag", "filter"])
def test_every_link_of_the_error_summary_goes_to_an_input(through):
    form = Everything({})
    soup = page(form, through)
    summary = soup.select_one(".govuk-error-summary")
    links = {link["href"][1:]: link.text for link in summary.select("a")}
    assert len(links) == len(form.visible_fields())
    assert {key for key in links if not soup.find(id=key)} == set()
    focusable = {"input", "select", "textarea"}
    assert {key for key in links if soup.find(id=key).name not in focusable} == {"id_none"}
    assert links["id_pick_0"] == "Answer the question: is it agreed?"
    assert links["id_due_day"] == "Enter the due date"
    items = [item.get_text(strip=True) for item in summary.select("li") if not item.a]
    assert items == ["The whole <form> is wrong", "Enter the token"]


def test_text_that_is_too_long_is_said_in_numbers_with_the_name_of_its_field():
    soup = page(Everything({"words": "x" * 1021}), "tag")
    assert soup.find(id="id_words_error").text == "Error: “Words” must have 20 characters or fewer. It has 1,021"


def test_the_end_of_a_line_is_one_character_as_the_page_counts_it():
    field = forms.CharField(max_length=3, widget=LongText)
    form = type("OneField", (forms.Form,), {"words": field})({"words": "a\r\nb"})
    assert form.is_valid()
    assert form.cleaned_data["words"] == "a\nb"


@pytest.mark.parametrize("data", [None, {}])
def test_ids_are_unique_and_no_reference_dangles(data):
    soup = page(Everything(data), "tag")
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)) > 20
    named = [ref for element in soup.select("[aria-describedby]") for ref in element["aria-describedby"].split()]
    named += [element["for"] for element in soup.select("label[for]")]
    assert named
    assert set(named) <= set(ids)
    assert not soup.select("[aria-invalid], [required], [maxlength], [placeholder], [style]")


def test_labels_hints_and_errors_are_escaped():
    soup = page(Everything({}), "tag")
    label = soup.find("label", attrs={"for": "id_title"})
    assert label.text == "<b>Title</b> & more"
    assert soup.find(id="id_title_hint").text == "<i>Hint</i>"
    assert not soup.select("b, i, form form")


def test_error_summary_is_printed_once():
    form = Everything({})
    first, second = page(form, "tag"), page(form, "tag")
    assert len(first.select(".govuk-error-summary")) == 1
    assert second.select(".govuk-error-summary") == []
    assert second.select(".govuk-error-message")


def test_what_was_typed_comes_back():
    typed = {"title": '"><script>', "words": "a & b", "pick": "two", "many": ["one", "three"], "sure": "on"}
    typed |= {"due_day": "5", "due_month": "Mar", "due_year": "", "count": "12", "token": "t1"}
    soup = page(Everything(typed), "tag")
    assert soup.find(id="id_title")["value"] == '"><script>'
    assert soup.find(id="id_words").text.strip() == "a & b"
    ticked = soup.select("[name=many][checked], [name=pick][checked]")
    assert [box["value"] for box in ticked] == ["two", "one", "three"]
    assert soup.find(id="id_sure").has_attr("checked")
    assert [soup.find(id=f"id_due_{part}").get("value") for part in ("day", "month", "year")] == ["5", "Mar", None]
    assert (soup.find(id="id_count")["type"], soup.find(id="id_count")["inputmode"]) == ("text", "numeric")
    assert soup.find(id="id_share")["inputmode"] == "decimal"
    assert soup.find(id="id_token")["type"] == "hidden"
    assert soup.select_one(".govuk-error-summary a[href='#id_due_year']").text == "Due date must include a year"


def test_optional_fields_say_so():
    class Optional(forms.Form):
        note = forms.CharField(required=False)
        due = DateField(label="Due date", required=False)
        sure = forms.BooleanField(required=False)

    soup = page(Optional(), "tag")
    assert soup.find("label", attrs={"for": "id_note"}).text == "Note (optional)"
    assert soup.legend.text == "Due date (optional)"
    assert soup.find("label", attrs={"for": "id_sure"}).text == "Sure"


def test_formset_lists_the_errors_of_all_its_forms():
    class Line(forms.Form):
        name = forms.CharField()

    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-name": "", "form-1-name": ""}
    soup = page(forms.formset_factory(Line)(data), "tag")
    links = [link["href"] for link in soup.select(".govuk-error-summary a")]
    assert links == ["#id_form-0-name", "#id_form-1-name"]
    assert len(soup.select(".govuk-error-summary")) == 1


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        (("23", "8", "2027"), datetime.date(2027, 8, 23)),
        (("1", "January", "2028"), datetime.date(2028, 1, 1)),
        (("29", " feb ", "2028"), datetime.date(2028, 2, 29)),
        (("05", "sept.", "2027"), datetime.date(2027, 9, 5)),
        (("", "", ""), None),
    ],
)
def test_dates_as_people_write_them(typed, date):
    assert DateField(label="Due date", required=False).clean(list(typed)) == date


@pytest.mark.parametrize(
    ("typed", "message", "parts"),
    [
        (("", "", ""), "Enter the due date", ("day", "month", "year")),
        (("23", "8", ""), "Due date must include a year", ("year",)),
        (("", "", "2027"), "Due date must include a day and month", ("day", "month")),
        (("31", "6", "2027"), "Due date must be a real date", ("day",)),
        (("1", "13", "2027"), "Due date must be a real date", ("month",)),
        (("1", "ju", "2027"), "Due date must be a real date", ("month",)),
        (("x", "1", "2027"), "Due date must be a real date", ("day",)),
        (("1", "1", "0000"), "Due date must be between 1900 and 2199", ("year",)),
        (("31", "12", "9999"), "Due date must be between 1900 and 2199", ("year",)),
        (("1", "1", "27"), "Due date must include a year with 4 numbers, like 2027", ("year",)),
    ],
)
def test_what_is_wrong_with_a_date(typed, message, parts):
    with pytest.raises(forms.ValidationError) as caught:
        DateField(label="Due date").clean(list(typed))
    assert caught.value.messages == [message]
    assert caught.value.params["parts"] == parts


def test_a_date_knows_whether_it_changed():
    field, day = DateField(label="Due date"), datetime.date(2027, 8, 23)
    assert not field.has_changed(day, ["23", "August", "2027"])
    assert field.has_changed(day, ["24", "8", "2027"])
    assert field.has_changed(day, ["24", "8", ""])
