"""Reports that go out by e-mail by the clock: everybody gets the figures that they themselves may see."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from core.access.organisation import staff
from core.access.rights import rights_of_person
from core.db.base import now
from core.entity.errors import InvalidError
from core.i18n import translator
from core.jobs.queue import Wish, enqueue_many
from core.mail.message import compose
from core.mail.outbox import post
from core.plugin.manifest import Handler, Schedule
from core.reports import paper, sheet
from core.reports.catalogue import Entry, of_report
from core.reports.models import Report, ReportSchedule
from core.reports.running import ALL, Result, run
from core.reports.saved import person
from core.reports.wording import figure_text

if TYPE_CHECKING:
    from email.message import EmailMessage

    from core.context import Context
    from core.jobs.work import Work

_ = translator("core")

LOOK, SEND = "core.reports.look", "core.reports.send"
DAY, WEEK, MONTH = "day", "week", "month"
LAST_DAYS = {DAY: 1, WEEK: 7, MONTH: 28}
"""The last day that may be chosen."""
MOST = 100
_LINES = 30
_DAY = timedelta(days=1)
_HOURS = range(24)


def handlers() -> Iterable[Handler]:
    """Core's handlers of reports by e-mail."""
    return [
        Handler(topic=LOOK, run=look, title=_("Look which reports are to be sent")),
        Handler(topic=SEND, run=send, title=_("Send a report")),
    ]


def schedules() -> Iterable[Schedule]:
    """Often enough that eight o'clock is eight o'clock."""
    return [Schedule(name="look_for_reports", topic=LOOK, every=timedelta(minutes=5))]


def schedule_of(context: "Context", report: Report) -> ReportSchedule | None:
    """To whom, and when, the person has a report sent."""
    statement = sa.select(ReportSchedule).where(
        ReportSchedule.tenant_id == context.tenant,
        ReportSchedule.report_id == report.id,
        ReportSchedule.user_id == person(context),
    )
    return context.session.scalar(statement)


def plan(
    context: "Context",
    report: Report,
    people: Sequence[UUID],
    departments: Sequence[UUID],
    *,
    every: str,
    on_day: int,
    hour: int,
) -> ReportSchedule:
    """Have a report sent from now on; departments are those who are in them today. Raises InvalidError."""
    if every not in LAST_DAYS or not 1 <= on_day <= LAST_DAYS[every] or hour not in _HOURS:
        raise InvalidError({"every": [_("Choose one of the listed values.")]})
    everybody = list(dict.fromkeys([*people, *_people_in(context, departments)]))
    if not 1 <= len(everybody) <= MOST:
        raise InvalidError({"to": [_("Choose between 1 and %(n)s people.", n=MOST)]})
    found = schedule_of(context, report) or ReportSchedule(report_id=report.id, user_id=person(context))
    found.people, found.every, found.on_day, found.hour = everybody, every, on_day, hour
    found.next_at = following(context, found, now())
    context.session.add(found)
    context.session.flush()
    return found


def stop(context: "Context", report: Report) -> None:
    """Have it sent no more."""
    if (found := schedule_of(context, report)) is not None:
        context.session.delete(found)
        context.session.flush()


def _people_in(context: "Context", departments: Sequence[UUID]) -> list[UUID]:
    belonging = staff(context.tenant)
    found = sa.select(belonging.c.user_id).where(belonging.c.department_id.in_(departments))
    return list(context.session.connection().execute(found).scalars()) if departments else []


def following(context: "Context", schedule: ReportSchedule, after: datetime) -> datetime:
    """The next time it is due, by the company's clock."""
    zone = context.company.zone
    day = after.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, time(schedule.hour), zone)
        if moment > after and _is_due_on(schedule, day):
            return moment
        day += _DAY


def _is_due_on(schedule: ReportSchedule, day: date) -> bool:
    if schedule.every == DAY:
        return True
    return (day.isoweekday() if schedule.every == WEEK else day.day) == schedule.on_day


def look(context: "Context", _work: "Work") -> None:
    """Ask for the e-mails of what is due, once, however long nobody looked."""
    moment = now()
    due = sa.select(ReportSchedule).where(ReportSchedule.tenant_id == context.tenant, ReportSchedule.next_at <= moment)
    for schedule in context.session.scalars(due.with_for_update(skip_locked=True)).all():
        payload = {"report": str(schedule.report_id)}
        enqueue_many(context, [Wish(SEND, payload, user_id=one) for one in schedule.people])
        schedule.next_at = following(context, schedule, moment)


def send(context: "Context", work: "Work") -> None:
    """Send one person theirs, unless they have left, the report is gone, or it is about what they may not see."""
    wanted = sa.select(Report).where(Report.tenant_id == context.tenant, Report.id == UUID(work.payload["report"]))
    report = context.session.scalar(wanted)
    if report is None or context.user is None:
        return
    context.grants = rights_of_person(context)
    found = of_report(context, report)
    if found.asleep is not None:
        return
    try:
        result = run(context, found.definition)
    except InvalidError:
        return
    post(work, _message(context, work, found, result))


def _message(context: "Context", work: "Work", found: Entry, result: Result) -> "EmailMessage":
    assert context.user is not None, "send asked"
    link = f"{work.settings.address_of(context.company.slug)}{found.url}"
    text = "\n\n".join([str(found.title), "\n".join(_lines(context, result)), link])
    message = compose(work.settings, [context.user.email], str(found.title), text)
    if sheet.may_export(context, result.plan):
        file = io.BytesIO()
        sheet.write(context, result, file, found.title)
        drawn = paper.pdf(context, result, found.title)
        for content, type_, ending in ((file.getvalue(), sheet.XLSX, "xlsx"), (drawn, paper.PDF, "pdf")):
            kind, _slash, part = type_.partition("/")
            name = f"{found.title} {context.today():%Y-%m-%d}.{ending}"
            message.add_attachment(content, maintype=kind, subtype=part, filename=name)
    return message


def _lines(context: "Context", result: Result) -> Iterable[str]:
    """The totals of the first groups, and the total of all, to be read without opening anything."""
    groups = [(at, key.title) for at, key in enumerate(result.rows[:_LINES])]
    for at, title in [*groups, (ALL, _("Total"))]:
        figures = zip(result.plan.measures, result.at(at), strict=True)
        said = "; ".join(f"{one.title}: {figure_text(context, one, figure.value)}" for one, figure in figures)
        yield f"– {title}: {said}"
