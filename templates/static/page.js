/**
 * The sign-in page. Where the browser carries the credential, it goes on to the next page. Elsewhere a script has to send
 * it, so the polls and the account are shown inside this document: what it holds in memory would not outlive the document.
 */

import { connect } from "./client.js";
import * as views from "./views.js";

const signIn = document.querySelector("#sign-in");
const form = signIn.querySelector("#by-password");
const handOver = signIn.querySelector("#hand-over");
const said = document.querySelector("#said");
const app = document.querySelector("#app");
const enter = document.querySelector("#enter");
const ownLink = document.querySelector("#own");
const leave = document.querySelector("#leave");
const { discovery, next, index, questions, own } = signIn.dataset;
const profile = document.title.split(" · ").at(-1);

let client;
let reader;

const address = (id, page = "") => (id ? `${index}${id}/${page}` : index);

/** Which view an address is; undefined where it is none of this document's. */
function route(path) {
  if (path === own) return { show: account };
  const found = path.match(new RegExp(`^${index}(?:(\\d+)/(results/)?)?$`));
  if (!found) return undefined;
  const [, id, page] = found;
  return { id, show: id ? (page ? results : detail) : list };
}

function say(text) {
  said.textContent = text;
}

// Signing in

form.addEventListener("submit", (event) => {
  event.preventDefault();
  enterBy(form, () => client.signIn(Object.fromEntries(new FormData(form)))).catch((error) => {
    say(error.message);
    form.elements.password.select();
  });
});

handOver?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await enterBy(handOver, () => client.take(handOver.getAttribute("action"), Object.fromEntries(new FormData(handOver))));
  } catch (error) {
    say(error.message);
    if (error.status !== 400) return; // an application that is mistyped may be typed again
  }
  handOver.remove(); // it is good for one time
  form.hidden = signIn.querySelector(".providers").hidden = false;
});

/** Signed in one way or the other, the person goes on to the next page. */
async function enterBy(by, way) {
  if (by.ariaBusy) return; // the second of a double click
  by.ariaBusy = "true";
  say("Signing in…");
  try {
    client ??= await connect(discovery);
    await way();
    reader = await client.call("GET", signIn.dataset.me).catch((error) => {
      // a form, which is what a library ships, answers 200 to a wrong password too
      throw error.status === 403 ? new Error("Unable to sign in with this name and password.") : error;
    });
    if (client.carriedByBrowser) {
      say("You are signed in.");
      return location.assign(next);
    }
  } finally {
    by.ariaBusy = null;
  }
  form.elements.password.value = "";
  if (!route(location.pathname)) history.replaceState(null, "", route(next.split("?")[0]) ? next : index);
  await show("");
}

if (app) {
  const [{ type }] = performance.getEntriesByType("navigation");
  if (type === "reload") say("The page was loaded anew, and what it held is gone: you are signed out.");
  for (const button of signIn.querySelectorAll("form button:disabled")) button.disabled = false; // no script, no native submit
  if (!handOver) form.elements.username.focus();
  else if (handOver.querySelector("fieldset")) handOver.querySelector("button").focus();
  else handOver.requestSubmit();

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!client?.signedIn || !link || link.target || !route(link.pathname)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
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
  app.addEventListener("submit", (event) => event.target.id === "vote" && vote(event));
  app.addEventListener("change", (event) => event.target.name === "choice" && keep(event.target.value));
  addEventListener("popstate", () => client?.signedIn && show(""));
  addEventListener("pagehide", () => client?.signedIn && client.signOut().catch(() => {}));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

// Going about

function go(href, message = "") {
  history.pushState(null, "", href);
  return show(message);
}

/** Show what the address says, and tell a message with it. */
async function show(message) {
  const asked = location.href;
  const { show: view, id } = route(location.pathname);
  await attempt(
    async () => {
      const nodes = await view(id);
      if (asked !== location.href) return; // somebody went on meanwhile
      display(nodes);
      say(message);
    },
    (error) => display(views.trouble(error.message, address, () => show(message))),
  );
}

async function list() {
  const number = Number(new URLSearchParams(location.search).get("page")) || 1;
  return views.index(await client.call("GET", number > 1 ? `${questions}?page=${number}` : questions), number, address, reader.time_zone);
}

async function detail(id) {
  const [question, mine] = await Promise.all([client.call("GET", `${questions}${id}/`), myVote(id)]);
  const kept = Number(new URLSearchParams(location.search).get("choice"));
  return views.detail(question, mine, kept || mine, address, reader.time_zone);
}

async function results(id) {
  const [question, mine] = await Promise.all([client.call("GET", `${questions}${id}/`), myVote(id)]);
  return views.results(question, mine, address, () => withdraw(id));
}

async function account() {
  const module = await import("./account.js");
  return module.account(client, signIn.dataset, {
    attempt,
    say,
    async renew(message) {
      reader = await client.call("GET", signIn.dataset.me);
      await show(message);
    },
    leave(message) {
      client.forget();
      ask(message);
    },
  });
}

// Voting

/** The id of the choice that counts; undefined where there is none. */
async function myVote(id) {
  try {
    return (await client.call("GET", `${questions}${id}/vote/`)).choice;
  } catch (error) {
    if (error.status !== 404) throw error;
    return undefined;
  }
}

/** What is marked stands in the address: whatever happens before it is sent, it is marked again. */
function keep(choice) {
  history.replaceState(null, "", `?choice=${choice}`);
}

async function vote(event) {
  event.preventDefault();
  if (app.ariaBusy) return; // the second of a double click
  const { id } = route(location.pathname);
  const choice = Number(new FormData(event.target).get("choice"));
  const alert = event.target.querySelector("[role=alert]");
  keep(choice);
  alert.textContent = "";
  await attempt(
    async () => {
      await client.call("PUT", `${questions}${id}/vote/`, { choice });
      history.replaceState(null, "", address(id));
      await go(address(id, "results/"), "Your vote counts.");
    },
    (error) => (alert.textContent = `${error.message} Your choice is kept: vote once more.`),
  );
}

function withdraw(id) {
  return attempt(
    async () => {
      await client.call("DELETE", `${questions}${id}/vote/`);
      await go(address(id), "Your vote is withdrawn.");
    },
    (error) => say(error.message),
  );
}

/** Do it; whoever had to be signed in for it and is no longer is asked to sign in, anything else is told by `trouble`. */
async function attempt(what, trouble) {
  app.ariaBusy = "true";
  try {
    await what();
  } catch (error) {
    if (client.signedIn) trouble(error);
    else ask(`You are signed out: ${error.message} Sign in to go on where you were.`);
  } finally {
    app.ariaBusy = null;
  }
}

function display(nodes) {
  for (const message of document.querySelectorAll(".message")) message.remove(); // it spoke of the way here
  app.replaceChildren(...nodes.filter(Boolean));
  signIn.hidden = enter.hidden = true;
  app.hidden = ownLink.hidden = leave.hidden = false;
  leave.querySelector("button").textContent = `Sign out ${reader.username}`;
  for (const link of document.querySelectorAll("body > header a")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${nodes[0].textContent} · ${profile}`;
  nodes[0].focus();
}

function ask(why) {
  app.replaceChildren();
  signIn.hidden = enter.hidden = false;
  app.hidden = ownLink.hidden = leave.hidden = true;
  document.title = `Sign in · ${profile}`;
  say(why);
  form.elements.username.focus();
}
