"""Reports for programs: any that can be put together, worked out for whoever asks; and those that are kept."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Blueprint, Response, request, url_for

from core.api import PREFIX
from core.api.about import about
from core.api.body import read_body
from core.api.headers import json_answer, once
from core.api.of_record import parameter, text, yes_or_no
from core.entity.errors import InvalidError
from core.entity.schema import Body, loader
from core.i18n import translator
from core.reports import catalogue, saved
from core.reports.catalogue import Entry
from core.reports.definition import CHARTS, Definition, of_json, of_pairs
from core.reports.drill import records_of
from core.reports.models import Report
from core.reports.running import ALL, Figure, Key, Result, run
from core.web.gate import context

_ = translator("core")
NAME = "api_reports"
_ALL, _ONE, _FIGURES = "/reports", "/reports/<uuid:report_id>", "/reports/figures"
_KEPT_FIGURES = "/reports/<key>/figures"
_CREATED, _NOTHING = 201, 204
_DAYS = 40


class DefinitionSchema(Body):
    """What a report asks for; field names and conditions as in the lists of the entity."""

    entity = text(required=True, metadata={"description": _("Such as core.customer.")})
    by = ma.fields.List(text(), load_default=list, metadata={"description": _("Such as state, or created_at:month.")})
    show = ma.fields.List(text(), load_default=list, metadata={"description": _("Such as count, or sum:amount.")})
    filters = ma.fields.Dict(keys=text(), values=text(), load_default=dict)
    on = text(load_default="")
    period = text(load_default="", validate=ma.validate.Length(max=_DAYS))
    compare = yes_or_no(load_default=False)
    chart = text(load_default=CHARTS[0])
    top = ma.fields.Integer(strict=True, load_default=0, validate=ma.validate.Range(0, 500))


class ReportRequestSchema(Body):
    """A report to keep."""

    title = text(required=True)
    definition = ma.fields.Nested(DefinitionSchema, required=True)


class ReportSchema(ma.Schema):
    """A report: one that was kept, or one that a module ships."""

    id = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    definition = ma.fields.Nested(DefinitionSchema, required=True)
    asleep = ma.fields.String(required=True, allow_none=True)
    kept = ma.fields.Boolean(required=True)


class ReportsSchema(ma.Schema):
    """The reports one can open."""

    items = ma.fields.List(ma.fields.Nested(ReportSchema), required=True)


class FigureSchema(ma.Schema):
    """A figure; amounts are written as text, so that no digit is lost."""

    measure = ma.fields.String(required=True)
    value = ma.fields.Raw(required=True, allow_none=True)
    before = ma.fields.Raw(required=True, allow_none=True)


class KeySchema(ma.Schema):
    """What a group is about."""

    value = ma.fields.Raw(required=True, allow_none=True)
    title = ma.fields.String(required=True)
    others = ma.fields.Boolean(required=True)


class GroupSchema(ma.Schema):
    """A group of records, and the conditions of the list that shows exactly these."""

    keys = ma.fields.List(ma.fields.Nested(KeySchema), required=True)
    figures = ma.fields.List(ma.fields.Nested(FigureSchema), required=True)
    records = ma.fields.Dict(required=True, allow_none=True)


class FiguresSchema(ma.Schema):
    """A report worked out."""

    groups = ma.fields.List(ma.fields.Nested(GroupSchema), required=True)
    total = ma.fields.List(ma.fields.Nested(FigureSchema), required=True)


def blueprint() -> Blueprint:
    """Their addresses."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)
    made.add_url_rule(_ALL, "list", _list)
    made.add_url_rule(_ALL, "create", once(_create), methods=["POST"])
    made.add_url_rule(_FIGURES, "figures", _figures)
    made.add_url_rule(_ONE, "read", _read)
    made.add_url_rule(_ONE, "change", once(_change), methods=["PUT"])
    made.add_url_rule(_ONE, "delete", once(_delete), methods=["DELETE"])
    made.add_url_rule(_KEPT_FIGURES, "kept_figures", _kept_figures)
    return made


