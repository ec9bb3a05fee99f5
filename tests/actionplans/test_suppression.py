"""Small numbers of people: what the public edition hides, so that nobody can count it back, and what it still shows."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.papers.report import MeasureShown, Point, Series
from actionplans.papers.suppression import NOT_JUDGED, SUPPRESSED, suppressed

pytestmark = pytest.mark.once

DAY, EARLIER = date(2015, 6, 1), date(2015, 3, 1)
UNDER = 5
FEW = f"fewer than {UNDER}"
AVERAGE = Series("National average", (Point(DAY, "2", "2"),))


def measure(key: int, *readings: str, part_of: int | None = None, **given) -> MeasureShown:
    """A measure of people, the last of its readings on DAY."""
    days = (EARLIER, DAY)[-len(readings) :] if readings else ()
    points = tuple(Point(on, words, words if words.isdigit() else "") for on, words in zip(days, readings, strict=True))
    said = {
        "of": f"A{key}",
        "unit": "children",
        "direction": "Lower is better",
        "baseline": "",
        "target": "",
        "baseline_value": "",
        "target_value": "",
        "latest": readings[-1] if readings else "",
        "verdict": "No target recorded",
        "series": (Series("This measure", points), AVERAGE),
        "counts_people": True,
        "part_of": part_of,
    }
    return MeasureShown(key=key, name=f"Children {key}", **(said | given))


def latest(*measures: MeasureShown, under: int = UNDER, withheld: frozenset[str] = frozenset()) -> dict[int, str]:
    return {each.key: each.latest for each in suppressed(measures, under, withheld)}


# --- one measure ---


def test_a_small_number_is_said_to_be_one_and_a_larger_stays():
    given = measure(1, "12", "3")
    (found,) = suppressed((given,), UNDER)

    assert found.latest == FEW
    assert found.series[0].points == (Point(EARLIER, "12", "12"), Point(DAY, FEW, ""))
    assert found.series[1] == AVERAGE
    assert found.is_suppressed


def test_zero_is_a_small_number_and_the_number_itself_is_none():
    assert latest(measure(1, "0"), measure(2, "5"), measure(3, "4")) == {1: FEW, 2: "5", 3: FEW}


def test_words_that_nobody_has_judged_are_not_shown():
    assert latest(measure(1, "two of fourteen"), measure(2)) == {1: SUPPRESSED, 2: ""}


def test_a_measure_that_counts_no_people_stays_and_under_0_everything_does():
    others = (measure(1, "3", counts_people=False), measure(2, "3"))

    assert suppressed(others, UNDER)[0] == others[0]
    assert suppressed(others, 0) == others


def test_baseline_and_target_are_suppressed_too_and_the_verdict_with_what_it_judges():
    judged = {"verdict": "Target met", "shortfall": "Children 1: 12, target 3", "is_done": True}
    small = measure(1, "12", baseline="40", baseline_value="40", target="3", target_value="3", **judged)
    (found,) = suppressed((small,), UNDER)

    assert (found.baseline, found.baseline_value, found.target, found.target_value) == ("40", "40", FEW, "")
    assert (found.latest, found.verdict, found.shortfall) == ("12", NOT_JUDGED, f"Children 1: {SUPPRESSED}")


def test_a_verdict_on_shown_numbers_stays():
    (found,) = suppressed((measure(1, "2", "12", verdict="Target met", target="20", target_value="20"),), UNDER)

    assert (found.verdict, found.latest) == ("Target met", "12")
    assert found.series[0].points[0] == Point(EARLIER, FEW, "")


# --- totals and parts ---


def test_of_a_sum_with_one_small_part_the_next_smallest_part_is_hidden_too():
    found = latest(
        measure(1, "43"), measure(2, "3", part_of=1), measure(3, "15", part_of=1), measure(4, "25", part_of=1)
    )

    assert found == {1: "43", 2: FEW, 3: SUPPRESSED, 4: "25"}


def test_what_is_counted_back_through_an_unread_total_hides_what_it_is_counted_from():
    found = latest(
        *(measure(1, "9"), measure(2, part_of=1), measure(3, "9", part_of=2)), withheld=frozenset({"A1"}), under=3
    )

    assert found[3] == SUPPRESSED


def test_two_small_parts_hide_each_other():
    found = latest(
        measure(1, "30"), measure(2, "3", part_of=1), measure(3, "2", part_of=1), measure(4, "25", part_of=1)
    )

    assert found == {1: "30", 2: FEW, 3: FEW, 4: "25"}


def test_two_parts_that_can_only_be_nothing_hide_a_third():
    found = latest(
        measure(1, "25"), measure(2, "0", part_of=1), measure(3, "0", part_of=1), measure(4, "25", part_of=1)
    )

    assert found == {1: "25", 2: FEW, 3: FEW, 4: SUPPRESSED}


def test_a_part_of_a_part_is_not_counted_back_through_the_levels():
    found = latest(
        *(measure(1, "100"), measure(2, "40", part_of=1), measure(3, "60", part_of=1)),
        *(measure(4, "1", part_of=2), measure(5, "39", part_of=2)),
    )

    assert found == {1: "100", 2: "40", 3: "60", 4: FEW, 5: SUPPRESSED}


def test_a_day_on_which_not_all_was_read_adds_up_to_nothing():
    found = suppressed((measure(1, "12", "43"), measure(2, "3", "15", part_of=1), measure(3, "28", part_of=1)), UNDER)

    assert [each.series[0].points[0].words for each in found[:2]] == ["12", FEW]
    assert {each.latest for each in found} == {"43", "15", "28"}


def test_baselines_add_up_too():
    def based(key: int, words: str, part_of: int | None = None) -> MeasureShown:
        return measure(key, baseline=words, baseline_value=words, part_of=part_of)

    found = suppressed((based(1, "20"), based(2, "4", 1), based(3, "16", 1)), UNDER)

    assert [each.baseline for each in found] == ["20", FEW, SUPPRESSED]


def test_the_measure_of_an_exempt_action_is_not_counted_back_either():
    measures = (measure(1, "60"), measure(2, "20", part_of=1), measure(3, "40", part_of=1))

    assert latest(*measures, withheld=frozenset({"A2"})) == {1: "60", 2: SUPPRESSED, 3: SUPPRESSED}


# --- the attacker ---

HIGHEST = 60  # no sum of the examples is larger


@st.composite
def trees(draw) -> tuple[tuple[MeasureShown, ...], int, frozenset[str]]:
    """Totals and parts in up to eight measures that add up, the number of suppression, and what is withheld."""
    count, under = draw(st.integers(2, 8)), draw(st.integers(3, 7))
    totals: list[int | None] = [None, *(draw(st.none() | st.integers(0, key - 1)) for key in range(1, count))]
    values = [draw(st.integers(0, 8)) for _ in range(count)]
    for key in reversed(range(count)):
        parts = [value for value, total in zip(values, totals, strict=True) if total == key]
        values[key] = sum(parts) if parts else values[key]
    unread = draw(st.sets(st.integers(0, count - 1), max_size=2))
    read = [() if key in unread else (str(value),) for key, value in enumerate(values)]
    measures = tuple(measure(key, *read[key], part_of=totals[key]) for key in range(count))
    return measures, under, frozenset(f"A{key}" for key in draw(st.sets(st.integers(0, count - 1), max_size=1)))


def candidates(published: dict[int, str], totals: dict[int, int | None], under: int, key: int) -> set[int]:
    """Every number that a value may be for somebody who knows the published words and that totals are sums."""
    return {value for value in range(HIGHEST) if _is_possible(published, totals, under, {key: value})}


def _is_possible(published: dict[int, str], totals: dict[int, int | None], under: int, guess: dict[int, int]) -> bool:
    def values(key: int) -> set[int]:
        words = published.get(key, "")
        said = set(range(HIGHEST))
        if words.isdigit():
            said = {int(words)}
        elif words:
            said = set(range(under)) if words == f"fewer than {under}" else set(range(under, HIGHEST))
        said &= {guess[key]} if key in guess else said
        sums = {0}
        parts = [part for part, total in totals.items() if total == key]
        for part in parts:
            sums = {first + second for first, second in product(sums, values(part)) if first + second < HIGHEST}
        return said & sums if parts else said

    return all(values(key) for key, total in totals.items() if total is None)


@given(trees())
def test_nobody_counts_a_hidden_value_back(tree):
    measures, under, withheld = tree
    found = latest(*measures, under=under, withheld=withheld)
    totals = {each.key: each.part_of for each in measures}
    published = {key: words for key, words in found.items() if f"A{key}" not in withheld}

    for each in measures:
        if each.latest and not published.get(each.key, "").isdigit():
            possible = candidates(published, totals, under, each.key)
            assert int(each.latest) in possible, "the words are not true"
            assert len(possible) > 1, f"{each.key} must be {possible}: {published}"


@given(trees())
def test_what_is_shown_is_as_it_was_and_large(tree):
    measures, under, withheld = tree
    for given_, found in zip(measures, suppressed(measures, under, withheld), strict=True):
        assert found.latest == given_.latest or found.is_suppressed
        assert not found.latest.isdigit() or int(found.latest) >= under
        assert replace(found, series=(), latest="", is_suppressed=False, verdict="", shortfall="") == replace(
            given_, series=(), latest="", verdict="", shortfall=""
        )
