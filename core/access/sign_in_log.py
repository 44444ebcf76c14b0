"""Who signed in from where, and who could not, as lines of the change log."""

from uuid import UUID

from core.db.session import TenantSession
from core.entity.tables import Change

_NOBODY = UUID(int=0)


def signed_in(session: TenantSession, user_id: UUID, name: str, agent: str, address: str) -> None:
    """Write down that somebody is in."""
    values = {"address": [None, _clean(address)], "agent": [None, _clean(agent)]}
    session.add(_line(user_id, name, "signed_in", values))


def failed(session: TenantSession, user_id: UUID | None, name: str, email: str, address: str) -> None:
    """Write down that somebody was not let in. What nobody is known by is kept in part: it may be a password."""
    said = email.strip() if user_id is not None else _masked(email.strip())
    values = {"email": [None, _clean(said)], "address": [None, _clean(address)]}
    session.add(_line(user_id, name, "sign_in_failed", values))


def _line(user_id: UUID | None, name: str, action: str, values: dict[str, list[str | None]]) -> Change:
    return Change(
        entity="core.user", record_id=user_id or _NOBODY, record_title=name[:200], user_id=user_id,
        user_name=name[:120], action=action, source="web", values=values,
    )  # fmt: skip


def _masked(email: str) -> str:
    local, at, domain = email.partition("@")
    return f"{local[:1]}…{at}{domain}" if at else "…"


def _clean(text: str) -> str:
    return text.replace("\0", "").encode(errors="replace").decode()[:200]
