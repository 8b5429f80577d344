// The `markdown` block: a safe subset of standard Markdown as DOM nodes. Raw HTML stays text.

import { fragment, h, link } from "./dom.js";
import { emoji } from "./emoji.js";

const INLINE = new RegExp(
  [
    /(?<code>`+)(?<inCode>.+?)\k<code>/,
    /!\[(?<alt>[^\]]*)\]\((?<picture>[^)\s]+)[^)]*\)/,
    /\[(?<label>(?:[^[\]]|\[[^\]]*\])+)\]\((?<url>[^)\s]+)[^)]*\)/,
    /<(?<auto>https?:\/\/[^>\s]+)>/,
    /(?<bare>https?:\/\/[^\s<>)\]]+)/,
    /(?<bold>\*\*|__)(?=\S)(?<inBold>.+?)(?<=\S)\k<bold>/,
    /~~(?<strike>.+?)~~/,
    /(?<![\p{L}\p{N}])(?<em>[*_])(?=\S)(?<inEm>.+?)(?<=\S)\k<em>(?![\p{L}\p{N}])/,
    /:(?<emoji>[a-z0-9_+-]+):/,
    /\\(?<escaped>[\\`*_{}[\]()#+\-.!~>|])/,
  ]
    .map((part) => part.source)
    .join("|"),
  "u",
);

function inline(text) {
  const out = [];
  let rest = text;
  while (rest) {
    const match = INLINE.exec(rest);
    if (!match) break;
    const g = match.groups;
    if (match.index) out.push(rest.slice(0, match.index));
    rest = rest.slice(match.index + match[0].length);
    if (g.inCode !== undefined) out.push(h("code", {}, g.inCode));
    else if (g.picture !== undefined) out.push(link(g.picture, g.alt || g.picture));
    else if (g.url !== undefined) out.push(link(g.url, inline(g.label)));
    else if (g.auto ?? g.bare) out.push(link(g.auto ?? g.bare, g.auto ?? g.bare));
    else if (g.inBold !== undefined) out.push(h("strong", {}, inline(g.inBold)));
    else if (g.strike !== undefined) out.push(h("s", {}, inline(g.strike)));
    else if (g.inEm !== undefined) out.push(h("em", {}, inline(g.inEm)));
    else if (g.emoji !== undefined) out.push(emoji(g.emoji) ?? match[0]);
    else out.push(g.escaped);
  }
  if (rest) out.push(rest);
  return out;
}

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

function list(lines, start) {
  // Deeper indentation opens a list inside the last item.
  const [, indent, mark] = ITEM.exec(lines[start]);
  const ordered = /\d/.test(mark);
  const node = h(ordered ? "ol" : "ul", {
    start: ordered && parseInt(mark, 10) !== 1 ? parseInt(mark, 10) : null,
  });
  let i = start;
  while (i < lines.length) {
    const match = ITEM.exec(lines[i]);
    if (!match) {
      if (/^\s+\S/.test(lines[i]) && node.lastChild) {
        node.lastChild.append(" ", ...inline(lines[i].trim()));
        i += 1;
        continue;
      }
      break;
    }
    if (
      match[1].length < indent.length ||
      (match[1].length === indent.length && /\d/.test(match[2]) !== ordered)
    )
      break;
    if (match[1].length > indent.length + 1 && node.lastChild) {
      const [inner, next] = list(lines, i);
      node.lastChild.append(inner);
      i = next;
      continue;
    }
    const box = /^\[([ xX])\]\s+(.*)$/.exec(match[3]);
    node.append(
      box
        ? h(
            "li",
            { class: "task" },
            h(
              "span",
              { role: "img", "aria-label": box[1] === " " ? "not done" : "done" },
              box[1] === " " ? "☐" : "☑",
            ),
            " ",
            inline(box[2]),
          )
        : h("li", {}, inline(match[3])),
    );
    i += 1;
  }
  return [node, i];
}

function table(lines, start) {
  const aligns = cells(lines[start + 1]).map((cell) =>
    /^:-+:$/.test(cell) ? "center" : /-:$/.test(cell) ? "right" : "left",
  );
  const row = (line, tag) =>
    h(
      "tr",
      {},
      cells(line).map((cell, i) => h(tag, { class: `align-${aligns[i] ?? "left"}` }, inline(cell))),
    );
  let i = start + 2;
  const body = [];
  while (i < lines.length && lines[i].includes("|")) body.push(row(lines[i++], "td"));
  const node = h(
    "div",
    { class: "table-scroll", tabindex: "0" },
    h("table", {}, h("thead", {}, row(lines[start], "th")), h("tbody", {}, body)),
  );
  return [node, i];
}

/** The text of a markdown block as nodes. */
export function markdown(text) {
  const lines = String(text ?? "")
    .replaceAll("\r\n", "\n")
    .split("\n");
  const out = [];
  let open = [];
  const close = () => {
    if (open.length)
      out.push(
        h(
          "p",
          {},
          open.flatMap((line, i) => (i ? [h("br"), ...inline(line)] : inline(line))),
        ),
      );
    open = [];
  };
  for (let i = 0; i < lines.length;) {
    const line = lines[i];
    const fence = /^\s*(```|~~~)/.exec(line);
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (fence) {
      close();
      let end = i + 1;
      while (end < lines.length && !lines[end].trim().startsWith(fence[1])) end += 1;
      out.push(h("pre", {}, lines.slice(i + 1, end).join("\n")));
      i = end + 1;
    } else if (heading) {
      close();
      // The page has its own h1 and h2, so headings of a message start below them.
      out.push(
        h(
          `h${Math.min(heading[1].length + 2, 6)}`,
          { class: `md-h${heading[1].length}` },
          inline(heading[2]),
        ),
      );
      i += 1;
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      close();
      out.push(h("hr"));
      i += 1;
    } else if (/^\s*>/.test(line)) {
      close();
      const quoted = [];
      while (i < lines.length && /^\s*>/.test(lines[i])) quoted.push(lines[i++].replace(/^\s*> ?/, ""));
      out.push(h("blockquote", {}, markdown(quoted.join("\n"))));
    } else if (ITEM.test(line)) {
      close();
      const [node, next] = list(lines, i);
      out.push(node);
      i = next;
    } else if (
      line.includes("|") &&
      /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[i + 1] ?? "") &&
      (lines[i + 1] ?? "").includes("-")
    ) {
      close();
      const [node, next] = table(lines, i);
      out.push(node);
      i = next;
    } else {
      if (line.trim()) open.push(line);
      else close();
      i += 1;
    }
  }
  close();
  return fragment(out);
}
