"""The reference data is loaded whole: scales, levels, frameworks, indicators, bodies, each with its provenance."""

import json

import pytest

from inspections.models import Level, QualityFramework, QualityIndicator, Scale, ScrutinyBody
from inspections.reference_data import FILE, body_named, load_reference_data

SOURCE = json.loads(FILE.read_text(encoding="utf-8"))

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    load_reference_data()


def said(value) -> set[str]:
    """Every text and number of a piece of JSON, keys of objects included."""
    if isinstance(value, dict):
        return set().union(*([key] for key in value), *(said(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(said(each) for each in value))
    return set() if value is None or value == "" else {str(value)}


def kept(*rows) -> set[str]:
    """Every text and number in the columns of rows, JSON columns taken apart."""
    found: set[str] = set()
    for row in rows:
        for field in row._meta.concrete_fields:
            found |= {field.name, field.name.removesuffix("_name")} | said(getattr(row, field.attname))
    return found


@pytest.mark.parametrize("source", SOURCE["scrutiny_bodies"], ids=lambda body: body["id"])
def test_every_scrutiny_body_is_there(loaded, source):
    found = ScrutinyBody.objects.get(slug=source["id"])

    assert (found.name, found.formal_name, found.note) == (
        source["name"],
        source.get("formal", ""),
        source.get("note", ""),
    )


@pytest.mark.parametrize("source", SOURCE["scales"], ids=lambda scale: scale["id"])
def test_every_scale_is_there_with_its_levels_in_order(loaded, source):
    found = Scale.objects.get(slug=source["id"])
    levels = list(found.levels.order_by("position"))

    assert [level.label for level in levels] == [level["label"] for level in source["levels"]]
    assert [level.value for level in levels] == [str(level.get("value", "")) for level in source["levels"]]
    assert found.provenance == source.get("provenance", "")
    for level, words in zip(levels, source["levels"], strict=True):
        assert said({key: value for key, value in words.items() if key not in {"id"}}) <= kept(level)
    assert said({key: value for key, value in source.items() if key != "levels"}) - {"id"} <= kept(found)


def indicators_of(source) -> list[dict]:
    found = list(source.get("indicators", []))
    for question in source.get("key_questions", []):
        for area in question["areas"]:
            found += area["indicators"]
    return found


@pytest.mark.parametrize("source", SOURCE["frameworks"], ids=lambda framework: framework["id"])
def test_every_framework_is_there_with_its_indicators(loaded, source):
    found = QualityFramework.objects.get(slug=source["id"])
    indicators = {indicator.code: indicator for indicator in found.indicators.all()}

    assert (found.title, found.provenance) == (source["title"], source.get("provenance", ""))
    assert (found.scale.slug if found.scale else "") == source.get("scale", "")
    for indicator in indicators_of(source):
        row = indicators[indicator["code"]]
        assert (row.title, row.provenance) == (indicator["title"], indicator.get("provenance", ""))
        assert row.is_evaluated == indicator.get("evaluated_in_joint_inspection")
    area = source.get("area_level_evaluation")
    extra = {area["code"]} if area else set()
    assert set(indicators) == {indicator["code"] for indicator in indicators_of(source)} | extra


@pytest.mark.parametrize("source", SOURCE["frameworks"], ids=lambda framework: framework["id"])
def test_nothing_that_a_framework_says_is_lost(loaded, source):
    found = QualityFramework.objects.get(slug=source["id"])
    values = kept(found, found.scale or found, *found.indicators.all())
    structure = {"id", "scale", "indicators", "key_questions", "areas", "number", "evaluated_in_joint_inspection"}
    texts = {text for text in said(source) if not any(text in value for value in values)} - structure

    assert texts == set()


def test_loading_again_changes_nothing(loaded):
    models = (ScrutinyBody, Scale, Level, QualityFramework, QualityIndicator)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    load_reference_data()

    assert [list(model.objects.order_by("pk").values()) for model in models] == before


def test_a_body_is_found_by_the_beginning_of_its_name_or_entered(loaded):
    known, count = body_named("Care Inspectorate"), ScrutinyBody.objects.count()

    assert known.name.startswith("Care Inspectorate")
    assert body_named("Board of Independent Reviewers").slug == "board-of-independent-reviewers"
    assert ScrutinyBody.objects.count() == count + 1
