/** What the polls look like, made of what the API answers. Texts become text nodes: nothing that was typed is markup. */

import { h } from "./dom.js";

export function index({ count, previous, next, results }, number, address, zone) {
  const line = ({ id, question_text, pub_date, choices }) =>
    h(
      "li",
      {},
      h("a", { href: address(id) }, question_text),
      " ",
      h("small", {}, published(pub_date, zone), ` · ${votes(sum(choices))}`),
    );
  const page = (to, rel, text) => h("a", { href: `${address()}?page=${to}`, rel }, text);
  if (!count) return [heading("Polls"), h("p", {}, "There are no polls yet. Staff asks questions, in the admin or over the API.")];
  const pages = [previous && page(number - 1, "prev", "Newer polls"), " ", next && page(number + 1, "next", "Older polls")];
  return [
    heading("Polls"),
    h("ul", { class: "questions" }, ...results.map(line)),
    (previous || next) && h("p", { class: "pages" }, `Page ${number} of ${count} polls. `, ...pages),
  ];
}

/** `marked` is a choice that was not sent, because somebody had to sign in first; `mine` the one that counts. */
export function detail(question, mine, marked, address, zone) {
  const choice = ({ id, choice_text }) => {
    const box = h("input", { type: "radio", name: "choice", value: id, required: true });
    box.checked = id === marked;
    return h("label", {}, box, ` ${choice_text}`, id === mine && " ", id === mine && h("mark", {}, "your vote"));
  };
  const form = h(
    "form",
    { id: "vote" },
    h("p", { role: "alert" }),
    h("fieldset", {}, h("legend", {}, "Your choice"), ...question.choices.map(choice)),
    h("button", {}, "Vote"),
  );
  const results = h("a", { href: address(question.id, "results/") }, "Results");
  return [
    heading(question.question_text),
    h("p", {}, h("small", {}, published(question.pub_date, zone))),
    question.choices.length ? form : h("p", {}, "This question has no choices yet."),
    mine && h("p", {}, h("small", {}, "You voted. Another choice moves your vote.")),
    h("p", {}, results, " · ", h("a", { href: address() }, "All polls")),
  ];
}

export function results(question, mine, address, withdraw) {
  const total = sum(question.choices);
  const row = (choice) => {
    const id = `choice-${choice.id}`;
    const yours = choice.id === mine;
    return h(
      "tr",
      { class: yours && "mine" },
      h("th", { scope: "row", id }, choice.choice_text, yours && " ", yours && h("mark", {}, "your choice")),
      h("td", { "data-unit": choice.votes === 1 ? "vote" : "votes" }, choice.votes),
      h("td", {}, `${Math.floor((choice.votes * 100) / (total || 1) + 0.5)} %`),
      h("td", {}, h("meter", { "aria-labelledby": id, max: total || 1, value: choice.votes })),
    );
  };
  const head = ["Choice", "Votes", "Per cent", "Share"].map((title) => h("th", { scope: "col" }, title));
  const again = h("a", { href: address(question.id) }, mine ? "Vote again" : "Vote");
  return [
    heading(question.question_text),
    h(
      "table",
      { class: "results" },
      h("caption", {}, `Results: ${votes(total)}`),
      h("thead", { class: "unseen" }, h("tr", {}, ...head)),
      h("tbody", {}, ...question.choices.map(row)),
    ),
    !total && h("p", {}, "Nobody has voted yet. Yours would be the first."),
    mine && h("p", { class: "mine-too" }, "You voted.", h("button", { type: "button", class: "secondary small", click: withdraw }, "Withdraw")),
    h("p", {}, again, " · ", h("a", { href: address() }, "All polls")),
  ];
}

export function trouble(message, address, again) {
  return [
    heading("This did not work"),
    h("p", { role: "alert" }, message),
    h("p", {}, h("button", { type: "button", click: again }, "Try again")),
    h("p", {}, h("a", { href: address() }, "All polls")),
  ];
}

function heading(text) {
  return h("h1", { tabindex: "-1" }, text);
}

function sum(choices) {
  return choices.reduce((total, choice) => total + choice.votes, 0);
}

function votes(count) {
  return `${count} ${count === 1 ? "vote" : "votes"}`;
}

export function moment(iso, timeZone, dateStyle = "long") {
  return new Intl.DateTimeFormat("en-GB", { dateStyle, timeStyle: "short", timeZone }).format(new Date(iso));
}

function published(iso, zone) {
  return h("time", { datetime: iso }, `Published ${moment(iso, zone)} (${zone})`);
}
