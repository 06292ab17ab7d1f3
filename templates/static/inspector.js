/** The rows of the inspector: asked for once a second while somebody looks, the newest on top. Secrets stay in memory. */

import { h, post } from "./dom.js";
import { exchange, plain } from "./exchange.js";
import { panel, seen, tokens } from "./jwt.js";

const section = document.getElementById("inspector");
const part = (name) => document.getElementById(`inspector-${name}`);
const list = part("rows");
const filter = part("filter");
const inspect = section.dataset.inspect;
const MOST = 200;
const SECOND = 1000;
const WAYS = {
  without: "without the credential",
  csrf: "without the CSRF token",
  letter: "one letter changed",
  claim: "a claim edited",
  word: "another scheme's word",
  expired: "after it expired",
};

let epoch = null;
let last = 0;
let ahead = 0;
let polling = null;
const now = () => Date.now() + ahead;

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
  part("news").textContent = `${row.client}: ${row.exchange.method} ${plain(row.exchange.path)}, ${row.exchange.status}${row.step ? `, step ${row.step}` : ""}`;
}

function show(row, fresh) {
  if (row.id <= last) return;
  last = row.id;
  part("waiting").hidden = true;
  if (part("state").dataset.stays && list.children.length) say("");
  const item = h("li", { id: `row-${row.id}`, class: fresh ? "fresh" : null, "data-client": row.client, "data-step": row.step });
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
    h("code", {}, `${one.method} ${plain(one.path)}`),
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
  element.addEventListener("toggle", () => {
    if (element.open && element.children.length === 1) element.append(body(row));
  });
  return element;
}

function body(row) {
  const title = `row ${row.id}`;
  return h("div", { class: "body" }, verdict(row), ...actions(row), exchange(row.exchange, title), ...jwts(row, title), sql(row));
}

function verdict(row) {
  const told = [
    ["Why", h("dd", { class: "why" }, ...coded(row.why))],
    ["Decided", h("dd", {}, `the ${row.kind} `, h("code", {}, row.who.replace(/^the view /, "")))],
    ["Looked at", h("dd", {}, row.looked)],
    ["Challenge", row.challenge && h("dd", {}, row.challenge)],
    ["Step", row.step && h("dd", {}, h("a", { href: `/#${chapter(row.step)}` }, row.step), ` ${row.title}`)],
    ["Try next", row.next && h("dd", {}, ...coded(row.next))],
    ["Ends", row.ends && h("dd", {}, countdown(row))],
  ];
  return h("dl", { class: "verdict" }, ...told.filter(([, told]) => told).flatMap(([word, told]) => [h("dt", {}, word), told]));
}

function countdown(row) {
  const moment = Date.parse(row.ends);
  const left = h("span", { class: "countdown", "data-ends": String(moment) }, seen(moment, now()));
  return h("span", {}, `${row.holds}: `, left, ` (${clock(moment)})`);
}

function actions(row) {
  const result = h("div", { class: "result", role: "status" });
  const again = async (how) => {
    result.textContent = "…";
    try {
      answered(result, await post(`${inspect}break/`, { id: row.id, how }));
    } catch (error) {
      result.textContent = error.message;
    }
  };
  const breaks = row.ways.filter((how) => how in WAYS);
  return [
    bar("Copy for", ...Object.entries(row.lines).map(([voice, line]) => button(voice, () => copy(line, voice, result)))),
    bar("Send it", button("again", () => again("replay")), ...breaks.map((how) => button(WAYS[how], () => again(how)))),
    row.no_expiry && h("p", { class: "soft" }, row.no_expiry),
    result,
  ];
}

function bar(word, ...buttons) {
  return h("div", { class: "actions" }, h("span", {}, word), ...buttons);
}

function button(text, press) {
  return h("button", { type: "button", class: "small secondary", click: press }, text);
}

async function copy(line, voice, result) {
  try {
    await navigator.clipboard.writeText(line);
    result.textContent = `Copied for ${voice}, with the real secrets: it works as it stands.`;
  } catch {
    result.textContent = "The browser does not let this page copy.";
  }
}

/** What the API really said, below the buttons; the row of its own is on top of the list. */
function answered(result, row) {
  const one = row.exchange;
  const status = h("span", { class: `status ${one.status < 400 ? "well" : "refused"}` }, `${one.status} ${one.reason}`);
  result.replaceChildren(h("p", {}, status, " ", ...coded(row.why), " ", h("a", { href: `#row-${row.id}`, click: (event) => visit(event, row.id) }, `Row ${row.id}`)));
  poll();
}

