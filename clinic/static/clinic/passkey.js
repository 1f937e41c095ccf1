/* Asks the browser for a passkey and sends the form with its answer. The page's options lie in #passkey-options. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const options = JSON.parse(document.getElementById("passkey-options").textContent);
  const start = form.querySelector("[data-passkey-start]");
  const failed = form.querySelector("[data-passkey-failed]");
  if (!window.PublicKeyCredential) return;
  start.disabled = false;
  start.addEventListener("click", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const ask = form.dataset.passkey === "create" ? webauthnJSON.create : webauthnJSON.get;
      form.elements.credential.value = JSON.stringify(await ask(options));
      form.submit();
    } catch {
      failed.hidden = false;
      start.focus();
    }
  });
})();
