// Calendars: events come from the server as the person moves through time; dragging one saves it.
import { DayGrid, Interaction, List, TimeGrid, createCalendar } from "@event-calendar/core";
import { each, one } from "./dom.js";
import { post } from "./requests.js";

const narrow = matchMedia("(max-width: 991.98px)");

each("[data-calendar]", (element) => {
  const say = element.dataset;
  const words = { today: say.today, dayGridMonth: say.month, timeGridWeek: say.week, timeGridDay: say.day, listWeek: say.list };
  const save = ({ event, revert }) => post(say.moveUrl, {
    id: event.id,
    start: local(event.start),
    end: local(event.end),
    version: event.extendedProps.version ?? "",
  }).then((answer) => (answer ? Object.assign(event.extendedProps, answer.version ? { version: answer.version } : {}) : revert()));
  createCalendar(element, [DayGrid, TimeGrid, List, Interaction], {
    view: narrow.matches ? "listWeek" : say.view || "dayGridMonth",
    locale: document.documentElement.lang,
    firstDay: 1,
    height: "100%",
    date: say.date || undefined,
    headerToolbar: { start: "title", center: "", end: `today prev,next ${narrow.matches ? "timeGridDay,listWeek" : "dayGridMonth,timeGridWeek,timeGridDay,listWeek"}` },
    buttonText: (text) => ({ ...text, ...words }),
    noEventsContent: say.empty,
    allDayContent: say.allDay,
    slotMinTime: say.from || "07:00:00",
    slotMaxTime: say.until || "21:00:00",
    flexibleSlotTimeLimits: true,
    nowIndicator: true,
    dayMaxEvents: true,
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    moreLinkContent: ({ num }) => `+${num}`,
    editable: Boolean(say.moveUrl),
    eventSources: [{ url: say.eventsUrl }],
    eventClassNames: ({ event }) => [`c-${event.extendedProps.color || "primary"}`],
    eventClick: ({ event }) => event.extendedProps.url && location.assign(event.extendedProps.url),
    dateClick: ({ dateStr }) => say.createUrl && location.assign(`${say.createUrl}${say.createUrl.includes("?") ? "&" : "?"}date=${dateStr}`),
    loading: (on) => one("body").classList.toggle("busy", on),
    datesSet: () => setTimeout(plain, 0, element),
    eventAllUpdated: () => plain(element),
    eventDrop: save,
    eventResize: save,
  });
});

/** The library's table roles lack their rows: without them a screen reader meets headings, times and buttons. */
function plain(element) {
  const roles = ["table", "list", "listitem", "row", "rowgroup", "rowheader", "columnheader", "cell"];
  element.querySelectorAll(roles.map((role) => `[role=${role}]`).join()).forEach((part) => part.removeAttribute("role"));
  element.querySelectorAll("[aria-colindex]").forEach((part) => part.removeAttribute("aria-colindex"));
  element.querySelectorAll("h4").forEach((title) => title.setAttribute("role", "presentation"));
}

/** A moment as the company's wall clock shows it: no zone, the server knows which. */
function local(date) {
  const two = (number) => String(number).padStart(2, "0");
  return date && `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
