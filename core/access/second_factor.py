"""The second factor of a company's people: their own to set up, their administrator's to demand and to take away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.access.codes import Enrolment, Holder, SecondFactorError
from core.access.models import User
from core.access.oneself import myself
from core.access.sign_in_models import SecondFactor, SignInPolicy
from core.access.vault import Vault
from core.context import Context
from core.db.session import TenantSession
from core.entity import history, service
from core.i18n import translator

_ = translator("core")


@dataclass(frozen=True, slots=True)
class State:
    """How it stands with a person's second factor."""

    on: bool
    required: bool
    """The company demands one of everybody."""
    since: datetime | None = None
    codes_left: int = 0


def state(context: Context, user_id: UUID) -> State:
    """How it stands with somebody."""
    kept, demanded = _of(context.session, user_id).kept(context.session), is_required(context)
    return State(on=True, required=demanded, since=kept[0], codes_left=kept[1]) if kept else State(False, demanded)


def begin(context: Context, vault: Vault) -> Enrolment:
    """A new secret for the person's app."""
    return _own(context).begin(vault, **_names(context))


def resume(context: Context, vault: Vault, sealed: str) -> Enrolment:
    """The enrolment of a form that came back. Raises :class:`SecondFactorError` for any other, and for an old one."""
    return _own(context).resume(vault, sealed, **_names(context))


def switch_on(context: Context, vault: Vault, enrolment: Enrolment, code: str) -> list[str]:
    """Ask for codes from now on, the first of which is here; the recovery codes, which are not shown again."""
    codes = _own(context).switch_on(context.session, vault, enrolment, code)
    _log(context, myself(context), "second_factor_on")
    return codes


def renew_codes(context: Context) -> list[str]:
    """New recovery codes for oneself; those before open nothing any more. The caller has asked for the password."""
    codes = _own(context).renew_codes(context.session)
    _log(context, myself(context), "second_factor_codes")
    return codes


def switch_off(context: Context) -> bool:
    """Ask oneself for no codes any more; whether there was one. The caller has asked for the password."""
    if is_required(context):
        raise SecondFactorError(_("Your company demands a second factor of everybody."))
    return _remove(context, myself(context), "second_factor_off")


def reset(context: Context, user_id: UUID) -> bool:
    """Take somebody's second factor away who lost phone and paper; an administrator's right."""
    context.require("*", "admin")
    return _remove(context, service.get(context, User, user_id), "second_factor_reset")


def accepts(session: TenantSession, vault: Vault, user_id: UUID, code: str) -> bool:
    """Whether a code is the person's, of the app or of the paper; it is used up by being accepted."""
    return _of(session, user_id).accepts(session, vault, code)


def is_required(context: Context) -> bool:
    """Whether the company demands it of everybody."""
    demanded = sa.select(SignInPolicy.second_factor).where(SignInPolicy.tenant_id == context.tenant)
    return bool(context.session.scalar(demanded))


def require_of_everybody(context: Context, *, on: bool) -> None:
    """Demand it of everybody, from their next request on, or no more; an administrator's right, who has it already."""
    context.require("*", "admin")
    if on and not state(context, myself(context).id).on:
        raise SecondFactorError(_("Switch on your own second factor first, so that you do not lock yourself out."))
    statement = insert(SignInPolicy).values(tenant_id=context.tenant, second_factor=on)
    context.session.execute(statement.on_conflict_do_update(index_elements=["tenant_id"], set_={"second_factor": on}))
    _log(context, myself(context), "second_factor_required" if on else "second_factor_optional")


def people_without(context: Context) -> list[str]:
    """Who may sign in and has none, by name; for administrators."""
    context.require("*", "admin")
    has = sa.exists().where(SecondFactor.tenant_id == context.tenant, SecondFactor.user_id == User.id)
    statement = sa.select(User.name).where(
        User.tenant_id == context.tenant, User.active, User.deleted_at.is_(None), sa.not_(has)
    )
    return sorted(context.session.scalars(statement))


def _of(session: TenantSession, user_id: UUID) -> Holder:
    return Holder(SecondFactor, {"tenant_id": session.tenant, "user_id": user_id}, str(user_id))


def _own(context: Context) -> Holder:
    assert context.user is not None, "somebody is signed in"
    return _of(context.session, context.user.id)


def _names(context: Context) -> dict[str, str]:
    """What the person's app calls them and the company."""
    assert context.user is not None, "somebody is signed in"
    return {"name": context.user.email, "issuer": f"Ghép {context.company.name}"}


def _remove(context: Context, person: User, deed: str) -> bool:
    done = _of(context.session, person.id).remove(context.session)
    if done:
        _log(context, person, deed)
    return done


def _log(context: Context, person: User, deed: str) -> None:
    history.write(context, context.resource(User), [history.Entry(person, deed, {})])
