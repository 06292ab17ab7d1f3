// An application that knows the issuer and itself, and lets openid-client check all that the server says: metadata, state,
// issuer of the answer, nonce and id token. What it got, without the secrets, is on its standard output, a line a step; for a
// step that takes a person it prints { open } and reads from standard input the address that their browser was called back at.
import * as oauth from "openid-client";
import { createInterface } from "node:readline";

const { issuer, algorithm, redirect_uri, scope, read, vote, application, service } = JSON.parse(process.argv[2]);
const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();
const say = (step, told) => console.log(JSON.stringify({ step, ...told }));
const ask = async (told) => (console.log(JSON.stringify(told)), (await lines.next()).value);

/** Configured by discovery alone. */
async function known({ client_id, client_secret }) {
  const how = client_secret ? oauth.ClientSecretBasic(client_secret) : oauth.None();
  const options = { algorithm, execute: [oauth.allowInsecureRequests] }; // the demo speaks plain HTTP, on loopback
  return oauth.discovery(new URL(issuer), client_id, {}, how, options);
}

/** The status of a request with an access token; where it is refused, the error in the challenge (RFC 6750, 3.1) too. */
async function request(config, token, path, method = "GET", body = undefined) {
  const headers = new Headers(body ? { "Content-Type": "application/json" } : {});
  try {
    const answer = await oauth.fetchProtectedResource(config, token, new URL(path, issuer), method, body, headers);
    return answer.status;
  } catch (error) {
    return { status: error.status, challenge: error.cause?.[0]?.parameters?.error };
  }
}

/** What the library, or the server, refuses. */
async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    const { status, code, cause } = error;
    return { error: error.error ?? code, status, challenge: cause?.[0]?.scheme };
  }
}

const shown = ({ access_token, refresh_token, id_token, ...told }) => ({ ...told, renewable: Boolean(refresh_token) });

/** By code and PKCE: the person consents, or does not. */
async function consent(config, more = {}) {
  const checks = { pkceCodeVerifier: oauth.randomPKCECodeVerifier(), expectedState: oauth.randomState() };
  const asked = {
    redirect_uri,
    scope,
    state: checks.expectedState,
    code_challenge: await oauth.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    ...more,
  };
  if (algorithm === "oidc") asked.nonce = checks.expectedNonce = oauth.randomNonce();
  const open = oauth.buildAuthorizationUrl(config, asked).href;
  return { checks, callback: new URL(await ask({ open })) };
}

const config = await known(application);
const told = config.serverMetadata();
say("discovery", { issuer: told.issuer, pkce: told.supportsPKCE(), iss: told.authorization_response_iss_parameter_supported });

const refused = await consent(config);
say("refused", await refusal(oauth.authorizationCodeGrant(config, refused.callback, refused.checks)));

const { checks, callback } = await consent(config);
for (const name of ["iss", "state"]) {
  const changed = new URL(callback);
  changed.searchParams.set(name, "https://evil.test");
  say(`changed ${name}`, await refusal(oauth.authorizationCodeGrant(config, changed, checks)));
}
const tokens = await oauth.authorizationCodeGrant(config, callback, checks);
say("code", { ...shown(tokens), subject: tokens.claims()?.sub });
say("read", { answer: await request(config, tokens.access_token, read) });
say("vote", { answer: await request(config, tokens.access_token, vote, "PUT", JSON.stringify({ choice: 2 })) });
if (algorithm === "oidc") say("userinfo", await oauth.fetchUserInfo(config, tokens.access_token, tokens.claims().sub));

const renewed = await oauth.refreshTokenGrant(config, tokens.refresh_token);
say("refresh", {
  ...shown(renewed),
  subject: renewed.claims()?.sub,
  rotated: renewed.refresh_token !== tokens.refresh_token,
  before: await request(config, tokens.access_token, read),
  after: await request(config, renewed.access_token, read),
});
if (application.client_secret) say("introspection", await oauth.tokenIntrospection(config, renewed.access_token));
await ask({ look: "renewed" });

await oauth.tokenRevocation(config, renewed.refresh_token);
say("revocation", {
  answer: await request(config, renewed.access_token, read),
  again: await refusal(oauth.refreshTokenGrant(config, renewed.refresh_token)),
});

const own = await known(service);
const granted = await oauth.clientCredentialsGrant(own, { scope: "read" });
say("client credentials", { ...shown(granted), answer: await request(own, granted.access_token, read) });
const { exp, ...state } = await oauth.tokenIntrospection(own, granted.access_token);
say("introspected", { ...state, ends: exp > Date.now() / 1000 });
await oauth.tokenRevocation(own, granted.access_token);
const ended = await oauth.tokenIntrospection(own, granted.access_token);
say("ended", { ...ended, answer: await request(own, granted.access_token, read) });

const stranger = await known({ ...service, client_secret: "a-wrong-secret" });
say("stranger", await refusal(oauth.clientCredentialsGrant(stranger)));
input.close();
