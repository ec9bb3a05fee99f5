"""Checks an export of a plan's history, with the standard library alone.

    python3 verify.py history.jsonl [COUNT:HASH]

An export (from the page "Check the history" of a plan, or manage.py verify_history --plan SLUG --export FILE) holds
one row of history a line, as JSON: `seq`, `previous`, `hash`, and `facts`, which is every column of the row that is not
empty or "no". Rows are numbered from 1. The hash of a row is the SHA-256 of the hash of the row before (64 zeros before
the first), a line feed, and the facts written as JSON with sorted keys and without spaces, in UTF-8. Whoever changes,
removes or inserts a row changes every hash after it; so COUNT:HASH, as it is printed on a paper, shows whether the
first COUNT rows are still those that the paper was made of.

An export for somebody who may not read every row has `withheld`, which says why, in the place of some rows' facts. What
such a row says cannot be checked here, but its hash has its place in the chain: the row after it was computed from it.
So a row that is withheld cannot be changed, removed or exchanged without changing the marks on the papers either, and
whoever is shown its facts later can check them against the hash that they have here.
"""

import hashlib
import json
import re
import sys


def check(lines, mark=""):
    """How many rows, the last hash, how many are withheld. Raises ValueError at the first row that does not hold."""
    previous, count, withheld, marks = "0" * 64, 0, 0, {}
    for line in lines:
        row = json.loads(line)
        digest = digest_of(row, previous)
        if row["seq"] != count + 1 or row["previous"] != previous or row["hash"] != digest:
            raise ValueError(f"row {row['seq']} does not hold")
        count, previous = row["seq"], digest
        withheld += "facts" not in row
        marks[str(count)] = digest
    expected, _, digest = mark.partition(":")
    if mark and marks.get(expected) != digest:
        raise ValueError(f"row {expected} is not the one that was printed")
    return count, previous, withheld


def digest_of(row, previous):
    """The hash that a row must have after the one before; of a row that is withheld, the one that it is given by."""
    if "facts" not in row and row.get("withheld"):
        if not re.fullmatch("[0-9a-f]{64}", row["hash"]):
            raise ValueError(f"row {row['seq']} has no hash")
        return row["hash"]
    facts = json.dumps(row["facts"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{facts}".encode()).hexdigest()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            rows, head, hidden = check(file, *sys.argv[2:])
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"Broken: {error}.")
    print(f"Unbroken: {rows} rows, {rows}:{head}")
    if hidden:
        print(f"Withheld: {hidden} rows. They are given by their hash, and what they say is not checked.")
