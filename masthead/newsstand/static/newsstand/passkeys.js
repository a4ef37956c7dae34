// Asks the browser for a passkey and sends its answer with the form. Without this script
// every other way to sign in works all the same.
"use strict";

const able = Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);

for (const form of document.querySelectorAll("form[data-passkey]")) {
  // The sentence that says what is missing stays where something is.
  if (!able) continue;
  form.querySelector(".needs-script").remove();
  form.addEventListener("submit", (event) => {
    if (form.dataset.answered) return;
    event.preventDefault();
    answer(form).catch(() => failed(form));
  });
}

async function answer(form) {
  const button = form.querySelector("button");
  form.querySelector(".passkey-failed").hidden = true;
  button.disabled = true;
  try {
    const { publicKey } = await options(form);
    const credential =
      form.dataset.passkey === "create"
        ? await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
          })
        : await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
          });
    field(form).value = JSON.stringify(credential.toJSON());
    form.dataset.answered = "yes";
    form.submit();
  } finally {
    button.disabled = false;
  }
}

async function options(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const response = await fetch(form.dataset.optionsUrl, {
    headers: { Accept: "application/json" },
  });
  if (!response.ok) throw new Error(response.statusText);
  return (await response.json()).request_options;
}

function field(form) {
  let input = form.querySelector("input[name=credential]");
  if (!input) {
    input = document.createElement("input");
    input.type = "hidden";
    input.name = "credential";
    form.append(input);
  }
  return input;
}

function failed(form) {
  const notice = form.querySelector(".passkey-failed");
  notice.textContent = form.dataset.failed;
  notice.hidden = false;
}
