"""The forecast against plans whose truth is known: the range of 80 per cent holds in 75 to 85 of 100 of them."""

import math
import random
from collections.abc import Callable
from datetime import date

import pytest

from actionplans.forecast import ENOUGH, Forecast, forecast, likely

Draw = Callable[[random.Random], float]


def normal_logarithms(of: random.Random) -> Draw:
    middle, spread = of.gauss(0.15, 0.3), of.uniform(0.15, 0.6)
    return lambda rng: math.exp(rng.gauss(middle, spread))


def gamma(of: random.Random) -> Draw:
    shape, mean = of.uniform(3, 12), of.uniform(0.8, 1.6)
    return lambda rng: rng.gammavariate(shape, mean / shape)


def weibull(of: random.Random) -> Draw:
    shape, scale = of.uniform(2, 5), of.uniform(0.9, 1.6)
    return lambda rng: rng.weibullvariate(scale, shape)


def on_the_day_or_late(of: random.Random) -> Draw:
    """What people do with a date: much is done just before it, the rest takes its time."""
    in_time, late = of.uniform(0.2, 0.6), of.uniform(0.2, 0.5)
    return lambda rng: rng.uniform(0.93, 1) if rng.random() < in_time else math.exp(abs(rng.gauss(late, 0.3)))


def holds(rng: random.Random, draw: Draw, actions: int, today: int) -> bool | None:
    """Whether the last action of one simulated plan is done within its range; None where nothing is forecast."""
    ratios, left, truth = [], [], []
    for _ in range(actions):
        given, start = rng.randint(60, 420), rng.randint(0, 200)
        took = max(1, round(given * draw(rng)))
        gone = max(today - start, 0)
        if start + took <= today:
            ratios.append((math.log(took / given), True))
            continue
        left.append((given, gone))
        truth.append(start + took - today)
        if gone:
            ratios.append((math.log(gone / given), False))
    if sum(is_final for _, is_final in ratios) < ENOUGH or not left:
        return None
    low, high = likely(ratios, left)
    return None if high is None else low <= max(truth) <= high


@pytest.mark.once
def test_the_range_holds_in_75_to_85_of_100_plans_whose_truth_is_known():
    """Four ways in which work runs over its dates, small and larger plans, early and late in their lives."""
    rng = random.Random(2014)
    held = []
    for kind in (normal_logarithms, gamma, weibull, on_the_day_or_late):
        for actions, today in ((20, 400), (40, 380)):
            told = [holds(rng, kind(rng), actions, today) for _ in range(30)]
            held += [each for each in told if each is not None]

    assert len(held) > 180, "most of these plans have history enough"
    assert 0.75 <= sum(held) / len(held) <= 0.85, f"{sum(held)} of {len(held)} ranges held"


def test_more_history_makes_the_range_no_wider_and_later_work_makes_it_later():
    few = [(math.log(1 + n / 10), True) for n in range(8)]
    left = [(200.0, 100.0), (100.0, 150.0)]
    low, high = likely(few, left)
    low_of_many, high_of_many = likely(few * 5, left)
    assert low <= high
    assert high_of_many - low_of_many <= high - low
    assert likely(few, [*left, (400.0, 10.0)])[1] > high


def test_nothing_is_said_with_too_little_history_or_with_nothing_left(cast):
    from actionplans.asat import standings
    from actionplans.course import Course

    stood = standings(cast.ours.plan.actions.order_by("position"), cast.today)
    told = forecast(stood, Course(stood, cast.today), date(2020, 1, 1))
    assert told is not None
    assert not told.is_known
    assert told.why_not == f"A forecast needs {ENOUGH} actions with a date that are done, to learn from. So far 1 is."
    done = [each for each in stood if each.state.is_done]
    assert forecast(done, Course(done, cast.today), date(2020, 1, 1)) is None


def test_a_history_too_uneven_says_so_in_place_of_a_range():
    uneven = [(value, True) for value in (-3.0, 3.0, -2.5, 2.8, 0.1, 2.9, -1.0, 3.0)]
    assert likely(uneven, [(300.0, 1000.0)] * 3)[1] is None


def test_what_has_no_date_is_not_counted_and_said():
    told = Forecast(undone=0, undated=2, done=9)
    assert told.why_not == "No action that is undone has a date to go by, so there is no forecast."
