"""Bring reports into one SQLite file, a table each, for Metabase, Grafana's SQLite source or a spreadsheet.

    MENDLINE=https://outcomes.example.org TOKEN=mdl_... python into_sqlite.py outcomes.db outcomes responders

Needs `requests`. Run it as often as you like: tables are replaced. Missing numbers are NULL, never 0.
"""

import csv
import io
import os
import sqlite3
import sys

import requests


def tables_of(text):
    """The tables of one CSV answer, by name: its first cell where a file holds several, else empty."""
    found, header = {}, None
    for line in csv.reader(io.StringIO(text)):
        if not line:
            header = None
        elif header is None:
            header = line
        else:
            name = line[0] if header[0] == "table" else ""
            found.setdefault(name, []).append(dict(zip(header, line, strict=True)))
    return found


def store(database, name, rows):
    """Replace the table by these rows; numbers are stored as numbers."""
    columns = list(rows[0])
    listed = ", ".join(f'"{column}" NUMERIC' for column in columns)
    database.execute(f'DROP TABLE IF EXISTS "{name}"')
    database.execute(f'CREATE TABLE "{name}" ({listed})')
    places = ", ".join("?" * len(columns))
    values = [[row[column] or None for column in columns] for row in rows]
    database.executemany(f'INSERT INTO "{name}" VALUES ({places})', values)


def main(path, *reports):
    """Ask for each report and store what it says; how many rows of which table is printed."""
    api = requests.Session()
    api.headers["Authorization"] = f"Bearer {os.environ['TOKEN']}"
    with sqlite3.connect(path) as database:
        for report in reports:
            address = f"{os.environ['MENDLINE']}/api/v1/reports/{report}/"
            answer = api.get(address, params={"format": "csv"}, timeout=60)
            answer.raise_for_status()
            for key, rows in tables_of(answer.text).items():
                name = f"{report}_{key}".strip("_").replace("-", "_")
                store(database, name, rows)
                print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
