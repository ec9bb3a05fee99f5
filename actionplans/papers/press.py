"""typst with our own fonts and no others: it sets papers and draws charts, and every warning is an error."""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings

if TYPE_CHECKING:
    from typst import Compiler

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "papers"
ONE_AT_A_TIME = Lock()  # a compiler refuses two threads at once


class FontsMissing(Exception):
    """The fonts that a paper needs have not been built."""


class NotClean(Exception):
    """typst warned, so what it made is not what the template says; the message names the warning."""


def built_fonts() -> Path:
    return Path(settings.BASE_DIR) / "build" / "fonts"


def press(template: str, words: dict[str, str], *, fonts: Path, **how: Any) -> bytes:
    """What a template of templates/papers makes of the words: a format, standards and dots per inch as typst has them.

    Raises FontsMissing, NotClean, and typst's own error.
    """
    _require(fonts)
    with ONE_AT_A_TIME:
        made, warnings = _compiler(fonts).compile_with_warnings(TEMPLATES / template, sys_inputs=words, **how)
    if warnings:
        raise NotClean("; ".join(warning.message for warning in warnings))
    return cast("bytes", made)


def queried(template: str, what: str, words: dict[str, str], *, fonts: Path) -> str:
    """The value of the one element `what` of a template, as JSON. Raises FontsMissing, and typst's own error."""
    import typst

    _require(fonts)
    return typst.query(
        TEMPLATES / template,
        what,
        field="value",
        one=True,
        root=TEMPLATES,
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs=words,
    )


def _require(fonts: Path) -> None:
    if not any(fonts.glob("SourceSans3_*.ttf")):
        raise FontsMissing(f"There are no fonts in {fonts}: run scripts/assets, then make the paper again.")


@cache
def _compiler(fonts: Path) -> "Compiler":
    """Reads the fonts once. Imported here: a process that forks after using typst hangs, so only a worker may."""
    import typst

    return typst.Compiler(root=TEMPLATES, font_paths=[fonts], ignore_system_fonts=True)
