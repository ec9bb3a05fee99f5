"""The habits of the house (docs/architecture.md) that neither import-linter nor ruff can keep."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from core import appendonly

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
APPS = ("core", "partnerships", "inspections", "actionplans")  # lower first
OPERATIONS = ("partnerships.operations", "inspections.operations", "actionplans.operations")
READS_OF_OPERATIONS = {"last_seq"}  # a look-up that the form needs, not a verb

# Words of the domain, as parts of identifiers. Left out are those that have another meaning in a brick: group (regular
# expressions), post (HTTP), message, user, round, level.
DOMAIN = {
    *("plan", "action", "recommendation", "inspection", "inspector", "partnership"),
    *("agency", "meeting", "evidence", "finding", "evaluation", "measure"),
    *("paper", "verifier", "verification", "closure", "owner", "coordinator"),
    *("rag", "milestone", "reminder", "holding", "deputy", "committee"),
}
# The gallery shows every component with example text of the domain; it is a page of debug mode and imports nothing.
SHOWS_EXAMPLES = {"core/gallery.py"}


def python_files(*folders: str) -> list[Path]:
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def own_models() -> list[type[Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]


def identifiers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every name that a module gives: functions, classes, arguments, variables and attributes it sets."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield (node.id if isinstance(node, ast.Name) else node.attr), node.lineno
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in APPS[1:]:
            yield node.module or "", node.lineno


def words_of(name: str) -> set[str]:
    parts = re.findall(r"[a-z]+", re.sub(r"([A-Z])", r"_\1", name).lower())
    return {part.removesuffix("s") for part in parts}


# --- who knows whom ---


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_point_to_the_same_or_a_lower_app(model):
    own = APPS.index(model._meta.app_label)
    related = {field.related_model for field in model._meta.get_fields() if field.concrete and field.is_relation}
    higher = [other for other in related if other._meta.app_label in APPS and APPS.index(other._meta.app_label) > own]

    assert not higher, f"{model._meta.label} points up to {higher}"


def test_no_module_is_a_drawer():
    drawers = {"utils", "util", "common", "services", "helpers", "misc"}
    found = [named(file) for file in python_files(*APPS, "config") if drawers & {file.stem, *file.parts}]

    assert found == []


def test_core_names_nothing_of_the_domain():
    found = [
        f"{named(file)}:{line} {name}"
        for file in python_files("core")
        if named(file) not in SHOWS_EXAMPLES and "migrations" not in file.parts
        for name, line in identifiers(parsed(file))
        if words_of(name) & DOMAIN
    ]

    assert found == []


def test_the_words_of_the_domain_are_those_of_the_higher_apps():
    """Guards the check above: it would find the model names of the apps that core must not know."""
    names = {model.__name__ for model in own_models() if model._meta.app_label != "core"}
    unseen = {name for name in names if not words_of(name) & DOMAIN}

    assert unseen <= {
        "User", "Group", "Post", "Membership", "ScrutinyBody", "Scale", "Level", "QualityFramework", "QualityIndicator",
        "Grant", "Entry", "Round", "Message", "ProgressUpdate", "DateRequest", "DateDecision", "Comparator", "Reading",
        "Revision", "Contribution", "DateReferral", "DateWithdrawal", "Reopening", "Dropping", "SustainedCheck",
        "Proposal", "UpdateDraft", "Measured", "Chase", "Attempt", "LocalHoliday", "CalendarFeed", "Exemption",
        "Publication", "Snapshot", "Judgement",
        "Question", "Answer",
    }  # fmt: skip


def test_apps_do_not_signal_each_other():
    found = [
        f"{named(file)}:{node.lineno}"
        for file in python_files(*APPS, "config")
        for node in ast.walk(parsed(file))
        if (isinstance(node, ast.ImportFrom) and (node.module or "") in {"django.dispatch", "django.db.models.signals"})
        or (
            isinstance(node, ast.Name)
            and node.id in {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"}
        )
        or (isinstance(node, ast.Attribute) and node.attr == "signals")
    ]

    assert found == []


# --- models ---


def test_no_model_has_an_ordering():
    assert [model._meta.label for model in own_models() if model._meta.ordering] == []


def test_only_append_only_rows_have_a_save_of_their_own():
    overriding = {
        owner
        for model in own_models()
        for owner in model.__mro__
        if owner.__module__.partition(".")[0] in APPS and {"save", "delete", "save_base"} & set(vars(owner))
    }

    assert overriding == {appendonly.AppendOnly}


# --- operations, tasks, the clock ---


def verbs() -> list:
    found = []
    for name in OPERATIONS:
        module = importlib.import_module(name)
        package = module.__name__
        for verb, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__.startswith(package) and not verb.startswith("_") and verb not in READS_OF_OPERATIONS:
                found.append(function)
    return found


def test_the_verbs_are_found():
    assert {"post_update", "approve_plan", "appoint", "publish_report"} <= {verb.__name__ for verb in verbs()}


@pytest.mark.parametrize("verb", verbs(), ids=lambda verb: verb.__name__)
def test_operations_take_keywords_only_and_are_typed(verb):
    parameters = inspect.signature(verb).parameters.values()

    assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters), inspect.signature(verb)
    assert all(each.annotation is not inspect.Parameter.empty for each in parameters), inspect.signature(verb)
    assert inspect.signature(verb).return_annotation is not inspect.Signature.empty


def own_tasks() -> dict[str, object]:
    from config.celery import app

    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.partition(".")[0] in APPS}


def test_tasks_are_doors_of_at_most_six_lines():
    lengths = {name: len(inspect.getsource(task.run).strip().splitlines()) for name, task in own_tasks().items()}

    assert lengths, "no task was found"
    # The decorator and the line of `def` are not part of the door's inside.
    assert {name: length - 2 for name, length in lengths.items() if length - 2 > 6} == {}


def test_every_scheduled_task_exists():
    from config.celery import app

    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert scheduled, "the beat has nothing to do"
    assert scheduled <= set(own_tasks())


def test_only_the_clock_reads_the_clock():
    clocks = {"now", "today", "utcnow", "localdate", "localtime"}
    readers = {"timezone", "date", "datetime"}
    found = [
        f"{named(file)}:{node.lineno}"
        for file in python_files(*APPS, "config")
        if named(file) != "core/clock.py"
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Attribute)
        and node.attr in clocks
        and isinstance(node.value, ast.Name | ast.Attribute)
        and getattr(node.value, "id", getattr(node.value, "attr", "")) in readers
    ]

    assert found == []


# --- files and templates ---


def test_files_stay_short():
    long = {
        named(file): lines
        for file in python_files(*APPS, "config", "tests")
        if "migrations" not in file.parts
        and (lines := len(file.read_text(encoding="utf-8").splitlines())) > (500 if "tests" in file.parts else 300)
    }

    assert long == {}


def test_templates_let_nothing_through_unescaped():
    """`safe` and `autoescape off` only where the output is not HTML, which is the plain text of mails."""
    unescaped = re.compile(r"\|\s*safe(seq)?\b|\{%\s*autoescape\s+off")
    found = [
        named(file)
        for file in sorted((ROOT / "templates").rglob("*"))
        if file.is_file() and file.suffix != ".txt" and unescaped.search(file.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_python_marks_nothing_as_safe():
    marks = re.compile(r"\b(mark_safe|SafeString|SafeText)\b")
    found = [named(file) for file in python_files(*APPS, "config") if marks.search(file.read_text(encoding="utf-8"))]

    assert found == []
