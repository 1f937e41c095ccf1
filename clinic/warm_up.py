"""What a web process otherwise does while its first visitors wait, two seconds long: at its start instead."""

import gc

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

from outcomes import red_flags
from outcomes.instruments import library

PATIENT_TEMPLATES = "outcomes/survey_*.html"


def warm_up() -> None:
    """Load every page's code, the patient pages' templates, the instruments, the rules and the languages.

    All of it stays for the life of the process, so the garbage collector need not look at it again.
    """
    get_resolver().url_patterns  # noqa: B018 - reading it imports every view
    for path in sorted((settings.BASE_DIR / "templates").glob(PATIENT_TEMPLATES)):
        get_template(f"{path.parent.name}/{path.name}")
    library()
    red_flags.watched()
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("Continue")
    gc.collect()
    gc.freeze()
