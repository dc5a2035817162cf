// The panel beside the network: what the shapes and colours mean, and everything known about what was clicked.

const MARKS = {
  dot: ["circle", { cx: 8, cy: 8, r: 5 }],
  square: ["rect", { x: 3, y: 3, width: 10, height: 10 }],
  triangle: ["path", { d: "M8 2 L14 13 L2 13 Z" }],
  triangleDown: ["path", { d: "M8 14 L14 3 L2 3 Z" }],
  diamond: ["path", { d: "M8 1 L15 8 L8 15 L1 8 Z" }],
  hexagon: ["path", { d: "M4 2 L12 2 L15 8 L12 14 L4 14 L1 8 Z" }],
  star: ["path", { d: "M8 1 L10 6 L15 6 L11 9.5 L12.5 15 L8 11.5 L3.5 15 L5 9.5 L1 6 L6 6 Z" }],
};
const NEIGHBOURS = 12; // as many as are read at a glance; the count of all is said above them

function mark(shape, colour) {
  const [tag, attrs] = MARKS[shape] || MARKS.dot;
  const drawn = el(tag, { svg: true, attrs: { ...attrs, fill: colour } });
  return el("svg", { svg: true, class: "mn-mark", attrs: { viewBox: "0 0 16 16", "aria-hidden": "true" } }, [drawn]);
}

function groupName(data, group) {
  const said = data.groups.find((one) => one.group === group);
  return (said && said.name) || fill(data.strings.group, { n: group + 1 });
}

function kindName(data, kind) {
  return data.strings.kinds[kind] || kind;
}

function fieldName(data, name) {
  return data.strings.fields[name] || name.replaceAll("_", " ");
}

/** What ties two nodes, and how often: "text ×12". */
function howLinked(data, edge) {
  const names = edge.layer ? edge.layer.split(", ").map((layer) => data.strings.layers[layer] || layer) : [edge.kind];
  return [...names.filter(Boolean), `×${number(edge.weight, data.language)}`].join(" ");
}

/** Kinds by shape, groups by colour, the accent. */
function legend(data, palette) {
  const shapes = new Map();
  data.drawing.nodes.forEach((node, index) => shapes.set(data.nodes[index].kind, node.shape));
  const rows = [...shapes].map(([kind, shape]) => [mark(shape, palette.muted), kindName(data, kind)]);
  data.groups.slice(0, palette.groups.length).forEach((one) => {
    const text = fill(data.strings.group_line, {
      name: groupName(data, one.group), n: number(one.count, data.language),
    });
    rows.push([mark("dot", groupColour(palette, one.group)), text]);
  });
  const rest = data.groups.length - palette.groups.length;
  if (rest > 0) rows.push([mark("dot", palette.context), fill(data.strings.other_groups, { n: rest })]);
  if (data.nodes.some((node) => node.accent)) rows.push([mark("dot", palette.accent), data.strings.look_here]);
  const items = rows.map(([drawn, text]) => el("li", {}, [drawn, el("span", { text })]));
  const note = data.groups_found && data.groups.length ? [el("p", { class: "mn-note", text: data.strings.groups_note })] : [];
  return el("section", {}, [el("h3", { text: data.strings.legend }), el("ul", { class: "mn-legend" }, items), ...note]);
}

/** Everything about node number `index`; `links` are its shown edges, heaviest first. */
function entity(data, index, links, actions) {
  const meta = data.nodes[index];
  const node = data.drawing.nodes[index];
  const strings = data.strings;
  const facts = [[strings.id, node.id]];
  if (meta.group !== null) facts.push([strings.member_of, groupName(data, meta.group)]);
  if (meta.first !== null) facts.push([strings.first, instant(meta.first)]);
  if (meta.last !== null) facts.push([strings.last, instant(meta.last)]);
  facts.push(...meta.details.map(([name, value]) => [fieldName(data, name), value]));
  const list = el("dl", {}, facts.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]));
  const parts = [
    el("p", { class: "mn-kind", text: kindName(data, meta.kind) }),
    el("h3", { text: node.label, attrs: { tabindex: "-1" } }),
    list,
  ];
  const buttons = [];
  if (actions.expand) buttons.push(el("button", { text: strings.expand, on: { click: () => actions.expand(node.id) } }));
  buttons.push(el("button", { text: strings.close, on: { click: actions.close } }));
  parts.push(el("div", { class: "mn-buttons" }, buttons));
  if (links.length) {
    parts.push(el("h4", { text: fill(strings.linked, { n: number(links.length, data.language) }) }));
    const rows = links.slice(0, NEIGHBOURS).map((link) => {
      const how = howLinked(data, link);
      const name = el("button", {
        class: "mn-link", text: data.drawing.nodes[link.other].label, on: { click: () => actions.go(link.other) },
      });
      return el("li", {}, [name, el("span", { class: "mn-how", text: how })]);
    });
    if (links.length > NEIGHBOURS) {
      rows.push(el("li", { class: "mn-note", text: fill(strings.more, { n: number(links.length - NEIGHBOURS, data.language) }) }));
    }
    parts.push(el("ul", { class: "mn-links" }, rows));
  }
  if (meta.posts.length) {
    parts.push(el("h4", { text: strings.posts }));
    parts.push(...meta.posts.map((post) => el("blockquote", {}, [
      el("time", { text: post.at }),
      el("p", { text: post.text, attrs: { dir: "auto" } }),
      ...(post.url ? [el("p", { class: "mn-url", text: post.url })] : []),
    ])));
  }
  return el("section", { class: "mn-entity" }, parts);
}
