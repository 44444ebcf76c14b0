"""Two companies to look at, with people and a month of data, and an operator who sees them from outside."""

import os
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from core.access.identify import enter
from core.access.passwords import Passwords, new_password
from core.access.people import create_user
from core.access.roles import SALESPERSON
from core.context import Context
from core.db.database import Database
from core.i18n import use_locale
from core.plugin.facade import Hooks
from core.settings import Settings
from core.supervisor.run import LOGINS
from core.vendor.models import Company, Operator
from core.vendor.operators import create_operator
from core.vendor.service import VendorError, create_company

BUNDLE = "starter"
OPERATOR = "vendor@example.com"


@dataclass(frozen=True, slots=True)
class _Person:
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class _Demo:
    slug: str
    name: str
    admin: _Person
    salespeople: tuple[_Person, ...]


_COMPANIES = (
    _Demo(
        "demo",
        "Công ty TNHH Bình Minh",
        _Person("hanh@binhminh.example.com", "Nguyễn Thị Hạnh"),
        (
            _Person("tuan@binhminh.example.com", "Trần Anh Tuấn"),
            _Person("chau@binhminh.example.com", "Lê Minh Châu"),
        ),
    ),
    _Demo(
        "huong",
        "Spa Hương Sen",
        _Person("nhung@huongsen.example.com", "Phạm Hồng Nhung"),
        (_Person("vy@huongsen.example.com", "Đỗ Khánh Vy"),),
    ),
)


def load_demo(settings: Settings, database: Database, hooks: Hooks, passwords: Passwords, *, once: bool = False) -> str:
    """Make what is missing and give the lines that tell how to get in; they are kept below ``var``.

    With ``once`` it does nothing where the companies are there. Raises :class:`~core.vendor.service.VendorError`
    otherwise.
    """
    kept = settings.var / LOGINS
    if _is_loaded(database):
        if once:
            return kept.read_text(encoding="utf-8") if kept.exists() else ""
        raise VendorError("The demo companies are there already.")
    missing = _missing(database)
    lines = [line for one in missing for line in _make(settings, database, hooks, passwords, one)]
    lines += _operator(settings, database, passwords)
    text = "\n".join(lines)
    _keep(kept, text)
    return text


def _is_loaded(database: Database) -> bool:
    return not _missing(database)


def _missing(database: Database) -> list[_Demo]:
    with database.vendor_session() as session:
        slugs = set(session.scalars(sa.select(Company.slug).where(Company.slug.in_([one.slug for one in _COMPANIES]))))
    return [one for one in _COMPANIES if one.slug not in slugs]


def _make(settings: Settings, database: Database, hooks: Hooks, passwords: Passwords, demo: _Demo) -> list[str]:
    made = create_company(
        database, hooks, demo.slug, demo.name, bundle=BUNDLE, admin_email=demo.admin.email, admin_name=demo.admin.name,
        passwords=passwords,
    )  # fmt: skip
    logins = [(demo.admin.email, made.password)]
    with database.session(made.company.id) as session, session.begin(), use_locale(made.company.locale):
        context = enter(session, hooks, source="command")
        assert context is not None, "the company was just made"
        for person in demo.salespeople:
            password = new_password()
            create_user(
                context, person.email, password, passwords=passwords, name=person.name, roles=[str(SALESPERSON)]
            )
            logins.append((person.email, password))
        fill(context)
    address = f"http://{demo.slug}.{settings.domain}:{settings.port}"
    return [
        f"{demo.name} (company code {demo.slug})",
        f"  {address}",
        *(f"  {email}  {password}" for email, password in logins),
        "",
    ]


def fill(context: Context) -> None:
    """Fill a company with the demo data of its modules, as of a month of its trade."""
    for plugin in context.hooks.registry.plugins:
        if plugin in context.active:
            context.hooks.demo(context, plugin)


def _operator(settings: Settings, database: Database, passwords: Passwords) -> list[str]:
    with database.vendor_session() as session, session.begin():
        if session.scalar(sa.select(Operator.id).where(Operator.email == OPERATOR)) is not None:
            return []
        made = create_operator(session, OPERATOR, "Vendor", passwords=passwords)
    return ["Vendor console", f"  http://{settings.domain}:{settings.port}/vendor", f"  {OPERATOR}  {made.password}"]


def _keep(path: Path, text: str) -> None:
    """Readable by this user alone, from its first moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
