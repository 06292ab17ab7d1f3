/**
 * Sessions, for the browser: copy this file into your project.
 *
 * The credential is a cookie that the browser keeps from every script (HttpOnly) and adds by itself, after a reload too, on
 * pages of the API's own origin. Kept here, in a private field, is the CSRF token that a change needs besides. What the
 * server answers is given back, refusals included.
 */
export class Client {
  #base;
  #csrftoken = "";
  #renewal = null;

  /** `base` is the origin of the API, and of the page. */
  constructor(base) {
    this.#base = new URL(base);
  }

  /** Name and password for a credential, and for a new CSRF token. */
  async signIn(username, password) {
    await this.#renew();
    const answer = await this.#post("/auth/login/", { username, password });
    if (answer.ok) await this.#renew();
    return answer;
  }

  /**
   * As the browser's own, with the CSRF token. Refused, that is renewed once, and the request repeated once. Nothing renews a
   * session, and unlike a program a page does not keep the password to sign in again: it asks for it.
   */
  async fetch(path, options = {}) {
    const used = this.#csrftoken;
    const answer = await this.#send(path, options);
    if (!(await refused(answer))) return answer;
    if (used === this.#csrftoken) await this.#renew();
    return used !== this.#csrftoken ? this.#send(path, options) : answer;
  }

  /** End the session at the server, which takes the cookie back. */
  async signOut() {
    const answer = await this.fetch("/auth/logout/", { method: "POST", keepalive: true });
    this.#forget();
    return answer;
  }

  /** One renewal at a time: each gives another cookie where there is none yet, and the last one counts. */
  #renew() {
    this.#renewal ??= this.#refresh().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #refresh() {
    await this.#keep(await this.#send("/auth/csrf/", {}));
  }

  async #keep(answer) {
    if (answer.ok) ({ csrftoken: this.#csrftoken } = await answer.json());
    return answer;
  }

  #forget() {
    this.#csrftoken = "";
  }

  #send(path, options) {
    const headers = new Headers(options.headers);
    if (!/^(GET|HEAD|OPTIONS)$/i.test(options.method ?? "GET")) headers.set("X-CSRFToken", this.#csrftoken);
    return fetch(own(path, this.#base), { ...options, headers });
  }

  #post(path, fields) {
    const headers = { "Content-Type": "application/json" };
    return this.#send(path, { method: "POST", headers, body: JSON.stringify(fields) });
  }
}

/** Whether the CSRF token is not the cookie's (any more). 403 is also said, in other words, to nobody and to who may not. */
async function refused(answer) {
  return answer.status === 403 && (await answer.clone().text()).includes("CSRF Failed");
}

/** The address of a path. A credential is for one origin alone (RFC 6454): another is an error. */
function own(path, base) {
  const url = new URL(path, base);
  if (url.origin !== base.origin) throw new TypeError(`${url.origin} is not ${base.origin}.`);
  return url;
}
