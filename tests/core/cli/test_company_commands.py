"""``ghep company``, ``user``, ``token`` and ``operator``: quiet, scriptable, and clear when they refuse."""

import json
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from core.access.attempts import Attempts
from core.access.identify import Identity, identify
from core.access.keys import read_key
from core.access.login import Gate, SignInError, sign_in
from core.access.passwords import Passwords
from core.access.roles import ADMINISTRATOR
from core.db.database import Database
from core.i18n import use_locale
from core.plugin.boot import Registry
from core.testing.throwaway import SECRET
from core.vendor.operators import sign_in_operator
from core.vendor.service import company_of_slug
from tests.core.cli.conftest import Ghep

Refused = Callable[..., str]
Enter = Callable[..., None]


@pytest.fixture(scope="module")
def database(environment: dict[str, str]) -> Iterator[Database]:
    found = Database(environment["GHEP_DATABASE_URL"], SECRET)
    yield found
    found.close()


@pytest.fixture
def slug() -> str:
    return f"lotus-{uuid4().hex[:10]}"


@pytest.fixture
def company(ghep: Ghep, slug: str) -> str:
    """A company with an administrator."""
    assert ghep(*creation(slug), "--password", "mật khẩu dài").exit_code == 0
    return slug


def creation(slug: str) -> tuple[str, ...]:
    return ("company", "create", slug, "--name", "Hoa Sen", "--bundle", "larder", "--admin", "lan@example.com")


@pytest.fixture
def enter(database: Database) -> Enter:
    """Sign in, to see that a password is right."""

    def do(slug: str, email: str, password: str) -> None:
        with database.reader() as connection:
            company = company_of_slug(connection, slug)
        assert company is not None
        with database.session(company.id) as session:
            sign_in(session, company, email, password, gate=Gate(Passwords(), Attempts()), agent="", address="::1")

    return do


@pytest.fixture
def who(database: Database, registry: Registry) -> Callable[[str], Identity | None]:
    def ask(token: str) -> Identity | None:
        with database.session(int(token.split("_")[1])) as session:
            return identify(session, registry, read_key(token))

    return ask


Who = Callable[[str], Identity | None]


def test_a_company_is_made_and_the_password_is_all_that_is_printed(ghep: Ghep, enter: Enter, slug: str) -> None:
    result = ghep(*creation(slug))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("\n") == 1
    enter(slug, "lan@example.com", result.stdout.strip())


def test_with_a_given_password_nothing_is_printed(ghep: Ghep, enter: Enter, slug: str) -> None:
    result = ghep(*creation(slug), "--password", "mật khẩu dài")
    assert (result.exit_code, result.output) == (0, "")
    enter(slug, "lan@example.com", "mật khẩu dài")


def test_a_program_is_told_everything(ghep: Ghep, slug: str) -> None:
    data = json.loads(ghep(*creation(slug), "--json").stdout)
    assert (data["company"]["slug"], data["email"], data["modules"]) == (slug, "lan@example.com", ["core", "pantry"])


@pytest.mark.parametrize("bad", ["Hoa Sen", "www", "-x", "", "hoa_sen"])
def test_a_code_that_cannot_be_is_refused(refused: Refused, bad: str) -> None:
    assert "company code" in refused(
        "company", "create", "--name", "x", "--bundle", "larder", "--admin", "a@b.vn", "--", bad
    )


def test_a_code_that_is_taken_is_refused(refused: Refused, company: str) -> None:
    assert "taken" in refused(*creation(company))


def test_an_unknown_bundle_is_refused_with_those_there_are(refused: Refused, slug: str) -> None:
    assert "larder" in refused("company", "create", slug, "--name", "x", "--bundle", "none", "--admin", "a@b.vn")


