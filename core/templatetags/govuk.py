"""What the GOV.UK template pack asks of a form field. The pack alone writes ids, descriptions and error classes."""

from django import forms, template
from django.core.validators import MaxLengthValidator
from django.template.loader import render_to_string

from core.forms import PARTS, DateWidget

register = template.Library()

REQUIRED = forms.Field.default_error_messages["required"]
# These browser attributes truncate, block or hide what people type; the server answers instead.
UNWANTED = dict.fromkeys(("required", "maxlength", "minlength", "min", "max", "step", "placeholder", "cols"), False)


def kind_of(widget):
    """The template under govuk/parts/ that draws a widget."""
    for classes, kind in (
        (DateWidget, "date"),
        (forms.MultiWidget, "group"),
        (forms.CheckboxInput, "checkbox"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file"),
        (forms.PasswordInput, "password"),
    ):
        if isinstance(widget, classes):
            return kind
    return "input"


def element_id(field):
    return field.field.widget.attrs.get("id") or field.auto_id or f"id_{field.html_name}"


def options_of(field):
    return list(field.field.widget.subwidgets(field.html_name, field.value(), {"id": element_id(field)}))


def target_id(field):
    """The id of the first input a person can correct: where a link in the error summary goes."""
    kind, id_ = kind_of(field.field.widget), element_id(field)
    if kind == "date":
        return f"{id_}_{(parts_at_fault(field) or PARTS)[0]}"
    if kind == "group":
        return f"{id_}_0"
    if kind in ("radios", "checkboxes"):
        options = options_of(field)
        return options[0]["attrs"].get("id", id_) if options else id_
    return id_


def parts_at_fault(field):
    """The parts of a date to mark: those its errors name, or all of them."""
    errors = field.form.errors.as_data().get(field.name, [])
    named = [part for error in errors for part in (error.params or {}).get("parts", PARTS)]
    return [part for part in PARTS if part in named]


def describe(field, show_errors=True):
    """(hint id, [(error id, message)], aria-describedby or False)."""
    id_ = element_id(field)
    hint = f"{id_}_hint" if str(field.help_text) else ""
    errors = messages_of(field) if show_errors else []
    numbered = [(f"{id_}_error" if n == 1 else f"{id_}_error_{n}", message) for n, message in enumerate(errors, 1)]
    ids = [hint, *(error_id for error_id, _ in numbered)]
    return hint, numbered, " ".join(filter(None, ids)) or False


def messages_of(field):
    """The errors of a field in words; what Django says of its own accord says what to do instead."""
    return [_in_words(field, error) for error in field.form.errors.as_data().get(field.name, [])]


def _in_words(field, error):
    if error.code == "required" and error.message == REQUIRED:
        return _what_is_missing(field)
    if error.message is MaxLengthValidator.message:
        name, said = str(field.label).removesuffix(" (optional)"), error.params
        return f"“{name}” must have {said['limit_value']:,} characters or fewer. It has {said['show_value']:,}"
    return _no_stop(error.messages[0])


def _no_stop(message):
    """GOV.UK errors end without a full stop; Django's have one."""
    text = str(message)
    return message if hasattr(message, "__html__") or ". " in text else text.removesuffix(".")


def _what_is_missing(field):
    label, kind = str(field.label), kind_of(field.field.widget)
    lower = label if label[:2].isupper() else label[:1].lower() + label[1:]
    if kind == "checkbox":
        return f"Tick the box: {lower}"
    if label.endswith("?"):
        return f"Answer the question: {lower}"
    verb = {"file": "Choose", "select": "Select", "radios": "Select", "checkboxes": "Select"}.get(kind, "Enter")
    return f"{verb} the {lower}"


def label_of(field, form_method):
    label = field.label
    asks = field.field.required or field.field.disabled or form_method == "get"
    if asks or not getattr(field.form, "mark_optional", True) or kind_of(field.field.widget) == "checkbox":
        return label
    return f"{label} (optional)" if "optional" not in str(label).lower() else label


def draw(field, widget, css_class, **attrs):
    """The widget's own element, with our attributes and none of Django's."""
    css = " ".join(filter(None, (css_class, widget.attrs.get("class"))))
    widget.is_localized = field.field.localize
    own = {**UNWANTED, "id": element_id(field), "class": css, "disabled": field.field.disabled, **attrs}
    return widget.render(field.html_name, field.value(), own, renderer=field.form.renderer)


def plain_widget(widget):
    """GOV.UK draws numbers as text with a numeric keyboard, and files without a "clear" box."""
    if isinstance(widget, forms.NumberInput):
        whole = widget.attrs.get("step") in (None, "1", 1)
        attrs = {"inputmode": "numeric" if whole else "decimal", **widget.attrs}
        if "width" not in attrs.get("class", ""):
            attrs["class"] = f"{attrs.get('class', '')} govuk-input--width-5".strip()
        return forms.TextInput(attrs)
    if isinstance(widget, forms.ClearableFileInput):
        plain = forms.FileInput(widget.attrs)
        plain.allow_multiple_selected = widget.allow_multiple_selected
        return plain
    return widget


@register.simple_tag(takes_context=True)
def govuk_field(context, field, prefix="", suffix=""):
    """Draws one field: label, hint, errors and input."""
    if field.is_hidden:
        return field.as_hidden()
    kind, id_ = kind_of(field.field.widget), element_id(field)
    hint_id, errors, described_by = describe(field, context.get("form_show_errors", True) is not False)
    size = context.get("label_size", "s")
    data = {
        "field": field,
        "id": id_,
        "name": field.html_name,
        "label": label_of(field, context.get("form_method", "")),
        "legend_class": f"govuk-fieldset__legend--{size}" if size else "",
        "label_class": f"govuk-label--{size}" if size else "",
        "hidden_label": context.get("form_show_labels", True) is False,
        "hint_id": hint_id,
        "errors": errors,
        "described_by": described_by,
        "prefix": prefix,
        "suffix": suffix,
        "widget_class": field.field.widget.attrs.get("class", ""),
        "disabled": field.field.disabled,
    }
    data |= globals()[f"_{kind}"](field, bool(errors), described_by)
    return render_to_string(f"govuk/parts/{kind}.html", data)


def _box(field, css, wrong, described_by, **attrs):
    css = f"{css} {css.split()[0]}--error" if wrong else css
    widget = plain_widget(field.field.widget)
    return {"control": draw(field, widget, css, **{"aria-describedby": described_by, **attrs})}


def _input(field, wrong, described_by):
    extra = {"spellcheck": "false"} if field.field.widget.input_type in ("email", "url") else {}
    return _box(field, "govuk-input", wrong, described_by, **extra)


def _select(field, wrong, described_by):
    return _box(field, "govuk-select", wrong, described_by)


def _file(field, wrong, described_by):
    return _box(field, "govuk-file-upload", wrong, described_by)


def _password(field, wrong, described_by):
    extra = {"spellcheck": "false", "autocapitalize": "none"}
    extra["autocomplete"] = field.field.widget.attrs.get("autocomplete", "current-password")
    css = "govuk-input govuk-password-input__input govuk-js-password-input-input"
    return _box(field, css, wrong, described_by, **extra)


def _textarea(field, wrong, described_by):
    limit = field.field.widget.attrs.get("maxlength")
    rows = field.field.widget.attrs.get("rows", 5)
    rows = 5 if str(rows) == "10" else rows  # 10 is only Django's default
    if not limit:
        return _box(field, "govuk-textarea", wrong, described_by, rows=rows)
    described_by = f"{element_id(field)}-info {described_by or ''}".strip()
    css = "govuk-textarea govuk-js-character-count"
    return {"limit": limit} | _box(field, css, wrong, described_by, rows=rows)


def _checkbox(field, _wrong, described_by):
    widget = field.field.widget
    context = widget.get_context(field.html_name, field.value(), {"id": element_id(field)})["widget"]
    return {"checked": context["attrs"].get("checked", False), "value": context.get("value"), "for": described_by}


def _choices(field, _wrong, _described_by):
    hints = getattr(field.field, "choice_hints", {})
    options = options_of(field)
    for option in options:
        option["checked"] = option["selected"]
        option["hint"] = hints.get(option["value"], hints.get(str(option["value"]), ""))
    return {"options": options}


_radios = _checkboxes = _choices


def _date(field, wrong, _described_by):
    value = field.value()
    texts = value if isinstance(value, list | tuple) else field.field.widget.decompress(value)
    marked = parts_at_fault(field) if wrong else []
    return {
        "parts": [
            {"name": part, "text": text, "wrong": part in marked, "width": 4 if part == "year" else 2}
            for part, text in zip(PARTS, texts, strict=True)
        ]
    }


def _group(field, wrong, _described_by):
    for part in field.field.widget.widgets:
        part.attrs["class"] = "govuk-input govuk-input--width-10" + (" govuk-input--error" if wrong else "")
    return {"control": field.field.widget.render(field.html_name, field.value(), {"id": element_id(field)})}


@register.filter
def has_errors(form):
    """Of a form or a formset; False for a page that has neither."""
    return bool(getattr(form, "is_bound", False)) and not form.is_valid()


@register.simple_tag
def govuk_error_summary(form):
    """The list of a form's errors, once per page: base.html prints it first, and the form then leaves it out."""
    if getattr(form, "error_summary_shown", False) or not has_errors(form):
        return ""
    forms_ = list(getattr(form, "forms", [form]))
    rows = [(None, message) for message in _outside_fields(form)]
    for each in forms_:
        rows += [(None, message) for message in each.non_field_errors()]
        for field in each:
            target = None if field.is_hidden else target_id(field)
            rows += [(target, message) for message in messages_of(field)]
        each.error_summary_shown = True
    form.error_summary_shown = True
    return render_to_string("govuk/parts/error_summary.html", {"rows": rows}) if rows else ""


def _outside_fields(form):
    return form.non_form_errors() if hasattr(form, "non_form_errors") else []


@register.filter
def button_classes(field_classes):
    """`Submit(css_class="secondary")` gives govuk-button--secondary; crispy's own Bootstrap classes go."""
    words = [word for word in str(field_classes).split() if word != "btn" and not word.startswith("btn-")]
    short = ("secondary", "warning", "inverse")
    return "".join(f" govuk-button--{word}" if word in short else f" {word}" for word in words)


@register.filter
def page_numbers(page_obj):
    return page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
