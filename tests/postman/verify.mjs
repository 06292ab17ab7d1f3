// A service that knows the address of the keys, the issuer and its own name, and checks the token on its standard input.
import { createRemoteJWKSet, jwtVerify } from "jose";
import { readFileSync } from "node:fs";

const [address, issuer, audience, algorithm] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL(address));
const { payload } = await jwtVerify(readFileSync(0, "utf8"), keys, { issuer, audience, algorithms: [algorithm] });
console.log(JSON.stringify(payload));