function visit(event, id) {
  const item = document.getElementById(`row-${id}`);
  if (!item) return;
  event.preventDefault();
  item.querySelector("details").open = true;
  item.querySelector("summary").focus();
  item.scrollIntoView({ block: "start" });
}

/** Every JWT of the request and of the answer. */
function jwts(row, title) {
  const one = row.exchange;
  const sent = [...one.headers.map(([, value]) => value), one.body].map(plain).join("\n");
  const came = plain(one.answer_body);
  const carried = plain(one.headers.find(([name]) => name === "Authorization")?.[1] ?? "");
  const request = (token) => {
    const result = h("div", { class: "result", role: "status" });
    const send = carried.includes(token) && (async (other) => {
      const headers = Object.fromEntries(one.headers.filter(([name]) => !["Host", "User-Agent"].includes(name)).map(([name, value]) => [name, plain(value)]));
      headers.Authorization = carried.replace(token, other);
      try {
        answered(result, await post(`${inspect}send/`, { method: one.method, path: plain(one.path), headers, body: plain(one.body) }));
      } catch (error) {
        result.textContent = error.message;
      }
    });
    const shown = panel(token, { title: `of the request, ${title}`, inspect, now, send });
    shown.append(result);
    return shown;
  };
  return [
    ...tokens(sent).map(request),
    ...tokens(came).map((token, place) => panel(token, { title: `of the answer, ${title}, ${place + 1}`, inspect, now })),
  ];
}

function sql(row) {
  if (!row.statements.length) return null;
  const total = row.statements.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
  const word = row.statements.length === 1 ? "query" : "queries";
  return h(
    "details",
    { class: "sql" },
    h("summary", {}, `${row.statements.length} ${word} of the database, ${total.toFixed(2)} ms`),
    h("ol", {}, ...row.statements.map(([text, milliseconds]) => h("li", {}, h("code", {}, text), ` ${milliseconds.toFixed(2)} ms`))),
  );
}

/** A sentence with what stands in `backticks` as code. */
function coded(text) {
  return text.split("`").map((part, place) => (place % 2 ? h("code", {}, part) : part));
}

/** `jwt-6b` is in chapter `jwt-6`. */
function chapter(step) {
  return step.replace(/[a-z]$/, "");
}

function clock(moment) {
  return new Date(moment).toLocaleTimeString([], { hour12: false });
}

function offer(row) {
  for (const [kind, value] of [["client", row.client], ["step", row.step && chapter(row.step)]]) {
    if (!value || filter.querySelector(`option[value="${CSS.escape(`${kind}:${value}`)}"]`)) continue;
    filter.append(h("option", { value: `${kind}:${value}` }, kind === "client" ? `only ${value}` : `step ${value}`));
  }
}

function choose() {
  const [kind, value] = filter.value.split(":");
  for (const item of list.children) {
    const own = kind === "step" ? chapter(item.dataset.step) : item.dataset[kind];
    item.hidden = Boolean(kind) && own !== value;
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

document.getElementById("send")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = document.getElementById("sent");
  const { method, path, headers, body } = Object.fromEntries(new FormData(event.target));
  const pairs = headers.split("\n").filter((line) => line.trim()).map((line) => line.split(/:(.*)/s).slice(0, 2).map((text) => text.trim()));
  try {
    answered(told, await post(`${inspect}send/`, { method, path, headers: Object.fromEntries(pairs), body }));
  } catch (error) {
    told.textContent = error.message;
  }
});

document.getElementById("explain")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const findings = document.getElementById("findings");
  try {
    const told = await post(`${inspect}explain/`, { line: new FormData(event.target).get("line") });
    findings.replaceChildren(told.summary ? h("p", {}, told.summary) : "", h("ol", { class: "findings" }, ...told.findings.map(finding)));
  } catch (error) {
    findings.textContent = error.message;
  }
});

function finding({ mistake, why, instead }) {
  const line = instead && h("pre", { tabindex: "0", role: "region", "aria-label": `Instead: ${mistake}` }, h("code", {}, instead));
  return h("li", {}, h("strong", {}, mistake), " ", ...coded(why), line);
}
