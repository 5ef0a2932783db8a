// Package oidc lets people sign in with an account they have elsewhere, by OpenID Connect.
//
// The way is the authorisation code flow with everything that binds its two halves together. Start makes
// a ceremony: a state that comes back in the address, a nonce that comes back in the signed token, and a
// PKCE verifier only we know. They are kept on our side under the ceremony's ID, a secret the browser
// carries in a cookie, so that only the browser that left comes back. Finish takes the ceremony, once,
// compares, exchanges the code for a token and verifies it: signature by the issuer's published keys
// (never "none", never a shared key), issuer, audience, authorised party, expiry, nonce. What comes out
// is what the issuer vouches for; an address it did not verify is refused.
//
// Whom the identity signs in as is decided elsewhere (people.EnterWith). No account is made here.
//
// Sources: OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE); RFC 9207 (issuer in the answer);
// RFC 9700 (OAuth 2.0 security best current practice).
//
// What it does not do: sign-out at the provider, refresh tokens, more than one provider.
package oidc
