"""Checks an export of a plan's history, with the standard library alone.

    python3 verify.py history.jsonl [COUNT:HASH]

An export (manage.py verify_history --plan SLUG --export history.jsonl) holds one row of history a line, as JSON: `seq`,
`previous`, `hash`, and `facts`, which is every column of the row that is not empty or "no". Rows are numbered from 1.
The hash of a row is the SHA-256 of the hash of the row before (64 zeros before the first), a line feed, and the facts
written as JSON with sorted keys and without spaces, in UTF-8. Whoever changes, removes or inserts a row changes every
hash after it; so COUNT:HASH, as it is printed on a paper, shows whether the first COUNT rows are still those that the
paper was made of.
"""

import hashlib
import json
import sys


def check(lines, mark=""):
    """The number of rows and the last hash. Raises ValueError at the first row that does not hold."""
    previous, count, marks = "0" * 64, 0, {}
    for line in lines:
        row = json.loads(line)
        facts = json.dumps(row["facts"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(f"{previous}\n{facts}".encode()).hexdigest()
        if row["seq"] != count + 1 or row["previous"] != previous or row["hash"] != digest:
            raise ValueError(f"row {row['seq']} does not hold")
        count, previous = row["seq"], digest
        marks[str(count)] = digest
    expected, _, digest = mark.partition(":")
    if mark and marks.get(expected) != digest:
        raise ValueError(f"row {expected} is not the one that was printed")
    return count, previous


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            rows, head = check(file, *sys.argv[2:])
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"Broken: {error}.")
    print(f"Unbroken: {rows} rows, {rows}:{head}")
