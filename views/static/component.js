// The same network inside Streamlit: clicks go to Python, a rerun with the same data keeps the picture as it is.
const mounted = new WeakMap();

export default function component({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".mn-root");
  const before = mounted.get(root);
  if (before && before.digest === data.digest) {
    before.host.select = (id) => setStateValue("selected", id);
    before.host.expand = data.expandable ? (id) => setTriggerValue("expanded", id) : undefined;
    if (data.selected !== before.selected) before.shown.choose(data.selected);
    else before.shown.redraw();
    before.selected = data.selected;
    return;
  }
  if (before) before.shown.destroy();
  const host = {
    select: (id) => setStateValue("selected", id),
    expand: data.expandable ? (id) => setTriggerValue("expanded", id) : undefined,
  };
  root.style.setProperty("--mn-height", `${data.height}px`);
  const shown = mount(root, data, host);
  if (data.selected) shown.choose(data.selected);
  mounted.set(root, { digest: data.digest, selected: data.selected, host, shown });
}
