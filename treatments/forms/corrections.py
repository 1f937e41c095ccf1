"""A stored session while it is being changed, and one that somebody else changed meanwhile."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict

from clinic.forms import speak_plainly
from clinic.models import User
from clinic.rules import RuleBroken
from treatments import actions
from treatments.actions.sessions import needs_reason, parts_of
from treatments.forms import defaults
from treatments.forms.drafts import SessionDraft
from treatments.forms.lots import Shelf
from treatments.models import TreatmentSession


class ReasonForm(forms.Form):
    """Why a session is changed, and which version of it was looked at."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(label="Why is it changed?", max_length=300)

    def __init__(self, *args: Any, is_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["reason"].required = is_needed
        if is_needed:
            self.fields["reason"].help_text = "It is more than a day since this session was logged."


class CorrectionDraft(SessionDraft):
    """The form of a session that is stored, filled in with what stands there. Saving replaces all of it."""

    is_correction = True

    def __init__(
        self,
        session: TreatmentSession,
        *,
        shelf: Shelf,
        now: dt.datetime,
        by: User,
        data: QueryDict | None = None,
        initial: defaults.Defaults | None = None,
    ) -> None:
        """``initial``: another state of the session than the current one, in the words of the form."""
        last = session.course.sessions.counted().exclude(pk=session.pk).filter(performed_at__lt=session.performed_at)
        super().__init__(
            session.course,
            initial=initial or defaults.of_parts(parts_of(session)),
            shelf=shelf,
            last=last.prefetch_related("injections").first(),
            now=now,
            by=by,
            data=data,
            stored=session,
        )
        self.visit.fields["idempotency_key"].required = False
        self.visit.fields["reaction"].required = bool(session.reaction)
        is_needed = needs_reason(session, at=now)
        self.why = ReasonForm(data, is_needed=is_needed, initial={"version": session.version})

    def parts(self) -> list[forms.BaseForm | forms.BaseFormSet]:
        return [self.why, *super().parts()]

    def is_valid(self) -> bool:
        is_fine = super().is_valid()
        return self.why.is_valid() and is_fine

    def store(self) -> TreatmentSession:
        """Amend the session. Raises RuleBroken; SessionChanged when another version was looked at."""
        return actions.amend_session(
            session=self.stored,
            version=self.why.cleaned_data["version"],
            reason=self.why.cleaned_data["reason"],
            at=self.now,
            by=self.by,
            **self.state(),
        )

    def _show(self, broken: RuleBroken) -> None:
        if broken.field == "reason":
            self.why.add_error("reason", broken.message)
        else:
            super()._show(broken)


class VoidForm(forms.Form):
    """Why a session is taken back, and which version of it was looked at."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why is it entered in error?",
        max_length=300,
        help_text="Like “logged for the wrong patient” or “the injection was not given”.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["reason"].error_messages["required"] = "Say why this session was entered in error."
