#!/usr/bin/env python
"""Django's command line for Mendline."""

import os
import sys
from contextlib import nullcontext

from django.core.management import execute_from_command_line

from clinic.change_context import changing

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    # What a command changes is recorded with its name; what a migration changes is told by the migration.
    name = next(iter(sys.argv[1:]), "")
    with nullcontext() if name == "migrate" else changing(command=name):
        execute_from_command_line(sys.argv)
