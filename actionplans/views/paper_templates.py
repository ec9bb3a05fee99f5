"""The page of a group's Word template: what is used now, what may stand in one, using another, using none."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from actionplans import operations
from actionplans.forms.paper_templates import TemplateForm
from actionplans.models import PaperTemplate
from actionplans.operations import Actor
from actionplans.papers import FORMATS
from actionplans.papers.drafting import template_of
from actionplans.papers.placeholders import PLACEHOLDERS, spelt
from actionplans.papers.starters import starter
from actionplans.papers.word import TABLE
from actionplans.views.groups import visible_group
from actionplans.views.reading import SignedIn, page
from actionplans.views.writing import attempt
from core import clock
from partnerships.models import Group
from partnerships.permissions import require
from partnerships.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
def group_template(request: SignedIn, partnership: str, group: str) -> HttpResponse:
    """Shows the template of a group, and takes another."""
    now, found = clock.now(), _group(request, partnership, group)
    form = TemplateForm(*((request.POST, request.FILES) if request.method == "POST" else ()))

    def verb() -> PaperTemplate:
        given = form.cleaned_data["file"]
        return operations.set_paper_template(group=found, file=given, by=Actor(request.user), now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=found, now=now):
        messages.success(request, f"The papers of {found} take the looks of this template from now on.")
        return redirect("actionplans:group-template", partnership, group)
    context = {
        "form": form,
        "group": found,
        "partnership": found.partnership,
        "template": template_of(found),
        "placeholders": [(spelt(name), becomes) for name, becomes in PLACEHOLDERS.items()],
        "table_style": TABLE,
    }
    return render(request, "actionplans/group_template.html", context, status=422 if form.errors else 200)


@require_POST
def template_drop(request: SignedIn, partnership: str, group: str) -> HttpResponse:
    found = _group(request, partnership, group)
    operations.drop_paper_template(group=found, by=Actor(request.user), now=clock.now())
    messages.success(request, f"The papers of {found} have no template now. They take our plain looks.")
    return redirect("actionplans:group-template", partnership, group)


@page
def template_file(request: SignedIn, partnership: str, group: str) -> HttpResponseBase:
    """The template of a group, as it was given."""
    template = template_of(_group(request, partnership, group))
    if template is None:
        raise Http404
    kind = FORMATS["docx"].content_type
    return FileResponse(template.file.open(), as_attachment=True, filename=template.file_name, content_type=kind)


@page
def template_starter(request: SignedIn, partnership: str, group: str) -> HttpResponse:
    """A template with every placeholder, in our own looks."""
    found = _group(request, partnership, group)
    response = HttpResponse(starter(), content_type=FORMATS["docx"].content_type)
    response["Content-Disposition"] = f'attachment; filename="template-{found.slug}.docx"'
    return response


def _group(request: SignedIn, partnership: str, group: str) -> Group:
    """The group, for those who make papers (403 for others of its partnership)."""
    found = visible_group(request, partnership, group)
    require(request.user, Permission.MAKE_PAPERS, found.partnership)
    return found
