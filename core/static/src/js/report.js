// Charts of reports: drawn from the figures the page brings, in its colours; the table below says the same.
import { BarChart, FunnelChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { all, each, on } from "./dom.js";

use([BarChart, CanvasRenderer, FunnelChart, GridComponent, LegendComponent, LineChart, PieChart, TooltipComponent]);

const HUES = ["teal", "orange", "blue", "purple", "lime", "pink", "cyan", "yellow", "indigo", "red", "green", "azure"];
const drawn = new Map();

each("[data-chart]", draw);
addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
on("htmx:beforeSwap", () => setTimeout(forget));
// Another theme is another set of colours.
const redraw = () => all("[data-chart]").forEach(draw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

function draw(element) {
  drawn.get(element)?.dispose();
  const said = JSON.parse(element.dataset.chart);
  const chart = init(element);
  chart.setOption({ ...frame(element, said), ...(said.kind === "pie" || said.kind === "funnel" ? parts(element, said) : axes(element, said)) });
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const url = said.series[seriesIndex]?.urls[dataIndex];
    if (url) location.assign(url);
  });
  drawn.set(element, chart);
}

/** Charts whose place is gone let go of their canvas. */
function forget() {
  drawn.forEach((chart, element) => {
    if (element.isConnected) return;
    chart.dispose();
    drawn.delete(element);
  });
}

function frame(element, { series }) {
  const ink = colour(element, "--ink");
  return {
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
    color: HUES.map((name) => hue(element, name)),
    textStyle: { fontFamily: getComputedStyle(element).fontFamily, color: ink },
    // Drawn and not written as HTML: the page's policy lets nobody style by attributes.
    tooltip: { renderMode: "richText", confine: true, backgroundColor: colour(element, "--raised"), borderColor: colour(element, "--line"), textStyle: { color: ink, fontSize: 13 } },
    legend: series.length > 1 ? { type: "scroll", top: 0, textStyle: { color: ink } } : undefined,
  };
}

function axes(element, { kind, labels, series, locale, dated }) {
  const muted = colour(element, "--muted");
  const line = { lineStyle: { color: colour(element, "--line") } };
  // Amounts and numbers of records are read by a scale each.
  const scales = [...new Set(series.map((one) => one.scale))].slice(0, 2);
  const room = (element.clientWidth - 90) / labels.length;
  const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  return {
    tooltip: { ...frame(element, { series }).tooltip, trigger: "axis", formatter: (points) => [points[0].name, ...points.map((point) => `${point.seriesName}: ${series[point.seriesIndex].texts[point.dataIndex]}`)].join("\n") },
    grid: { left: 8, right: 16, top: series.length > 1 ? 36 : 16, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { type: "category", data: labels, axisLabel: { color: muted, ...(room > 64 ? { interval: 0, width: room - 8 } : { interval: dated ? "auto" : 0, hideOverlap: true, rotate: dated ? 0 : 40, width: 90 }), overflow: "truncate" }, axisLine: line, axisTick: { show: false } },
    yAxis: scales.map((_scale, at) => ({ type: "value", minInterval: series[0].scale === "count" ? 1 : 0, axisLabel: { color: muted, formatter: (value) => short.format(value) }, splitLine: at ? { show: false } : line })),
    series: series.map((one, at) => ({
      type: kind,
      name: one.name,
      yAxisIndex: Math.max(0, scales.indexOf(one.scale)),
      data: one.values,
      barMaxWidth: 44,
      smooth: false,
      symbolSize: 7,
      itemStyle: { color: tone(element, one, at), opacity: one.before ? 0.45 : 1, borderRadius: kind === "bar" ? [3, 3, 0, 0] : 0 },
      lineStyle: { type: one.before ? "dashed" : "solid", width: 2 },
    })),
  };
}

function parts(element, { kind, labels, colors, locale, series: [first] }) {
  const ink = colour(element, "--ink");
  const data = labels.map((name, at) => ({ name, value: first.values[at], itemStyle: { color: colors[at] ? hue(element, colors[at]) : hue(element, HUES[at % HUES.length]), borderColor: colour(element, "--bg-surface"), borderWidth: 2 } }));
  const share = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const said = ({ name, dataIndex, percent }) => (kind === "pie" ? `${name}\n${first.texts[dataIndex]} (${share.format(percent)}%)` : `${name}: ${first.texts[dataIndex]}`);
  return {
    legend: undefined,
    tooltip: { ...frame(element, { series: [first] }).tooltip, formatter: said },
    series: [{
      type: kind,
      data,
      sort: "none",
      left: 16, right: 16, top: 16, bottom: 16, width: "auto",
      ...(kind === "pie" ? { radius: ["45%", "75%"] } : {}),
      label: { color: ink, formatter: said, ...(kind === "funnel" ? { position: "inside", color: "#fff", textBorderColor: "rgb(0 0 0 / 55%)", textBorderWidth: 2 } : {}) },
    }],
  };
}

const tone = (element, one, at) => (one.color ? hue(element, one.color) : hue(element, HUES[(one.before ? at - 1 : at) % HUES.length]));

/** What a custom property comes to here and now: a canvas knows no `light-dark()`. */
function resolved(element, name, probeClass = "") {
  const probe = document.createElement("span");
  probe.className = probeClass;
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
const colour = (element, name) => resolved(element, name);
const hue = (element, name) => resolved(element, "--c", `c-${name}`);
