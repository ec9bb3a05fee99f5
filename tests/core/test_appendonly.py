"""History cannot be changed or deleted: refused by the queryset, by the instance and by the database itself."""

import importlib

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from actionplans import operations
from actionplans.models import Attempt, Entry, EvidenceScan, Message, PaperTemplate, Reading, Status
from actionplans.operations import Actor, Decision, NewEvidence
from core import audit, clock
from core.appendonly import AppendOnly, AppendOnlyQuerySet, ForbidChanges, HistoryIsAppendOnly, destruction
from inspections import operations as inspecting
from inspections.models import Recommendation
from partnerships import operations as partnering

MIGRATIONS = (
    *("core.migrations.0003_append_only_again", "actionplans.migrations.0003_append_only"),
    *("actionplans.migrations.0004_drafts_measures_scans", "actionplans.migrations.0007_append_only_again"),
    *("actionplans.migrations.0008_papers", "actionplans.migrations.0009_public_and_search"),
    *("actionplans.migrations.0011_questions_and_packs", "actionplans.migrations.0014_date_withdrawal"),
    "actionplans.migrations.0016_rag_by_hand",
)


def kept_models() -> list:
    """The models whose changes the migrations forbid."""
    found = {}
    for name in MIGRATIONS:
        for operation in importlib.import_module(name).Migration.operations:
            if isinstance(operation, ForbidChanges):
                found[apps.get_model(name.partition(".")[0], operation.model_name)] = None
    return list(found)


@pytest.fixture
def rows(cast):
    """At least one row of each model that is kept."""
    by, clerk, now, decision = Actor(cast.verifier), Actor(cast.clerk), cast.moment(), Decision("Committee")
    completed, late = cast.ours.completed, cast.ours.late
    verified = {"action": completed, "by": by, "verifier": "Audit", "statement": "Looked at the register", "now": now}
    operations.verify_action(**verified)
    operations.reopen_action(action=completed, by=clerk, reason="The register has gaps", now=now)
    said = {"status": "completed", "percent": 100, "wording": "Done.", "evidence_gap": "Kept by the partner"}
    operations.post_update(action=completed, by=Actor(cast.owner), now=now, **said)
    operations.verify_action(**verified)
    closure = operations.close_action(action=completed, by=clerk, decision=decision, now=now, check_months=3)
    operations.check_sustained(closure=closure, by=by, is_sustained=True, statement="It lasted", now=now)
    agency = partnering.agency_of(partnership=cast.ours.partnership, name="Helpers")
    operations.contribute(action=late, agency=agency, wording="We trained our staff.", by=by, now=now)
    asked = operations.request_date_change(action=late, to_on=cast.day(99), reason="Later", by=by, now=now)
    operations.refer_date_change(request=asked, group=cast.ours.group, by=clerk, now=now)
    said = {"to_on": cast.day(99), "reason": "Later"}
    again = operations.request_date_change(action=cast.ours.dormant, **said, by=by, now=now)
    operations.withdraw_date_request(request=again, reason="A slip", by=by, now=now)
    operations.set_rag(action=late, word="Green", reason="It is nearly done.", by=clerk, now=now)
    operations.drop_action(action=cast.ours.dormant, by=clerk, reason="Not needed", decision=decision, now=now)
    said = {"name": "Attendance", "action": cast.ours.late, "baseline": "80%", "target": "90%"}
    measure = operations.add_measure(**said, by=by, now=now)
    operations.record_reading(measure=measure, on=cast.today, words="85%", by=by, now=cast.moment())
    said = {"is_clean": True, "answer": "OK", "at": cast.moment()}
    EvidenceScan.objects.create(of=cast.ours.released, **said)
    said = {"message": Message.objects.first(), "address": cast.owner.email, "outcome": "bounced"}
    Attempt.objects.create(**said, at=cast.moment())
    mark = {"is_exempt": True, "reason": "Paragraph 3", "by": clerk, "now": cast.moment()}
    operations.mark_exempt(action=cast.ours.late, **mark)
    operations.mark_evidence_exempt(evidence=cast.ours.released, **mark)
    operations.publish_plan(plan=cast.ours.plan, decision=decision, by=by, now=cast.moment())
    cast.inspector.grants.update(may_ask=True)
    said = {"action": late, "inspection": cast.ours.inspection, "by": Actor(cast.inspector), "now": cast.moment()}
    question = operations.ask_question(text="Who read the files?", **said)
    operations.answer_question(question=question, text="Internal Audit did.", by=clerk, now=cast.moment())
    said = {"outcome": "noted", "words": "", "minute": "M 1", "by": clerk, "now": cast.moment()}
    operations.record_paper_decision(paper=cast.ours.paper, **said)
    said = {"file": "paper-templates/one.docx", "sha256": "0" * 64, "uploaded_by_name": "Clerk"}
    PaperTemplate.objects.create(group=cast.ours.group, uploaded_at=cast.moment(), **said)
    audit.record(who=cast.clerk, what="took an export", about="ours", at=clock.now())


