// Calendars: events come from the server as the person moves through time; dragging one saves it.
import htmx from "htmx.org/dist/htmx.esm.js";
import { DayGrid, Interaction, List, ResourceTimeGrid, ResourceTimeline, TimeGrid, createCalendar } from "@event-calendar/core";
import { each, on, one } from "./dom.js";
import { toast } from "./overlay.js";
import { post } from "./requests.js";

const narrow = matchMedia("(max-width: 991.98px)");
const PLUGINS = [DayGrid, TimeGrid, List, ResourceTimeGrid, ResourceTimeline, Interaction];
const VIEWS = { dayGridMonth: "month", timeGridWeek: "week", timeGridDay: "day", listWeek: "list" };

each("[data-calendar]", (element) => {
  const say = element.dataset;
  const form = say.filters && one(say.filters);
  const words = { today: say.today, dayGridMonth: say.month, timeGridWeek: say.week, timeGridDay: say.day, listWeek: say.list };
  const columns = say.columnsUrl && sideBySide(say);
  const save = (resized) => async ({ event, newResource, revert }) => {
    const answer = await post(event.extendedProps.move_url ?? say.moveUrl, {
      id: event.id,
      start: local(event.start),
      end: local(event.end),
      all_day: event.allDay ? "1" : "",
      resized,
      column: newResource?.id ?? "",
      version: event.extendedProps.version ?? "",
    });
    if (!answer) return revert();
    // What was moved may be another length now, or stand above the hours.
    calendar.refetchEvents();
    return say.moved && toast({ text: say.moved, undo_url: answer.undo_url });
  };
  const add = (start, end, allDay) => dialog(`${say.newUrl}?${new URLSearchParams({ start: local(start), end: end ? local(end) : "", all_day: allDay ? "1" : "" })}`);
  const calendar = createCalendar(element, PLUGINS, {
    view: narrow.matches ? "listWeek" : say.view || "dayGridMonth",
    locale: document.documentElement.lang,
    // In a hand the list begins with today.
    firstDay: narrow.matches ? new Date().getDay() : 1,
    height: "100%",
    date: say.date || undefined,
    headerToolbar: { start: "title", center: "", end: `today prev,next ${narrow.matches ? "timeGridDay,listWeek" : "dayGridMonth,timeGridWeek,timeGridDay,listWeek"}${columns ? ` ${columns.buttons}` : ""}` },
    buttonText: (text) => ({ ...text, ...words, ...columns?.words }),
    ...columns?.options,
    noEventsContent: say.empty,
    allDayContent: say.allDay,
    slotMinTime: say.from || "07:00:00",
    slotMaxTime: say.until || "21:00:00",
    flexibleSlotTimeLimits: true,
    nowIndicator: true,
    dayMaxEvents: true,
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    displayEventEnd: false,
    eventContent: ({ event, timeText, view }) => (view.type.startsWith("timeGrid") && !event.allDay ? inOneLine(timeText, event.title) : undefined),
    moreLinkContent: ({ num }) => `+${num}`,
    editable: Boolean(say.moveUrl),
    selectable: Boolean(say.newUrl) && !narrow.matches,
    eventSources: [{ events: async (period) => {
      const response = await fetch(between(say.eventsUrl, period, asked(form)), { headers: { Accept: "application/json" } });
      note(element, response.headers.has("Ghep-Cut-At") ? say.cut : "");
      return response.json();
    } }],
    eventClassNames: ({ event }) => [`c-${event.extendedProps.color || "primary"}`, ...(event.extendedProps.done ? ["done"] : [])],
    eventClick: ({ event }) => {
      const { card_url: card, url } = event.extendedProps;
      if (card) dialog(card);
      else if (url) location.assign(url);
    },
    dateClick: ({ date, dateStr, allDay }) => {
      if (say.newUrl) add(date, null, allDay);
      else if (say.createUrl) location.assign(`${say.createUrl}${say.createUrl.includes("?") ? "&" : "?"}date=${dateStr}`);
    },
    select: ({ start, end, allDay }) => add(start, allDay ? new Date(end - 1) : end, allDay),
    loading: (busy) => one("body").classList.toggle("busy", busy),
    datesSet: ({ view }) => "keep" in say && keep(view),
    eventDrop: save(""),
    eventResize: save("1"),
  });
  plain(element);
  new MutationObserver(() => plain(element)).observe(element, { childList: true, subtree: true, attributeFilter: ["role"] });
  on("calendarChanged", () => calendar.refetchEvents());
  form?.addEventListener("change", () => {
    calendar.refetchEvents();
    post(form.dataset.preferUrl, new FormData(form));
  });
});

