"""Leads that nobody typed: from forms and from other programs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.sdk import Context, InvalidError, Text, create, duplicates, get, translator, update

from .doors import FACEBOOK, Form, Intake
from .mapping import NUMBER, TAKEN, mapped, of_facebook, paths_of
from .models import AUTOMATIC, INDIVIDUAL, ORGANISATION, Lead

_ = translator("plugins.leads")
MANY = 100
"""Leads that a program may hand over at a time."""


def submit(context: Context, form: Form, answers: Mapping[str, str]) -> Lead:
    """Keep what somebody filled into a form. Raises InvalidError naming each field that is wrong."""
    asked = {name: answers.get(name, "") for name in ("name", *form.asks)}
    values = {"source": form.link_id("source")}
    if "catalog" in context.active:
        values["product"] = form.link_id("product")
    return _receive(context, asked, values)


def hand_over(context: Context, intake: Intake, said: Any) -> list[UUID]:
    """Keep the leads of a program's message, each once; what is known by its number already is left as it is."""
    found = list(of_facebook(said) if intake.kind == FACEBOOK.value else mapped(paths_of(intake.paths or ""), said))
    if len(found) > MANY:
        raise InvalidError({"": [_("At most %(n)s leads at a time.", n=MANY)]})
    made = []
    for answers in found:
        number = f"{intake.id}/{answers[NUMBER]}"[:160] if NUMBER in answers else None
        lead = None if number and _known(context, number) else _once(context, answers, intake, number)
        made += [lead.id] if lead is not None else []
    return made


def _once(context: Context, answers: Mapping[str, str], intake: Intake, number: str | None) -> Lead | None:
    """None where the same message arrives twice in one moment, and the other was faster."""
    try:
        with context.session.begin_nested():
            lead = _receive(context, answers, {"source": intake.link_id("source")})
            lead.external_id = lead.external_id or number
            context.session.flush()
            return lead
    except IntegrityError:
        return None


def _known(context: Context, number: str) -> bool:
    table = Lead.__table__
    there = sa.exists().where(table.c.tenant_id == context.tenant, table.c.external_id == number)
    return bool(context.session.scalar(sa.select(there)))


def _receive(context: Context, answers: Mapping[str, str], values: dict[str, Any]) -> Lead:
    """A new lead that waits to be assigned; of somebody who is a lead already, another word in its description."""
    read = _read(context, answers)
    known = _present(context, read)
    if known is not None:
        notes = dict.fromkeys(filter(None, (known.note, read.get("note"))))
        update(context, known, {"note": "\n".join(notes) or None})
        return known
    kind = ORGANISATION if read.get("company") else INDIVIDUAL
    return create(context, Lead, {**values, **read, "kind": kind.value, "care": AUTOMATIC.value})


def _read(context: Context, answers: Mapping[str, str]) -> dict[str, Any]:
    """Texts as values of a lead's fields."""
    fields, found = context.fields(context.resource(Lead)), dict[str, Any]()
    problems: list[tuple[str, Text | str]] = []
    for name in TAKEN:
        try:
            found[name] = fields[name].kind.parse(answers.get(name, ""), fields[name], context.zone)
        except ValueError as error:
            problems.append((name, error.args[0]))
    if not found.get("name"):
        problems.append(("name", _("Say how you are called.")))
    if not problems and not found.get("mobile") and not found.get("email"):
        problems.append(("mobile" if "mobile" in answers else "email", _("Leave a telephone number or an e-mail.")))
    if refused := InvalidError.of(problems):
        raise refused
    return found


def _present(context: Context, read: Mapping[str, Any]) -> Lead | None:
    """The lead that is known by the same telephone or e-mail and has not become a customer yet."""
    for match in duplicates(context, context.resource(Lead), read):
        if match.id is not None and match.resource is not None and match.resource.model is Lead:
            lead = get(context, Lead, match.id, lock=True)
            if lead.link_id("customer") is None:
                return lead
    return None
