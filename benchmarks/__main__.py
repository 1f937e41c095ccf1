"""make bench: measures Mendline as it runs and writes results/latest.json. See README.md."""

import argparse
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import django
from django.conf import settings
from django.utils.module_loading import import_string

from benchmarks import system
from benchmarks.sizes import FULL, PARTS, QUICK
from benchmarks.table import print_table

RESULTS = Path(__file__).parent / "results" / "latest.json"


def main() -> None:
    """Fill, start, measure, write, print. Everything it started is gone when it ends."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, two minutes: does it run at all?")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="some of the measurements")
    parser.add_argument("--facts", type=int, default=0, help="at least so many outcomes for reports")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to write the figures")
    options = parser.parse_args()
    web_port, mail_port = system.unused_port(), system.unused_port()
    os.environ["SITE_URL"] = f"http://{system.HOST}:{web_port}"
    os.environ["EMAIL_URL"] = f"smtp://{system.HOST}:{mail_port}"
    # The people of the measurement are the demo's, who sign in without a second factor.
    os.environ |= {"DEMO": "1", "DEMO_MAIL_DIR": tempfile.gettempdir()}
    # One program asks as fast as it can, which in earnest would be too much.
    os.environ["API_REQUESTS_A_MINUTE"] = "1000000"
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    django.setup()
    # This process looks at every clinic; the servers that it measures enter scopes of their own.
    settings.DATABASES["default"]["OPTIONS"]["options"] += " -c mendline.clinics=*"
    # By name, because it imports models, which only now can be imported.
    measure_all = import_string("benchmarks.run.measure_all")
    sizes = replace(QUICK if options.quick else FULL, facts=options.facts)
    measured = measure_all(sizes, options.only, web_port=web_port, mail_port=mail_port)
    options.results.parent.mkdir(exist_ok=True)
    options.results.write_text(json.dumps(measured, indent=2) + "\n")
    print_table(measured)
    print(f"\nAll figures: {options.results}")


if __name__ == "__main__":
    main()
