"""Loads reference/quality_indicators.json: every scale, framework, indicator and scrutiny body that it names.

What has a column goes there; what has none is kept in `details`, so that nothing of the reference is lost.
"""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from inspections.models import Level, QualityFramework, QualityIndicator, Scale, ScrutinyBody

FILE = Path(__file__).parent / "reference" / "quality_indicators.json"


@transaction.atomic
def load_reference_data() -> None:
    """Enters the reference data; what is there already stays as it is."""
    reference = json.loads(FILE.read_text(encoding="utf-8"))
    for body in reference["scrutiny_bodies"]:
        values = {"name": body["name"], "formal_name": body.get("formal", ""), "note": body.get("note", "")}
        ScrutinyBody.objects.get_or_create(slug=body["id"], defaults=values)
    for scale in reference["scales"]:
        _load_scale(scale)
    for framework in reference["frameworks"]:
        _load_framework(framework)


def body_named(name: str) -> ScrutinyBody:
    """The scrutiny body of that name, in short or in full; one that the reference does not know is entered."""
    known = ScrutinyBody.objects.filter(name__startswith=name, entered_for=None).order_by("pk").first()
    return known or ScrutinyBody.objects.create(slug=slugify(name)[:50], name=name)


def _load_scale(source: dict[str, Any]) -> None:
    columns, details = _split(source, {"name", "provenance", "source"}, {"id", "levels"})
    scale, is_new = Scale.objects.get_or_create(slug=source["id"], defaults=columns | {"details": details})
    if is_new:
        Level.objects.bulk_create(_level(scale, position, level) for position, level in enumerate(source["levels"], 1))


def _level(scale: Scale, position: int, source: dict[str, Any]) -> Level:
    columns, details = _split(source, {"label", "short", "meaning", "follow_up", "provenance"}, {"value"})
    return Level(scale=scale, position=position, value=str(source.get("value", "")), details=details, **columns)


def _load_framework(source: dict[str, Any]) -> None:
    named = {"title", "publisher", "published", "in_use", "provenance", "sources"}
    columns, details = _split(source, named, {"id", "scale", "indicators", "key_questions"})
    columns["scale"] = Scale.objects.filter(slug=source.get("scale", "")).first()
    framework, is_new = QualityFramework.objects.get_or_create(
        slug=source["id"], defaults=columns | {"details": details}
    )
    if is_new:
        QualityIndicator.objects.bulk_create(
            QualityIndicator(framework=framework, position=position, **indicator)
            for position, indicator in enumerate(_indicators(source), 1)
        )


def _indicators(framework: dict[str, Any]) -> list[dict[str, Any]]:
    found = [_indicator(indicator, "", "") for indicator in framework.get("indicators", [])]
    area = framework.get("area_level_evaluation")
    if area:
        found.append({"code": area["code"], "title": area["title"], "is_evaluated": True})
    for question in framework.get("key_questions", []):
        for area in question["areas"]:
            title = f"{area['number']} {area['title']}"
            found += [_indicator(indicator, title, question["question"]) for indicator in area["indicators"]]
    return found


def _indicator(source: dict[str, Any], area: str, question: str) -> dict[str, Any]:
    return {
        "code": source["code"],
        "title": source["title"],
        "area": area,
        "question": question,
        "is_evaluated": source.get("evaluated_in_joint_inspection"),
        "provenance": source.get("provenance", ""),
        "source": source.get("source", ""),
    }


def _split(source: dict[str, Any], columns: set[str], elsewhere: set[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts that have a column of their own, and the rest."""
    own = {name: source[name] for name in columns if name in source}
    return own, {name: value for name, value in source.items() if name not in columns | elsewhere}
