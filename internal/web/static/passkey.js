// Passkeys: the part of the sign-in no page can do without a script. It carries options from the server
// to the browser and the browser's answer back, as JSON; what it says to the person is written in the page.

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const toText = (buffer) =>
  buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

// post sends JSON and gives the answer; where the server wants the person to sign in first, they go there.
async function post(address, body) {
  const response = await fetch(address, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (response.ok) return answer;
  if (answer.next) location.assign(answer.next);
  throw new Told(answer.error);
}

// Told is a failure the server put into words.
class Told extends Error {}

const descriptors = (list) => (list ?? []).map((d) => ({ ...d, id: toBytes(d.id) }));

async function signIn(next, how) {
  const { id, publicKey } = await post("/sign-in/passkey/options", {});
  publicKey.challenge = toBytes(publicKey.challenge);
  publicKey.allowCredentials = descriptors(publicKey.allowCredentials);
  const credential = await navigator.credentials.get({ publicKey, ...how });
  const answer = await post("/sign-in/passkey", { id, next, credential: written(credential) });
  location.assign(answer.next);
}

async function register(next, name) {
  const { id, publicKey } = await post("/passkeys/options", {});
  publicKey.challenge = toBytes(publicKey.challenge);
  publicKey.user.id = toBytes(publicKey.user.id);
  publicKey.excludeCredentials = descriptors(publicKey.excludeCredentials);
  const credential = await navigator.credentials.create({ publicKey });
  const answer = await post("/passkeys", { id, next, name, credential: written(credential) });
  location.assign(answer.next);
}

// written is a credential as JSON, the same in every browser.
function written(credential) {
  const r = credential.response;
  return {
    id: credential.id, rawId: toText(credential.rawId), type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: toText(r.clientDataJSON),
      attestationObject: toText(r.attestationObject), transports: r.getTransports?.(),
      authenticatorData: r.attestationObject ? undefined : toText(r.authenticatorData),
      signature: toText(r.signature), userHandle: toText(r.userHandle),
    },
  };
}

// attempt runs a ceremony for a part of the page and tells what went wrong there.
async function attempt(part, ceremony) {
  const told = part.querySelector("[role=alert]");
  told.textContent = "";
  try {
    await ceremony();
  } catch (failure) {
    if (failure.name === "AbortError") return;
    told.textContent = failure instanceof Told && failure.message ? failure.message : part.dataset.failed;
  }
}

// offerSignIn lets the browser propose passkeys in the address field as well as by the button.
async function offerSignIn(part) {
  part.hidden = false;
  const autofill = new AbortController();
  part.querySelector("button").addEventListener("click", () => {
    autofill.abort();
    attempt(part, () => signIn(part.dataset.next, {}));
  });
  if (await PublicKeyCredential.isConditionalMediationAvailable?.()) {
    attempt(part, () => signIn(part.dataset.next, { mediation: "conditional", signal: autofill.signal }));
  }
}

function offerRegister(part) {
  part.querySelector("[data-passkey-none]").hidden = true;
  part.querySelector("[data-passkey-form]").hidden = false;
  const name = part.querySelector("input");
  part.querySelector("button").addEventListener("click", () => attempt(part, () => register(part.dataset.next, name.value)));
}

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey=sign-in]")) offerSignIn(part);
  for (const part of document.querySelectorAll("[data-passkey=register]")) offerRegister(part);
}
