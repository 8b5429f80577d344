// data_visualization blocks as small drawings: line, bar, area, pie. Every value can also be read as a table.

import { h, svg } from "./dom.js";
import { number, t } from "./strings.js";

const TALL = 210;
const PAD = { top: 16, right: 14, left: 46 };
const shade = (i) => `var(--series-${(i % 6) + 1})`;

/** Round steps that cover 0…max, e.g. 0, 20, 40, 60. */
function scale(values) {
  const top = Math.max(...values, 0);
  const bottom = Math.min(...values, 0);
  const span = top - bottom || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const ticks = [];
  for (let at = Math.floor(bottom / step) * step; at <= Math.ceil(top / step) * step + step / 2; at += step)
    ticks.push(Number(at.toPrecision(12)));
  return ticks;
}

const short = (value) =>
  number(value, Math.abs(value) >= 10000 ? { notation: "compact", maximumFractionDigits: 1 } : {});

// Hangul is about as wide as it is high, Latin about half of that.
const breadth = (text) =>
  [...text].reduce((sum, letter) => sum + (/[\u1100-\uffff]/.test(letter) ? 11 : 6.4), 0);

function clip(text, room) {
  let out = "";
  for (const letter of text) {
    if (breadth(out + letter) > room) return out.replace(/.$/u, "") + "…";
    out += letter;
  }
  return out;
}

function axes(chart, categories, ticks, wide, x, y, floor) {
  const config = chart.axis_config ?? {};
  const room = (wide - PAD.left - PAD.right) / categories.length;
  const every = Math.max(1, Math.ceil((Math.min(64, Math.max(...categories.map(breadth))) + 6) / room));
  return [
    ticks.map((tick) => [
      svg("line", {
        class: tick === 0 ? "axis" : "grid",
        x1: PAD.left,
        x2: wide - PAD.right,
        y1: y(tick),
        y2: y(tick),
      }),
      svg("text", { class: "tick", x: PAD.left - 8, y: y(tick) + 4, "text-anchor": "end" }, short(tick)),
    ]),
    categories.map((name, i) =>
      i % every
        ? null
        : svg(
            "text",
            { class: "tick", x: x(i), y: floor + 17, "text-anchor": "middle" },
            clip(name, room * every - 2),
            svg("title", {}, name),
          ),
    ),
    config.x_label
      ? svg(
          "text",
          {
            class: "axis-name",
            x: (PAD.left + wide - PAD.right) / 2,
            y: floor + 37,
            "text-anchor": "middle",
          },
          config.x_label,
        )
      : null,
    config.y_label
      ? svg(
          "text",
          {
            class: "axis-name",
            x: 0,
            y: 0,
            "text-anchor": "middle",
            transform: `translate(11 ${(PAD.top + floor) / 2}) rotate(-90)`,
          },
          config.y_label,
        )
      : null,
  ];
}

function plot(chart, wide) {
  const series = chart.series ?? [];
  const categories = chart.axis_config?.categories ?? series[0]?.data?.map((point) => point.label) ?? [];
  const valueOf = (one, name) => Number(one.data?.find((point) => point.label === name)?.value ?? 0);
  const all = series.flatMap((one) => categories.map((name) => valueOf(one, name)));
  const ticks = scale(all);
  const [low, high] = [ticks[0], ticks.at(-1)];
  const floor = TALL - 44;
  const whole = chart.axis_config?.x_label ? TALL : TALL - 18;
  const y = (value) => PAD.top + (1 - (value - low) / (high - low || 1)) * (floor - PAD.top);
  const room = (wide - PAD.left - PAD.right) / Math.max(categories.length, 1);
  const x = (i) => PAD.left + room * (i + 0.5);
  const marks = [];
  // Values stand at the marks while there is room; with two lines the lower one is written below.
  const labels =
    series.length <= (chart.type === "bar" ? 3 : 2) &&
    room > 30 * (chart.type === "bar" ? Math.max(1, series.length * 0.8) : 1);
  const notes = [];
  const note = (at, value, below = false) =>
    labels &&
    notes.push(
      svg(
        "text",
        { class: "value", x: at, y: y(value) + (below ? 15 : -7), "text-anchor": "middle" },
        short(value),
      ),
    );
  const lower = (s, name) => {
    const [mine, other] = [valueOf(series[s], name), series[1 - s] ? valueOf(series[1 - s], name) : null];
    return other !== null && (mine < other || (mine === other && s === 1));
  };
  series.forEach((one, s) => {
    const points = categories.map((name, i) => [x(i), valueOf(one, name), name]);
    if (chart.type === "bar") {
      const width = Math.min(34, (room * 0.72) / series.length);
      points.forEach(([at, value, name]) => {
        const left = at - (width * series.length) / 2 + width * s;
        const top = Math.min(y(value), y(0));
        marks.push(
          svg(
            "rect",
            {
              x: left + 1,
              y: top,
              width: Math.max(width - 2, 1),
              height: Math.max(Math.abs(y(value) - y(0)), value ? 1 : 0),
              rx: 2,
              fill: shade(s),
              class: "mark",
            },
            svg("title", {}, `${one.name} · ${name}: ${number(value)}`),
          ),
        );
        note(left + width / 2, Math.max(value, 0));
      });
      return;
    }
    const path = points
      .map(([at, value], i) => `${i ? "L" : "M"}${at.toFixed(1)} ${y(value).toFixed(1)}`)
      .join("");
    if (chart.type === "area" && points.length) {
      marks.push(
        svg("path", {
          d: `${path}L${points.at(-1)[0].toFixed(1)} ${y(0)}L${points[0][0].toFixed(1)} ${y(0)}Z`,
          fill: shade(s),
          class: "area",
        }),
      );
    }
    marks.push(svg("path", { d: path, stroke: shade(s), class: "stroke" }));
    points.forEach(([at, value, name]) => {
      marks.push(
        svg(
          "circle",
          { cx: at, cy: y(value), r: 3.4, fill: shade(s), class: "dot" },
          svg("title", {}, `${one.name} · ${name}: ${number(value)}`),
        ),
      );
      note(at, value, lower(s, name));
    });
  });
  return svg(
    "svg",
    { viewBox: `0 0 ${wide} ${whole}`, width: wide, height: whole },
    axes(chart, categories, ticks, wide, x, y, floor),
    marks,
    notes,
  );
}

