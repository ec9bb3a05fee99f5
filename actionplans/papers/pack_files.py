"""The pack as one zip: the same bytes for the same history, with a list of the SHA-256 of each file in it."""

import hashlib
import zipfile
from collections.abc import Iterator
from typing import IO

from django.conf import settings

from actionplans.papers.columns import COLUMNS, Column
from actionplans.papers.content import day
from actionplans.papers.csv import table
from actionplans.papers.grades import GRADES, JOURNEYS, grade_rows, journey_rows
from actionplans.papers.pack import CHANGED, MISSING, Pack, Piece
from actionplans.papers.pack_pages import INDEX, evidence_rows, pages_of
from actionplans.papers.pdf import pdf_of
from actionplans.papers.to_check import PAGE, to_check

BLOCK = 1 << 20  # bytes copied at a time
EPOCH = (1980, 1, 1, 0, 0, 0)  # the day that each file in the zip has: it must not tell when it was made
HELD = "Evidence held"
ACTIONS = (
    *(each for each in COLUMNS if each.heading != HELD),
    Column("Evidence whose newest version is released", lambda row: len(row.evidence)),
    Column("Exempt from publication", lambda row: "yes" if row.is_exempt else "no"),
)
GRADES_README = """grades.csv       a grade of a quality indicator in each row, with how it changed
journeys.csv     from grade to grade: recommendations, actions, and how measures moved
"""
BESIDE_README = """Beside it, for grades: {others}
Pass it on only to people who may read these reports, too.
"""
README = """{title}
{inspection}
{beside}As at the end of {as_at}

pack.pdf         the plan by recommendation: actions, checks, evidence, measures; grades; papers
actions.csv      an action in each row
{grades}evidence.csv     a version of released evidence in each row, with its SHA-256
evidence/        the released files, by action
history.jsonl    the history of the plan, a row in each line
verify.py        checks history.jsonl with Python alone; it is one page long
manifest.sha256  the SHA-256 of each of these files

To check that no file was changed:    sha256sum --check manifest.sha256
To check the history:                 python3 verify.py history.jsonl {mark}
Or, if you may read the plan, on:     {page}

The mark at the end of that line is printed on papers, too: that of any paper can stand in its place.
"""


class PackWriter:
    """Writes a pack into a file that can be sought, and remembers what became of the files of evidence."""

    def __init__(self, pack: Pack, into: IO[bytes]) -> None:
        self.pack = pack
        self.zip = zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED)
        self.hashes: dict[str, str] = {}
        self.why = {each.row.pk: each.why for each in pack.pieces if each.why}

    def steps(self) -> Iterator[int]:
        """Writes the files of evidence one after another, then all that names them; gives how many steps are done.

        The number of steps is that of the pieces and one.
        """
        with self.zip:
            for done, piece in enumerate(self.pack.pieces, 1):
                if piece.name:
                    self._copy(piece)
                yield done
            for name, data in self._written():
                self._add(name, data)
            manifest = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.hashes.items()))
            self.zip.writestr(_info("manifest.sha256"), manifest)
            yield len(self.pack.pieces) + 1

    def _written(self) -> Iterator[tuple[str, bytes]]:
        pack = self.pack
        rows = [[column.value(row) for column in ACTIONS] for row in pack.report.rows]
        yield "actions.csv", table([each.heading for each in ACTIONS], rows).encode("utf-8-sig")
        if pack.graded.indicators:
            yield "grades.csv", table(list(GRADES), grade_rows(pack.graded)).encode("utf-8-sig")
            yield "journeys.csv", table(list(JOURNEYS), journey_rows(pack.journeys)).encode("utf-8-sig")
        yield "evidence.csv", table(list(INDEX), evidence_rows(pack.pieces, self.why)).encode("utf-8-sig")
        yield "history.jsonl", "".join(f"{line}\n" for line in pack.history).encode()
        yield "pack.pdf", pdf_of(pages_of(pack, self.why))
        yield "verify.py", (settings.BASE_DIR / "docs" / "verify.py").read_bytes()
        told = {"title": pack.title, "inspection": pack.inspection.title, "mark": pack.report.history}
        told["page"] = dict(to_check(pack.report))[PAGE]
        others = "; ".join(each.title for each in self.pack.beside)
        told["beside"] = BESIDE_README.format(others=others) if others else ""
        told["grades"] = GRADES_README if pack.graded.indicators else ""
        yield "README.txt", README.format(**told, as_at=day(pack.report.as_at)).encode()

    def _add(self, name: str, data: bytes) -> None:
        self.zip.writestr(_info(name), data)
        self.hashes[name] = hashlib.sha256(data).hexdigest()

    def _copy(self, piece: Piece) -> None:
        """A file of evidence, if it is there and is the one that was added."""
        if why := self._why_not(piece):
            self.why[piece.row.pk] = why
            return
        with piece.row.file.open("rb") as source, self.zip.open(_info(piece.name, piece.row.file.size), "w") as target:
            while data := source.read(BLOCK):
                target.write(data)
        self.hashes[piece.name] = piece.row.sha256

    def _why_not(self, piece: Piece) -> str:
        digest = hashlib.sha256()
        try:
            with piece.row.file.open("rb") as source:
                while data := source.read(BLOCK):
                    digest.update(data)
        except OSError:
            return MISSING
        return "" if digest.hexdigest() == piece.row.sha256 else CHANGED


def _info(name: str, size: int = 0) -> zipfile.ZipInfo:
    """What a zip says of a file: neither its time nor who made it."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    info.file_size = size
    return info
