/** What the polls look like, made of what the API answers. Texts become text nodes: nothing that was typed is markup. */

import { h } from "./dom.js";

export function index(questions, address, zone) {
  const line = ({ id, question_text, pub_date }) =>
    h("li", {}, h("a", { href: address(id) }, question_text), " ", h("small", {}, published(pub_date, zone)));
  return [heading("Polls"), questions.length ? h("ul", {}, ...questions.map(line)) : h("p", {}, "There are no polls yet.")];
}

export function detail(question, address, zone, chosen) {
  const choice = ({ id, choice_text }) => {
    const box = h("input", { type: "radio", name: "choice", value: id, required: "" });
    box.checked = String(id) === chosen;
    return h("label", {}, box, " ", choice_text);
  };
  return [
    heading(question.question_text),
    h("p", {}, h("small", {}, published(question.pub_date, zone))),
    h(
      "form",
      {},
      h("fieldset", {}, h("legend", {}, "Your choice"), ...question.choices.map(choice)),
      h("button", {}, "Vote"),
    ),
    h("p", {}, h("a", { href: address(question.id, "results/") }, "Results")),
  ];
}

export function results(question, address) {
  const total = question.choices.reduce((sum, choice) => sum + choice.votes, 0);
  const row = ({ id, choice_text, votes }) => {
    const bar = h("meter", { "aria-labelledby": `choice-${id}`, max: total || 1, value: votes });
    return h("tr", {}, h("th", { scope: "row", id: `choice-${id}` }, choice_text), h("td", {}, votes), h("td", {}, bar));
  };
  const head = ["Choice", "Votes", "Share"].map((title) => h("th", { scope: "col" }, title));
  return [
    heading(question.question_text),
    h(
      "table",
      {},
      h("caption", {}, `Results: ${total} ${total === 1 ? "vote" : "votes"}`),
      h("thead", {}, h("tr", {}, ...head)),
      h("tbody", {}, ...question.choices.map(row)),
    ),
    h("p", {}, h("a", { href: address(question.id) }, "Vote again"), " · ", h("a", { href: address() }, "All polls")),
  ];
}

export function trouble(message, address) {
  return [heading("This did not work"), h("p", {}, message), h("p", {}, h("a", { href: address() }, "All polls"))];
}

function heading(text) {
  return h("h1", { tabindex: "-1" }, text);
}

function published(iso, timeZone) {
  const style = { dateStyle: "long", timeStyle: "short", timeZone };
  const text = new Intl.DateTimeFormat("en-GB", style).format(new Date(iso));
  return h("time", { datetime: iso }, `Published ${text} (${timeZone})`);
}
