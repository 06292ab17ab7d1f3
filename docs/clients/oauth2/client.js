/**
 * OAuth2, for the browser: copy this file into your project.
 *
 * For a public client (RFC 6749, 2.1), which has no secret: a browser can't keep one. It speaks the authorization code grant
 * with PKCE (RFC 7636; RFC 9700, 2.1.1): the person types the password into the server's own page, never into yours.
 *
 * Both tokens live in private fields, in memory: no storage, no cookie and no other script of the page has them, and a
 * reload forgets them. What the server answers is given back, refusals included.
 */
export class Client {
  #base;
  #clientId;
  #redirectUri;
  #accessToken = "";
  #refreshToken = "";
  #renewal = null;

  /** `base` is the origin of the API, and of the page; `redirectUri` a page there too, registered with the application. */
  constructor(base, clientId, redirectUri = "/") {
    this.#base = new URL(base);
    this.#clientId = clientId;
    this.#redirectUri = own(redirectUri, this.#base);
  }

  /**
   * The person signs in and consents in a window of the server's, for a code, and that is good for a credential. Call it when
   * something is clicked: elsewhere browsers open no window. Who says no, or closes it, is told by an answer of 400 too.
   */
  async signIn() {
    const [state, code_verifier] = [random(), random()];
    const digest = crypto.subtle.digest("SHA-256", new TextEncoder().encode(code_verifier));
    const popup = window.open("", "_blank", "popup,width=480,height=720"); // before any waiting, which would block it
    const client = { client_id: this.#clientId, redirect_uri: this.#redirectUri.href };
    const proof = { state, code_challenge: base64url(await digest), code_challenge_method: "S256" };
    const question = new URLSearchParams({ response_type: "code", scope: "read write", ...client, ...proof });
    popup?.location.replace(own(`/auth/authorize/?${question}`, this.#base));
    const answer = await answered(popup, this.#redirectUri);
    const error = fault(answer, state, this.#base.origin);
    if (error) return Response.json({ error }, { status: 400 });
    const { code } = answer;
    return this.#keep(await this.#post("/auth/token/", { grant_type: "authorization_code", ...client, code, code_verifier }));
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

/** What the window was led back with; nothing where it was closed, or never opened. It can be looked at on our own origin. */
async function answered(popup, redirectUri) {
  for (; popup && !popup.closed; await new Promise((done) => setTimeout(done, 100))) {
    try {
      const { origin, pathname, search } = popup.location;
      const answer = Object.fromEntries(new URLSearchParams(search));
      if (origin !== redirectUri.origin || pathname !== redirectUri.pathname || !answer.state) continue;
      popup.close();
      return answer;
    } catch {} // another origin's page
  }
  return {};
}

/** Why an answer must not be used; nothing where it may. */
function fault(answer, state, issuer) {
  if (!answer.state) return "Nobody answered.";
  if (answer.state !== state) return "The answer is to another question."; // RFC 6749, section 10.12
  if (answer.iss !== issuer) return "The answer is of another server."; // RFC 9207, section 2.4
  return answer.error;
}

/** 256 bits, as RFC 7636, section 7.1, wants a verifier. */
function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** RFC 7636, appendix A. */
function base64url(bytes) {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
