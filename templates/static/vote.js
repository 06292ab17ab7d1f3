/**
 * The vote on a page that a cookie opened, sent as any client of the API would: the cookie goes along by itself, the CSRF
 * token in a header. Without this script the form is sent as it stands; with it the page stays where no answer comes.
 */

import { connect } from "./client.js";

const form = document.querySelector("#vote");
const alert = form?.querySelector("[role=alert]");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.ariaBusy) return; // the second of a double click
  const { discovery, path, detail, results, login } = form.dataset;
  const choice = Number(new FormData(form).get("choice"));
  form.ariaBusy = "true";
  try {
    const client = await connect(discovery);
    await client.resume();
    await client.call("PUT", path, { choice });
    location.assign(results);
  } catch (error) {
    if (error.status === 401 || error.status === 403) {
      return location.assign(`${login}?next=${encodeURIComponent(`${detail}?choice=${choice}`)}`);
    }
    alert.textContent = `${error.message} Your choice is kept: vote once more.`;
    form.ariaBusy = null;
  }
});

addEventListener("pageshow", () => form && (form.ariaBusy = null)); // come back to by the back button
