"""What was measured of reminders, as the report says it."""

LEAST_RATIO = 0.60  # of the rate of the bare loop


def reminders_in_words(delivering: dict, planning: dict) -> list[str]:
    """Paragraphs and tables, in Markdown."""
    return ["## Reminders", _delivering(delivering), _memory(delivering), *_planning(planning)]


def _delivering(found: dict) -> str:
    count = found["messages"]
    ours, bare = round(count / found["delivering"]), round(count / found["bare"])
    verdict = "met" if found["ratio"] >= LEAST_RATIO else "missed"
    return (
        f"{found['actions']:,} late actions go out to {count:,} owners at {ours:,} messages a second; a bare loop that "
        f"renders the same messages and sends them over one connection makes {bare:,}: {found['ratio']:.2f} of its "
        f"rate (aim {LEAST_RATIO:.2f}: {verdict}; median of {found['rounds']} rounds in turn), and "
        f"{found['ratio_with_planning']:.2f} with the planning of the day, {found['planning']:.1f} s, counted in."
    )


def _memory(found: dict) -> str:
    few, many = found["peaks"]
    return (
        f"Delivering {found['messages']:,} messages holds at most {many / 2**20:.1f} MiB at once, a tenth of them "
        f"{few / 2**20:.1f} MiB."
    )


def _planning(found: dict) -> list[str]:
    readings = found["readings"]
    read, due = sum(each["read"] for each in readings), sum(each["found"] for each in readings)
    is_lean = all(each["is_lean"] for each in readings)
    return [
        f"Planning a day among {found['actions']:,} open actions takes {found['planning']:.1f} s and gives "
        f"{found['messages']:,} messages. Of the table of actions {read:,} rows are read, {due:,} of them due; "
        + ("no query scans it." if is_lean else "**some query reads more than it should.**"),
        *(f"```\n{_cut(each['plan'])}\n```" for each in readings),
    ]


def _cut(plan: str) -> str:
    """Long lists of keys say nothing."""
    return "\n".join(line if len(line) <= 200 else f"{line[:160]} …" for line in plan.splitlines())
