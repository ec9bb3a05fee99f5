"""Pages that only read cannot write: our guard says so first, and the database would say so too."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse

from core.readonly import WriteRefused, read_only, reads_only
from partnerships.models import Partnership

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership():
    return Partnership.objects.create(slug="ours", name="Ours")


@pytest.fixture(autouse=True)
def lifted(db):
    """A guard that is not lifted fails its own test and no other."""
    yield
    if connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA query_only = OFF")


def names() -> list[str]:
    return list(Partnership.objects.order_by("pk").values_list("name", flat=True))


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_reading_goes_on_as_usual(partnership):
    with read_only(), transaction.atomic():
        assert Partnership.objects.get(slug="ours").name == "Ours"
        execute("SELECT 1")
        execute("  (SELECT 1)" if connection.vendor == "postgresql" else "  SELECT 1")


@pytest.mark.parametrize(
    "write",
    [
        lambda: Partnership.objects.create(slug="theirs", name="Theirs"),
        lambda: Partnership.objects.update(name="Changed"),
        lambda: Partnership.objects.get(slug="ours").delete(),
        lambda: Partnership.objects.bulk_create([Partnership(slug="theirs", name="Theirs")]),
        lambda: execute("INSERT INTO partnerships_partnership (slug, name) VALUES ('x', 'X')"),
        lambda: execute("  update partnerships_partnership set name = 'Changed'"),
        lambda: execute("-- SELECT\nDELETE FROM partnerships_partnership"),
        lambda: execute("/* SELECT */ DELETE FROM partnerships_partnership"),
        lambda: execute("WITH x AS (SELECT 1) DELETE FROM partnerships_partnership"),
        lambda: execute("DROP TABLE partnerships_partnership"),
        lambda: execute("SELECT * FROM partnerships_partnership FOR UPDATE"),
        lambda: execute("select * from partnerships_partnership for no key update"),
    ],
    ids=[
        *("insert", "update", "delete", "bulk insert", "raw insert", "raw update", "after a comment", "in a comment"),
        *("with", "drop", "lock", "weaker lock"),
    ],
)
def test_every_other_statement_is_refused_and_changes_nothing(partnership, write):
    with pytest.raises(WriteRefused), transaction.atomic(), read_only():
        write()

    assert names() == ["Ours"]


def test_executemany_is_refused_too(partnership):
    with pytest.raises(WriteRefused), read_only(), connection.cursor() as cursor:
        cursor.executemany("UPDATE partnerships_partnership SET name = %s", [["Changed"]])

    assert names() == ["Ours"]


def test_the_database_itself_refuses_what_slips_past_the_guard(partnership):
    """Past the wrapper, straight to the driver's own cursor."""
    with pytest.raises(Exception, match=r"(?i)read-?only"), transaction.atomic(), read_only():
        connection.connection.cursor().execute("UPDATE partnerships_partnership SET name = 'Changed'")

    assert names() == ["Ours"]


@pytest.mark.postgres
def test_postgresql_refuses_writing_that_looks_like_reading(partnership):
    for sql in (
        "EXPLAIN ANALYZE UPDATE partnerships_partnership SET name = 'Changed'",
        "SELECT nextval('partnerships_partnership_id_seq')",
        "SELECT * FROM partnerships_partnership FOR SHARE",
    ):
        with pytest.raises(DatabaseError, match="read-only transaction"), transaction.atomic(), read_only():
            execute(sql)

    assert names() == ["Ours"]


def test_nested_use_is_fine_and_the_outer_guard_still_holds(partnership):
    with read_only():
        with read_only():
            assert names() == ["Ours"]
        assert names() == ["Ours"]
        with pytest.raises(WriteRefused):
            execute("UPDATE partnerships_partnership SET name = 'Changed'")

    assert names() == ["Ours"]


def test_after_a_nested_guard_the_database_still_refuses(partnership):
    with transaction.atomic(), read_only():
        with read_only():
            pass
        with pytest.raises(Exception, match=r"(?i)read-?only"), transaction.atomic():
            connection.connection.cursor().execute("UPDATE partnerships_partnership SET name = 'Changed'")

    assert names() == ["Ours"]


def test_the_guard_is_lifted_afterwards(partnership):
    with read_only():
        pass
    Partnership.objects.update(name="Changed")

    assert names() == ["Changed"]


def test_the_guard_is_lifted_after_a_refusal_and_after_any_error(partnership):
    with pytest.raises(WriteRefused), transaction.atomic(), read_only():
        Partnership.objects.update(name="Changed")
    with pytest.raises(ZeroDivisionError), transaction.atomic(), read_only():
        _ = 1 / 0
    Partnership.objects.update(name="Allowed again")

    assert names() == ["Allowed again"]


def test_a_view_that_writes_fails_and_one_that_reads_answers(partnership, rf):
    @reads_only
    def writes(request):
        Partnership.objects.update(name="Changed")

    @reads_only
    def reads(request):
        return HttpResponse(", ".join(names()))

    assert reads(rf.get("/")).content == b"Ours"
    with pytest.raises(WriteRefused), transaction.atomic():
        writes(rf.get("/"))
    assert names() == ["Ours"]


def test_a_template_response_is_rendered_inside_the_guard(partnership, rf):
    class Writing(SimpleTemplateResponse):
        @property
        def rendered_content(self):
            Partnership.objects.update(name="Changed")
            return ""

    with pytest.raises(WriteRefused), transaction.atomic():
        reads_only(lambda request: Writing("core/accessibility.html"))(rf.get("/"))

    assert names() == ["Ours"]
