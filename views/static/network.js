// One network on a page or in the app: canvas, panel, search, time brush. Everything shown is said in counts.

const ZOOM_LABELS = 1; // from this scale on all names that have room are drawn
const MANY = 1000; // nodes; above, a border would be most of what is seen of each

/** Draw `data` (views/page.py payload) into `root`; `host` may hold select(id or null) and expand(id). */
function mount(root, data, host = {}) {
  const strings = data.strings;
  const canvas = el("div", {
    class: "mn-canvas", attrs: { tabindex: "0", role: "application", "aria-label": data.description },
  });
  const counts = el("p", { class: "mn-counts", attrs: { role: "status" } });
  const hint = el("p", { class: "mn-hint", text: strings.hint });
  const panel = el("aside", { class: "mn-panel", attrs: { "aria-label": strings.panel } });
  const tip = el("div", { class: "mn-tip" });
  tip.hidden = true;
  const labels = el("select", { attrs: { "aria-label": strings.labels } }, ["key", "all", "none"].map(
    (name) => el("option", { text: strings[`labels_${name}`], attrs: { value: name } }),
  ));
  const fit = el("button", { text: strings.fit });
  const tools = el("div", { class: "mn-tools" }, [search(data, (index) => choose(index, true)), labels, fit, counts]);
  const stage = el("div", { class: "mn-stage" }, [el("div", { class: "mn-picture" }, [canvas, tip, hint]), panel]);
  const times = brush(data, filter);
  const frame = el("div", { class: "mn" }, [tools, stage, ...(times ? [times.element] : [])]);
  root.append(frame);

  let palette = PALETTES.light;
  let chosen = null;
  let hidden = new Set();
  let near = new Set();
  const index = new Map(data.drawing.nodes.map((node, place) => [node.id, place]));
  const links = data.nodes.map(() => []);
  data.drawing.edges.forEach((edge, place) => {
    const [a, b] = [index.get(edge.from), index.get(edge.to)];
    const meta = data.edges[place];
    links[a].push({ other: b, edge: place, ...meta });
    if (a !== b) links[b].push({ other: a, edge: place, ...meta });
  });
  links.forEach((some) => some.sort((a, b) => b.weight - a.weight || a.other - b.other));
  const order = data.drawing.nodes.map((_, place) => place)
    .sort((a, b) => data.nodes[b].accent - data.nodes[a].accent
      || data.drawing.nodes[b].size - data.drawing.nodes[a].size || a - b);
  const key = keyLabels(data, order);

  function nodeLook(place) {
    const node = data.drawing.nodes[place];
    const meta = data.nodes[place];
    const dim = chosen !== null && place !== chosen && !near.has(place);
    const colour = meta.accent ? palette.accent : groupColour(palette, meta.group);
    return {
      id: node.id, hidden: hidden.has(place), opacity: dim ? 0.16 : 1, label: undefined,
      borderWidth: place === chosen ? 3 : data.nodes.length > MANY ? 0 : 1.5, borderWidthSelected: 3,
      color: {
        background: colour, border: place === chosen || meta.accent ? palette.accent : palette.background,
        highlight: { background: colour, border: palette.accent },
        hover: { background: colour, border: palette.text },
      },
    };
  }

  function edgeLook(place) {
    const edge = data.drawing.edges[place];
    const [a, b] = [index.get(edge.from), index.get(edge.to)];
    const touches = a === chosen || b === chosen;
    const same = data.nodes[a].group !== null && data.nodes[a].group === data.nodes[b].group;
    const base = same ? groupColour(palette, data.nodes[a].group) : palette.line;
    const alpha = chosen === null ? data.edge_alpha * (same ? 1 : 1.3) : touches ? 0.9 : data.edge_alpha * 0.25;
    return {
      id: edge.id, hidden: hidden.has(a) || hidden.has(b) || outside(data.edges[place]),
      color: { color: transparent(touches ? palette.accent : base, Math.min(alpha, 0.9)), inherit: false },
    };
  }

  let span = null;
  const outside = (meta) => span !== null
    && ((meta.first !== null && meta.first > span[1]) || (meta.last !== null && meta.last < span[0]));

  palette = PALETTES[scheme(frame)];
  const nodes = new vis.DataSet(data.drawing.nodes.map((node, place) => ({ ...node, ...nodeLook(place) })));
  const edges = new vis.DataSet(data.drawing.edges.map((edge, place) => ({ ...edge, ...edgeLook(place) })));
  const picture = new vis.Network(canvas, { nodes, edges }, {
    ...data.drawing.options,
    autoResize: true,
    interaction: { ...data.drawing.options.interaction, hover: true, multiselect: false, tooltipDelay: 1e9 },
  });

  /** Numbers of the nodes whose names may be drawn now, the most wanted first. */
  function named() {
    if (chosen !== null) return [chosen, ...links[chosen].map((link) => link.other)].filter((place) => !hidden.has(place));
    if (labels.value === "none") return [];
    const every = labels.value === "all" || picture.getScale() >= ZOOM_LABELS;
    return order.filter((place) => !hidden.has(place) && (every || key.has(place) || data.nodes[place].accent));
  }

  /** Everything in the picture, with room for the names over the outlines. */
  function fitted(animation) {
    const boxes = [...visible(data, hidden).flatMap((group) => group.points), ...data.drawing.nodes
      .filter((_, place) => !hidden.has(place)).map((node) => [node.x, node.y])];
    if (!boxes.length) return;
    const [xs, ys] = [boxes.map(([x]) => x), boxes.map(([, y]) => y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const [wide, high] = [Math.max(right - left, 120), Math.max(bottom - top, 120)];
    const scale = Math.min((canvas.clientWidth - 32) / wide, (canvas.clientHeight - 76) / high, 1.4);
  
    picture.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, offset: { x: 0, y: -2 }, scale, animation });
  }

  function redraw() {
    const dark = scheme(frame);
    palette = PALETTES[dark];
    frame.classList.toggle("mn-dark", dark === "dark");
    nodes.update(data.nodes.map((_, place) => nodeLook(place)));
    edges.update(data.edges.map((_, place) => edgeLook(place)));
    side();
  }

  function side() {
    const actions = { expand: host.expand, close: () => choose(null), go: (place) => choose(place, true) };
    panel.replaceChildren(...(chosen === null ? [] : [entity(data, chosen, links[chosen], actions)]), legend(data, palette));
    panel.scrollTop = 0;
  }

  function say() {
    const language = data.language;
    const parts = [
      fill(data.all_accounts ? strings.shown_accounts : strings.shown, { shown: number(data.counts.shown, language), total: number(data.counts.total, language) }),
      fill(strings.edges_shown, {
        shown: number(data.counts.edges_shown, language), total: number(data.counts.edges_total, language),
      }),
    ];
    if (span) parts.push(fill(strings.in_span, { n: number(data.nodes.length - hidden.size, language) }));
    counts.textContent = parts.join(" · ");
  }

  /** Choose node number `place` (null for none); `move` brings it into the middle; `quiet` does not tell the host. */
  function choose(place, move = false, quiet = false) {
    chosen = place;
    near = new Set(place === null ? [] : links[place].map((link) => link.other));
    picture.selectNodes(place === null ? [] : [data.drawing.nodes[place].id], false);
    redraw();
    if (move && place !== null) {
      picture.focus(data.drawing.nodes[place].id, { scale: Math.max(picture.getScale(), 0.9), animation: calm() });
    }
    if (place !== null) hint.hidden = true;
    if (!quiet && host.select) host.select(place === null ? null : data.drawing.nodes[place].id);
  }

  /** A note beside `at` in the picture. */
  function point(at, name, text) {
    const { x, y } = picture.canvasToDOM(at);
    tip.replaceChildren(el("strong", { text: name }), el("span", { text }));
    tip.hidden = false;
    tip.style.left = `${Math.max(0, Math.min(x + 12, canvas.clientWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(0, y - tip.offsetHeight - 12)}px`;
  }

  function filter(between) {
    span = between;
    const before = hidden;
    hidden = new Set();
    data.nodes.forEach((meta, place) => { if (outside(meta)) hidden.add(place); });
    const turned = data.nodes.map((_, place) => place).filter((place) => before.has(place) !== hidden.has(place));
    nodes.update(turned.map((place) => ({ id: data.drawing.nodes[place].id, hidden: hidden.has(place) })));
    edges.update(data.edges.map((_, place) => edgeLook(place)).filter((look) => edges.get(look.id).hidden !== look.hidden));
    say();
  }

  function calm() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 300 };
  }

  picture.on("beforeDrawing", (context) => hulls(context, data, palette, hidden, picture.getScale()));
  picture.on("afterDrawing", (context) => {
    const pen = { context, palette, scale: picture.getScale(), taken: [] };
    hullNames(pen, data, hidden);
    nodeNames(pen, data, named(), picture);
  });
  picture.on("click", (event) => choose(event.nodes.length ? index.get(event.nodes[0]) : null));
  picture.on("hoverNode", (event) => {
    const place = index.get(event.node);
    point(picture.getPosition(event.node), data.drawing.nodes[place].label, fill(strings.tip, {
      kind: kindName(data, data.nodes[place].kind), n: number(links[place].length, data.language),
    }));
  });
  picture.on("hoverEdge", (event) => {
    const { from, to } = data.drawing.edges[event.edge];
    const names = [from, to].map((id) => data.drawing.nodes[index.get(id)].label);
    point(event.pointer.canvas, names.join(" – "), howLinked(data, data.edges[event.edge]));
  });
  for (const name of ["click", "dragStart", "zoom"]) picture.on(name, () => { hint.hidden = true; });
  for (const name of ["blurNode", "blurEdge", "dragStart", "zoom"]) picture.on(name, () => { tip.hidden = true; });
  labels.addEventListener("change", redraw);
  fit.addEventListener("click", () => fitted(calm()));
  canvas.addEventListener("keydown", (event) => keys(event, picture, () => fitted(calm()), () => choose(null)));
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  // A frame that was taken out of its page by others is let go with its listener.
  const themed = () => (frame.isConnected ? redraw() : destroy());
  dark.addEventListener("change", themed);
  redraw();
  if (times) times.update();
  say();
  fitted(false);
  return {
    frame,
    picture,
    redraw,
    choose: (id) => choose(id !== null && index.has(id) ? index.get(id) : null, false, true),
    destroy,
  };

  function destroy() {
    if (times) times.stop();
    dark.removeEventListener("change", themed);
    picture.destroy();
    frame.remove();
  }
}

/** Arrows move the picture, + and - zoom, 0 fits, Escape lets go. */
function keys(event, picture, fit, clear) {
  const step = 60 / picture.getScale();
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  const at = picture.getViewPosition();
  if (moves[event.key]) picture.moveTo({ position: { x: at.x + moves[event.key][0], y: at.y + moves[event.key][1] } });
  else if (event.key === "+" || event.key === "=") picture.moveTo({ scale: picture.getScale() * 1.2 });
  else if (event.key === "-") picture.moveTo({ scale: picture.getScale() / 1.2 });
  else if (event.key === "0") fit();
  else if (event.key === "Escape") clear();
  else return;
  event.preventDefault();
}
