// Verifies the credentials on standard input, a JSON list, with @digitalcredentials/verifier-core, unchanged and with nothing
// injected: it finds the issuer's keys by did:web over https and fetches the status list, from wherever the
// credential says. It prints what the verifier answers, a list too.
//
// The verifier also tries to fetch 1EdTech's JSON schema, which a test must not need: that one request is
// refused here, and the verifier reports it as additional information only.
import { verifyCredential } from "@digitalcredentials/verifier-core";

const real = globalThis.fetch;
globalThis.fetch = (to, ...rest) =>
  String(to?.url ?? to).startsWith("https://purl.imsglobal.org/") ? Promise.reject(new Error("not fetched in this test")) : real(to, ...rest);
console.log = console.error = () => {};

let text = "";
for await (const chunk of process.stdin) text += chunk;
const answers = [];
for (const one of JSON.parse(text)) {
  const { credential, ...answer } = await verifyCredential({ credential: one, knownDIDRegistries: [] });
  answers.push(answer);
}
process.stdout.write(JSON.stringify(answers, (_, v) => (v instanceof Error ? { name: v.name, message: v.message } : v)) + "\n");
process.exit(0);
