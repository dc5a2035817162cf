// Small tools: elements whose text is always text, sentences with numbers in them, times in UTC.

/** An element; `text` and attributes are set as such, so nothing in them is ever read as markup. */
function el(tag, options = {}, children = []) {
  const node = options.svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  if (options.text !== undefined) node.textContent = options.text;
  if (options.class) node.setAttribute("class", options.class);
  for (const [name, value] of Object.entries(options.attrs || {})) node.setAttribute(name, value);
  for (const [name, listener] of Object.entries(options.on || {})) node.addEventListener(name, listener);
  node.append(...children);
  return node;
}

/** `{name}` in a sentence of the catalogue replaced by the value of that name. */
function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

function number(value, language) {
  return Number(value).toLocaleString(language);
}

/** Epoch seconds as "2015-11-26 22:12 UTC"; one spelling in every language, as evidence is quoted. */
function instant(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ") + " UTC";
}

/** Text for comparing: no case, no accents, compatible forms folded. */
function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
