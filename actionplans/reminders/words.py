"""What a reminder says of itself, in words."""

from datetime import date

from actionplans.reminders.rules import Kind, Rules


def why(kind: str, anchor_on: date, on: date) -> str:
    """The reason as at a day, with the date and the days."""
    days = abs((on - anchor_on).days)
    span = f"{days} day{'' if days == 1 else 's'}"
    when = f"{anchor_on:%-d %B %Y}"
    soon = "today" if days == 0 else f"in {span}" if anchor_on > on else f"{span} ago"
    if kind == Kind.PROGRESS_OVERDUE:
        return f"update was due by {when}, {span} ago"
    if kind == Kind.OVERDUE:
        return f"action was due on {when}, {span} ago"
    if kind == Kind.ANSWERED:
        return f"your question was answered on {when}"
    if kind == Kind.WORDING_RETURNED:
        return f"your update was returned on {when}, to be changed before it is published"
    if kind == Kind.DONE_RETURNED:
        return f"its completion was returned on {when}: the action is in progress again"
    if kind == Kind.CHASED:
        was = "is" if anchor_on >= on else "was"
        return f"your co-ordinator asks for the update that {was} due by {when}"
    return f"{'update is due by' if kind == Kind.UPDATE_DUE else 'action is due on'} {when}, {soon}"


def in_words(rules: Rules) -> list[str]:
    """What rules mean, a sentence each."""
    said = []
    if rules.update_before:
        said.append(f"The named owner is told {_days(rules.update_before)} before an update is due.")
    if rules.due_before:
        said.append(f"The named owner is told {_days(rules.due_before)} before an action is due.")
    then = f"then every {rules.then_every} days for as long as it lasts"
    said.append(f"While an update is missing they are told {_days(rules.update_after)} after its date, {then}.")
    said.append(f"While an action is late they are told {_days(rules.due_after)} after its date, {then}.")
    told = [
        (rules.line_after, "the post that theirs reports to"),
        (rules.lead_after, "the plan lead"),
        (rules.chair_after, "the chair of each monitoring group"),
    ]
    above = [f"{who} after {_days((after,))}" for after, who in told if after]
    if above:
        said.append(f"Of what is late these are told as well: {'; '.join(above)}; each {then}.")
    else:
        said.append("Nobody else is told of what is late.")
    if rules.working_days_only:
        said.append("Messages go out on working days only. What falls on another day is said on the next working day.")
    else:
        said.append("Messages go out on any day of the week.")
    return said


def _days(steps: tuple[int, ...]) -> str:
    *others, last = [str(each) for each in steps]
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{listed} day{'' if steps == (1,) else 's'}"
