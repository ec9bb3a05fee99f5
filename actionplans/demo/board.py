"""A board that is in no case, so that a demonstration which lives today has a round that is open."""

from datetime import date, timedelta
from typing import Any

from actionplans.models import PlanGroup

BOARD_OF = "ochilvale-long-term-childcare"
BOARD = "Improvement Board"


def with_board(case: dict[str, Any]) -> dict[str, Any]:
    """The case, and for BOARD_OF a board that some actions have reported to and some have not: its round is open today.

    It met between two updates of the case, and meets next five weeks after the day on which the case stands. What the
    case itself says stays as it is.
    """
    if case["slug"] != BOARD_OF:
        return case
    group = {"name": BOARD, "kind": "board", "roles": [PlanGroup.Role.MONITORS.value]}
    met_on, meets_on = date(2012, 11, 1), date.fromisoformat(case["as_at"]) + timedelta(weeks=5)
    meetings = [{"group": BOARD, "on": str(on)} for on in (met_on, meets_on)]
    return case | {"groups": [*case["groups"], group], "meetings": [*case["meetings"], *meetings]}
