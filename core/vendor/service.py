"""The companies hosted here: making them, what each may use, suspending them. Only the vendor's role writes these.

Work on a company's own rows is done in a session of that company, as everywhere; no role sees two companies at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.access.passwords import Passwords, new_password
from core.access.people import create_user
from core.access.roles import ADMINISTRATOR
from core.automation.bundle import install
from core.context import CompanyInfo, Context
from core.db.database import Database
from core.entity.errors import InvalidError
from core.i18n import Label, translator, use_locale
from core.plugin.boot import Registry
from core.plugin.enablement import switch_on
from core.plugin.facade import Hooks
from core.plugin.manifest import Bundle
from core.plugin.models import Entitlement
from core.vendor import deeds
from core.vendor.checks import LONGEST_NAME, is_code, is_name, problems
from core.vendor.models import Company

_ = translator("core")

MAKING, OPEN, SUSPENDED = "making", "open", "suspended"
"""States of a company; one that is being made cannot be entered yet."""


class VendorError(ValueError):
    """The vendor asked for something that cannot be; ``reason`` says what would be."""

    def __init__(self, reason: Label) -> None:
        super().__init__(str(reason))
        self.reason = reason


class NoCompanyError(VendorError, LookupError):
    """There is no company of this code."""

    def __init__(self, slug: str) -> None:
        super().__init__(_("There is no company %(slug)s.", slug=repr(slug)))


class InvalidCompanyError(VendorError):
    """What was said of a company cannot be: ``errors`` maps a field to what is wrong with it."""

    def __init__(self, errors: dict[str, list[Label]]) -> None:
        super().__init__(" ".join(str(text) for texts in errors.values() for text in texts))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class CompanyCreated:
    """A company just made, and how its administrator gets in: the only time the password is known."""

    company: CompanyInfo
    email: str
    password: str
    modules: list[str]


def create_company(
    database: Database,
    hooks: Hooks,
    slug: str,
    name: str,
    *,
    bundle: str,
    admin_email: str,
    admin_name: str = "",
    password: str | None = None,
    passwords: Passwords,
    locale: str = "vi",
    timezone: str = "Asia/Ho_Chi_Minh",
    currency: str = "VND",
    operator: str = deeds.COMMAND,
) -> CompanyCreated:
    """Make a company from a bundle: its entitlements, modules, roles, sources and administrator.

    Raises :class:`VendorError`, and for the administrator what
    :func:`~core.access.people.create_user` raises; then nothing is left of it.
    """
    company = Company(
        slug=slug, name=name.strip(), bundle=bundle, state=MAKING, locale=locale, timezone=timezone, currency=currency
    )
    _check(company, admin_email)
    wanted = modules_of(hooks.registry, bundle)
    password = password if password is not None else new_password()
    info = _reserve(database, company, wanted)
    try:
        with database.session(info.id) as session, session.begin():
            context = Context(session, info, hooks, frozenset({"core"}), source="command")
            switched = [one for plugin in wanted for one in switch_on(context, plugin)]
            _install(context, hooks.registry.bundles[bundle])
            with use_locale(info.locale):
                role = str(ADMINISTRATOR)
            create_user(context, admin_email, password, passwords=passwords, name=admin_name, roles=[role])
        with database.vendor_session() as vendor, vendor.begin():
            find(vendor, slug).state = OPEN
            deeds.record(vendor, operator, "company.created", company=slug, bundle=bundle)
    except BaseException:
        with database.vendor_session() as vendor, vendor.begin():
            vendor.delete(find(vendor, slug))
        raise
    return CompanyCreated(info, admin_email.strip().lower(), password, switched)


def _install(context: Context, bundle: Bundle) -> None:
    """The automations that a bundle brings along."""
    try:
        install(context, bundle)
    except InvalidError as error:
        raise InvalidCompanyError({"bundle": [text for texts in error.errors.values() for text in texts]}) from error


def modules_of(registry: Registry, bundle: str) -> list[str]:
    """The modules of a bundle and what they require, in the order they are switched on. Raises :class:`VendorError`."""
    found = registry.bundles.get(bundle)
    if found is None:
        there_are = ", ".join(registry.bundles)
        reason = _("There is no bundle %(name)s; there are %(names)s.", name=repr(bundle), names=there_are)
        raise InvalidCompanyError({"bundle": [reason]})
    wanted = {"core", *(one for plugin in found.plugins for one in registry.requirements(plugin))}
    if missing := sorted(wanted - set(registry.plugins)):
        lacking = ", ".join(missing)
        reason = _("The bundle %(name)s needs %(names)s, which is not running here.", name=repr(bundle), names=lacking)
        raise InvalidCompanyError({"bundle": [reason]})
    return [name for name in registry.plugins if name in wanted]


def find(session: Session, slug: str) -> Company:
    """The company of a code, in the vendor's session. Raises :class:`NoCompanyError`."""
    found = session.scalars(sa.select(Company).where(Company.slug == slug)).one_or_none() if is_code(slug) else None
    if found is None:
        raise NoCompanyError(slug)
    return found


def company_of_slug(connection: sa.Connection, slug: str) -> CompanyInfo | None:
    """The company of a code, for whoever is not signed in yet; None for one that is not there."""
    if not is_code(slug):
        return None
    table = Company.__table__
    columns = (
        table.c.id,
        table.c.slug,
        table.c.name,
        table.c.state,
        table.c.locale,
        table.c.timezone,
        table.c.currency,
    )
    found = connection.execute(sa.select(*columns).where(table.c.slug == slug, table.c.state != MAKING)).one_or_none()
    return CompanyInfo(*found) if found else None


