"""A person's own e-mail account: set up, tried out, switched off and on, taken away."""

import re
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from core import parse
from core.access.vault import Vault
from core.context import Context
from core.db.base import now
from core.entity.errors import InvalidError
from core.i18n import Label, translator
from core.mailbox.addresses import plain
from core.mailbox.models import OFF, ON, PLAIN, REFUSED, SECURITIES, MailAccount
from core.mailbox.servers import Access, SignInError, UnreachableError, check, purpose_of
from core.settings import Settings

_ = translator("core")

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)
_PORTS = range(1, 65_536)
_LONGEST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """An account as somebody types it."""

    address: str = ""
    name: str = ""
    login: str = ""
    password: str = ""
    """Empty keeps the one that is known."""
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_security: str = "tls"
    imap_host: str = ""
    imap_port: int = 993
    imap_security: str = "tls"

    @property
    def place(self) -> tuple[str | int, ...]:
        """Where the password goes, and with which name."""
        return (
            self.login, self.smtp_host, self.smtp_port, self.smtp_security,
            self.imap_host, self.imap_port, self.imap_security,
        )  # fmt: skip


def own(context: Context, *, lock: bool = False) -> MailAccount | None:
    """The account of whoever acts."""
    return of(context, context.user.id, lock=lock) if context.user else None


def of(context: Context, user_id: UUID, *, lock: bool = False) -> MailAccount | None:
    """A person's account, as the database has it now."""
    statement = sa.select(MailAccount).where(MailAccount.tenant_id == context.tenant, MailAccount.user_id == user_id)
    if lock:
        statement = statement.with_for_update()
    return context.session.scalar(statement, execution_options={"populate_existing": True})


def draft_of(account: MailAccount) -> Draft:
    """An account as it stands in the form; its password does not."""
    return Draft(**{name: getattr(account, name) for name in Draft.__slots__ if name != "password"})


def save(context: Context, settings: Settings, draft: Draft) -> MailAccount:
    """Try an account out and keep it. Raises :class:`InvalidError` naming what is wrong, also what the servers say.

    A password that is known already is shown to no other server than those it was typed for.
    """
    assert context.user is not None, "an account is somebody's"
    known = own(context, lock=True)
    draft = _checked(settings, draft)
    if not draft.password and (known is None or draft_of(known).place != draft.place):
        raise InvalidError(
            {"password": [_("Type the password: name or servers have changed.") if known else _needed()]}
        )
    account = known or MailAccount(user_id=context.user.id, version=0)
    if known is None or known.address != draft.address or known.imap_host != draft.imap_host:
        account.since, account.folder, account.seen = now(), None, 0
    for name in Draft.__slots__:
        if name != "password":
            setattr(account, name, getattr(draft, name))
    if draft.password:
        account.password = Vault.of(settings).seal(purpose_of(account), draft.password)
    access = Access.of(account, settings, password=draft.password or None)
    try:
        check(access)
    except UnreachableError as error:
        context.session.rollback()
        raise InvalidError({"password" if isinstance(error, SignInError) else "": [error.reason]}) from None
    account.state, account.error, account.checked_at, account.version = ON, "", now(), account.version + 1
    context.session.add(account)
    context.session.flush()
    return account


def try_out(context: Context, settings: Settings) -> Label | None:
    """Sign in to the servers of one's account now; what they say against it, or None. It is kept with the account."""
    account = own(context, lock=True)
    if account is None:
        return _("There is no account yet.")
    try:
        check(Access.of(account, settings))
    except UnreachableError as error:
        told(account, error)
        return error.reason
    finally:
        context.session.flush()
    account.error, account.checked_at = "", now()
    if account.state == REFUSED:
        account.state = ON
    return None


def told(account: MailAccount, error: UnreachableError) -> None:
    """Note what servers said; one that lets nobody in is not asked again by itself, lest it lock the account."""
    account.error = str(error.reason)[:_LONGEST]
    if isinstance(error, SignInError) and account.state == ON:
        account.state = REFUSED


def switch(context: Context, *, on: bool) -> None:
    """Use one's account, or leave it alone for now."""
    account = own(context, lock=True)
    if account is not None:
        account.state, account.error = (ON if on else OFF), ""
        account.version += 1


def remove(context: Context) -> None:
    """Forget one's account and its password. What was sent and received stays."""
    account = own(context, lock=True)
    if account is not None:
        context.session.delete(account)
        context.session.flush()


def _needed() -> Label:
    return _("This field is needed.")


def _checked(settings: Settings, draft: Draft) -> Draft:
    problems: list[tuple[str, Label]] = []
    try:
        address = parse.email(draft.address)
    except ValueError as error:
        address = None
        problems.append(("address", error.args[0]))
    else:
        if address is None:
            problems.append(("address", _needed()))
    securities = {one.value for one in (*SECURITIES, *([PLAIN] if settings.mail_allow else []))}
    for kind, needed in (("smtp", True), ("imap", False)):
        host, port, security = (getattr(draft, f"{kind}_{name}") for name in ("host", "port", "security"))
        if (host or needed) and not _HOST.fullmatch(host.strip()):
            problems.append((f"{kind}_host", _("Write the server's name, such as mail.example.com.")))
        if (host or needed) and port not in _PORTS:
            problems.append((f"{kind}_port", _("A port is a number from 1 to 65535.")))
        if security not in securities:
            problems.append((f"{kind}_security", _("Choose one of the listed values.")))
    if len(draft.password) > _LONGEST or "\x00" in draft.password or "\x00" in draft.login:
        problems.append(("password", _("This is not a valid value.")))
    if wrong := InvalidError.of(problems):
        raise wrong
    return Draft(
        address=address or "",
        name=plain(draft.name),
        login=(draft.login.strip() or address or "")[:254],
        password=draft.password,
        smtp_host=draft.smtp_host.strip().lower(),
        smtp_port=draft.smtp_port,
        smtp_security=draft.smtp_security,
        imap_host=draft.imap_host.strip().lower(),
        imap_port=draft.imap_port,
        imap_security=draft.imap_security,
    )
