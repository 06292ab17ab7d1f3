/**
 * The story's requests, at the press of a button. The site sends them, headers and cookies as the card says them (a script
 * may set no cookie); what an answer gave stays in the memory of this page, for the steps after it.
 */

import { h, post } from "./dom.js";
import { plain } from "./exchange.js";

const { send, demo, exchanges } = JSON.parse(document.querySelector("#play").textContent);
const walk = document.querySelector("#walk");
const forget = document.querySelector("#forget");
const walked = document.querySelector("#walked");
let known = { ...demo };

for (const button of document.querySelectorAll("[data-send]")) {
  button.hidden = false;
  button.addEventListener("click", () => alone([button.dataset.send]));
}
walk.hidden = forget.hidden = false;
walk.addEventListener("click", () => {
  begin();
  alone(exchanges.map(({ id }) => id));
});
forget.addEventListener("click", () => {
  begin();
  walked.textContent = "Forgotten. You are nobody again.";
});

function begin() {
  known = { ...demo };
  for (const output of document.querySelectorAll("[data-came]")) output.replaceChildren();
}

/** One after the other, and nothing else meanwhile: a step needs what the steps before it were given. */
async function alone(ids) {
  const buttons = document.querySelectorAll("[data-send], #walk, #forget");
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  if (walk.dataset.busy) return;
  walk.dataset.busy = "yes";
  try {
    for (const [place, id] of ids.entries()) {
      if (ids.length > 1) walked.textContent = `${place + 1} of ${ids.length}…`;
      const row = await play(exchanges.find((one) => one.id === id));
      if (ids.length === 1) open(row.id);
    }
    walked.textContent = ids.length > 1 ? "The whole story was walked." : "";
  } catch (error) {
    walked.textContent = error.message;
  } finally {
    delete walk.dataset.busy;
    for (const button of buttons) button.removeAttribute("aria-disabled");
  }
}

async function play(one) {
  const sent = { step: one.id, method: one.method, path: fill(one.path), headers: headers(one), body: body(one) };
  const row = await post(send, sent);
  const { exchange } = row;
  const expected = exchange.status === one.status;
  if (expected) keep(one, exchange);
  const word = expected ? "as expected" : missing(one) ? `without {${missing(one)}}` : `not ${one.status}`;
  const kind = expected ? "status well" : "status refused";
  document.querySelector(`[data-came="${one.id}"]`).replaceChildren(h("span", { class: kind }, exchange.status), ` ${word}`);
  return row;
}

/** The inspector hears of it in a moment, as of any other client's request; there it is opened. */
function open(id) {
  const rows = document.querySelector("#inspector-rows");
  const look = () => {
    const details = rows.querySelector(`#row-${id} details`);
    if (!details) return false;
    for (const other of rows.querySelectorAll(":scope > li > details[open]")) other.open = false;
    details.open = true;
    rows.closest("#inspector").scrollTop = 0;
    return true;
  };
  const watch = new MutationObserver(() => look() && watch.disconnect());
  if (!look()) watch.observe(rows, { childList: true });
}

/** What the request speaks of, and nobody has given yet. */
function missing(one) {
  return variables([one.path, ...Object.values(one.headers), ...Object.values(one.body)].join(" ")).find((name) => !(name in known));
}

function variables(text) {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
}

/** A header that carries what nobody has given yet stays out: so the request is nobody's, and the API says so. */
function headers(one) {
  const kept = Object.entries(one.headers).map(([name, value]) => {
    const parts = name === "Cookie" ? value.split("; ") : [value];
    return [name, parts.filter(whole).map(fill).join("; ")];
  });
  const type = Object.keys(one.body).length ? { "Content-Type": one.content_type } : {};
  return { ...Object.fromEntries(kept.filter(([, value]) => value)), ...type };
}

function body(one) {
  const given = Object.entries(one.body).filter(([, value]) => whole(value));
  if (!Object.keys(one.body).length) return "";
  const fields = Object.fromEntries(given.map(([name, value]) => [name, fill(value)]));
  return one.content_type.endsWith("json") ? JSON.stringify(fields) : String(new URLSearchParams(fields));
}

function whole(text) {
  return variables(text).every((name) => name in known);
}

function fill(text) {
  return text.replace(/\{(\w+)\}/g, (all, name) => known[name] ?? all);
}

/** The variables that the card keeps: fields of the JSON answer, or cookies. */
function keep(one, { answer_headers, answer_body }) {
  const set = answer_headers.filter(([name]) => name.toLowerCase() === "set-cookie").map(([, value]) => plain(value).split(";")[0]);
  for (const [name, where] of Object.entries(one.keep)) {
    const [field, cookie] = where.split(" ");
    const value = cookie ? set.find((pair) => pair.startsWith(`${cookie}=`))?.slice(cookie.length + 1) : JSON.parse(plain(answer_body))[field];
    if (value !== undefined) known[name] = value;
  }
}
