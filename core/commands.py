"""What management commands share: bad input gives one clear line on standard error and exit 2."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class BadInput(CommandError):
    """Something that the person typed cannot be used."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, returncode=2)


class Command(BaseCommand):
    """A command whose usage errors are one line."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = lambda message: _refuse(parser, message)  # type: ignore[method-assign]
        return parser


def as_date(value: str) -> date:
    """A date written YYYY-MM-DD. Raises BadInput."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadInput(f"“{value}” is not a date. Write it as YYYY-MM-DD, such as 2012-12-06.") from None


def _refuse(parser: ArgumentParser, message: str) -> None:
    parser.exit(2, f"{parser.prog}: {message}\n")