def changed_column(model) -> str:
    """A column of the model's own table; one that holds no key where there is one."""
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key and not field.null]
    fields.sort(key=lambda field: field.is_relation)
    return connection.ops.quote_name(fields[0].column)


def raw(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def count(model) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
        return cursor.fetchone()[0]


def everything(model) -> list:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table}")
        return sorted(map(str, cursor.fetchall()))


every_kept_model = pytest.mark.parametrize("model", kept_models(), ids=lambda model: model.__name__)


def test_every_append_only_model_has_its_triggers():
    declared = {model for model in apps.get_models() if issubclass(model, AppendOnly)}

    assert declared == set(kept_models())


@every_kept_model
def test_the_queryset_refuses(model, rows):
    assert isinstance(model.objects.all(), AppendOnlyQuerySet)
    before = everything(model)

    for attempt in (
        lambda: model.objects.all().update(**{model._meta.pk.attname: 0}),
        lambda: model.objects.bulk_update(list(model.objects.all()), [model._meta.fields[-1].name]),
        lambda: model.objects.all().delete(),
        lambda: model._base_manager.all().delete(),
    ):
        with pytest.raises(HistoryIsAppendOnly, match="cannot be changed or deleted"):
            attempt()

    assert everything(model) == before != []


@every_kept_model
def test_the_instance_refuses(model, rows):
    row, before = model.objects.first(), everything(model)

    with pytest.raises(HistoryIsAppendOnly):
        row.save()
    with pytest.raises(HistoryIsAppendOnly):
        row.delete()

    assert everything(model) == before


@every_kept_model
def test_the_database_refuses_an_update(model, rows):
    table, column, before = model._meta.db_table, changed_column(model), everything(model)

    with pytest.raises(IntegrityError, match="history is append-only"):
        raw(f"UPDATE {table} SET {column} = {column}")

    assert everything(model) == before


@every_kept_model
def test_the_database_refuses_a_delete(model, rows):
    before = everything(model)

    with pytest.raises(IntegrityError, match="history is append-only"):
        raw(f"DELETE FROM {model._meta.db_table}")

    assert everything(model) == before


@every_kept_model
def test_the_database_refuses_to_write_a_row_over_another(model, rows):
    """In the way of each engine; SQLite's deletes the row before without any DELETE that a trigger sees."""
    table, column, before = model._meta.db_table, changed_column(model), everything(model)
    again, key = f"INTO {table} SELECT * FROM {table}", model._meta.pk.column
    over = {
        "sqlite": f"INSERT OR REPLACE {again}",
        "postgresql": f"INSERT {again} ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}",
    }

    with pytest.raises(IntegrityError, match="history is append-only"):
        raw(over[connection.vendor])

    assert everything(model) == before


