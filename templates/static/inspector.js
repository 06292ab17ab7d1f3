/** The rows of the inspector: asked for once a second while somebody looks, the newest on top. Secrets stay in memory. */

import { h, post } from "./dom.js";
import { clock, seen } from "./moments.js";

const section = document.getElementById("inspector");
const part = (name) => document.getElementById(`inspector-${name}`);
const list = part("rows");
const filter = part("filter");
const inspect = section.dataset.inspect;
const MOST = 200;
const SECOND = 1000;

let epoch = null;
let last = 0;
let ahead = 0;
let polling = null;
const now = () => Date.now() + ahead;
const page = { inspect, now, poll };
const shown = () => import("./inspector-row.js");

async function poll() {
  clearTimeout(polling);
  if (document.hidden) return;
  try {
    const answer = await fetch(`${inspect}rows/?after=${last}`);
    if (!answer.ok) throw new Error(`The site answered ${answer.status}.`);
    await take(await answer.json());
  } catch {
    say("The site does not answer. Asking again …");
  }
  clearTimeout(polling);
  polling = setTimeout(poll, SECOND);
}

async function take(found) {
  ahead = Date.parse(found.now) - Date.now();
  if (epoch && found.epoch !== epoch) {
    epoch = found.epoch;
    last = 0;
    list.replaceChildren();
    say(`The site was restarted (${clock(now())}): the requests that it remembered are gone.`, true);
    return poll();
  }
  if (!epoch || !part("state").dataset.stays) say("");
  epoch = found.epoch;
  for (const row of found.rows) show(row, last > 0);
  if (found.rows.length) news(found.rows.at(-1));
}

function say(text, stays = false) {
  const state = part("state");
  if (text !== state.textContent) state.textContent = text;
  state.hidden = !text;
  state.dataset.stays = stays ? "yes" : "";
}

function news(row) {
  part("news").textContent = `${row.client}: ${row.exchange.method} ${hidden(row.exchange.path)}, ${row.exchange.status}${row.step ? `, step ${row.step}` : ""}`;
}

function show(row, fresh) {
  if (row.id <= last) return;
  last = row.id;
  part("waiting").hidden = true;
  if (part("state").dataset.stays && list.children.length) say("");
  const item = h("li", { id: `row-${row.id}`, class: fresh ? "fresh" : null, "data-client": row.client, "data-step": row.chapter });
  item.append(details(row));
  list.querySelector(".fresh")?.classList.remove("fresh");
  list.prepend(item);
  while (list.children.length > MOST) list.lastElementChild.remove();
  offer(row);
  choose();
}

function details(row) {
  const one = row.exchange;
  const summary = h(
    "summary",
    {},
    h("span", { class: `status ${one.status < 400 ? "well" : "refused"}` }, String(one.status)),
    h("code", {}, `${one.method} ${hidden(one.path)}`),
    h(
      "span",
      { class: "about" },
      h("span", { class: "client" }, row.client),
      h("span", { class: "step" }, row.step || "–"),
      h("span", { class: "took" }, `${one.milliseconds} ms`),
      h("span", { class: "asked" }, `${row.statements.length} ${row.statements.length === 1 ? "query" : "queries"}`),
      h("time", { datetime: row.time }, clock(Date.parse(row.time))),
    ),
  );
  const element = h("details", {}, summary);
  element.addEventListener("toggle", async () => {
    const { body } = await shown();
    if (element.open && element.children.length === 1) element.append(body(row, page));
  });
  return element;
}

/** A path whose secrets stay hidden. */
function hidden(path) {
  return path.replace(/\ue000[^\ue001]*\ue001/g, "••••••");
}

function offer(row) {
  for (const [kind, value] of [["client", row.client], ["step", row.chapter]]) {
    if (!value || filter.querySelector(`option[value="${CSS.escape(`${kind}:${value}`)}"]`)) continue;
    filter.append(h("option", { value: `${kind}:${value}` }, kind === "client" ? `only ${value}` : `step ${value}`));
  }
}

function choose() {
  const [kind, value] = filter.value.split(":");
  for (const item of list.children) {
    item.hidden = Boolean(kind) && item.dataset[kind] !== value;
  }
}

filter.disabled = false;
filter.addEventListener("change", choose);
part("clear").disabled = false;
part("clear").addEventListener("click", async () => {
  await post(`${inspect}clear/`, {}).catch((error) => say(error.message));
  list.replaceChildren();
  part("waiting").hidden = false;
});
document.addEventListener("visibilitychange", poll);
setInterval(() => {
  for (const one of section.querySelectorAll("[data-ends]")) one.textContent = seen(Number(one.dataset.ends), now());
}, SECOND);
poll();

/* The forms of the inspector's own page */

const send = document.getElementById("send");
if (send) send.querySelector("button").disabled = false; // no script, no native submit
send?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = document.getElementById("sent");
  const { method, path, headers, body } = Object.fromEntries(new FormData(event.target));
  const pairs = headers.split("\n").filter((line) => line.trim()).map((line) => line.split(/:(.*)/s).slice(0, 2).map((text) => text.trim()));
  try {
    const row = await post(`${inspect}send/`, { method, path, headers: Object.fromEntries(pairs), body });
    (await shown()).answered(told, page, row);
  } catch (error) {
    told.textContent = error.message;
  }
});

document.getElementById("explain")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const findings = document.getElementById("findings");
  try {
    const told = await post(`${inspect}explain/`, { line: new FormData(event.target).get("line") });
    findings.replaceChildren(...(await shown()).explanation(told));
  } catch (error) {
    findings.textContent = error.message;
  }
});
