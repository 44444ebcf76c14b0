"""Colleagues who work with programs."""

from collections.abc import Callable
from typing import Any

import pytest

from core.access.tokens import create_token
from core.context import Context
from core.testing import limited_to
from core.testing.web import ApiClient

LIST = "/api/v1/customers"
WORK = ["see", "create", "edit", "share", "transfer"]


class Colleague(ApiClient):
    """A program of somebody who sees what is theirs."""

    id: str = ""

    def create(self, name: str = "Khách") -> str:
        """The id of a new customer of theirs."""
        found: str = self.post(LIST, json={"name": name}).get_json()["id"]
        return found

    def sees(self) -> set[str]:
        """The customers they are shown."""
        return {one["id"] for one in self.get(LIST).get_json()["items"]}


@pytest.fixture
def colleague(
    app: Any, context: Context, make_context: Callable[..., Context], make_user: Callable[..., Context]
) -> Callable[..., Colleague]:
    """A colleague who owns what they make: ``colleague("Bình", reach="department")``."""

    def make(name: str, *, reach: str = "own", verbs: list[str] = WORK) -> Colleague:
        grants = limited_to(reach, **{"*": verbs})
        person = make_user(make_context(context.company, grants=grants, name=name), grants=grants)
        assert person.user is not None
        token = create_token(person, person.user.id, name="test", scopes=())
        person.session.commit()
        made = Colleague(app)
        made.use(token.text)
        made.id = str(person.user.id)
        return made

    return make
