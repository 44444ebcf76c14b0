"""Who is asking: the one statement every request begins with.

A key leads to its person, what their roles add up to, the company, the modules that are on and the company's own
fields. No request is answered without it, so that whatever is revoked, suspended or switched is so at once and in
every process; kept is what such a text means, once it was read.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from core.access.keys import Key
from core.access.login import IDLE
from core.access.rights import grants_of
from core.access.tokens import allowed_modules, allowed_verbs
from core.context import CompanyInfo, Context, Grants, UserInfo
from core.db.driver import Row, Statement
from core.db.session import TenantSession
from core.entity import custom, views
from core.entity.custom import OWN_FIELDS
from core.entity.views import VIEWS
from core.plugin.boot import Registry
from core.plugin.enablement import SWITCHED_ON, running
from core.plugin.facade import Hooks
from core.standing import make_room

TOUCH = "5 minutes"
"""How exactly it is kept when a key was last used: writing at every request would cost more than it tells."""

COUNTED = 100
"""Notifications that are counted; more are shown as 99+."""

_COMPANY = "c.id, c.slug, c.name, c.state, c.locale, c.timezone, c.currency"
_COMPANY_COLUMNS = 7
_SECRET, _STALE = _COMPANY_COLUMNS + 1, _COMPANY_COLUMNS + 12
"""Where a row has the hash of the key's secret, and whether it is to be marked as used."""

_PERSON = f"""
SELECT {_COMPANY}, k.id, k.{{hashed}}, u.id, u.name, u.email, u.theme, u.avatar_id, coalesce(u.locale, c.locale), {{scopes}}, {{bare}}, {{unread}}, u.timezone,
  coalesce({{used}} < now() - interval '{TOUCH}', true),
  ARRAY(SELECT jsonb_build_array(r.admin, r.delegate, r.grants, r.fields)::text FROM core_user_roles ur
    JOIN core_role r ON r.tenant_id = %(tenant)s AND r.id = ur.right_id
    WHERE ur.tenant_id = %(tenant)s AND ur.left_id = u.id AND r.deleted_at IS NULL ORDER BY r.id),
  {SWITCHED_ON}, {OWN_FIELDS}, {{views}}
FROM {{keys}} k
JOIN core_user u ON u.tenant_id = %(tenant)s AND u.id = k.user_id AND u.active AND u.deleted_at IS NULL
JOIN vendor.company c ON c.id = %(tenant)s AND c.state = %(state)s
WHERE k.tenant_id = %(tenant)s AND {{alive}}
"""  # noqa: S608 # only this module's own text is put together

# Whether the company demands a second factor, and the person has none.
_BARE = """(EXISTS (SELECT FROM core_sign_in_policy p WHERE p.tenant_id = %(tenant)s AND p.second_factor)
    AND NOT EXISTS (SELECT FROM core_second_factor f WHERE f.tenant_id = %(tenant)s AND f.user_id = u.id))"""
# How many notifications the person has not read.
_UNREAD = f"""(SELECT count(*) FROM (SELECT FROM core_notification n
    WHERE n.tenant_id = %(tenant)s AND n.user_id = u.id AND n.bell AND n.read_at IS NULL LIMIT {COUNTED}) few)"""  # noqa: S608 # as above
_BY_SESSION = _PERSON.format(
    keys="core_session", hashed="key_hash", scopes="ARRAY[]::text[]", used="k.seen_at", bare=_BARE,
    unread=_UNREAD, views=VIEWS.format(person="u.id", among="= %(place)s"),
    alive=f"k.key_hash = %(digest)s AND k.expires_at > now() AND k.seen_at > now() - interval '{IDLE.total_seconds()} seconds'",
)  # fmt: skip
_BY_TOKEN = _PERSON.format(
    keys="core_token", hashed="secret_hash", scopes="k.scopes", used="k.used_at", bare="false",
    unread="0", views="NULL",
    alive="k.id = %(token)s AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())",
)  # fmt: skip
_BY_FEED = _PERSON.format(
    keys="core_calendar_feed", hashed="secret_hash", scopes="ARRAY['read']", used="k.used_at", bare="false",
    unread="0", views="NULL",
    alive="k.id = %(feed)s",
)  # fmt: skip
_NOBODY = f"SELECT {_COMPANY}, {SWITCHED_ON} FROM vendor.company c WHERE c.id = %(tenant)s"  # noqa: S608 # as above

# Another request of the same browser may be marking it right now; then this one need not.
_MARK = """
UPDATE {keys} SET {column} = now() WHERE tenant_id = %(tenant)s AND id = (
  SELECT id FROM {keys} WHERE tenant_id = %(tenant)s AND id = %(key)s FOR UPDATE SKIP LOCKED)
"""
_MARK_SESSION = _MARK.format(keys="core_session", column="seen_at")
_MARK_TOKEN = _MARK.format(keys="core_token", column="used_at")
_MARK_FEED = _MARK.format(keys="core_calendar_feed", column="used_at")


@dataclass(frozen=True, slots=True)
class Identity:
    """The person behind a key, in their company, at this moment."""

    company: CompanyInfo
    user: UserInfo
    grants: Grants
    active: frozenset[str]
    locale: str
    key_id: UUID
    """The session's or token's row."""
    is_program: bool = False
    """Whether they came in with a token."""
    must_enrol: bool = False
    """Whether they have to set up a second factor before anything else."""
    known: Mapping[str, Any] = field(default_factory=dict)
    """What was read along with it, as turns keep it."""

    def context(self, session: TenantSession, hooks: Hooks, *, source: str = "web") -> Context:
        """The turn of this person."""
        known = dict(self.known)
        return Context(session, self.company, hooks, self.active, self.grants, self.user, source, cache=known)


