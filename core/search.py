"""Searching text: where the two databases differ.

PostgreSQL has full text in English: "trained" finds "training", best matches first, with an index (`SearchIndex`).
SQLite, on which demonstrations run, looks whether every word stands somewhere in the text. Both take what people are
used to ("several words" in this order, -without), and neither minds capitals and accents.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import BooleanField, FloatField, Func, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.lookups import Exact, GreaterThan

START, STOP = "\ue000", "\ue001"  # around what was found: characters of private use, which no text has
AROUND, EXCERPT = 90, 260  # characters before what was found, and in all
FRAGMENTS = 'MaxFragments=2, MaxWords=28, MinWords=12, FragmentDelimiter=" … "'
COMMON = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "in", "is", "of", "on", "or", "the", "to", "was", "with")
)
TOKEN = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))')


def _without_accents() -> dict[str, str]:
    """Each Latin letter with an accent, and the letter alone; a typographic apostrophe is an apostrophe."""
    found = {"’": "'"}
    for letter in map(chr, range(0xC0, 0x250)):
        plain, *marks = list(unicodedata.normalize("NFD", letter))
        if marks and plain.isascii() and all(map(unicodedata.combining, marks)):
            found[letter] = plain
    return found


PLAIN = _without_accents()
PLAIN_TABLE = str.maketrans(PLAIN)
# What the index is made of must stay what it was: both strings go into SQL as they are.
LETTERS, PLAIN_LETTERS = (
    "".join(each for each in letters if each not in "’'") for letters in ("".join(PLAIN), "".join(PLAIN.values()))
)


@dataclass(frozen=True)
class Piece:
    """Part of a text; `is_found` where it is what was looked for."""

    text: str
    is_found: bool = False


Pieces = tuple[Piece, ...]


def fold(text: str) -> str:
    """The text without capitals and accents, letter for letter: as long as it was."""
    folded = text.translate(PLAIN_TABLE).lower()
    if len(folded) == len(text):
        return folded
    return "".join(low if len(low := each.lower()) == 1 else each for each in text.translate(PLAIN_TABLE))


def needles(words: str) -> tuple[list[str], list[str]]:
    """What must stand in a text, and what must not, folded."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in TOKEN.findall(words):
        if said := (" ".join(phrase.split()) or word.strip(".,;:!?()'’”“")):
            (unwanted if minus else wanted).append(fold(said))
    return [each for each in wanted if each not in COMMON], unwanted


def matching(rows: QuerySet[Any], words: str, *names: str, also: Q | None = None) -> QuerySet[Any]:
    """Those of the rows that have the words in the texts of the columns `names`, taken together; those `also`, too.

    Each gets `relevance`, the more the better: on SQLite the same for all. None of them without a word to look for.
    A table with an index should not be asked for others `also`: no index can be used then.
    """
    wanted, unwanted = needles(words)
    if not wanted:
        return rows.none().annotate(relevance=Value(1.0))
    if connection.vendor == "postgresql":
        vector, query = Vector(*names), Query(words)
        fits = Q(Matches(vector, query))
        return rows.filter(fits | also if also else fits).annotate(relevance=Rank(vector, query))
    _teach_sqlite_to_fold()
    text, fits = Folded(*names), Q()
    for each in wanted:
        fits &= Q(GreaterThan(Place(text, Value(each)), 0))
    for each in unwanted:
        fits &= Q(Exact(Place(text, Value(each)), 0))
    return rows.filter(fits | also if also else fits).annotate(relevance=Value(1.0))


def marked(texts: Sequence[tuple[str, str]], words: str) -> list[tuple[Pieces, Pieces]]:
    """Of each title and text: the title whole, and of the text the part around what was found, both with it marked.

    Nothing of a text in which nothing was found. At most one query, whatever the number of texts.
    """
    clean = [(_clean(title), _clean(text)) for title, text in texts]
    knows_words = connection.vendor == "postgresql" and clean
    drawn = _headlines(clean, words) if knows_words else [("", "")] * len(clean)
    wanted, _ = needles(words)
    return [
        (_pieces(one) if START in one else _mark(title, wanted), _excerpt(_pieces(two), text, wanted))
        for (one, two), (title, text) in zip(drawn, clean, strict=True)
    ]


