// "The other site": a certified OpenID Connect provider on this machine, with pages of our own, so that it asks nobody else.
// Who signs in there is whoever they say. An address is their name, at example.net where it has no host.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, client_id, client_secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const application = (client_id, client_secret) => ({
  client_id,
  client_secret,
  redirect_uris: ["http://127.0.0.1/social/complete/oidc/"],
  grant_types: ["authorization_code"],
  response_types: ["code"],
});

const provider = new Provider(issuer, {
  clients: [application(client_id, client_secret), application("another", "another-secret")],
  cookies: { keys: ["of-a-test"] },
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
  features: { devInteractions: { enabled: false }, introspection: { enabled: true } },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      preferred_username: id.split("@")[0],
      email: id.includes("@") ? id : `${id}@example.net`,
      email_verified: true,
    }),
  }),
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

// The tests' sites have a port each.
provider.Client.prototype.redirectUriAllowed = (uri) => /^http:\/\/127\.0\.0\.1:\d+\/social\/complete\/oidc\/$/.test(uri);

const page = `<!doctype html><html lang="en"><title>The other site</title><link rel="icon" href="data:,"><h1>The other site</h1>
<form method="post"><label>Name <input name="name"></label><button>Continue</button><button name="no" value="1">Refuse</button></form>`;

createServer(async (request, response) => {
  if (!request.url.startsWith("/interaction/")) return provider.callback()(request, response);
  if (request.method === "GET") return response.setHeader("Content-Type", "text/html").end(page);
  let body = "";
  for await (const part of request) body += part;
  const form = new URLSearchParams(body);
  const result = form.get("no") ? { error: "access_denied" } : { login: { accountId: form.get("name") } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}).listen(port, "127.0.0.1", () => console.log("ready"));
