/**
 * The sign-in page. Where the browser carries the credential, it goes on to the next page. Elsewhere a script has to send
 * it, so the polls are shown inside this document: what it holds in memory would not outlive the document.
 */

import { connect } from "./client.js";
import * as views from "./views.js";

const signIn = document.querySelector("#sign-in");
const form = signIn.querySelector("#by-password");
const handOver = signIn.querySelector("#hand-over");
const said = signIn.querySelector("[role=status]");
const polls = document.querySelector("#polls");
const enter = document.querySelector("#enter");
const leave = document.querySelector("#leave");
const { discovery, next, index, questions, me } = signIn.dataset;
const profile = document.title.split(" · ").at(-1);

let client;
let reader;

const address = (id, page = "") => (id ? `${index}${id}/${page}` : index);

/** The number of a question and which page of it; null where an address is none of the polls. */
const route = (path) => path.match(new RegExp(`^${index}(?:(\\d+)/(results/)?)?$`));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await enterBy(() => client.signIn(Object.fromEntries(new FormData(form))));
  } catch (error) {
    said.textContent = error.message;
    form.elements.password.select();
  }
});

handOver?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await enterBy(() => client.take(handOver.getAttribute("action"), Object.fromEntries(new FormData(handOver))));
  } catch (error) {
    said.textContent = error.message;
    if (error.status !== 400) return; // an application that is mistyped may be typed again
  }
  handOver.remove(); // it is good for one time
  form.hidden = signIn.querySelector(".providers").hidden = false;
});

/** Signed in one way or the other, the person goes on to the next page. */
async function enterBy(way) {
  said.textContent = "Signing in…";
  client ??= await connect(discovery);
  await way();
  said.textContent = "You are signed in.";
  if (client.carriedByBrowser) return location.assign(next);
  reader = await client.call("GET", me);
  form.elements.password.value = "";
  if (!route(location.pathname)) history.replaceState(null, "", route(next.split("?")[0]) ? next : index);
  show();
}

if (polls) {
  const [{ type }] = performance.getEntriesByType("navigation");
  if (type === "reload") said.textContent = "The page was loaded anew, and what it held is gone: you are signed out.";
  signIn.hidden = false;
  if (!handOver) form.elements.username.focus();
  else if (handOver.querySelector("fieldset")) handOver.querySelector("button").focus();
  else handOver.requestSubmit();

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!client?.signedIn || !link || !route(link.pathname) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.href);
  });
  leave.querySelector("button").addEventListener("click", async () => {
    let why = "You are signed out.";
    await client.signOut().catch((error) => {
      if (error.status !== 401) why = `This page forgot what it held, but the site did not end it: ${error.message}`;
    });
    ask(why);
  });
  addEventListener("popstate", () => client?.signedIn && show());
  addEventListener("pagehide", () => client?.signedIn && client.signOut().catch(() => {}));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function go(href) {
  history.pushState(null, "", href);
  return show();
}

/** Show what the address says. */
async function show() {
  const asked = location.href;
  const [, id, page] = route(location.pathname) ?? [];
  await attempt(async () => {
    const answer = await client.call("GET", id ? `${questions}${id}/` : questions);
    if (asked !== location.href) return; // somebody went on meanwhile
    if (!id) display(views.index(answer.results, address, reader.time_zone));
    else if (page) display(views.results(answer, address));
    else display(views.detail(answer, address, reader.time_zone, new URLSearchParams(location.search).get("choice")));
    polls.querySelector("form")?.addEventListener("submit", vote);
  });
}

async function vote(event) {
  event.preventDefault();
  const [, id] = route(location.pathname);
  const choice = Number(new FormData(event.target).get("choice"));
  history.replaceState(null, "", `?choice=${choice}`); // kept, should somebody have to sign in first
  await attempt(async () => {
    await client.call("PUT", `${questions}${id}/vote/`, { choice });
    await go(address(id, "results/"));
  });
}

async function attempt(what) {
  polls.setAttribute("aria-busy", "true");
  try {
    await what();
  } catch (error) {
    if (!client.signedIn) ask(`You are signed out: ${error.message} Sign in to go on where you were.`);
    else display(views.trouble(error.message, address));
  } finally {
    polls.removeAttribute("aria-busy");
  }
}

function display(nodes) {
  polls.replaceChildren(...nodes);
  signIn.hidden = enter.hidden = true;
  polls.hidden = leave.hidden = false;
  leave.querySelector("button").textContent = `Sign out ${reader.username}`;
  document.title = `${nodes[0].textContent} · ${profile}`;
  nodes[0].focus();
}

function ask(why) {
  polls.replaceChildren();
  signIn.hidden = enter.hidden = false;
  polls.hidden = leave.hidden = true;
  document.title = `Sign in · ${profile}`;
  said.textContent = why;
  form.elements.username.focus();
}
