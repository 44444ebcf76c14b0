"""Keys for programs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.access.identify import Identity, identify
from core.access.keys import read_key, token_text
from core.access.models import ApiToken
from core.access.tokens import ScopeError, create_token, revoke_token, tokens
from core.context import Context, ForbiddenError, Grants
from core.db.base import now
from core.db.database import Database
from core.plugin.boot import Registry
from tests.core.access.conftest import Person


@pytest.fixture
def who(database: Database, registry: Registry, context: Context) -> Callable[[str], Identity | None]:
    def ask(text: str) -> Identity | None:
        context.session.commit()
        with database.session(context.tenant) as session:
            return identify(session, registry, read_key(text))

    return ask


Who = Callable[[str], Identity | None]


def test_a_token_acts_as_its_person(context: Context, person: Person, who: Who) -> None:
    made = create_token(context, person.id, name="Website")
    identity = who(made.text)
    assert identity is not None
    assert (identity.user.id, identity.key_id, identity.grants.admin) == (person.id, made.id, True)
    assert made.text.startswith(f"ghep_{context.tenant}_")


def test_only_the_hash_is_kept(context: Context, person: Person) -> None:
    text = create_token(context, person.id).text
    row = context.session.scalars(sa.select(ApiToken)).one()
    assert text.rpartition("_")[2].encode() not in row.secret_hash
    assert len(row.secret_hash) == 32


@pytest.mark.parametrize(
    ("scopes", "allowed", "denied"),
    [
        (("read",), {"see"}, {"create", "edit", "delete", "export", "import", "admin"}),
        (("write",), {"see", "create", "edit"}, {"delete", "export", "import", "admin"}),
        (("no-delete",), {"see", "create", "edit", "export", "import"}, {"delete", "admin"}),
        (("read", "write"), {"see", "create", "edit"}, {"delete", "admin"}),
        ((), {"see", "create", "edit", "delete", "export", "import", "admin"}, set()),
    ],
)
def test_a_scope_narrows_what_the_person_may(
    context: Context, person: Person, who: Who, scopes: tuple[str, ...], allowed: set[str], denied: set[str]
) -> None:
    identity = who(create_token(context, person.id, scopes=scopes).text)
    assert identity is not None
    assert {verb for verb in allowed | denied if identity.grants.allows("core.customer", verb)} == allowed
    assert identity.grants.allows("*", "admin") is (not scopes)


def test_a_scope_never_widens(context: Context, person: Person, who: Who) -> None:
    context.session.execute(sa.text('UPDATE core_role SET admin = false, grants = \'{"*": {"see": "all"}}\''))
    identity = who(create_token(context, person.id, scopes=("write",)).text)
    assert identity is not None
    assert identity.grants.allows("core.customer", "see")
    assert not identity.grants.allows("core.customer", "edit")


def test_there_are_no_other_scopes(context: Context, person: Person) -> None:
    with pytest.raises(ScopeError, match="everything"):
        create_token(context, person.id, scopes=("everything",))


def test_a_scope_that_is_no_more_lets_nothing_through(context: Context, person: Person, who: Who) -> None:
    text = create_token(context, person.id, scopes=("read",)).text
    context.session.execute(sa.update(ApiToken).values(scopes=["telepathy"]))
    identity = who(text)
    assert identity is not None
    assert not identity.grants.allows("core.customer", "see")


def test_a_narrow_token_cannot_make_a_wider_one(context: Context, person: Person, who: Who) -> None:
    identity = who(create_token(context, person.id, scopes=("write",)).text)
    assert identity is not None
    own = identity.context(context.session, context.hooks, source="api")
    assert create_token(own, person.id, scopes=("read",))
    for scopes in ((), ("no-delete",), ("read", "no-delete")):
        with pytest.raises(ForbiddenError):
            create_token(own, person.id, scopes=scopes)


def test_a_revoked_token_opens_nothing_from_then_on(context: Context, person: Person, who: Who) -> None:
    made = create_token(context, person.id)
    assert who(made.text)
    assert revoke_token(context, person.id, made.id)
    assert who(made.text) is None
    assert not revoke_token(context, person.id, made.id)
    assert tokens(context, person.id) == []


def test_a_token_may_end_by_itself(context: Context, person: Person, who: Who) -> None:
    assert who(create_token(context, person.id, expires_at=now() + timedelta(minutes=1)).text)
    assert who(create_token(context, person.id, expires_at=now() - timedelta(seconds=1)).text) is None
    assert len(tokens(context, person.id)) == 1


def test_use_is_marked(context: Context, person: Person, who: Who) -> None:
    who(create_token(context, person.id).text)
    assert context.session.scalar(sa.select(ApiToken.used_at)) is not None


def test_the_secret_decides_and_not_the_row(context: Context, person: Person, who: Who) -> None:
    made = create_token(context, person.id)
    assert who(token_text(context.tenant, made.id)[0]) is None
    assert who(made.text[:-1] + ("A" if made.text[-1] != "A" else "B")) is None
    assert who(made.text.upper()) is None


def test_another_companys_token_opens_nothing_here(
    context: Context, stranger: Context, person: Person, database: Database, registry: Registry
) -> None:
    made = create_token(context, person.id)
    context.session.commit()
    forged = made.text.replace(f"ghep_{context.tenant}_", f"ghep_{stranger.tenant}_")
    with database.session(stranger.tenant) as session:
        assert identify(session, registry, read_key(forged)) is None
        assert identify(session, registry, read_key(made.text)) is None


def test_others_tokens_are_an_administrators(context: Context, person: Person) -> None:
    context.grants = Grants(verbs={"*": dict.fromkeys({"see", "create", "edit", "delete"}, "all")})
    with pytest.raises(ForbiddenError):
        create_token(context, person.id)
    with pytest.raises(ForbiddenError):
        tokens(context, person.id)
    assert context.user is not None
    assert create_token(context, context.user.id)
