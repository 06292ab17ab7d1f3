/** The table without leaving it: filters change it in place, and an answer opens its reasons in a panel. Both work as links too. */
import { h } from "./dom.js";

const filters = document.querySelector(".filters");
const panel = document.querySelector("#why");

async function load(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`The site answered ${answer.status}.`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function show() {
  const address = `?${new URLSearchParams([...new FormData(filters)].filter(([, value]) => value))}`;
  const folded = [...document.querySelectorAll(".group:not([open])")].map((group) => group.id);
  const page = await load(address);
  document.querySelector("#found").replaceChildren(...page.querySelector("#found").childNodes);
  for (const id of folded) document.getElementById(id)?.removeAttribute("open");
  history.replaceState(null, "", address);
}

filters.addEventListener("change", () => show().catch(() => filters.submit()));
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  show().catch(() => filters.submit());
});

/** The reasons of a row, from its own page; `profile` is the answer that was asked about, if one was. */
async function explain(link, profile) {
  const page = await load(link.href);
  const told = page.querySelector("#told");
  if (profile) told.querySelector(`#${CSS.escape(profile)}`).classList.add("meant");
  panel.replaceChildren(
    h("article", { tabindex: "0" },
      h("header", {},
        h("h2", {}, page.querySelector("h1").lastChild.textContent.trim()),
        h("button", { class: "small secondary", click: () => panel.close() }, "Close")),
      told,
      h("p", {}, h("a", { href: profile ? `${link.href}#${profile}` : link.href }, "All of it, and the command that asks it again"))));
  panel.showModal();
  panel.querySelector(".meant")?.scrollIntoView({ block: "nearest" });
}

document.querySelector("#found").addEventListener("click", (event) => {
  const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  const cell = event.target.closest("tbody td, tbody th");
  const link = cell?.closest("tr").querySelector("th a");
  if (!link || !plain || (cell.tagName === "TH" && event.target !== link) || String(getSelection())) return;
  event.preventDefault();
  const profiles = cell.closest("table").querySelectorAll("[data-profile]");
  const profile = cell.tagName === "TD" ? profiles[cell.cellIndex - 1].dataset.profile : "";
  explain(link, profile).catch(() => location.assign(link.href));
});

panel.addEventListener("click", (event) => event.target === panel && panel.close());