@pytest.mark.parametrize(
    "arguments",
    [
        ("company", "create"),
        ("company", "create", "x"),
        ("token", "create", "--company", "x"),
        ("user", "create", "a@b.vn"),
        ("nothing",),
        ("company", "nothing"),
        ("company", "list", "--nothing"),
        ("token", "create", "--company", "x", "--user", "y", "--days", "soon"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_another_matter(ghep: Ghep, arguments: tuple[str, ...]) -> None:
    result = ghep(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr


def test_the_list_has_every_company(ghep: Ghep, company: str) -> None:
    rows = {row["slug"]: row for row in json.loads(ghep("company", "list", "--json").stdout)}
    assert (rows[company]["name"], rows[company]["state"], rows[company]["users"]) == ("Hoa Sen", "open", 1)
    assert any(line.startswith(company) for line in ghep("company", "list").stdout.splitlines())


def test_suspending_and_resuming(ghep: Ghep, enter: Enter, company: str) -> None:
    assert ghep("company", "suspend", company).exit_code == 0
    with pytest.raises(SignInError):
        enter(company, "lan@example.com", "mật khẩu dài")
    assert ghep("company", "resume", company).exit_code == 0
    enter(company, "lan@example.com", "mật khẩu dài")


def test_a_token_is_all_that_is_printed(ghep: Ghep, who: Who, company: str) -> None:
    result = ghep("token", "create", "--company", company, "--user", "lan@example.com")
    assert (result.exit_code, result.stderr) == (0, "")
    identity = who(result.stdout.strip())
    assert identity is not None
    assert (identity.user.email, identity.company.slug, identity.grants.only) == ("lan@example.com", company, None)


def test_a_token_may_be_narrow_and_end(ghep: Ghep, who: Who, company: str) -> None:
    command = ("token", "create", "--company", company, "--user", "lan@example.com")
    data = json.loads(ghep(*command, "--scope", "read", "--days", "3", "--json").stdout)
    identity = who(data["token"])
    assert identity is not None
    assert identity.grants.only == frozenset({"see"})
    assert data["expires_at"] is not None


def test_a_person_is_made_and_given_another_password(ghep: Ghep, enter: Enter, company: str) -> None:
    with use_locale("vi"):  # roles have the company's language
        role = str(ADMINISTRATOR)
    made = ghep("user", "create", "--company", company, "mai@example.com", "--name", "Mai", "--role", role)
    enter(company, "mai@example.com", made.stdout.strip())
    changed = ghep("user", "password", "--company", company, "mai@example.com")
    enter(company, "mai@example.com", changed.stdout.strip())
    with pytest.raises(SignInError):
        enter(company, "mai@example.com", made.stdout.strip())


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("token", "create", "--company", "{}", "--user", "nobody@example.com"), "nobody@example.com"),
        (("token", "create", "--company", "{}", "--user", "lan@example.com", "--scope", "all"), "no-delete"),
        (("user", "password", "--company", "{}", "nobody@example.com"), "nobody@example.com"),
        (("user", "password", "--company", "{}", "lan@example.com", "--password", "x"), "8"),
        (("user", "create", "--company", "{}", "nobody"), "email"),
        (("user", "create", "--company", "{}", "lan@example.com"), "email"),
        (("user", "create", "--company", "{}", "b@example.com", "--role", "Vua"), "Vua"),
        (("user", "create", "--company", "nothing-here", "b@example.com"), "nothing-here"),
        (("token", "create", "--company", "nothing-here", "--user", "b@example.com"), "nothing-here"),
        (("company", "suspend", "nothing-here"), "nothing-here"),
        (("company", "resume", "nothing-here"), "nothing-here"),
        (("operator", "create", "nobody"), "nobody"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    refused: Refused, company: str, arguments: tuple[str, ...], word: str
) -> None:
    assert word in refused(*(argument.format(company) for argument in arguments))


def test_an_operator_is_made_once(ghep: Ghep, refused: Refused, database: Database) -> None:
    email = f"op-{uuid4().hex[:8]}@example.com"
    result = ghep("operator", "create", email)
    gate = Gate(Passwords(), Attempts())
    with database.vendor_session() as vendor:
        assert sign_in_operator(vendor, email, result.stdout.strip(), gate=gate, address="::1")
    assert "already" in refused("operator", "create", email)


def test_a_token_may_be_of_one_module(ghep: Ghep, who: Who, refused: Refused, company: str) -> None:
    arguments = ("token", "create", "--company", company, "--user", "lan@example.com", "--scope")
    identity = who(ghep(*arguments, "module:core").stdout.strip())
    assert identity is not None
    assert identity.grants.modules == frozenset({"core"})
    assert "module:nothing" in refused(*arguments, "module:nothing")


def test_a_second_factor_is_taken_away_from_outside(ghep: Ghep, refused: Refused, company: str) -> None:
    assert "no second factor" in refused("user", "second-factor-off", "--company", company, "lan@example.com")
    assert "nobody" in refused("user", "second-factor-off", "--company", company, "mai@example.com")
