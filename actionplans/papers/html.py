"""HTML: one accessible file that needs nothing else; its tables, charts and looks are inside it."""

from django.template.loader import render_to_string

from actionplans.papers.blocks import content_of
from actionplans.papers.content import TINTS, Content
from actionplans.papers.report import Report


def write_html(report: Report) -> bytes:
    return html_of(content_of(report))


def html_of(content: Content) -> bytes:
    return render_to_string("papers/paper.html", {"content": content, "tints": TINTS}).encode()
