// What is drawn on the canvas beside vis-network's nodes and lines: outlines of groups, and names that have room.

const KEY_LABELS = 2; // names shown for each group at first; the rest by zoom, by choice, or by the panel
const KEY_GROUP = 8; // groups smaller than this are named by their outline alone
const MOST_LABELS = 250; // names drawn at once: more is neither read nor drawn in a frame

/** Numbers of the nodes named at first: the largest of each group worth naming. */
function keyLabels(data, order) {
  const found = new Set();
  for (const group of data.groups.filter((one) => one.count >= KEY_GROUP)) {
    order.filter((place) => data.nodes[place].group === group.group).slice(0, KEY_LABELS).forEach((place) => found.add(place));
  }
  if (data.nodes.length <= 40) order.forEach((place) => found.add(place)); // few enough to name all
  return found;
}

/** Groups of which somebody is visible. */
function visible(data, hidden) {
  const seen = new Set(data.nodes.filter((_, place) => !hidden.has(place)).map((node) => node.group));
  return data.groups.filter((group) => seen.has(group.group) && group.points.length);
}

function hulls(context, data, palette, hidden, scale) {
  for (const group of visible(data, hidden)) {
    const colour = groupColour(palette, group.group);
    context.beginPath();
    group.points.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    context.fillStyle = transparent(colour, 0.08);
    context.strokeStyle = transparent(colour, 0.55);
    context.lineWidth = 1.5 / scale;
    context.fill();
    context.stroke();
  }
}

/** One name with a halo, the same size on the screen at every zoom; false where it would hit another. */
function write(pen, text, x, y, pixels, weight) {
  const { context, palette, scale, taken } = pen;
  const size = pixels / scale;
  context.font = `${weight} ${size}px system-ui, "Noto Sans", sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  const half = context.measureText(text).width / 2;
  const box = [x - half, y - size, x + half, y + size * 0.2];
  if (taken.some((one) => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1])) return false;
  taken.push(box);
  context.lineJoin = "round";
  context.lineWidth = 3.5 / scale;
  context.strokeStyle = palette.background;
  context.strokeText(text, x, y);
  context.fillStyle = palette.text;
  context.fillText(text, x, y);
  return true;
}

function hullNames(pen, data, hidden) {
  for (const group of visible(data, hidden)) {
    const text = fill(data.strings.group_line, {
      name: groupName(data, group.group), n: number(group.count, data.language),
    });
    const xs = group.points.map(([x]) => x);
    const top = Math.min(...group.points.map(([, y]) => y));
    write(pen, text, (Math.min(...xs) + Math.max(...xs)) / 2, top - 6 / pen.scale, 13, 600);
  }
}

/** Names under their nodes, as many as have room and lie in the picture. */
function nodeNames(pen, data, places, picture) {
  const { x, y } = picture.getViewPosition();
  const { clientWidth, clientHeight } = picture.canvas.frame;
  const [wide, high] = [clientWidth / 2 / pen.scale, clientHeight / 2 / pen.scale];
  let drawn = 0;
  for (const place of places) {
    const node = data.drawing.nodes[place];
    const at = picture.getPosition(node.id);
    if (Math.abs(at.x - x) > wide || Math.abs(at.y - y) > high) continue;
    const text = node.label.length > 28 ? `${[...node.label].slice(0, 27).join("")}…` : node.label;
    if (write(pen, text, at.x, at.y + node.size + 14 / pen.scale, 12, 400)) drawn += 1;
    if (drawn >= MOST_LABELS) return;
  }
}
