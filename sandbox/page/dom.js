// Builds DOM nodes. Every text that comes from people or apps passes through text nodes, never through markup.

const SVG = "http://www.w3.org/2000/svg";

function put(node, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (key === "style") {
      for (const [name, shade] of Object.entries(value)) node.style.setProperty(name, shade);
    } else if (key === "data") {
      for (const [name, datum] of Object.entries(value)) if (datum != null) node.dataset[name] = datum;
    } else if (key === "value" && "value" in node) {
      node.value = value;
    } else if (key === "testid") {
      node.dataset.testid = value;
    } else {
      node.setAttribute(key, value === true ? "" : String(value));
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
  return node;
}

/** An HTML element. `on` takes listeners, `data` data attributes, `testid` the hook for tests. */
export function h(tag, props, ...children) {
  return put(document.createElement(tag), props, children);
}

/** An SVG element with the same rules as h(). */
export function svg(tag, props, ...children) {
  return put(document.createElementNS(SVG, tag), props, children);
}

/** Children in order without a wrapping element. */
export function fragment(...children) {
  return put(document.createDocumentFragment(), null, children);
}

/** Makes `nodes` the children of `host` without moving those that already stand right, so that focus survives. */
export function settle(host, nodes) {
  let cursor = host.firstChild;
  const keep = new Set(nodes);
  const drop = () => {
    const next = cursor.nextSibling;
    cursor.remove();
    cursor = next;
  };
  for (const one of nodes) {
    while (cursor && !keep.has(cursor)) drop();
    if (one === cursor) cursor = cursor.nextSibling;
    else host.insertBefore(one, cursor);
  }
  while (cursor) drop();
}

const ALLOWED = new Set(["http:", "https:", "mailto:", "tel:"]);

/** The address if a person may safely follow it, otherwise null (javascript:, data: and the like). */
export function safeUrl(address) {
  try {
    const url = new URL(address, location.href);
    return ALLOWED.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens outside, or plain text when its address may not be followed. */
export function link(address, ...label) {
  const href = safeUrl(address);
  if (!href) return h("span", {}, ...label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

/** A picture that turns into its description when it cannot be loaded. */
export function picture(address, alt, className) {
  const href = safeUrl(address);
  const missing = () =>
    h(
      "span",
      { class: `${className} missing`, role: "img", "aria-label": alt || "image" },
      icon("image"),
      alt,
    );
  if (!href) return missing();
  const image = h("img", {
    src: href,
    alt: alt || "",
    class: className,
    loading: "lazy",
    referrerpolicy: "no-referrer",
  });
  image.addEventListener("error", () => image.replaceWith(missing()), { once: true });
  return image;
}

const ICONS = {
  hash: ["M6.5 2.5 5 13.5M11 2.5 9.5 13.5M2.8 5.8h10.7M2.5 10.2h10.7"],
  lock: ["M4 7.2h8v6H4zM5.6 7V5.2a2.4 2.4 0 0 1 4.8 0V7"],
  close: ["M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4"],
  back: ["M9.8 3.2 5 8l4.8 4.8"],
  down: ["M3.8 6 8 10.2 12.2 6"],
  menu: ["M2.5 4.5h11M2.5 8h11M2.5 11.5h11"],
  more: ["M3.6 8h.01M8 8h.01M12.4 8h.01"],
  reply: ["M2.5 3.5h11v7.4H8l-3 2.4v-2.4H2.5z"],
  smile: ["M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z", "M5.6 9.4c1 1.6 3.8 1.6 4.8 0M6 6.3h.01M10 6.3h.01"],
  bolt: ["M9 1.8 3.8 9H8l-.8 5.2L12.3 7H8.2z"],
  columns: ["M2.5 3h11v10h-11zM8 3v10"],
  clip: ["M12.6 7.4 8 12a2.9 2.9 0 0 1-4.1-4.1l5-5a1.9 1.9 0 0 1 2.7 2.7l-5 5a.9.9 0 0 1-1.3-1.3l4.4-4.4"],
  send: ["M2.6 13.2 14 8 2.6 2.8 4 7.4 9 8l-5 .6z"],
  eye: [
    "M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8z",
    "M8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z",
  ],
  file: ["M4 1.8h5l3 3v9.4H4zM9 1.8v3h3"],
  image: ["M2.2 3h11.6v10H2.2zM2.4 11l3.2-3.4 2.6 2.6 2-1.8 3.4 3.2M10.6 6h.01"],
  plus: ["M8 3v10M3 8h10"],
  home: ["M2.6 7.4 8 2.8l5.4 4.6M4 6.6v6.6h8V6.6"],
  up: [
    "M5 8.4V13H2.6V8.4zM5 8.6 7.6 3c1.2 0 1.7.8 1.5 1.8L8.7 7h3.6c.8 0 1.3.7 1.1 1.5l-.8 3.4c-.2.7-.7 1.1-1.4 1.1H5",
  ],
  thumbdown: [
    "M11 7.6V3h2.4v4.6zM11 7.4 8.4 13c-1.2 0-1.7-.8-1.5-1.8L7.3 9H3.7c-.8 0-1.3-.7-1.1-1.5l.8-3.4c.2-.7.7-1.1 1.4-1.1H11",
  ],
  info: ["M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z", "M8 7.4v3.4M8 5.2h.01"],
  warn: ["M8 2.2 14.2 13H1.8zM8 6.4v3.2M8 11.4h.01"],
  check: ["M3 8.6 6.4 12 13 4.6"],
  video: ["M2.2 4h8v8h-8zM10.2 7l3.6-2v6l-3.6-2"],
  people: [
    "M6 7.6a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8zM1.8 13c0-2.4 1.8-3.8 4.2-3.8s4.2 1.4 4.2 3.8M10.4 3.2a2.2 2.2 0 0 1 0 4M11.8 9.6c1.5.5 2.4 1.7 2.4 3.4",
  ],
  trash: ["M3 4.4h10M6.2 4.2V2.6h3.6v1.6M4.4 4.6l.6 8.8h6l.6-8.8"],
};

/** A small line icon; it is decoration, so the control around it carries the name. */
export function icon(name, size = 16) {
  const paths = (ICONS[name] ?? ICONS.info).map((d) => svg("path", { d }));
  return svg(
    "svg",
    { viewBox: "0 0 16 16", width: size, height: size, class: `icon icon-${name}`, "aria-hidden": "true" },
    paths,
  );
}

/** A button that shows only an icon and says its name to everybody who cannot see it. */
export function iconButton(name, label, onClick, props = {}) {
  const { class: extra = "", on = {}, ...rest } = props;
  return h(
    "button",
    {
      type: "button",
      class: `icon-button ${extra}`,
      "aria-label": label,
      title: label,
      on: { click: onClick, ...on },
      ...rest,
    },
    icon(name),
  );
}

/** A round-cornered initial on the person's colour. */
export function avatar(person, size = "") {
  const name = person?.display_name || person?.name || "?";
  const initial = [...name.replace(/^[^\p{L}\p{N}]+/u, "")][0] ?? "?";
  return h(
    "span",
    {
      class: `avatar ${size} ${person?.is_bot ? "bot" : ""}`,
      "aria-hidden": "true",
      style: { "--tint": tint(person) },
    },
    initial.toUpperCase(),
  );
}

function tint(person) {
  const colour = person?.color ?? person?.colour ?? person?.avatar;
  if (typeof colour === "string" && /^#?[0-9a-f]{6}$/i.test(colour))
    return colour.startsWith("#") ? colour : `#${colour}`;
  let sum = 0;
  for (const letter of person?.id ?? "") sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return `hsl(${sum} 42% 42%)`;
}
