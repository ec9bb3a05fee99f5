#!/usr/bin/env python
"""The command line. Bad input and a broken configuration give one clear line and exit 2."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError, ProgrammingError

    commands_for_a_broken_configuration = {"doctor", "help", "--help", "collectstatic", "makemigrations"}
    if settings.PROBLEMS and not commands_for_a_broken_configuration.intersection(sys.argv[1:2]):
        sys.exit(refusal(settings.PROBLEMS))
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        sys.exit(refusal([f"The database cannot be used: {str(error).strip().splitlines()[0]}"]))
    except ProgrammingError as error:
        if "does not exist" not in str(error):
            raise
        sys.exit(refusal(["The database has no tables yet. Run manage.py migrate."]))


def refusal(problems: list[str]) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
