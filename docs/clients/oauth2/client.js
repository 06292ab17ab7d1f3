/**
 * OAuth2, for the browser: copy this file into your project.
 *
 * For a public client (RFC 6749, 2.1), which has no secret: a browser can't keep one. It speaks the password grant, which
 * RFC 9700 section 2.4 says must not be used; what a browser should speak is the authorization code grant with PKCE.
 *
 * Both tokens live in private fields, in memory: no storage, no cookie and no other script of the page has them, and a
 * reload forgets them. What the server answers is given back, refusals included.
 */
export class Client {
  #base;
  #clientId;
  #accessToken = "";
  #refreshToken = "";
  #renewal = null;

  /** `base` is the origin of the API. */
  constructor(base, clientId) {
    this.#base = new URL(base);
    this.#clientId = clientId;
  }

  /** Name and password for a credential. The answer is read here: nobody else gets to see what is in it. */
  async signIn(username, password) {
    return this.#keep(await this.#post("/auth/token/", { grant_type: "password", username, password }));
  }

  /** As the browser's own, with the credential. Refused, it is renewed once, and the request repeated once. */
  async fetch(path, options = {}) {
    const used = this.#accessToken;
    const answer = await this.#send(path, options);
    if (!(await refused(answer))) return answer;
    if (used === this.#accessToken) await this.#renew();
    return this.#accessToken && used !== this.#accessToken ? this.#send(path, options) : answer;
  }

  /** End the sign-in at the server; here it is forgotten in any case. */
  async signOut() {
    await this.#renewal?.catch(() => {}); // it has the next refresh token
    const token = this.#refreshToken;
    this.#forget();
    return this.#post("/auth/revoke_token/", { token });
  }

  /** One renewal at a time: a refresh token is good once, and its second use ends the whole sign-in. */
  #renew() {
    this.#renewal ??= this.#refresh().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #refresh() {
    const used = this.#refreshToken;
    if (!used) return;
    const answer = await this.#post("/auth/token/", { grant_type: "refresh_token", refresh_token: used });
    if (used !== this.#refreshToken) return; // somebody signed in meanwhile
    if (answer.status === 400 || answer.status === 401) this.#forget();
    await this.#keep(answer);
  }

  async #keep(answer) {
    if (answer.ok) ({ access_token: this.#accessToken, refresh_token: this.#refreshToken } = await answer.json());
    return answer;
  }

  #forget() {
    this.#accessToken = this.#refreshToken = "";
  }

  #send(path, options) {
    const headers = new Headers(options.headers);
    if (this.#accessToken) headers.set("Authorization", `Bearer ${this.#accessToken}`);
    return fetch(own(path, this.#base), { ...options, headers });
  }

  /** It outlives the page, which may be left by signing out. */
  #post(path, fields) {
    const body = new URLSearchParams({ ...fields, client_id: this.#clientId });
    return fetch(own(path, this.#base), { method: "POST", body, keepalive: true });
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
