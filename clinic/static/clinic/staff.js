/* Asks before a page is left with something typed that is neither sent nor kept as a draft. */
(() => {
  "use strict";
  const status = document.querySelector("[data-draft]");
  if (!status) return;
  let dirty = false;
  status.closest("form").addEventListener("input", () => { dirty = true; });
  document.addEventListener("submit", () => { dirty = false; });
  status.addEventListener("htmx:beforeRequest", () => { dirty = false; });
  status.addEventListener("htmx:afterRequest", (event) => { dirty = dirty || event.detail.xhr.status !== 200; });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
})();