class Vector(Func):
    """The words of some columns, as PostgreSQL compares them. A SearchIndex is made of exactly this expression."""

    template = f"to_tsvector('english', translate(%(expressions)s, '{LETTERS}', '{PLAIN_LETTERS}'))"
    arg_joiner = " || ' ' || "
    output_field: models.Field = TextField()


class Query(Func):
    """What somebody typed, as PostgreSQL asks for it: nothing that is typed is an error."""

    template = "websearch_to_tsquery('english', %(expressions)s)"
    output_field: models.Field = TextField()

    def __init__(self, words: str) -> None:
        super().__init__(Value(words.translate(PLAIN_TABLE)))


class Matches(Func):
    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field: models.Field = BooleanField()


class Rank(Func):
    """The rank of a text, divided by how long it is (its logarithm)."""

    template = "ts_rank(%(expressions)s, 1)"
    output_field: models.Field = FloatField()


class Folded(Func):
    """SQLite: the columns as one text, folded."""

    function = "core_fold"
    arg_joiner = " || ' ' || "
    output_field: models.Field = TextField()


class Place(Func):
    """SQLite: where a text begins in another, from 1; 0 for nowhere."""

    function = "instr"
    output_field: models.Field = IntegerField()


class SearchIndex(Operation):
    """A migration operation: the index that `matching` uses on PostgreSQL for these columns. SQLite has none."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, name: str, columns: tuple[str, ...]) -> None:
        self.model_name, self.name, self.columns = model_name, name, columns

    def deconstruct(self) -> tuple[str, list, dict]:
        return self.__class__.__qualname__, [self.model_name, self.name, self.columns], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that a model knows of."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        said = Vector.template % {"expressions": Vector.arg_joiner.join(f'"{each}"' for each in self.columns)}
        schema_editor.execute(f'CREATE INDEX {self.name} ON "{table}" USING gin ({said})', params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {self.name}")

    def describe(self) -> str:
        return f"Index the words of {self.model_name}"


def _teach_sqlite_to_fold() -> None:
    """Spoken to the driver of this connection: SQLite folds the letters of English alone."""
    connection.ensure_connection()
    connection.connection.create_function("core_fold", 1, lambda text: fold(text or ""), deterministic=True)


def _headlines(texts: Sequence[tuple[str, str]], words: str) -> list[tuple[str, str]]:
    """PostgreSQL knows which words it took for the same."""
    marks = f'StartSel="{START}", StopSel="{STOP}"'
    whole, part = f"{marks}, HighlightAll=true", f"{marks}, {FRAGMENTS}"
    asked = words.translate(PLAIN_TABLE)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ts_headline('english', title, query, %s), ts_headline('english', said, query, %s)"
            " FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS given(title, said, place),"
            " websearch_to_tsquery('english', %s) AS query ORDER BY place",
            [whole, part, [title for title, _ in texts], [text for _, text in texts], asked],
        )
        return cursor.fetchall()


def _pieces(drawn: str) -> Pieces:
    """A text with marks in it, in pieces."""
    found: list[Piece] = []
    for before in drawn.split(STOP):
        plain, _, hit = before.partition(START)
        found += [each for each in (Piece(plain), Piece(hit, True)) if each.text]
    return tuple(found)


def _mark(text: str, wanted: Sequence[str]) -> Pieces:
    """The text with every needle in it marked."""
    folded = fold(text)
    spans = sorted((place.start(), place.end()) for each in wanted for place in re.finditer(re.escape(each), folded))
    found, end = [], 0
    for start, stop in spans:
        if start >= end:
            found += [Piece(text[end:start]), Piece(text[start:stop], True)]
            end = stop
    return tuple(each for each in (*found, Piece(text[end:])) if each.text)


def _excerpt(drawn: Pieces, text: str, wanted: Sequence[str]) -> Pieces:
    """What the database drew; what it did not see (an accent) is looked for here."""
    if any(each.is_found for each in drawn):
        return drawn
    folded = fold(text)
    places = [place for each in wanted if (place := folded.find(each)) >= 0]
    if not places:
        return ()
    start = text.rfind(" ", 0, max(min(places) - AROUND, 0)) + 1
    stop = len(text) if start + EXCERPT >= len(text) else max(text.rfind(" ", 0, start + EXCERPT), max(start + 1, 0))
    part = _mark(text[start:stop], wanted)
    return (*([Piece("… ")] if start else []), *part, *([Piece(" …")] if stop < len(text) else []))


def _clean(text: str) -> str:
    return text.replace(START, "").replace(STOP, "")
