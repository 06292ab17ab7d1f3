/** A JWT, decoded in place: what it says, until when, and whether the signature is right. */

import { h, post } from "./dom.js";
import { seen } from "./moments.js";

const TOKEN = /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g;
const TIMES = { exp: "ends", nbf: "counts from", iat: "was made", auth_time: "is of a sign-in" };
const PUBLIC = {
  RS256: [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, { name: "RSASSA-PKCS1-v1_5" }],
  ES256: [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }],
  EdDSA: [{ name: "Ed25519" }, { name: "Ed25519" }],
};

/** The tokens in a text, each once. */
export function tokens(text) {
  return [...new Set(text.match(TOKEN) ?? [])].filter((token) => decode(token));
}

export function decode(token) {
  try {
    const [header, claims] = token.split(".").slice(0, 2).map((part) => JSON.parse(new TextDecoder().decode(bytes(part))));
    return { header, claims };
  } catch {
    return null;
  }
}

/** The panel of one token. `now()` is the site's time; `send(token)`, where there is one, sends the request with another. */
export function panel(token, { title, inspect, now, send }) {
  const { header, claims } = decode(token);
  const [head, , signature] = token.split(".");
  const verdict = h("p", { class: "signature unknown" }, "Checking the signature …");
  const words = h("ul", {}, ...times(claims, now()));
  const text = JSON.stringify(claims, null, 1);
  const editor = h("textarea", { "aria-label": `Claims: ${title}`, spellcheck: "false", rows: Math.min(text.split("\n").length + 1, 16) });
  editor.value = text;
  const sender = send && h("button", { type: "button", class: "small secondary", disabled: true, click: () => send(edited()) }, "Send it with these claims");
  const edited = () => `${head}.${encode(editor.value === text ? token.split(".")[1] : compact(editor.value), editor.value === text)}.${signature}`;

  let pending;
  const check = async () => {
    let told;
    if (editor.value !== text && compact(editor.value) === null) told = [false, "What stands there is no JSON."];
    else told = await verify(edited(), header, inspect).catch((error) => [null, error.message]);
    const [valid, why] = told;
    verdict.className = `signature ${valid === null ? "unknown" : valid ? "right" : "wrong"}`;
    verdict.textContent = `${valid === null ? "Not checked." : valid ? "✓ The signature is right." : "✗ The signature is wrong."} ${why}`;
  };
  editor.addEventListener("input", () => {
    const good = compact(editor.value) !== null;
    if (sender) sender.disabled = !good || editor.value === text;
    if (good) words.replaceChildren(...times(JSON.parse(editor.value), now()));
    clearTimeout(pending);
    pending = setTimeout(check, 200);
  });
  check();
  return h(
    "div",
    { class: "jwt" },
    h("p", {}, h("strong", {}, "A JWT"), ` ${title}: anybody can read it; the signature keeps it from being changed. Edit a claim and see.`),
    h(
      "div",
      { class: "parts" },
      h("div", {}, h("p", {}, "Header"), h("pre", { tabindex: "0", role: "region", "aria-label": `Header: ${title}` }, h("code", {}, JSON.stringify(header, null, 1)))),
      h("div", {}, h("p", {}, "Claims"), editor),
    ),
    words,
    verdict,
    sender && h("p", {}, sender),
  );
}

function times(claims, now) {
  return Object.entries(TIMES)
    .filter(([name]) => typeof claims?.[name] === "number")
    .map(([name, word]) => {
      const moment = claims[name] * 1000;
      const words = name === "exp" && moment < now ? "ended" : word;
      return h("li", {}, h("code", {}, name), ` ${words} ${seen(moment, now)} (${new Date(moment).toLocaleTimeString()})`);
    });
}

/** [whether the signature is right, why]. */
async function verify(token, header, inspect) {
  if (!(header.alg in PUBLIC)) {
    const { valid, why } = await post(`${inspect}signature/`, { token });
    return [valid, why];
  }
  const answer = await fetch("/.well-known/jwks.json");
  if (!answer.ok) return [null, `This site publishes no keys, so nobody here can check ${header.alg}.`];
  const { keys } = await answer.json();
  const key = keys.find((one) => one.kid === header.kid);
  if (!key) return [false, "No key that this site publishes has its kid."];
  const [kind, how] = PUBLIC[header.alg];
  const { use, ...jwk } = { ...key, alg: header.alg === "EdDSA" ? undefined : key.alg };
  const [content, signature] = [token.slice(0, token.lastIndexOf(".")), token.slice(token.lastIndexOf(".") + 1)];
  const imported = await crypto.subtle.importKey("jwk", jwk, kind, false, ["verify"]);
  const right = await crypto.subtle.verify(how, imported, bytes(signature), new TextEncoder().encode(content));
  return [right, `Checked on this page with the public key that the site publishes (${header.alg}): anybody can, and nobody can sign with it.`];
}

function compact(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return null;
  }
}

function encode(text, already) {
  if (already) return text;
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytes(part) {
  return Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