def _list() -> Response:
    turn = context()
    return json_answer({"items": [_written(one) for one in (*catalogue.own(turn), *catalogue.shipped(turn))]})


def _create() -> Response:
    turn, said = context(), read_body(loader(ReportRequestSchema))
    report = saved.save(turn, said["title"], of_json(said["definition"]))
    place = url_for(f"{NAME}.read", report_id=report.id)
    return json_answer(_written(catalogue.of_report(turn, report)), _CREATED, Location=place)


def _read(report_id: UUID) -> Response:
    return json_answer(_written(catalogue.entry(context(), str(report_id))))


def _change(report_id: UUID) -> Response:
    turn = context()
    report = saved.one_of(turn, Report, report_id, edit=True)
    said = read_body(loader(ReportRequestSchema))
    saved.save(turn, said["title"], of_json(said["definition"]), report=report)
    return json_answer(_written(catalogue.of_report(turn, report)))


def _delete(report_id: UUID) -> Response:
    turn = context()
    saved.delete(turn, saved.one_of(turn, Report, report_id, edit=True))
    return Response(status=_NOTHING)


def _figures() -> Response:
    return _run(of_pairs(request.args.items(multi=True)))


def _kept_figures(key: str) -> Response:
    found = catalogue.entry(context(), key)
    if found.asleep is not None:
        raise InvalidError({"": [_("Sleeps while the module “%(module)s” is off.", module=found.asleep)]})
    return _run(found.definition)


def _run(definition: Definition) -> Response:
    result = run(context(), definition)
    places = [
        (row, column)
        for row in range(len(result.rows))
        for column in (range(len(result.columns)) if result.columns else (ALL,))
        if (row, column) in result.cells
    ]
    return json_answer({"groups": [_group(result, *place) for place in places], "total": _said(result, result.at(ALL))})


def _group(result: Result, row: int, column: int) -> dict[str, Any]:
    keys = [result.rows[row], *([result.columns[column]] if column != ALL else [])]
    return {
        "keys": [_key(one) for one in keys],
        "figures": _said(result, result.at(row, column)),
        "records": records_of(result, *keys),
    }


def _key(key: Key) -> dict[str, Any]:
    plain = key.value is None or isinstance(key.value, bool)
    return {"value": key.value if plain else str(key.value), "title": str(key.title), "others": key.others}


def _said(result: Result, figures: tuple[Figure, ...]) -> list[dict[str, Any]]:
    return [
        {"measure": measure.text, "value": _number(figure.value), "before": _number(figure.before)}
        for measure, figure in zip(result.plan.measures, figures, strict=True)
    ]


def _number(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else format(value, "f")


def _written(one: Entry) -> dict[str, Any]:
    return {
        "id": one.key,
        "title": str(one.title),
        "definition": one.definition.as_json(),
        "asleep": None if one.asleep is None else str(one.asleep),
        "kept": one.report is not None,
    }


_about = partial(about, "reports")


def described() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Rule, name, method and operation object of each address."""
    sent = (400, 409, 413, 415, 422)
    yield _ALL, "list", "GET", _about("listReports", _("The reports one can open"), ReportsSchema)
    made = _about("createReport", _("Keep a report"), ReportSchema, sent, ReportRequestSchema, success="201")
    yield _ALL, "create", "POST", made
    figures = _about("readFigures", _("Work a report out, as its address says"), FiguresSchema, (422,))
    figures["parameters"] = [parameter(name) for name in ("entity", "by", "show", "on", "period", "compare", "top")]
    yield _FIGURES, "figures", "GET", figures
    yield _ONE, "read", "GET", _about("readReport", _("One report"), ReportSchema, (404,))
    changed = _about("changeReport", _("Change a report"), ReportSchema, (404, *sent), ReportRequestSchema)
    yield _ONE, "change", "PUT", changed
    yield _ONE, "delete", "DELETE", _about("deleteReport", _("Delete a report"), None, (404, 409))
    kept = _about("readFiguresOfReport", _("Work out a report that is kept or shipped"), FiguresSchema, (404, 422))
    yield _KEPT_FIGURES, "kept_figures", "GET", kept
