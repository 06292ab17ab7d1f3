/** A request and its answer as they travelled (`project/exchange.py`). A secret is dots until somebody presses it. */

import { h } from "./dom.js";

const SECRET = /\ue000([^\ue001]*)\ue001/;
const DOTS = "••••••";

/** Request and answer, beside each other where there is room. `title` tells one exchange from another for who hears it. */
export function exchange(one, title) {
  const request = [`${one.method} ${one.path}`, ...one.headers.map(header)];
  const answer = [`${one.status} ${one.reason}`, ...one.answer_headers.map(header)];
  return h(
    "div",
    { class: "exchange" },
    pane("Request", title, [...request, "", ...(one.body ? [one.body] : [])]),
    pane("Answer", title, [...answer, "", ...(one.answer_body ? [one.answer_body] : [])]),
  );
}

/** A text with its secrets hidden behind buttons. */
export function masked(text) {
  return text.split(SECRET).map((part, place) => (place % 2 ? secret(part) : part));
}

/** The text as it travelled, for who copies or repeats it. */
export function plain(text) {
  return text.replace(/[\ue000\ue001]/g, "");
}

function header([name, value]) {
  return `${name}: ${value}`;
}

function pane(word, title, lines) {
  const label = `${word}: ${title}`;
  const text = lines.join("\n").trimEnd();
  return h("div", {}, h("p", {}, word), h("pre", { tabindex: "0", role: "region", "aria-label": label }, h("code", {}, ...masked(text))));
}

function secret(value) {
  const button = h("button", { type: "button", class: "secret", "aria-label": "A secret. Press to show it", title: "Press to show it" }, DOTS);
  button.addEventListener("click", () => {
    const hidden = button.textContent === DOTS;
    button.textContent = hidden ? value : DOTS;
    button.setAttribute("aria-label", hidden ? `${value}. Press to hide it` : "A secret. Press to show it");
    button.title = hidden ? "Press to hide it" : "Press to show it";
  });
  return button;
}
