/** The console: fires an event at every column at once, lets a stopwatch run in each, and shows what travelled. */

import { h, post } from "./dom.js";
import { exchange } from "./exchange.js";

const LANES = 4; // events at a time: the site that serves this page answers some of them itself
const TEN_YEARS = 10 * 365 * 24 * 3600;
const KEPT = 20; // events in a column

const page = document.querySelector("#console");
const all = [...page.querySelectorAll(".column")];
const ticks = [...page.querySelectorAll("[name=columns]")];
const buttons = [...page.querySelectorAll(".board button")]; // all that fire
const told = page.querySelector("#told");
const { start, fire, back } = page.dataset;

let run = null; // a promise of its id
let ahead = 0;
let turn = 0; // of starting: whatever an earlier one still waits for is shown no more
let busy = false;

const chosen = () => all.filter((column) => !column.hidden);
const part = (column, name) => column.querySelector(`.${name}`);

/** As people say it: 5 min 0 s, 10 h, 1 day. */
function span(seconds) {
  const units = [["year", 365 * 86400], ["day", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return "0 s";
  const [name, size] = units[first];
  const count = Math.floor(seconds / size);
  const rest = seconds - count * size;
  const word = `${count} ${name}${count > 1 && size >= 86400 ? "s" : ""}`;
  if (name === "min") return `${word} ${rest} s`;
  return rest && first < units.length - 1 ? `${word} ${span(rest)}` : word;
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

// What a column shows

function outcome(column, { kind, word, why }) {
  part(column, "outcome").dataset.kind = kind;
  part(column, "outcome").textContent = word;
  part(column, "why").textContent = why;
}

/** Newest on top and open, its last exchange too; the earlier ones are folded. */
function keep(column, title, exchanges) {
  const log = part(column, "log");
  for (const earlier of log.querySelectorAll("details[open]")) earlier.open = false;
  const name = column.dataset.profile;
  const sent = exchanges.map((one, place) => {
    const good = one.status < 400 ? "well" : "refused";
    const line = `${one.title}: ${one.method} ${one.path.replace(/[\ue000\ue001]/g, "")}`;
    const details = h("details", { class: "sent" },
      h("summary", {}, h("span", { class: `status ${good}` }, `${one.status}`), h("span", {}, `${line} `, h("span", { class: "soft" }, `${Math.round(one.milliseconds)} ms`))),
    );
    const fill = () => details.children.length > 1 || details.append(exchange(one, `${one.title}, ${name}`));
    details.addEventListener("toggle", fill);
    if (place === exchanges.length - 1) {
      fill();
      details.open = true;
    }
    return details;
  });
  log.prepend(h("details", { class: "event", open: true }, h("summary", {}, title), ...sent));
  while (log.children.length > KEPT) log.lastChild.remove();
}

/** For who hears the page. Who sees it has the columns; but what went wrong with the page itself is shown. */
function tell(words, wrong = false) {
  told.classList.toggle("unseen", !wrong);
  told.textContent = words;
}

function clock(seconds) {
  ahead = seconds;
  page.querySelector("#now").textContent = ahead ? `time: now + ${span(ahead)}` : "time: now";
}

// What is fired

/** A task for every column, some at a time. Buttons stay where they are meanwhile, and do nothing. */
async function everywhere(task) {
  if (busy) return;
  busy = true;
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  const mine = turn;
  const waited = chosen();
  const waiting = [...waited];
  const lane = async () => {
    for (let column = waiting.shift(); column && mine === turn; column = waiting.shift()) {
      try {
        await task(column, () => mine === turn);
      } catch (error) {
        if (mine === turn) outcome(column, { kind: "partly", word: "no answer", why: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (mine !== turn) return;
  rest();
  tell(waited.map((column) => `${column.dataset.profile}: ${part(column, "outcome").textContent}`).join(". "));
}

function rest() {
  busy = false;
  for (const button of buttons) button.removeAttribute("aria-disabled");
}

/** The run of this page, begun when it is first needed; whoever asks meanwhile waits for the same one. */
function begun() {
  run ??= post(start, {}).then((answer) => answer.run);
  run.catch(() => (run = null));
  return run;
}

async function ask(column, event) {
  return post(fire, { run: await begun(), profile: column.dataset.profile, event, ahead });
}

function step(event, title) {
  return everywhere(async (column, current) => {
    part(column, "watch").hidden = true;
    outcome(column, { kind: "plain", word: "…", why: "" });
    const answer = await ask(column, event);
    if (!current()) return;
    outcome(column, answer.outcome);
    keep(column, title, answer.exchanges);
  });
}

// The stopwatch

const SCALE = ["0", "1 min", "1 h", "1 day", "10 years"]; // each where console.css puts it
const POWER = Math.log1p(TEN_YEARS);

/** One line of it: a figure that runs, and a bar on which each unit of time has as much room as the next. */
function runner(name) {
  const figure = h("span", {}, "0 s");
  const bar = h("progress", { value: "0", max: "1", "aria-label": name });
  return {
    element: h("div", {}, h("p", {}, `${name}: `, figure), bar, h("div", { class: "scale", "aria-hidden": "true" }, ...SCALE.map((moment) => h("span", {}, moment)))),
    show(words, moment) {
      figure.textContent = words;
      bar.value = Math.log1p(moment) / POWER;
    },
  };
}

function verdict(dead) {
  if (dead === null) return "never dead: alive after 10 years";
  return dead ? `dead after ${span(dead)}` : "dead at once";
}

async function until(column, line, current) {
  let open = null;
  let shut = null;
  for (;;) {
    const tried = await ask(column, "run");
    if (!current()) return null;
    if (tried.open) open = tried;
    else shut = tried;
    if (tried.done) {
      line.show(verdict(tried.dead), tried.dead ?? TEN_YEARS);
      return { ...tried, seen: [open, shut].filter(Boolean).flatMap((one) => one.exchanges.map((sent) => ({ ...sent, title: `The copy after ${span(one.moment)}` }))) };
    }
    const words = shut ? `dead between ${span(open?.moment ?? 0)} and ${span(shut.moment)}` : `still ${tried.exchanges[0].status} after ${span(tried.moment)}`;
    line.show(words, shut ? shut.moment : tried.moment);
    outcome(column, { kind: "bad", word: words, why: part(column, "why").textContent });
  }
}

function watch(how) {
  clock(0);
  return everywhere(async (column, current) => {
    outcome(column, { kind: "plain", word: "…", why: "" });
    const place = part(column, "watch");
    place.replaceChildren();
    const first = await ask(column, `watch: ${how}`);
    if (!current()) return;
    keep(column, `Stopwatch: ${how}`, first.exchanges);
    outcome(column, first.outcome);
    if (first.outcome.word === "not done") return;
    place.hidden = false;
    const lines = [];
    let found;
    do {
      const line = runner(lines.length ? "Renewed by what was copied with it" : "The copy as it is");
      place.append(line.element);
      found = await until(column, line, current);
      if (!found) return;
      keep(column, `${lines.length ? "The copy, renewed" : "The copy"}: ${verdict(found.dead)}`, found.seen);
      lines.push(found);
    } while (found.more);
    const worst = lines.some((one) => one.dead === null || one.dead > 0);
    const renewed = lines.length > 1 && worst ? `Renewed by what was copied with it: ${verdict(lines[1].dead)}.` : "";
    outcome(column, { kind: worst ? "bad" : "good", word: verdict(lines[0].dead), why: `${renewed} ${first.outcome.why}`.trim() });
    record(column, how, lines, first.outcome.why);
  });
}

function figure(dead) {
  return dead === null ? "never" : `${dead.toLocaleString("en")} (${dead ? span(dead) : "at once"})`;
}

/** A cell of the table at the end. */
function record(column, how, lines, lacking) {
  const results = document.querySelector("#results");
  const names = [...results.querySelectorAll("thead th")].map((cell) => cell.textContent);
  const { profile, scheme } = column.dataset;
  let row = results.querySelector(`tr[data-profile="${profile}"]`);
  if (!row) {
    row = h("tr", { "data-profile": profile, "data-scheme": scheme }, h("th", { scope: "row", class: "scheme" }, profile), ...names.slice(1).map(() => h("td", {}, "–")));
    const order = all.map((one) => one.dataset.profile);
    const after = [...results.querySelectorAll("tbody tr")].find((one) => order.indexOf(one.dataset.profile) > order.indexOf(profile));
    results.querySelector("tbody").insertBefore(row, after ?? null);
  }
  const words = [figure(lines[0].dead)];
  if (lines[1] && lines[1].dead !== lines[0].dead) words.push(`renewed: ${figure(lines[1].dead)}`);
  if (lacking) words.push(`there is nothing to ${how} with`);
  row.children[names.indexOf(capital(how))].textContent = words.join("; ");
  results.hidden = false;
}

// Buttons

async function again() {
  turn += 1;
  rest();
  clock(0);
  for (const column of all) {
    outcome(column, { kind: "plain", word: "–", why: "Nobody has signed in yet." });
    part(column, "log").replaceChildren();
    part(column, "watch").hidden = true;
  }
  document.querySelector("#results tbody").replaceChildren();
  document.querySelector("#results").hidden = true;
  run = null;
  try {
    await begun();
    tell("A new run: new people, and every clock at now.");
  } catch (error) {
    tell(error.message, true);
  }
}

/** As waiting does, it reads: what was refused because it is over then, counts now. */
async function toNow() {
  const waited = ahead;
  clock(0);
  try {
    await post(back, {});
    tell("Every clock is at now.");
    if (waited) await step("read", "Back to now");
  } catch (error) {
    tell(error.message, true);
  }
}

function choose(names) {
  for (const tick of ticks) tick.checked = names.includes(tick.value);
  for (const column of all) column.hidden = !names.includes(column.dataset.profile);
  page.querySelector("#none").hidden = chosen().length > 0;
  history.replaceState(null, "", `?columns=${names.join(",")}`);
}

for (const tick of ticks) tick.addEventListener("change", () => choose(ticks.filter((one) => one.checked).map((one) => one.value)));

page.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button || button.getAttribute("aria-disabled")) return;
  const { event, wait, watch: how, columns } = button.dataset;
  if (columns) choose(columns.split(","));
  else if (event) step(event, button.textContent);
  else if (wait) {
    clock(ahead + Number(wait));
    step("read", `Wait ${span(Number(wait))}, and read`);
  } else if (how) watch(how);
  else if ("back" in button.dataset) toNow();
  else if ("again" in button.dataset) again();
});

addEventListener("pagehide", () => {
  if (!ahead) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  fetch(back, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true });
});

page.querySelector("#none").hidden = chosen().length > 0;
