// Shows the document that the address asks for, in the colours that the reader prefers.
"use strict";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
paint();
dark.addEventListener("change", paint);

const links = [...document.querySelectorAll("[data-api]")];
const wanted = new URLSearchParams(window.location.search).get("api");
const chosen = links.find((link) => link.dataset.api === wanted) ?? links[0];
chosen.setAttribute("aria-current", "page");

window.SwaggerUIBundle({
  url: `/openapi/${chosen.dataset.api}.json`,
  dom_id: "#reference",
  presets: [window.SwaggerUIBundle.presets.apis],
  deepLinking: true,
  filter: true,
  docExpansion: chosen.dataset.api === "integration" ? "list" : "none",
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 3,
  displayRequestDuration: true,
  validatorUrl: null, // it would ask a server elsewhere
});
