// The search box: finds nodes by handle, name or id as one types; with nothing typed it offers the largest.

const OFFERED = 8;

/** A labelled input with a list under it; `choose(index)` is called with the number of the chosen node. */
function search(data, choose) {
  const texts = data.drawing.nodes.map((node, index) => folded([
    node.label, node.id, ...data.nodes[index].details
      .filter(([name]) => data.searched.includes(name)).map(([, value]) => value),
  ].join("\n")));
  const bySize = data.drawing.nodes.map((_, index) => index)
    .sort((a, b) => data.drawing.nodes[b].size - data.drawing.nodes[a].size || a - b);
  const name = `mn-found-${data.digest.slice(0, 12)}`;
  const list = el("ul", { class: "mn-found", attrs: { role: "listbox", id: name, "aria-label": data.strings.search } });
  list.hidden = true;
  const input = el("input", {
    attrs: {
      type: "search", role: "combobox", placeholder: data.strings.search, "aria-label": data.strings.search,
      "aria-expanded": "false", "aria-controls": name, "aria-autocomplete": "list", autocomplete: "off",
    },
  });
  let found = [];
  let at = -1;

  function show() {
    const wanted = folded(input.value.trim());
    // Those that begin with the words first: a handle is usually typed from its beginning.
    const hits = wanted ? bySize.filter((index) => texts[index].includes(wanted)) : bySize;
    const begins = (index) => texts[index].startsWith(wanted) || texts[index].includes("\n" + wanted);
    found = [...hits.filter(begins), ...hits.filter((index) => !begins(index))].slice(0, OFFERED);
    at = found.length && wanted ? 0 : -1;
    list.replaceChildren(...found.map((index, place) => el("li", {
      text: data.drawing.nodes[index].label, attrs: { role: "option", id: `${name}-${place}`, dir: "auto" },
      on: { pointerdown: (event) => { event.preventDefault(); take(place); } },
    }, [el("span", { class: "mn-how", text: data.drawing.nodes[index].id })])));
    if (!found.length) list.append(el("li", { class: "mn-note", text: data.strings.nothing_found }));
    open(true);
    point();
  }

  function open(yes) {
    list.hidden = !yes;
    input.setAttribute("aria-expanded", String(yes));
  }

  function point() {
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", `${name}-${at}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function take(place) {
    open(false);
    if (found[place] !== undefined) choose(found[place]);
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show();
      const step = event.key === "ArrowDown" ? 1 : -1;
      at = found.length ? (at + step + found.length) % found.length : -1;
      point();
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(Math.max(at, 0));
    } else if (event.key === "Escape") {
      open(false);
    }
  });
  return el("div", { class: "mn-search" }, [input, list]);
}
