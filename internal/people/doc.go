// Package people knows who is who and who may do what.
//
// Words. An account is a person who can sign in. A role is what an account is there for; a grant gives an
// account a role, everywhere or for one object (its scope): an invited expert is an expert of one
// programme only. An action is something a person asks to do; the table of permissions says which roles may
// do which actions (see Permissions), and Allowed is the one place that reads it. A session is a
// signed-in browser; a token lets a program act for an account, within its scopes. A link is a secret sent
// once that opens one thing. The audit trail is an append-only chain of events: who did what to what.
//
// Secrets (session cookies, tokens, links) are random, 256 bits, and only their SHA-256 is ever stored:
// they cannot be guessed, so they need no slow hash. Passwords can be guessed, so they get Argon2id.
//
// Source of the rules: OWASP ASVS level 2 (docs/threat-model.md goes through it); W3C WebAuthn level 3;
// RFC 9106 (Argon2); règlement (UE) 2016/679 for personal data.
//
// The package imports no SQL and no HTTP, and nothing of the other rooms.
package people
