"""Writing an e-mail from a record: the dialog, its preview, and how an e-mail reads."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core.app import platform
from core.context import Context
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError, MissingError
from core.entity.reference import Reference
from core.files.service import FileRefusedError, store
from core.i18n import Label, translator
from core.mail.message import as_html
from core.mailbox import accounts, writing
from core.mailbox.addresses import read_people
from core.mailbox.models import ON, Mail
from core.mailbox.sending import queue
from core.mailbox.writing import Letter
from core.messages.compose import Message
from core.messages.language import TemplateError
from core.privacy.purposes import SERVICE, purposes
from core.web.entity.form import storage
from core.web.entity.turn import refresh, with_events
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("emails", __name__)

ENTITY = "core.email"
_WRONG = 422


@blueprint.get("/write-email")
def dialog() -> str:
    """An empty e-mail to whom a record is about, or an answer to another e-mail."""
    turn = _writer()
    if request.args.get("answers"):
        return _dialog(turn, writing.answer(turn, _mail(turn, _id("answers"))))
    return _dialog(turn, writing.begin(turn, _subject(turn, _about())))


@blueprint.post("/write-email/text")
def text() -> Any:
    """The text of a template, filled in for the record; what was typed where none is chosen."""
    turn, letter = _writer(), _typed()
    errors: dict[str, list[Label]] = {}
    try:
        letter = writing.filled(turn, letter)
    except TemplateError as error:
        errors["template"] = [one.label for one in error.problems]
    return render_template("_email_text.html", letter=letter, errors=errors)


@blueprint.post("/write-email/preview")
def preview() -> str:
    """How it will arrive."""
    turn, letter = _writer(), _typed()
    with suppress(TemplateError):
        html = writing.html_of(turn, letter) or as_html(letter.body)
        message = Message(letter.subject, letter.body, html)
        return render_template("_message_preview.html", problems=[], message=message, is_mail=True, length=0)
    return ""


@blueprint.post("/write-email")
def send() -> Any:
    """Send it, or keep it as a draft."""
    turn, letter = _writer(), _typed()
    draft = request.form.get("what") == "draft"
    try:
        letter = replace(letter, files=_uploaded(turn))
        mail = writing.write(turn, letter)
        if not draft:
            queue(turn, platform().settings, mail.id)
    except TemplateError as error:
        turn.session.rollback()
        return _dialog(turn, letter, {"template": [one.label for one in error.problems]}), _WRONG
    except InvalidError as error:
        turn.session.rollback()
        return _dialog(turn, letter, error.errors), _WRONG
    said = _("The draft is kept.") if draft else _("The e-mail is on its way.")
    toast = {"kind": "success", "text": str(said)}
    return with_events("", closeDialog=True, recordChanged=True, toast=toast)


@blueprint.post("/emails/<uuid:mail_id>/send")
def send_kept(mail_id: UUID) -> Any:
    """Send a draft, or once more what did not arrive."""
    turn = _writer()
    try:
        queue(turn, platform().settings, mail_id)
    except InvalidError as error:
        turn.session.rollback()
        return refresh(next(iter(error.errors.values()))[0], kind="error")
    return refresh(_("The e-mail is on its way."))


@blueprint.get("/emails/<uuid:mail_id>/letter")
def letter(mail_id: UUID) -> str:
    """How an e-mail reads, with what came along."""
    turn = context()
    turn.require(ENTITY, "see")
    mail = _mail(turn, mail_id)
    return render_template("_email.html", mail=mail, files=writing.files_of(turn, mail.id))


def _writer() -> Context:
    turn = context()
    turn.require(ENTITY, "create")
    return turn


def _mail(turn: Context, mail_id: UUID | None) -> Mail:
    return service.get(turn, Mail, mail_id) if mail_id else abort(404)


def _id(name: str) -> UUID | None:
    try:
        return UUID(request.values.get(name, ""))
    except ValueError:
        return None


def _about() -> Reference | None:
    try:
        return Reference.read(request.values.get("about", ""))
    except ValueError:
        return None


def _subject(turn: Context, about: Reference | None) -> Entity:
    return writing.subject_of(turn, about) if about else abort(404)


def _typed() -> Letter:
    form = request.form
    return Letter(
        to=form.get("to", ""),
        cc=form.get("cc", ""),
        subject=form.get("subject", "").strip(),
        body=form.get("body", "").replace("\r\n", "\n"),
        about=_about(),
        purpose=form.get("purpose", SERVICE),
        template=_id("template"),
        answers=_id("answers"),
    )


def _uploaded(turn: Context) -> list[UUID]:
    """The files that were chosen. Raises InvalidError for one that is not taken."""
    found = []
    for sent in request.files.getlist("files"):
        if sent.filename:
            try:
                found.append(store(turn, storage(), sent.stream, sent.filename).id)
            except FileRefusedError as error:
                raise InvalidError({"files": [error.args[0]]}) from None
    return found


def _dialog(turn: Context, letter: Letter, errors: dict[str, list[Label]] | None = None) -> str:
    record = None
    if letter.about is not None:
        with suppress(MissingError):
            record = writing.subject_of(turn, letter.about)
    account = accounts.own(turn)
    own = account if account is not None and account.state == ON else None
    people = []
    with suppress(ValueError):
        people = read_people(letter.to)
    return render_template(
        "_email_dialog.html",
        letter=letter,
        about=record.title if record is not None else "",
        known=[one.address for one in writing.addresses(turn, record)] if record is not None else [],
        templates=writing.templates_for(turn, letter.about.entity) if letter.about else [],
        purposes=purposes(turn),
        account=own,
        person=turn.user,
        refusal=writing.refusal(turn, letter.about, people, letter.purpose) or "",
        errors={name: [str(one) for one in texts] for name, texts in (errors or {}).items()},
    )
