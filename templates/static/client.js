/**
 * A client of this site, whichever scheme protects it: `GET /auth/` says how to sign in, what a request carries, how to
 * renew it and how to end it. No scheme is named here. The credential lives in a private field, in memory: no storage,
 * cookie, address or page ever has it.
 */

/**
 * What the site answered instead of doing it; `status` is missing when it did not answer at all. `fields` are the messages
 * by field, where there are any.
 */
export class Refused extends Error {
  constructor(message, status, fields = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

export async function connect(discovery) {
  return new Client(await read(await send({ method: "GET", path: discovery })));
}

class Client {
  #scheme;
  #known = {};
  #renewal = null;

  constructor(scheme) {
    this.#scheme = scheme;
  }

  /** Whether the browser carries the credential by itself: then every page of the site has it, and this one may be left. */
  get carriedByBrowser() {
    return "Cookie" in this.#scheme.read;
  }

  get signedIn() {
    return Object.keys(this.#known).length > 0;
  }

  /** Speak the sign-in with what a person typed, then forget all that no later request needs: the password first of all. */
  async signIn(typed) {
    const { before, login, verify } = this.#scheme.endpoints;
    this.#remember(await speak(login ?? verify, await speak(before, { ...typed, basic: basic(typed) })));
  }

  /** Go on with what the browser carries already, from a page that a cookie opened: only the rest is asked for. */
  async resume() {
    this.#remember(await speak(this.#scheme.endpoints.before, {}));
  }

  /** Take over, once, what a sign-in on another site left for this page: the answer is that of the scheme's own sign-in. */
  async take(path, typed) {
    const fields = Object.fromEntries(Object.keys(typed).map((name) => [name, `{${name}}`]));
    const step = { method: "POST", path, fields, content_type: "application/x-www-form-urlencoded" };
    this.#remember(await speak({ ...step, keep: this.#scheme.endpoints.login.keep }, typed));
  }

  #remember(known) {
    const { refresh, logout } = this.#scheme.endpoints;
    const later = JSON.stringify([this.#scheme.read, this.#scheme.write, refresh, logout]);
    this.#known = Object.fromEntries(Object.entries(known).filter(([name]) => later.includes(`{${name}}`)));
  }

  /** What the API answers to a request that carries the credential. */
  call(method, path, fields) {
    const headers = method === "GET" ? this.#scheme.read : this.#scheme.write;
    return this.#authorized({ method, path, headers, body: fields && JSON.stringify(fields) });
  }

  /** End the credential; the request outlives the page that sends it. Where there is no logout it is only forgotten. */
  async signOut() {
    const { logout } = this.#scheme.endpoints;
    try {
      if (logout) await this.#authorized({ ...logout, keepalive: true });
    } finally {
      this.forget();
    }
  }

  /** What the site has ended is of no use. */
  forget() {
    this.#known = {};
  }

  /** A credential that expired is renewed, once; one that is refused all the same is forgotten. */
  async #authorized(step) {
    let known = this.#known;
    let answer = await send(step, known);
    if (answer.status === 401 && this.#scheme.endpoints.refresh) {
      known = await this.#renewed(known);
      answer = await send(step, known);
    }
    if (answer.status === 401) this.#forget(known);
    return read(answer);
  }

  /** One renewal at a time: a refresh token is good once, and a second use of it looks like a theft and ends the sign-in. */
  async #renewed(known) {
    if (known !== this.#known) return this.#known;
    this.#renewal ??= speak(this.#scheme.endpoints.refresh, known).finally(() => (this.#renewal = null));
    try {
      return (this.#known = await this.#renewal);
    } catch (error) {
      if (error.status === 400 || error.status === 401) this.#forget(known);
      throw error;
    }
  }

  #forget(known) {
    if (known === this.#known) this.#known = {};
  }
}

/** One verb of the dialogue: what is known, and what the answer adds to it. A verb that a scheme lacks adds nothing. */
async function speak(step, known) {
  if (!step) return known;
  const answer = await read(await send(step, known));
  const found = Object.entries(step.keep).map(([name, where]) => [name, answer[where] ?? cookie(where)]);
  return { ...known, ...Object.fromEntries(found.filter(([, value]) => value !== undefined)) };
}

/** `cookie NAME` as a card says it; undefined where the browser keeps it from scripts. */
function cookie(where) {
  const [, name] = where.split(" ");
  return document.cookie.split("; ").find((one) => name && one.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Name and password in base64, for a scheme that has no other credential (RFC 7617). */
function basic({ username, password }) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(`${username}:${password}`)));
}

async function send(step, known) {
  const { method, path, headers = {}, fields = {}, content_type = "application/json", keepalive } = step;
  const { Cookie, ...ours } = fill(headers, known); // cookies are the browser's own business
  const options = { method, headers: ours, keepalive };
  if ("Authorization" in ours) options.credentials = "omit"; // no cookie beside it; and at a 401 no window of the browser's
  if (method !== "GET") {
    const filled = fill(fields, known);
    options.body = step.body ?? (content_type.endsWith("json") ? JSON.stringify(filled) : new URLSearchParams(filled));
    options.headers["Content-Type"] = content_type;
  }
  try {
    return await fetch(path, options);
  } catch {
    throw new Refused("The site does not answer. Try again in a moment.");
  }
}

function fill(texts, known) {
  const filled = (text) => text.replace(/\{(\w+)\}/g, (_, variable) => known[variable]);
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text)]));
}

async function read(answer) {
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body ?? {};
  const wait = Number(answer.headers.get("Retry-After"));
  const text = reason(body) || `The site answered ${answer.status}.`;
  const fields = answer.status === 400 && !body.detail ? body : {};
  throw new Refused(wait ? `${text.split(" Expected available")[0]} ${again(wait)}` : text, answer.status, fields);
}

/** In words: REST framework's `detail`, RFC 6749's `error_description`, or the messages of every field. */
function reason(body) {
  return body.detail ?? body.error_description ?? body.error ?? Object.values(body).flat().join(" ");
}

/** `Retry-After` as people count. */
function again(seconds) {
  const [count, unit] = seconds < 90 ? [Math.ceil(seconds), "second"] : [Math.ceil(seconds / 60), "minute"];
  return `Try again in ${count} ${unit}${count === 1 ? "" : "s"}.`;
}
