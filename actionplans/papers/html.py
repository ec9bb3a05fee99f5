"""HTML: one accessible file that needs nothing else; its tables, charts and looks are inside it."""

from django.template.loader import render_to_string

from actionplans.papers.blocks import content_of
from actionplans.papers.content import TINTS
from actionplans.papers.report import Report


def write_html(report: Report) -> bytes:
    return render_to_string("papers/paper.html", {"content": content_of(report), "tints": TINTS}).encode()