def test_the_database_refuses_to_write_a_row_over_another_of_its_number(cast):
    """Not the same key, but the same place in the history of the plan."""
    columns = [connection.ops.quote_name(field.column) for field in Entry._meta.local_concrete_fields]
    listed, others = ", ".join(columns), ", ".join(columns[1:])
    again = f"INTO {Entry._meta.db_table} ({listed}) SELECT id + 100000, {others} FROM {Entry._meta.db_table}"
    over = {
        "sqlite": f"INSERT OR REPLACE {again}",
        "postgresql": f"INSERT {again} ON CONFLICT (plan_id, seq) DO UPDATE SET by_name = 'Forger'",
    }
    assert columns[0] == '"id"'

    with pytest.raises(IntegrityError, match="history is append-only"):
        raw(over[connection.vendor])


@every_kept_model
def test_announced_destruction_may_delete_but_not_change(model, rows):
    table, column = model._meta.db_table, changed_column(model)

    with destruction():
        with pytest.raises(IntegrityError, match="history is append-only"):
            raw(f"UPDATE {table} SET {column} = {column}")
        with transaction.atomic():  # references are checked at the end, and this is undone before
            raw(f"DELETE FROM {table}")
            left = count(model)
            transaction.set_rollback(True)

    assert left == 0
    with pytest.raises(IntegrityError, match="history is append-only"):
        raw(f"DELETE FROM {table}")


@pytest.mark.postgres
@every_kept_model
def test_postgresql_refuses_truncate(model, rows):
    raw("SET CONSTRAINTS ALL IMMEDIATE")  # else it refuses because of checks that are still to come
    with pytest.raises(IntegrityError, match="history is append-only"):
        raw(f"TRUNCATE {model._meta.db_table} CASCADE")

    assert count(model) > 0


def test_destruction_ends_even_when_it_fails(rows):
    class Interrupted(Exception):
        pass

    with pytest.raises(Interrupted), destruction():
        raise Interrupted

    with pytest.raises(IntegrityError, match="history is append-only"):
        raw(f"DELETE FROM {Reading._meta.db_table}")


@pytest.mark.parametrize("column", ["text", "number", "inspection_id"])
def test_the_words_of_a_recommendation_are_locked(cast, column):
    table, key = Recommendation._meta.db_table, cast.ours.recommendation.pk

    with pytest.raises(IntegrityError, match="history is append-only"):
        raw(f"UPDATE {table} SET {column} = {column} WHERE id = {key}")
    with pytest.raises(IntegrityError, match="history is append-only"):
        raw(f"DELETE FROM {table} WHERE id = {key}")


def test_rewording_a_recommendation_through_the_model_is_refused_too(cast):
    recommendation = cast.ours.recommendation
    words = recommendation.text
    recommendation.text = "What we would rather have been told"

    with pytest.raises(DatabaseError, match="history is append-only"), transaction.atomic():
        recommendation.save()

    recommendation.refresh_from_db()
    assert recommendation.text == words


def test_the_response_to_a_recommendation_stays_open(cast):
    inspecting.respond(
        recommendation=cast.ours.recommendation, response=Recommendation.Response.PARTLY, reason="Two of three parts"
    )

    cast.ours.recommendation.refresh_from_db()
    assert cast.ours.recommendation.response_reason == "Two of three parts"


def test_a_refused_update_leaves_neither_row_nor_state(cast):
    """Row and state are written together or not at all."""
    action, rows = cast.ours.late, cast.ours.late.entries.count()
    evidence = NewEvidence(title="Macros", form="file", file=SimpleUploadedFile("macros.exe", b"MZ"))

    with pytest.raises(Exception, match="Choose a file of one of these kinds"):
        operations.post_update(
            action=action,
            by=Actor(cast.owner),
            now=cast.moment(),
            status=Status.COMPLETED,
            percent=100,
            wording="Done.",
            evidence_ticked=["Register"],
            evidence=evidence,
        )

    action.refresh_from_db()
    assert (action.status, action.percent, action.entries.count()) == (Status.IN_PROGRESS, 40, rows)
