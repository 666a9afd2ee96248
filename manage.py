#!/usr/bin/env python
"""Django's command line for this project. What is set up wrongly ends it with one line and exit code 2."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtrag_site.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        sys.stderr.write(f"The database cannot be used: {reason}. Has `manage.py migrate` been run?\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
