"""The page of Python that an inspector can check an export with."""

import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

SCRIPT = settings.BASE_DIR / "docs" / "verify.py"


def check(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-I", SCRIPT, *arguments], capture_output=True, text=True)


@pytest.fixture
def export(cast, tmp_path):
    file = tmp_path / "history.jsonl"
    call_command("verify_history", plan=cast.ours.plan.slug, export=str(file))
    return file


def test_an_export_holds_and_gives_the_mark_that_the_plan_has(export, cast):
    plan = cast.ours.plan
    plan.refresh_from_db()
    mark = f"{plan.history_count}:{plan.history_head}"

    answer = check(export, mark)

    assert (answer.returncode, answer.stdout) == (0, f"Unbroken: {plan.history_count} rows, {mark}\n")


def test_a_changed_word_is_found_in_its_row(export):
    lines = export.read_text().splitlines()
    row = json.loads(lines[4])
    row["facts"]["by_name"] = "Somebody else"
    lines[4] = json.dumps(row)
    export.write_text("\n".join(lines))

    answer = check(export)

    assert (answer.returncode, answer.stderr) == (1, "Broken: row 5 does not hold.\n")


def test_a_cut_off_tail_is_found_against_a_printed_mark(export, cast):
    plan = cast.ours.plan
    plan.refresh_from_db()
    lines = export.read_text().splitlines()
    export.write_text("\n".join(lines[:-1]))

    answer = check(export, f"{plan.history_count}:{plan.history_head}")

    assert answer.returncode == 1
    assert f"row {plan.history_count} is not the one that was printed" in answer.stderr