def companies(connection: sa.Connection) -> list[CompanyInfo]:
    """Every company, by code."""
    table = Company.__table__
    columns = (
        table.c.id,
        table.c.slug,
        table.c.name,
        table.c.state,
        table.c.locale,
        table.c.timezone,
        table.c.currency,
    )
    return [CompanyInfo(*row) for row in connection.execute(sa.select(*columns).order_by(table.c.slug))]


def suspend(session: Session, slug: str, *, operator: str = deeds.COMMAND) -> bool:
    """Let nobody of a company in from the next request on; its data stays. False where it was so already."""
    return _set_state(session, slug, SUSPENDED, operator)


def resume(session: Session, slug: str, *, operator: str = deeds.COMMAND) -> bool:
    """Open a suspended company again. False where it was open."""
    return _set_state(session, slug, OPEN, operator)


def rename(session: Session, slug: str, name: str, *, operator: str = deeds.COMMAND) -> bool:
    """Call a company something else; its code, which is part of its address, stays. Whether it was called otherwise."""
    company, wanted = find(session, slug), name.strip()
    if not is_name(wanted):
        raise InvalidCompanyError({"name": [_("A company needs a name of at most %(n)s characters.", n=LONGEST_NAME)]})
    changed = company.name != wanted
    company.name = wanted
    if changed:
        deeds.record(session, operator, "company.renamed", company=slug, name=wanted)
    return changed


def entitle(
    session: Session, registry: Registry, slug: str, plugin: str, *, operator: str = deeds.COMMAND
) -> list[str]:
    """Let a company have a module and what it requires; gives what is new. Switching it on is the company's."""
    if plugin not in registry.plugins:
        raise VendorError(_("There is no plugin %(plugin)s running here.", plugin=repr(plugin)))
    company = find(session, slug)
    wanted = [name for name in registry.requirements(plugin) if name != "core"]
    _refuse_without_tables(session, wanted)
    given = _entitle(session, company.id, wanted)
    if given:
        deeds.record(session, operator, "company.entitled", company=slug, plugin=plugin, plugins=", ".join(given))
    return given


def withdraw(session: Session, slug: str, plugin: str, *, operator: str = deeds.COMMAND) -> bool:
    """Take a module from a company, from its next request on; its data stays. Whether it had it."""
    company = find(session, slug)
    statement = sa.delete(Entitlement).where(Entitlement.company_id == company.id, Entitlement.plugin == plugin)
    had = session.execute(statement.returning(Entitlement.id)).first() is not None
    if had:
        deeds.record(session, operator, "company.withdrawn", company=slug, plugin=plugin, plugins=plugin)
    return had


def entitlements(session: Session, slug: str) -> list[str]:
    """The modules a company may have, by name."""
    company = find(session, slug)
    statement = sa.select(Entitlement.plugin).where(Entitlement.company_id == company.id)
    return sorted(session.scalars(statement))


def _check(company: Company, admin_email: str) -> None:
    if error := InvalidError.of(problems(company, admin_email)):
        raise InvalidCompanyError(error.errors)


def _reserve(database: Database, company: Company, wanted: Iterable[str]) -> CompanyInfo:
    """Take the code and the entitlements; a code left over from an attempt that was killed is taken over."""
    with database.vendor_session() as session, session.begin():
        left = sa.delete(Company).where(Company.slug == company.slug, Company.state == MAKING)
        session.execute(left)
        statement = (
            insert(Company)
            .values({name: getattr(company, name) for name in _COLUMNS})
            .on_conflict_do_nothing()
            .returning(Company.id)
        )
        found = session.execute(statement).scalar_one_or_none()
        if found is None:
            taken = _("The company code %(slug)s is taken.", slug=repr(company.slug))
            raise InvalidCompanyError({"slug": [taken]})
        _entitle(session, found, [name for name in wanted if name != "core"])
    return _info(company, found)


_COLUMNS = ("slug", "name", "state", "locale", "timezone", "currency", "bundle")


def _info(company: Company, number: int) -> CompanyInfo:
    """The company as its own people will know it."""
    return CompanyInfo(number, company.slug, company.name, OPEN, company.locale, company.timezone, company.currency)


def _entitle(session: Session, company: int, wanted: list[str]) -> list[str]:
    if not wanted:
        return []
    rows = [{"company_id": company, "plugin": name} for name in wanted]
    statement = insert(Entitlement).values(rows).on_conflict_do_nothing().returning(Entitlement.plugin)
    return list(session.scalars(statement))


def _refuse_without_tables(session: Session, wanted: list[str]) -> None:
    """A plugin that was purged, or installed a moment ago, has no tables yet."""
    for name in wanted:
        if session.scalar(sa.select(sa.func.to_regclass(f"alembic_version_{name}"))) is None:
            raise VendorError(_("The tables of %(plugin)s are not there. Run: ghep db upgrade", plugin=repr(name)))


def _set_state(session: Session, slug: str, state: str, operator: str) -> bool:
    company = find(session, slug)
    if company.state == MAKING:
        raise NoCompanyError(slug)
    changed = company.state != state
    company.state = state
    if changed:
        deeds.record(session, operator, "company.suspended" if state == SUSPENDED else "company.resumed", company=slug)
    return changed