/** The views in which rooms, bays or whatever else is taken up stand beside each other; whole days have no hours to show. */
function sideBySide({ columnsUrl, columnTitle, columnDays, day, week }) {
  const by = columnTitle.toLocaleLowerCase();
  return {
    buttons: columnDays === undefined ? "columnDay,columnWeek" : "columnWeek",
    words: { columnDay: `${day} · ${by}`, columnWeek: `${week} · ${by}` },
    options: {
      resources: async (period) => (await fetch(between(columnsUrl, period), { headers: { Accept: "application/json" } })).json(),
      refetchResourcesOnNavigate: true,
      views: {
        columnDay: { type: "resourceTimeGridDay", columnWidth: narrow.matches ? "140px" : undefined },
        columnWeek: { type: "resourceTimelineMonth", duration: { weeks: 1 }, slotWidth: 110, titleFormat: { day: "numeric", month: "long", year: "numeric" } },
      },
    },
  };
}

/** An address with the period that a calendar is about to show, by the clock on the wall. */
function between(url, period, more = {}) {
  const asked = new URLSearchParams({ ...more, start: period.startStr.slice(0, 19), end: period.endStr.slice(0, 19) });
  return `${url}${url.includes("?") ? "&" : "?"}${asked}`;
}

/** A line above the calendar that says what it leaves out. */
function note(element, sentence) {
  let line = element.parentElement.querySelector(".calendar-note");
  if (!line && sentence) {
    line = Object.assign(document.createElement("p"), { className: "calendar-note" });
    line.setAttribute("role", "status");
    element.before(line);
  }
  if (line) line.textContent = sentence;
}

/** What the form beside a calendar asks for; with none of the kinds there is nothing to show. */
function asked(form) {
  if (!form) return {};
  const fields = new FormData(form);
  return { whose: fields.get("whose"), kinds: fields.getAll("kind").join(",") };
}

const dialog = (url) => htmx.ajax("GET", url, { target: "#dialog-body" });

/** The address tells the view and its first day: it can be kept, and loading the page again changes nothing. */
function keep(view) {
  const address = new URL(location);
  address.searchParams.set("view", VIEWS[view.type]);
  address.searchParams.set("date", local(view.currentStart).slice(0, 10));
  history.replaceState(history.state, "", address);
}

/** Half an hour has room for one line: the time stands before the title and not above it. */
function inOneLine(time, title) {
  const line = document.createElement("h4");
  line.className = "ec-event-title";
  line.textContent = `${time} ${title}`;
  return { domNodes: [line] };
}

/** The library's table roles lack their rows: without them a screen reader meets headings, times and buttons. */
function plain(element) {
  const roles = ["table", "list", "listitem", "row", "rowgroup", "rowheader", "columnheader", "cell"];
  element.querySelectorAll(roles.map((role) => `[role=${role}]`).join()).forEach((part) => part.removeAttribute("role"));
  for (const name of ["aria-colindex", "aria-colspan"]) element.querySelectorAll(`[${name}]`).forEach((part) => part.removeAttribute(name));
  element.querySelectorAll("h4:not([role])").forEach((title) => title.setAttribute("role", "presentation"));
}

/** A moment as the company's wall clock shows it: no zone, the server knows which. */
function local(date) {
  const two = (number) => String(number).padStart(2, "0");
  return date && `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
