"""Bearer tokens for programs. A token acts as its owner, within its limits, and is looked up by its hash."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from clinic import scope
from clinic.actions import note_use, token_with
from clinic.models import ApiToken, User
from clinic.throttles import count_wrong_key, refuse_guesser


class BearerTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer <token>``. Wrong, expired, revoked and other people's keys get the same answer."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        at = timezone.now()
        refuse_guesser(request)
        token = token_with(key.strip())
        if token is None:
            count_wrong_key(request)
        if token is None or not token.works(at):
            raise AuthenticationFailed("This token is not valid. Make a new one under Setup, API tokens.")
        scope.enter_user(token.user_id)
        token.user.limits = token.limits(token.membership)
        scope.enter_user(token.user_id, token.user.limits.clinic_id)
        note_use(token=token, at=at)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
