"""Finding words, on both databases: what counts as the same, what is marked, and that the index is one."""

import pytest
from django.db import connection

from actionplans.models import Action, Contribution, ProgressUpdate
from core.search import LETTERS, PLAIN_LETTERS, fold, marked, matching, needles
from inspections.models import ScrutinyBody


@pytest.fixture
def bodies(db):
    names = ["Café of the Dùn: risk assessment", "Assessment of RISK", "Nothing of the kind"]
    return [ScrutinyBody.objects.create(slug=f"b{n}", name=name) for n, name in enumerate(names)]


def found(words: str) -> set[str]:
    return set(matching(ScrutinyBody.objects.all(), words, "slug", "name").values_list("slug", flat=True))


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        *(("risk", {"b0", "b1"}), ("RISK assessment", {"b0", "b1"}), ('"risk assessment"', {"b0"})),
        *(("risk -cafe", {"b1"}), ("café", {"b0"}), ("cafe dun", {"b0"}), ("the kind", {"b2"}), ("risk b1", {"b1"})),
        *(("", set()), ("-risk", set()), ("the", set()), ("risk kind", set()), ('"', set()), ("a'b & ! (", set())),
        *(("100% of_it", set()), ("\\", set())),
    ],
)
def test_words_phrases_and_what_is_left_out(bodies, words, slugs):
    assert found(words) == slugs


@pytest.mark.postgres
def test_english_words_are_found_in_their_other_forms(bodies):
    assert found("risks assessed") == {"b0", "b1"}
    ((title, text),) = marked([("Assessing", "They were assessed; the risks are known.")], "assessment risk")
    assert [each.text for each in (*title, *text) if each.is_found] == ["Assessing", "assessed", "risks"]


@pytest.mark.parametrize("words", ["dun risk", '"risk is"'])
def test_what_was_found_is_marked_in_its_own_letters(db, words):
    long = f"{'Before it. ' * 60}Here the Dùn risk is told.{' After it.' * 60}"
    ((title, text), (_, nothing)) = marked([("The Dùn", long), ("Other", "Not here")], words)

    assert "".join(each.text for each in title) == "The Dùn"
    assert {each.text.strip() for each in text if each.is_found} <= {"Dùn", "risk", "risk is", "is"}
    assert any(each.is_found for each in text)
    assert len("".join(each.text for each in text)) < 500
    assert nothing == ()


def test_markup_in_a_text_stays_text(db):
    ((title, _),) = marked([("<b>Risk</b> \ue000", "")], "risk")

    assert "".join(each.text for each in title) == "<b>Risk</b> "


def test_folding_keeps_the_length_so_that_places_agree():
    for text in ("Straße ŉ İ", "Ünïcödé’s", "ﬁ"):
        assert len(fold(text)) == len(text)
    assert fold("Dùn’s CAFÉ") == "dun's cafe"
    assert len(LETTERS) == len(PLAIN_LETTERS)
    assert "'" not in LETTERS + PLAIN_LETTERS
    assert needles('"two  words" -none plain.') == (["two words", "plain"], ["none"])


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("model", "names", "index"),
    [
        (Action, ("ref", "title", "barrier"), "search_action"),
        (ProgressUpdate, ("wording",), "search_update"),
        (Contribution, ("wording",), "search_contribution"),
    ],
)
def test_the_index_is_of_the_very_words_that_are_asked_for(db, model, names, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = matching(model._base_manager.all(), "risk", *names).order_by()
        plan = rows.values("pk").explain()

    assert index in plan, plan
