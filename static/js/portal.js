/* The little that the pages do by themselves. Every page works without it. */

// An opened menu closes when one goes elsewhere or presses Escape.
const menus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});

// A form is sent once; the button says that it is on its way. (The server counts it once in any case.)
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-once]").forEach((form) => { delete form.dataset.sent; });
});

// What is to be mended is read out and seen first.
document.getElementById("form-errors")?.focus();

// Typed text is not lost by leaving the page by mistake.
let touched = false;
document.addEventListener("input", (event) => { if (event.target.closest(".form-card")) touched = true; });
document.addEventListener("submit", () => { touched = false; });
window.addEventListener("beforeunload", (event) => {
  if (touched && !document.querySelector("form[data-draft-kept]")) event.preventDefault();
});

// What only a script can do is offered where scripts run.
document.querySelectorAll("[data-live]").forEach((part) => { part.hidden = false; });

// What was chosen for a form is named beside its field.
document.addEventListener("change", (event) => {
  const said = event.target.matches("input[type=file]") && event.target.parentElement.querySelector("[data-chosen]");
  if (said) said.textContent = [...event.target.files].map((file) => file.name).join(", ");
});

// One press copies what a field shows.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  await navigator.clipboard?.writeText(field.value);
  button.querySelector("span").textContent = button.dataset.copied;
});

// One press chooses every box of a list; a second one none.
const offerToChooseAll = () => document.querySelectorAll("[data-choose-all]").forEach((button) => { button.hidden = false; });
offerToChooseAll();
document.addEventListener("htmx:afterSwap", offerToChooseAll);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-choose-all]");
  if (!button) return;
  const boxes = [...button.form.querySelectorAll("td input[type=checkbox]")];
  const all = boxes.every((box) => box.checked);
  boxes.forEach((box) => { box.checked = !all; });
});
// A questionnaire says when an answer did not get through, and sends it again when the connection is back.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (!form.matches?.("form[data-lost]")) return;
  form.toggleAttribute("data-unsaved", !event.detail.successful);
  document.getElementById(form.dataset.lost).hidden = event.detail.successful;
});
const sendAgain = () => document.querySelectorAll("form[data-unsaved]").forEach((form) => htmx.trigger(form, "change"));
window.addEventListener("online", sendAgain);
setInterval(sendAgain, 10_000);

// "/" goes to the search, unless one is typing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const field = [...document.querySelectorAll("[data-search]")].find((one) => one.checkVisibility());
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select?.();
});

// The press that prints a page; without scripts the browser's own menu does.
document.querySelectorAll("[data-print]").forEach((button) => { button.addEventListener("click", () => window.print()); });