function pie(chart) {
  const segments = (chart.segments ?? []).filter((one) => Number(one.value) > 0);
  const total = segments.reduce((sum, one) => sum + Number(one.value), 0) || 1;
  let turn = 0;
  const point = (share, radius) =>
    `${(90 + radius * Math.sin(share * 2 * Math.PI)).toFixed(2)} ${(90 - radius * Math.cos(share * 2 * Math.PI)).toFixed(2)}`;
  const slices = segments.map((one) => {
    const share = Number(one.value) / total;
    const from = turn;
    turn += share;
    const title = svg(
      "title",
      {},
      `${one.label}: ${number(one.value)} (${number(share * 100, { maximumFractionDigits: 1 })}%)`,
    );
    const colour = { fill: shade(chart.segments.indexOf(one)), class: "slice" };
    if (share > 0.9999) return svg("circle", { cx: 90, cy: 90, r: 82, ...colour }, title);
    const large = share > 0.5 ? 1 : 0;
    const label = share >= 0.08 ? point(from + share / 2, 54).split(" ") : null;
    return [
      svg(
        "path",
        { d: `M90 90L${point(from, 82)}A82 82 0 ${large} 1 ${point(turn, 82)}Z`, ...colour },
        title,
      ),
      label
        ? svg(
            "text",
            { x: label[0], y: Number(label[1]) + 4, "text-anchor": "middle", class: "slice-label" },
            `${Math.round(share * 100)}%`,
          )
        : null,
    ];
  });
  return svg("svg", { viewBox: "0 0 180 180", width: 180, height: 180 }, slices);
}

function legend(chart) {
  const total = (chart.segments ?? []).reduce((sum, one) => sum + Number(one.value), 0);
  const rows =
    chart.type === "pie"
      ? (chart.segments ?? []).map((one) => [
          one.label,
          `${number(one.value)} · ${number(total ? (one.value / total) * 100 : 0, { maximumFractionDigits: 1 })}%`,
        ])
      : (chart.series ?? []).map((one) => [one.name, null]);
  return h(
    "ul",
    { class: "legend" },
    rows.map(([label, value], i) =>
      h(
        "li",
        {},
        h("span", { class: "key", style: { background: shade(i) }, "aria-hidden": "true" }),
        h("span", {}, label),
        value ? h("b", {}, value) : null,
      ),
    ),
  );
}

function values(chart) {
  const rows =
    chart.type === "pie"
      ? (chart.segments ?? []).map((one) => [one.label, one.value])
      : (chart.axis_config?.categories ?? []).map((name) => [
          name,
          ...(chart.series ?? []).map((one) => one.data?.find((point) => point.label === name)?.value ?? ""),
        ]);
  const heads = chart.type === "pie" ? null : ["", ...(chart.series ?? []).map((one) => one.name)];
  return h(
    "details",
    { class: "chart-values" },
    h("summary", {}, t("chart.values")),
    h(
      "div",
      { class: "table-scroll", tabindex: "0" },
      h(
        "table",
        {},
        heads
          ? h(
              "thead",
              {},
              h(
                "tr",
                {},
                heads.map((head) => h("th", { scope: "col", class: "align-right" }, head)),
              ),
            )
          : null,
        h(
          "tbody",
          {},
          rows.map(([name, ...cells]) =>
            h(
              "tr",
              {},
              h("th", { scope: "row", class: "align-left" }, name),
              cells.map((cell) => h("td", { class: "align-right" }, cell === "" ? "–" : number(cell))),
            ),
          ),
        ),
      ),
    ),
  );
}

/** A data_visualization block as a figure with title, drawing, legend and a table of its values. */
export function chart(block) {
  const data = block.chart ?? {};
  const title = typeof block.title === "string" ? block.title : (block.title?.text ?? "");
  const kind = t(`chart.${data.type}`);
  const canvas = h("div", {
    class: "chart-canvas",
    role: "img",
    "aria-label": t("chart.of", { kind, title }),
  });
  const figure = h(
    "figure",
    { class: `chart ${data.type === "pie" ? "round" : ""}`, testid: "chart", data: { kind: data.type } },
    h("figcaption", {}, title),
    h("div", { class: "chart-row" }, canvas, legend(data)),
    values(data),
  );
  if (data.type === "pie") {
    canvas.append(pie(data));
    return figure;
  }
  // The drawing follows the width it really has, so that its letters stay readable on a phone.
  let drawn = 0;
  new ResizeObserver(() => {
    const wide = Math.max(240, Math.floor(canvas.clientWidth));
    if (wide === drawn) return;
    drawn = wide;
    canvas.replaceChildren(plot(data, wide));
  }).observe(canvas);
  return figure;
}
