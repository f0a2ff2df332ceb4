"""How an API operation says what it needs: `auth=Bearer("calls:read")`."""

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from clearline.people.models import Token
from clearline.people.needs import mark
from clearline.people.permissions import SCOPES
from clearline.people.tokens import allows, known
from clearline.ui.clock import now


class Bearer(HttpBearer):
    """A token with this scope, whose owner may do the deed behind it: `request.auth` is the Token, its owner asks."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope
        mark(self, SCOPES[scope])

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:  # noqa: ARG002 # ninja's own
        """None, which is a 401, for what is no token in force; a 403 for one that may not do this."""
        found = known(token, now())
        if found is not None and not allows(found, self.scope):
            raise HttpError(403, f"this token may not be used for {self.scope}")
        return found
