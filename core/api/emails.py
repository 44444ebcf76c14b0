"""Sending an e-mail from a record, as its page does: by one's own account or the company's, filed with the record."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import json_answer, once
from core.api.of_record import NO_RECORD, OfRecordSchema, record_of, text
from core.app import platform
from core.entity.errors import InvalidError, MissingError
from core.entity.reference import Reference
from core.entity.schema import loader, worded
from core.i18n import translator
from core.mailbox import writing
from core.mailbox.sending import queue
from core.mailbox.writing import Letter
from core.messages.language import TemplateError
from core.web.gate import context

_ = translator("core")
NAME = "api_emails"
ENTITY = "core.email"
_SEND, _CREATED = "/emails/send", 201
_SUBJECT = 250


class LetterSchema(OfRecordSchema):
    """What is written, and from which record."""

    to = text(
        load_default="", metadata={"description": _("Addresses, with commas between them; none: the record's own.")}
    )
    cc = text(load_default="")
    subject = text(load_default="", validate=ma.validate.Length(max=_SUBJECT))
    body = text(load_default="")
    template = worded(
        ma.fields.UUID(load_default=None, allow_none=True, metadata={"description": _("Fills in what is not given.")}),
        NO_RECORD,
    )
    purpose = text(load_default="", metadata={"description": _("The code of a purpose people are contacted for.")})


class SentSchema(ma.Schema):
    """The e-mail, which a job sends; read it to see what became of it."""

    id = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True)


def blueprint() -> Blueprint:
    """Its address."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule(_SEND, "send", once(_send), methods=["POST"])
    return made


def _send() -> Response:
    turn, said = context(), read_body(loader(LetterSchema))
    turn.require(ENTITY, "create")
    record = record_of(turn, said)
    resource = turn.resource(type(record))
    record = writing.subject_of(turn, Reference(resource.name, record.id))
    begun = writing.begin(turn, record)
    letter = Letter(
        to=said["to"] or begun.to, cc=said["cc"], about=begun.about, purpose=said["purpose"] or begun.purpose,
        subject=said["subject"], body=said["body"], template=said["template"],
    )  # fmt: skip
    mail = writing.write(turn, _filled(letter))
    sent = queue(turn, platform().settings, mail.id)
    return json_answer({"id": str(sent.id), "state": sent.state}, _CREATED)


def _filled(letter: Letter) -> Letter:
    """With the words of its template where none are given. Raises :class:`InvalidError` naming what is missing."""
    turn = context()
    if letter.template is not None:
        try:
            found = writing.filled(turn, letter)
        except TemplateError as error:
            raise InvalidError({"template": [one.label for one in error.problems]}) from None
        except MissingError:
            raise InvalidError({"template": [NO_RECORD]}) from None
        letter = replace(found, subject=letter.subject or found.subject, body=letter.body or found.body)
    needed = [(name, _("This field is needed.")) for name in ("subject", "body") if not getattr(letter, name).strip()]
    if wrong := InvalidError.of(needed):
        raise wrong
    return letter


_about = partial(about, "emails")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    errors = (400, 404, 409, 413, 415, 422)
    yield (
        _SEND, "send", "POST",
        _about("sendEmail", _("Send an e-mail from a record"), SentSchema, errors, LetterSchema, success="201"),
    )  # fmt: skip
