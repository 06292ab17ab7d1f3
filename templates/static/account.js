/**
 * A person's own account where a script alone can send the credential: the markup is the one that the server fills in the
 * session profile, filled from the API instead, and each form goes to the part of the API that it names.
 */

import { h } from "./dom.js";
import { moment } from "./views.js";

const devices = JSON.parse(document.querySelector("#devices").textContent);

/** The nodes of the view. `page` is what it may ask of the page around it: `attempt`, `say`, `leave`, `renew`. */
export async function account(client, { me, credentials }, page) {
  const [owner, { actions }, rows] = await Promise.all([
    client.call("GET", me),
    client.call("OPTIONS", me),
    credentials ? client.call("GET", credentials) : [],
  ]);
  const view = document.querySelector("#account").content.cloneNode(true);
  const form = (name) => view.querySelector(`[data-form=${name}]`);
  const zones = actions.PUT.time_zone.choices.map(({ value }) => h("option", {}, value));
  view.querySelector("[name=time_zone]").replaceChildren(...zones);
  view.querySelector("[data-is=username]").textContent = owner.username;
  for (const name of ["first_name", "last_name", "time_zone"]) form("details").elements[name].value = owner[name];
  form("email").elements.email.value = owner.email;

  const list = view.querySelector(".sign-ins");
  list?.replaceChildren(...rows.map((row) => signIn(row, owner.time_zone)));

  const after = {
    details: () => page.renew("Your details are saved."),
    email: () => page.renew("Your email address is changed."),
    end: () => page.renew("That sign-in has ended."),
    everywhere: () => page.leave("You are signed out everywhere."),
    async password() {
      try {
        await client.call("GET", me);
      } catch (error) {
        if (error.status !== 400 && error.status !== 401) throw error;
        return page.leave("Your password is changed. Every sign-in has ended with it, this one too: sign in with the new one.");
      }
      await page.renew("Your password is changed. What this page holds works all the same: the library as it ships ends nothing.");
    },
  };
  for (const one of view.querySelectorAll("[data-form]")) {
    one.addEventListener("submit", (event) => {
      event.preventDefault();
      if (one.closest("[aria-busy]")) return; // the second of a double click
      const { form: name, method, path } = one.dataset;
      const { form: _, ...fields } = Object.fromEntries(new FormData(one));
      clear(one);
      page.attempt(async () => {
        await client.call(method, name === "end" ? `${path}${event.submitter.value}/` : path, fields);
        await after[name]();
      }, (error) => mark(one, error, page.say));
    });
  }
  return [...view.children];
}

function signIn(row, zone) {
  const item = document.querySelector("#one").content.cloneNode(true).firstElementChild;
  const part = (name) => item.querySelector(`[data-is=${name}]`);
  const where = inWords(row.label);
  part("where").textContent = where;
  part("where").title = row.label;
  for (const name of ["created", "last_used", "expires"]) {
    part(name).dateTime = row[name];
    part(name).textContent = moment(row[name], zone, "medium");
  }
  const button = item.querySelector("button");
  button.value = row.id;
  button.setAttribute("aria-label", `End ${where}, signed in ${moment(row.created, zone, "medium")}`);
  part("current").hidden = !row.current;
  button.hidden = row.current;
  item.classList.toggle("current", row.current);
  return item;
}

/** As `devices.py` says it, by the same lists. */
function inWords(label) {
  const found = (words) => Object.entries(words).find(([part]) => label.includes(part))?.[1];
  const browser = found(devices.browsers) ?? label.slice(0, 60);
  const system = found(devices.systems);
  if (!browser) return "Unknown device";
  return system ? `${browser} on ${system}` : browser;
}

/** What the API refused, beside the fields that it names; the first of them is where one goes on typing. */
function mark(form, error, say) {
  const wrong = Object.keys(error.fields).filter((name) => form.elements[name]);
  for (const name of wrong) {
    const field = form.elements[name];
    field.setAttribute("aria-invalid", "true");
    document.getElementById(`${form.dataset.form}-${name}-error`).textContent = [error.fields[name]].flat().join(" ");
  }
  say(wrong.length ? "Not saved yet: see what is marked." : error.message);
  if (wrong.length) form.elements[wrong[0]].focus();
}

function clear(form) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const text of form.querySelectorAll(".error")) text.textContent = "";
}
