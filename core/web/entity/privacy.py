"""What a record's page offers about the person it stands for: consent, a copy of their data, legal hold, erasure."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from flask import abort, render_template, request

from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.format import moment, number, show, show_day
from core.entity.values import value_of
from core.files.service import FileRefusedError, store
from core.i18n import Label, Text, translator
from core.privacy import copies
from core.privacy.channels import BARRED, CHANNELS
from core.privacy.consent import WAYS, Agreement, Given, consents, give, withdraw
from core.privacy.erasing import erase, extent, is_erased
from core.privacy.holds import held, hold, release
from core.privacy.purposes import purposes
from core.web.entity.form import storage
from core.web.entity.turn import go, may, needs, refresh, with_events

_ = translator("core")

COPY, ERASE = _("Export personal data"), _("Erase personal data")
CONSENTS_CHANGED = "consentsChanged"
_WRONG = 422


def bars(turn: Context, resource: Resource, record: Entity) -> str:
    """The ways in which nobody may contact a person, for the top of their page."""
    spec = resource.fields.get(BARRED)
    found = value_of(record, spec) if spec is not None else None
    return show(turn, spec, found).text if spec is not None and found else ""


def menu_entries(turn: Context, resource: Resource, record: Entity) -> list[dict[str, Any]]:
    """What an administrator may do with all that is kept about a person."""
    if not resource.person or not turn.can("*", "admin"):
        return []
    path = f"/{resource.path}/{record.id}"
    return [
        {"title": ""},
        {"title": str(COPY), "icon": "file-zip", "url": f"{path}/personal-data", "method": "post"},
        {"title": str(_("Legal hold")), "icon": "gavel", "url": f"{path}/hold", "method": "dialog"},
        {"title": str(ERASE), "icon": "eraser", "url": f"{path}/erase", "method": "dialog", "danger": True},
    ]


def _person(turn: Context, resource: Resource, record_id: UUID, *, admin: bool = False) -> Entity:
    """The record, where it stands for a person; the right is asked first, so that nothing is learnt without it."""
    if not resource.person:
        abort(404)
    if admin:
        turn.require("*", "admin")
    return service.get(turn, resource.model, record_id)


@needs("see")
def consents_panel(turn: Context, resource: Resource, record_id: UUID) -> str:
    """What the person agreed to, and what they took back."""
    record = _person(turn, resource, record_id)
    return _panel(turn, resource, record)


def _panel(turn: Context, resource: Resource, record: Entity) -> str:
    path, editable = f"/{resource.path}/{record.id}", may(turn, resource, "edit")
    holding = held(turn, [record.id]).get(record.id)
    return render_template(
        "_consents.html",
        rows=[_row(turn, path, one, editable=editable) for one in consents(turn, record)],
        bars=bars(turn, resource, record),
        new_url=f"{path}/consents/new" if editable else "",
        hold=_hold(holding) if holding else None,
        release_url=f"{path}/release" if holding and turn.can("*", "admin") else "",
        erased=is_erased(turn, record),
    )


def _hold(found: Any) -> dict[str, str]:
    return {"reason": found.reason, "until": show_day(found.until) if found.until else "", "who": found.user_name}


def _row(turn: Context, path: str, one: Agreement, *, editable: bool) -> dict[str, Any]:
    consent = one.consent
    names = {choice.value: choice.title for choice in (*WAYS, *CHANNELS)}
    return {
        "purpose": one.purpose,
        "channel": names.get(consent.channel, consent.channel),
        "in_force": one.in_force,
        "how": names.get(consent.how, consent.how),
        "given": moment(turn, consent.given_at),
        "by": consent.recorded_by,
        "evidence": consent.evidence,
        "file_url": f"/files/{consent.file_id}" if consent.file_id else "",
        "withdrawn": moment(turn, consent.withdrawn_at) if consent.withdrawn_at else "",
        "withdrawal": consent.withdrawal,
        "withdraw_url": f"{path}/consents/{consent.id}/withdraw" if one.in_force and editable else "",
    }


@needs("edit")
def new_consent(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """Write down what a person agreed to. Nothing is ticked beforehand: the law wants their own yes."""
    record = _person(turn, resource, record_id)
    if request.method == "GET":
        return _dialog(turn, resource, record, {}, {})
    form = request.form
    typed: dict[str, Any] = {name: form.get(name, "") for name in ("how", "given", "evidence")}
    typed |= {"purposes": form.getlist("purposes"), "channels": form.getlist("channels")}
    try:
        give(turn, record, _given(turn, typed))
    except InvalidError as error:
        turn.session.rollback()
        return _dialog(turn, resource, service.get(turn, resource.model, record_id), typed, error.errors), _WRONG
    return _changed(_("The consent is written down."))


def _given(turn: Context, typed: dict[str, Any]) -> Given:
    """What was typed. Raises InvalidError for a day or a file that is none."""
    try:
        day = date.fromisoformat(typed["given"])
    except ValueError:
        raise InvalidError({"given_at": [_("Choose the day.")]}) from None
    at = now() if day == turn.today() else datetime.combine(day, time(12), turn.company.zone)
    sent = request.files.get("file")
    file_id = None
    if sent is not None and sent.filename:
        try:
            file_id = store(turn, storage(), sent.stream, sent.filename).id
        except FileRefusedError as error:
            raise InvalidError({"file": [error.args[0]]}) from None
    return Given(typed["purposes"], typed["channels"], typed["how"], at, typed["evidence"], file_id)


def _dialog(
    turn: Context, resource: Resource, record: Entity, typed: dict[str, Any], errors: dict[str, list[Label]]
) -> str:
    return render_template(
        "_consent_dialog.html",
        action=f"/{resource.path}/{record.id}/consents/new",
        about=record.title,
        purposes=[
            {"code": one.code, "name": one.name, "wording": one.wording or "", "free": one.without_consent}
            for one in purposes(turn)
        ],
        channels=CHANNELS,
        ways=WAYS,
        typed={"given": turn.today().isoformat(), **typed},
        today=turn.today().isoformat(),
        errors=errors,
        manage_url="/consent-purposes" if turn.can("core.consent_purpose", "create") else "",
    )


@needs("edit")
def withdraw_consent(turn: Context, resource: Resource, record_id: UUID, consent_id: UUID) -> Any:
    """Write down that the person takes it back."""
    withdraw(turn, _person(turn, resource, record_id), [consent_id], request.form.get("how", ""))
    return _changed(_("The withdrawal is written down. It holds from now on."))


def _changed(text: Text) -> Any:
    """The dialog closes and the panel is read again."""
    toast = {"kind": "success", "text": str(text)}
    return with_events("", closeDialog=True, recordChanged=True, toast=toast, **{CONSENTS_CHANGED: True})


@needs("see")
def ask_copy(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """Have a copy of everything written, and wait for it."""
    return go(f"/copies/{copies.ask(turn, _person(turn, resource, record_id, admin=True))}")


@needs("see")
def erase_person(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """What it would touch; then, with the name typed and a reason, it is done for good."""
    record = _person(turn, resource, record_id, admin=True)
    if request.method == "GET":
        return _erase_dialog(turn, resource, record)
    options = {name: name in request.form for name in ("people", "silence")}
    typed, reason = request.form.get("typed", ""), request.form.get("reason", "")
    try:
        erase(turn, record, typed=typed, reason=reason, **options)
    except InvalidError as error:
        turn.session.rollback()
        record = service.get(turn, resource.model, record_id)
        return _erase_dialog(turn, resource, record, error, typed=typed, reason=reason, **options), _WRONG
    return go(f"/{resource.path}/{record_id}", _("The personal data are erased."))


def _erase_dialog(
    turn: Context,
    resource: Resource,
    record: Entity,
    error: InvalidError | None = None,
    *,
    typed: str = "",
    reason: str = "",
    people: bool = False,
    silence: bool = True,
) -> str:
    found = extent(turn, record)
    return render_template(
        "_erase_dialog.html",
        action=f"/{resource.path}/{record.id}/erase",
        title=ERASE,
        name=record.title,
        counts=[{"title": one.plural, "count": number(count)} for one, count in found.counts],
        files=number(found.files) if found.files else "",
        people_count=number(found.people) if found.people else "",
        errors=error.errors if error else {},
        typed=typed,
        reason=reason,
        people=people,
        silence=silence,
    )


@needs("see")
def hold_record(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """Keep a record, whoever wants it gone."""
    record = _person(turn, resource, record_id, admin=True)
    action, errors = f"/{resource.path}/{record_id}/hold", {}
    reason, until = request.form.get("reason", ""), request.form.get("until", "")
    if request.method == "POST":
        try:
            hold(turn, record, reason, _day(until))
            return go(f"/{resource.path}/{record_id}", _("It is kept, and cannot be erased."))
        except InvalidError as error:
            turn.session.rollback()
            errors = error.errors
    values = {"reason": reason, "until": until, "today": turn.today().isoformat()}
    page = render_template("_hold_dialog.html", action=action, errors=errors, **values)
    return (page, _WRONG) if errors else page


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidError({"until": [_("Choose the day.")]}) from None


@needs("see")
def release_record(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """End a hold."""
    if not release(turn, _person(turn, resource, record_id, admin=True)):
        raise MissingError("core.legal_hold", record_id)
    return refresh(_("The legal hold is ended."))
