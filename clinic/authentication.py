"""Bearer tokens for programs. A token acts as its owner and is looked up by its hash."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from clinic import scope
from clinic.actions import hash_token
from clinic.models import ApiToken, User


class BearerTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer <token>``. Wrong, expired and revoked tokens get the same answer."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = (
            ApiToken.objects.select_related("user")
            .filter(token_hash=hash_token(key.strip()), revoked_at=None, expires_at__gt=timezone.now())
            .first()
        )
        if token is None or not token.user.is_active:
            raise AuthenticationFailed("This token is not valid. Make a new one under Setup, API tokens.")
        scope.enter_user(token.user.pk)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
