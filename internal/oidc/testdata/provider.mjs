// An OpenID Connect provider for tests: oidc-provider with its development sign-in form, where any name
// and password do. It prints its address once it listens, and ends when its standard input does.
//
// Who signs in as "unverified" has an address the provider has not verified; "nomail" has none.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [redirect] = process.argv.slice(2);
const client = (id) => ({
  client_id: id,
  client_secret: "secret of " + id,
  redirect_uris: [redirect],
  token_endpoint_auth_method: process.env.AUTH_METHOD || "client_secret_basic",
});

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [client("filiere"), client("other")],
    clientAuthMethods: [process.env.AUTH_METHOD || "client_secret_basic"],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: process.env.CLAIMS !== "token", // true: claims are in the user information only
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: "Name of " + id,
        ...(id === "nomail" ? {} : { email: `${id}@Example.org`, email_verified: id !== "unverified" }),
      }),
    }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
