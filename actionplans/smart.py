"""SMART hints: what an action's text might still lack. They warn and never block. Source: product.md §3, §4."""

import re
from collections.abc import Container
from datetime import date

from actionplans.operations import ActionText
from core.working_days import is_working_day

FEWEST_WORDS = 4
_VERBS = """
achieve adopt agree align analyse appoint arrange assess assign audit begin brief build carry change check clarify
collect commission communicate complete conduct confirm consult continue convene co-ordinate coordinate create cut
define deliver demonstrate deploy design develop devise distribute draft draw embed employ enable engage ensure
establish evaluate examine expand extend finalise find fund gather give hold identify implement improve increase
inform institute introduce invest investigate involve issue join keep launch lead learn make manage map measure meet
merge monitor move name negotiate obtain offer open organise pilot plan prepare present prioritise procure produce
promote provide publish put raise reach recruit redesign reduce refresh reinforce relaunch remove replace report
require research resolve restructure review revise roll run sample seek set share show simplify specify standardise
start stop strengthen submit supervise support survey switch take teach test track train undertake update use
verify widen work write
"""
_AMOUNTS = """
all every each none no nobody zero half third quarter double twice once one two three four five six seven eight
nine ten always weekly monthly quarterly yearly annually
"""
VERBS = frozenset(_VERBS.split())
PROMISES = frozenset({"will", "must", "shall"})
AMOUNTS = frozenset(_AMOUNTS.split())


def smart_hints(
    text: ActionText, due_on: date | None, ends_on: date | None = None, off: Container[date] = ()
) -> dict[str, str]:
    """By field of the form, one sentence about what to look at again; empty when there is nothing.

    `ends_on` is the last day of the plan, where it has one; `off` are the local holidays of the partnership.
    """
    hints = {
        "title": _about_title(text.title),
        "measure": "" if text.measure else "No success measure: say how anybody will see that it worked.",
        "target": _about_target(text),
        "due_on": _about_due(due_on, ends_on, off),
    }
    return {field: sentence for field, sentence in hints.items() if sentence}


def _about_title(title: str) -> str:
    words = re.findall(r"[a-z-]+", title.lower())
    if len(words) < FEWEST_WORDS:
        return "Very short: say what will be done, for whom."
    if not (set(words[:3]) & VERBS or set(words) & PROMISES):
        return "No verb at the start: say what somebody will do, such as “Train all front-line staff in …”."
    return ""


def _about_target(text: ActionText) -> str:
    if not text.measure:
        return ""
    if not text.target:
        return "No target: say which figure, or which answer, counts as success."
    if re.search(r"\d", text.target) or set(re.findall(r"[a-z]+", text.target.lower())) & AMOUNTS:
        return ""
    return "The target cannot be counted: use a number, “all” or “none” where you can."


def _about_due(due_on: date | None, ends_on: date | None, off: Container[date]) -> str:
    if due_on is None:
        return "No due date: without one it can never be late."
    if ends_on and due_on > ends_on:
        return f"The due date is after the end of the plan, {ends_on:%-d %B %Y}."
    if not is_working_day(due_on, off):
        return f"{due_on:%A %-d %B %Y} is not a working day."
    return ""
