"""Who may use a view of the API that does not say who may: nobody."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class DenyAll(BasePermission):
    """The default, so that a forgotten declaration shows at the first request."""

    message = "Nobody may do this."

    def has_permission(self, request: Request, view: object) -> bool:
        return False
