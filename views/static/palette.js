// Colours: calm, told apart by colour-blind readers, one accent for "look here", never red for a person.

const PALETTES = {
  light: {
    background: "#ffffff", text: "#1d2429", muted: "#68747d", context: "#a9b2b9", line: "#8d979f", accent: "#b8560f",
    groups: ["#3f6ea6", "#2c8f86", "#9a8a2e", "#8a5a96", "#5fa3cf", "#56795a", "#7a7f99"],
  },
  dark: {
    background: "#15191d", text: "#e8ecef", muted: "#98a4ad", context: "#5d6870", line: "#717c85", accent: "#f0934a",
    groups: ["#7ba7dc", "#5cc0b4", "#cdbb5d", "#c08fcc", "#8ecbf0", "#8fb592", "#a9aec8"],
  },
};

/** Where the app says what its background is, its darkness decides; else what the reader's system prefers. */
function scheme(element) {
  const said = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const hex = /^#([0-9a-f]{6})/i.exec(said);
  if (hex) {
    const value = parseInt(hex[1], 16);
    const light = 0.299 * (value >> 16) + 0.587 * ((value >> 8) & 255) + 0.114 * (value & 255);
    return light < 128 ? "dark" : "light";
  }
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function groupColour(palette, group) {
  if (group === null || group >= palette.groups.length) return palette.context;
  return palette.groups[group];
}

function transparent(hex, alpha) {
  const value = parseInt(hex.slice(1), 16);
  return `rgba(${value >> 16},${(value >> 8) & 255},${value & 255},${alpha})`;
}
