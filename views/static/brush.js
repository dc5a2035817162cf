// The time brush: a histogram of who was active when, two handles over it, and a replay.

const BINS = 72;
const STEPS = 1000;
const REPLAY_MS = 8000; // long enough to see an order, short enough to watch twice

/** null where no node or edge has a time; else {element, from, to, stop}. `changed(from, to)` gets epoch seconds. */
function brush(data, changed) {
  const spans = data.nodes.filter((node) => node.first !== null || node.last !== null)
    .map((node) => [node.first ?? node.last, node.last ?? node.first]);
  const begin = Math.min(...spans.map(([first]) => first));
  const end = Math.max(...spans.map(([, last]) => last));
  if (!spans.length || end <= begin) return null;
  const strings = data.strings;
  const counts = new Array(BINS).fill(0);
  const bin = (seconds) => Math.min(BINS - 1, Math.floor(((seconds - begin) / (end - begin)) * BINS));
  for (const [first, last] of spans) for (let at = bin(first); at <= bin(last); at += 1) counts[at] += 1;
  const top = Math.max(...counts);
  // Square root: the hours with three people beside those with three hundred must still be seen.
  const height = (count) => 24 * Math.sqrt(count / top);
  const bars = counts.map((count, at) => el("rect", {
    svg: true, attrs: { x: at, y: 24 - height(count), width: 0.8, height: height(count) },
  }));
  const chart = el("svg", {
    svg: true, attrs: { viewBox: `0 0 ${BINS} 24`, preserveAspectRatio: "none", "aria-hidden": "true" },
  }, bars);
  const said = el("output", { class: "mn-span" });
  const handle = (label, value) => el("input", {
    attrs: { type: "range", min: 0, max: STEPS, step: 1, value, "aria-label": label },
  });
  const low = handle(strings.from, 0);
  const high = handle(strings.to, STEPS);
  const play = el("button", { text: strings.replay, class: "mn-play" });
  const all = el("button", { text: strings.all_times });
  const second = (value) => begin + ((end - begin) * value) / STEPS;
  let running = 0;

  function update() {
    const [from, to] = [Number(low.value), Number(high.value)].map(second);
    [low, high].forEach((input) => input.setAttribute("aria-valuetext", instant(second(Number(input.value)))));
    said.textContent = fill(strings.span, { from: instant(from), to: instant(to) });
    bars.forEach((bar, at) => {
      const middle = begin + ((end - begin) * (at + 0.5)) / BINS;
      bar.setAttribute("class", middle >= from && middle <= to ? "in" : "out");
    });
    // The whole span asks for no filter, so that things without a time stay as they are.
    changed(Number(low.value) === 0 && Number(high.value) === STEPS ? null : [from, to]);
  }

  function stop() {
    cancelAnimationFrame(running);
    running = 0;
    play.textContent = strings.replay;
  }

  function replay() {
    if (running) return stop();
    const started = performance.now();
    const from = Number(low.value);
    play.textContent = strings.stop;
    const frame = (now) => {
      const share = Math.min(1, (now - started) / REPLAY_MS);
      high.value = String(Math.round(from + (STEPS - from) * share));
      update();
      if (share < 1) running = requestAnimationFrame(frame);
      else stop();
    };
    running = requestAnimationFrame(frame);
    return undefined;
  }

  low.addEventListener("input", () => { stop(); low.value = String(Math.min(low.value, high.value)); update(); });
  high.addEventListener("input", () => { stop(); high.value = String(Math.max(low.value, high.value)); update(); });
  play.addEventListener("click", replay);
  all.addEventListener("click", () => { stop(); low.value = "0"; high.value = String(STEPS); update(); });
  const element = el("div", { class: "mn-brush", attrs: { role: "group", "aria-label": strings.brush } }, [
    play, el("div", { class: "mn-track" }, [chart, low, high]), el("div", { class: "mn-when" }, [said, all]),
  ]);
  return { element, update, stop };
}
