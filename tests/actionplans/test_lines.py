"""The numbers of a line chart: where points, ticks and labels lie."""

import itertools
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from actionplans.bars import status_bars
from actionplans.lines import (
    MOST_TICKS,
    NARROW,
    SHAPES,
    WIDE,
    Level,
    line_chart,
    rows_of,
    spark,
    spread,
    time_ticks,
    value_ticks,
    written,
)

pytestmark = pytest.mark.once

DAY = date(2014, 1, 1)
OWN = "This measure"


def values(*numbers, every: int = 365):
    return [(DAY + timedelta(days=every * n), Decimal(str(number))) for n, number in enumerate(numbers)]


def drawn(*numbers, size=WIDE, others=(), target=None, baseline=None, **given):
    series = [(OWN, values(*numbers, **given)), *others]
    target = None if target is None else Level(Decimal(target), f"Target {target}")
    baseline = None if baseline is None else Level(Decimal(baseline), f"Baseline {baseline}")
    return line_chart(series, size, unit="%", target=target, baseline=baseline)


def points(line) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.points.split())]


def words(label) -> str:
    return " ".join(row for row, _ in label.rows)


def test_readings_lie_where_their_day_and_value_are():
    chart = drawn(60, 70, 100, target=90)
    left, right, top, bottom = WIDE.left, chart.plot_right, WIDE.top, chart.plot_bottom

    assert [tick.label for tick in chart.values] == ["60%", "70%", "80%", "90%", "100%"]
    assert points(chart.lines[0]) == [
        (left, bottom),
        (left + (right - left) / 2, top + (bottom - top) * 0.75),
        (right, top),
    ]
    assert chart.target_y == top + (bottom - top) * 0.25
    assert chart.baseline_y is None


def test_target_and_baseline_widen_the_axis_so_that_they_are_on_it():
    chart = drawn(50, 55, target=95, baseline=20)

    assert (chart.values[0].label, chart.values[-1].label) == ("20%", "100%")
    assert chart.values[0].at == chart.baseline_y == chart.plot_bottom
    assert chart.values[-1].at == WIDE.top < chart.target_y
    assert {words(label) for label in chart.labels} == {OWN, "Target 95", "Baseline 20"}


def test_what_it_is_compared_with_has_other_dashes_and_other_points_and_its_name_at_its_end():
    others = [(f"Area {n}", values(40 + n, 41 + n)) for n in range(len(SHAPES))]
    chart = drawn(60, 70, others=others)

    assert chart.lines[0].dashes == ""
    assert len({line.dashes for line in chart.lines}) == len({line.shape for line in chart.lines}) == 5
    assert sorted(words(label) for label in chart.labels) == ["Area 0", "Area 1", "Area 2", "Area 3", OWN]
    assert [words(label) for label in chart.labels if label.is_own] == [OWN]


def test_a_series_without_a_number_is_left_out_and_the_others_keep_their_look():
    full, without = values(1, 2), ("Nothing yet", [])
    before = drawn(3, 4, others=[("A", full), ("B", full)])
    after = drawn(3, 4, others=[without, ("B", full)])

    assert after.lines[1].shape == before.lines[2].shape
    assert [words(label) for label in after.labels if "Nothing" in words(label)] == []


def test_without_a_number_there_is_nothing_to_draw():
    assert drawn(target=90) is None
    assert spark([], Decimal(90)) is None


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize(
    "numbers", [[48], [48, 48], [-5, 12, -3], [0, 0, 0], [0.001, 0.002], [-1200, 987654321.5], list(range(60))]
)
def test_everything_lies_within_the_drawing(size, numbers):
    chart = drawn(*numbers, size=size, others=[("National average, looked-after children", values(7, 9))], every=31)

    for line in chart.lines:
        for x, y in points(line):
            assert size.left <= x <= chart.plot_right
            assert size.top <= y <= chart.plot_bottom
        assert len(re.findall("M", line.markers)) >= len(points(line))
    rows = [y for label in chart.labels for _, y in label.rows]
    assert all(size.font * 0.7 <= y <= chart.height for y in rows)
    assert all(tick.at >= size.left for tick in chart.times)
    assert 2 <= len(chart.values) <= MOST_TICKS + 1


def test_one_reading_is_a_point_in_the_middle_under_its_day():
    chart = drawn(48)

    assert points(chart.lines[0])[0][0] == (WIDE.left + chart.plot_right) / 2
    assert [tick.label for tick in chart.times] == ["1 Jan 2014"]