class ChangedError(BaseException):
    """Whoever asks is not, or may not, what was assumed: what was begun has to begin anew.

    No Exception: whatever goes wrong in between, nobody may take this for it.
    """


class Recent:
    """What keys led to lately, of one process; what is taken out is nobody else's until it is kept again."""

    MOST = 2000
    """At some kilobytes each; the longest unused goes first."""

    def __init__(self) -> None:
        self._found: dict[tuple[Key, str], tuple[Row, Identity]] = {}

    def take(self, key: Key, place: str) -> tuple[Row, Identity] | None:
        """What a key led to at a place."""
        return self._found.pop((key, place), None)

    def keep(self, key: Key, place: str, row: Row, identity: Identity) -> None:
        """Keep what it leads to now."""
        make_room(self._found, self.MOST)
        self._found[key, place] = row, identity


def identify(session: TenantSession, registry: Registry, key: Key | None, place: str = "") -> Identity | None:
    """Find who comes in with a key; None with one that opens nothing, for whatever reason.

    By a calendar's secret address they see what they see themselves, and do nothing.
    ``place`` is the entity whose list is asked for: how the person has arranged it is read along.
    Call it first in a session of the key's company: it ends the transaction when it has marked the key as used.
    """
    found = _found(session, registry, key, place)
    return found[1] if found else None


def recognise(session: TenantSession, registry: Registry, key: Key, place: str, recent: Recent) -> Identity | None:
    """The same for somebody who is about to read: it is asked in one message with what they read.

    Until then they are taken for whom the key led to the last time. Where it leads elsewhere by now, what they read is
    not given to them: the session raises :class:`ChangedError`, and whoever tries again is asked first.
    """
    known = recent.take(key, place)
    if known is None:
        known = _found(session, registry, key, place)
        if known is None:
            return None
        recent.keep(key, place, *known)
        return known[1]
    row, identity = known

    def hear(rows: list[Row]) -> None:
        if rows != [row]:
            raise ChangedError
        recent.keep(key, place, row, identity)

    session.ask_along(_asking(key, place=place), hear)
    return identity


def _found(session: TenantSession, registry: Registry, key: Key | None, place: str) -> tuple[Row, Identity] | None:
    if key is None or key.tenant != session.tenant:
        return None
    row = _row(session, key, place=place)
    if row is None:
        return None
    company, rest = CompanyInfo(*row[:_COMPANY_COLUMNS]), row[_COMPANY_COLUMNS:]
    key_id, _secret, user_id, name, email, theme, avatar, locale, scopes, bare, unread, zone, stale, *standing = rest
    roles, switched, own_fields, arranged = standing
    if stale:
        _mark(session, key, key_id)
    return (*row[:_STALE], False, *row[_STALE + 1 :]), Identity(
        company=company,
        user=UserInfo(user_id, name, email, theme, avatar, unread, zone or ""),
        grants=_grants(tuple(roles), tuple(scopes)),
        active=running(registry, switched),
        locale=locale,
        key_id=key_id,
        is_program=key.token is not None or key.feed is not None,
        must_enrol=bare,
        known={custom.READ: own_fields, views.READ: (place if arranged else "", arranged)},
    )


@lru_cache(maxsize=1000)
def _grants(roles: tuple[str, ...], scopes: tuple[str, ...]) -> Grants:
    """What roles, each as the database tells it, and a key's scopes come to."""
    said = (orjson.loads(role) for role in roles)
    return replace(grants_of(said, only=allowed_verbs(scopes)), modules=allowed_modules(scopes))


def suspended(session: TenantSession, key: Key) -> CompanyInfo | None:
    """The company that a good key would open if it were not suspended; for whoever :func:`identify` did not find."""
    if key.tenant != session.tenant:
        return None
    row = _row(session, key, state="suspended")
    return CompanyInfo(*row[:_COMPANY_COLUMNS]) if row else None


def enter(session: TenantSession, hooks: Hooks, *, source: str) -> Context | None:
    """A turn of nobody in particular, with every right: for jobs and commands. None where there is no company."""
    parameters = {"tenant": session.tenant}
    rows = session.rows(_NOBODY, parameters)
    if not rows:
        return None
    row = rows[0]
    active = running(hooks.registry, row[_COMPANY_COLUMNS])
    return Context(session, CompanyInfo(*row[:_COMPANY_COLUMNS]), hooks, active, source=source)


def _row(session: TenantSession, key: Key, *, state: str = "open", place: str = "") -> Row | None:
    [rows] = session.rows_of_each([_asking(key, state=state, place=place)])
    return rows[0] if rows and hmac.compare_digest(bytes(rows[0][_SECRET]), key.digest) else None


def _asking(key: Key, *, state: str = "open", place: str = "") -> Statement:
    parameters: dict[str, Any] = {
        "tenant": key.tenant, "state": state, "digest": key.digest, "token": key.token, "feed": key.feed, "place": place,
    }  # fmt: skip
    return Statement(_BY_FEED if key.feed else _BY_TOKEN if key.token else _BY_SESSION, parameters)


def _mark(session: TenantSession, key: Key, key_id: UUID) -> None:
    parameters = {"tenant": session.tenant, "key": key_id}
    statement = _MARK_FEED if key.feed else _MARK_TOKEN if key.token else _MARK_SESSION
    session.connection().exec_driver_sql(statement, parameters)
    session.commit()
