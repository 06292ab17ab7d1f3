/**
 * Expiring tokens, for the browser: copy this file into your project.
 *
 * The token lives in a private field, in memory: no storage, no cookie and no other script of the page has it, and a
 * reload forgets it. What the server answers is given back, refusals included.
 */
export class Client {
  #base;
  #token = "";

  /** `base` is the origin of the API. */
  constructor(base) {
    this.#base = new URL(base);
  }

  /** Name and password for a credential. The answer is read here: nobody else gets to see what is in it. */
  async signIn(username, password) {
    return this.#keep(await this.#post("/auth/login/", { username, password }));
  }

  /**
   * As the browser's own, with the credential. Nothing renews a token, and unlike a program a page does not keep the password
   * to sign in again: a refused token is forgotten, and the page asks for the password.
   */
  async fetch(path, options = {}) {
    const used = this.#token;
    const answer = await this.#send(path, options);
    if (!(await refused(answer))) return answer;
    if (used === this.#token) this.#forget();
    return answer;
  }

  /** End the sign-in at the server; here it is forgotten in any case. */
  async signOut() {
    const answer = this.#send("/auth/logout/", { method: "POST", keepalive: true });
    this.#forget();
    return answer;
  }

  async #keep(answer) {
    if (answer.ok) ({ token: this.#token } = await answer.json());
    return answer;
  }

  #forget() {
    this.#token = "";
  }

  #send(path, options) {
    const headers = new Headers(options.headers);
    if (this.#token) headers.set("Authorization", `Token ${this.#token}`);
    return fetch(own(path, this.#base), { ...options, headers });
  }

  /** It outlives the page, which may be left by signing out. */
  #post(path, fields) {
    const headers = { "Content-Type": "application/json" };
    return fetch(own(path, this.#base), { method: "POST", headers, body: JSON.stringify(fields), keepalive: true });
  }
}

/** Whether the server does not know the credential (any more); who is known and may not is told 403. */
async function refused(answer) {
  return answer.status === 401;
}

/** The address of a path. A credential is for one origin alone (RFC 6454): another is an error. */
function own(path, base) {
  const url = new URL(path, base);
  if (url.origin !== base.origin) throw new TypeError(`${url.origin} is not ${base.origin}.`);
  return url;
}
