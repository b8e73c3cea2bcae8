// Passkeys: the browser asks the device, card or security key, and the form carries the answer. Nothing else here needs a script.
"use strict";

const can = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button");
  const told = form.querySelector("[data-told]");
  if (!can) {
    told.textContent = told.dataset.old;
    continue;
  }
  button.hidden = false;
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.textContent = "";
    button.disabled = true;
    try {
      let options = form.dataset.options;
      if (!options) {
        const asked = await fetch("/passkeys/questions", { method: "POST" });
        if (!asked.ok) throw new Error(String(asked.status));
        options = await asked.text();
      }
      const publicKey = JSON.parse(options);
      const answer = form.dataset.passkey === "make"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
      form.querySelector("[data-answer]").value = JSON.stringify(answer.toJSON());
      form.submit();
    } catch (why) {
      button.disabled = false;
      told.textContent = why.name === "InvalidStateError" ? told.dataset.has : told.dataset.failed;
    }
  });
}
