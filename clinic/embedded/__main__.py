"""python -m clinic.embedded: run Mendline, or one command, with servers of its own."""

import argparse
import sys
from collections.abc import Sequence

from clinic.embedded import private, reset, run


def main(arguments: Sequence[str]) -> int:
    """The exit code of what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m clinic.embedded", description=__doc__)
    tasks = parser.add_subparsers(dest="task", required=True)
    tasks.add_parser("run", help="run all of Mendline with a demo clinic; data is kept in var/")
    tasks.add_parser("reset", help="stop what runs here and delete its data")
    execute = tasks.add_parser("exec", help="run one command with a private, empty PostgreSQL and Redis")
    execute.add_argument("--durable", action="store_true", help="write to disk as production does (for measurements)")
    execute.add_argument("--migrate", action="store_true", help="migrate the database first")
    execute.add_argument("command", nargs="+", metavar="COMMAND")
    options = parser.parse_args(arguments)
    if options.task == "run":
        return run.run()
    if options.task == "reset":
        return reset.reset()
    return private.run(options.command, durable=options.durable, migrate=options.migrate)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
