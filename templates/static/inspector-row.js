/** What an open row of the inspector shows, and what can be done with its request. Loaded when the first row is opened. */

import { h, post } from "./dom.js";
import { exchange, plain } from "./exchange.js";
import { panel, tokens } from "./jwt.js";
import { clock, seen } from "./moments.js";

const WAYS = {
  without: "without the credential",
  csrf: "without the CSRF token",
  letter: "one letter changed",
  claim: "a claim edited",
  word: "another scheme's word",
  expired: "after it expired",
};

/** `page`: where the inspector is, the site's time, and how to ask for what is new. */
export function body(row, page) {
  const title = `row ${row.id}`;
  return h("div", { class: "body" }, verdict(row, page), ...actions(row, page), exchange(row.exchange, title), ...jwts(row, title, page), sql(row));
}

function verdict(row, page) {
  const told = [
    ["Why", h("dd", { class: "why" }, ...coded(row.why))],
    ["Decided", h("dd", {}, `the ${row.kind} `, h("code", {}, row.who.replace(/^the view /, "")))],
    ["Looked at", h("dd", {}, row.looked)],
    ["Challenge", row.challenge && h("dd", {}, row.challenge)],
    ["Step", row.step && h("dd", {}, h("a", { href: `/#${row.chapter}` }, row.step), ` ${row.title}`)],
    ["Try next", row.next && h("dd", {}, ...coded(row.next))],
    ["Ends", row.ends && h("dd", {}, countdown(row, page))],
  ];
  return h("dl", { class: "verdict" }, ...told.filter(([, told]) => told).flatMap(([word, told]) => [h("dt", {}, word), told]));
}

function countdown(row, page) {
  const moment = Date.parse(row.ends);
  const left = h("span", { class: "countdown", "data-ends": String(moment) }, seen(moment, page.now()));
  return h("span", {}, `${row.holds}: `, left, ` (${clock(moment)})`);
}

function actions(row, page) {
  const result = h("div", { class: "result", role: "status" });
  const again = async (how) => {
    result.textContent = "…";
    try {
      answered(result, page, await post(`${page.inspect}break/`, { id: row.id, how }));
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
export function answered(result, page, row) {
  const one = row.exchange;
  const status = h("span", { class: `status ${one.status < 400 ? "well" : "refused"}` }, `${one.status} ${one.reason}`);
  result.replaceChildren(h("p", {}, status, " ", ...coded(row.why), " ", h("a", { href: `#row-${row.id}`, click: (event) => visit(event, row.id) }, `Row ${row.id}`)));
  page.poll();
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
function jwts(row, title, page) {
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
        answered(result, page, await post(`${page.inspect}send/`, { method: one.method, path: plain(one.path), headers, body: plain(one.body) }));
      } catch (error) {
        result.textContent = error.message;
      }
    });
    const shown = panel(token, { title: `of the request, ${title}`, ...page, send });
    shown.append(result);
    return shown;
  };
  return [
    ...tokens(sent).map(request),
    ...tokens(came).map((token, place) => panel(token, { title: `of the answer, ${title}, ${place + 1}`, ...page })),
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

/** The answer to a pasted line. */
export function explanation(told) {
  return [told.summary && h("p", {}, told.summary), h("ol", { class: "findings" }, ...told.findings.map(finding))].filter(Boolean);
}

function finding({ mistake, why, instead }) {
  const line = instead && h("pre", { tabindex: "0", role: "region", "aria-label": `Instead: ${mistake}` }, h("code", {}, instead));
  return h("li", {}, h("strong", {}, mistake), " ", ...coded(why), line);
}