def test_many_readings_have_smaller_points_so_that_they_can_be_told_apart():
    few, many = (re.search(r"a([\d.]+) ", drawn(*range(n), every=31).lines[0].markers)[1] for n in (5, 60))

    assert float(many) < float(few)


def test_labels_that_belong_to_the_same_place_stand_one_under_another():
    others = [(f"All children in area number {n}", values(60, 60)) for n in range(5)]
    chart = drawn(60, 60, size=NARROW, others=others, target=60, baseline=60)
    rows = [y for label in chart.labels for _, y in label.rows]

    assert len(chart.labels) == 8
    assert all(later - earlier >= NARROW.font for earlier, later in itertools.pairwise(rows))
    assert rows[-1] < chart.height


def test_a_long_name_is_cut_after_three_rows_and_never_at_a_hyphen():
    assert rows_of("National average, looked-after", NARROW) == ["National", "average,", "looked-after"]
    assert rows_of("National average, looked-after children", NARROW) == ["National", "average,…"]


def test_things_are_moved_apart_only_as_far_as_they_overlap():
    assert spread([(10, 20), (50, 20)], 0, 100) == [10, 50]
    assert spread([(10, 20), (12, 20), (99, 20)], 0, 100) == [10, 30, 90]
    assert spread([(95, 20), (97, 20)], 0, 100) == [70, 90]


@pytest.mark.parametrize(
    ("given", "labels"),
    [
        (["87.1", "90"], ["87%", "88%", "89%", "90%"]),
        (["48"], ["47%", "47.5%", "48%", "48.5%", "49%"]),
        (["0", "100"], ["0%", "20%", "40%", "60%", "80%", "100%"]),
        (["-5", "12"], ["-5%", "0%", "5%", "10%", "15%"]),
    ],
)
def test_values_on_the_axis_are_round(given, labels):
    assert [written(each, "%") for each in value_ticks([Decimal(each) for each in given])] == labels


def test_thousands_are_set_apart_and_other_units_are_not_on_the_axis():
    assert [written(each, "children") for each in value_ticks([Decimal(0), Decimal(9000)])] == [
        *("0", "2,000", "4,000", "6,000", "8,000", "10,000"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "most", "labels"),
    [
        (date(2012, 6, 30), date(2014, 6, 30), 6, ["Jul 2012", "Jan 2013", "Jul 2013", "Jan 2014"]),
        (date(2012, 6, 30), date(2014, 6, 30), 3, ["2013", "2014"]),
        (date(2010, 1, 1), date(2025, 5, 28), 3, ["2010", "2020"]),
        (date(2015, 1, 1), date(2015, 3, 1), 6, ["Jan 2015", "Feb 2015", "Mar 2015"]),
        (date(2015, 5, 3), date(2015, 5, 28), 6, ["3 May 2015", "28 May 2015"]),
        (date(2015, 5, 3), date(2015, 5, 3), 6, ["3 May 2015"]),
    ],
)
def test_days_on_the_axis_are_the_beginnings_of_months_or_years(first, last, most, labels):
    ticks = time_ticks(first, last, most)

    assert [label for _, label in ticks] == labels
    assert all(first <= day <= last for day, _ in ticks)


def test_a_small_chart_shows_the_target_at_its_height():
    small = spark(values(0, 100), Decimal(50))

    assert small.points == f"6.0,{small.height - 6}.0 {small.width - 6}.0,6.0"
    assert small.target_y == small.height / 2
    assert spark(values(1), None).target_y is None


def test_a_bar_is_as_wide_as_its_counts_and_every_status_has_its_place_in_the_key():
    counts = (
        ("in_progress", "In progress", 3),
        ("completed", "Completed, awaiting verification", 1),
        ("closed", "Closed", 4),
    )
    for bar in status_bars(counts):
        ends = [round(each.x + each.width, 1) for each in bar.segments]
        assert [each.x for each in bar.segments] == [1, *ends[:-1]]
        assert ends[-1] == bar.size.width - 1
        assert [each.width / (bar.size.width - 2) for each in bar.segments] == pytest.approx(
            [3 / 8, 1 / 8, 4 / 8], abs=0.001
        )
        assert len({(each.key_x, each.key_y) for each in bar.segments}) == 3
        assert all(each.key_y + 14 <= bar.height for each in bar.segments)
        assert bar.description == "8 actions. In progress: 3, Completed, awaiting verification: 1, Closed: 4."
    assert status_bars(()) == ()
