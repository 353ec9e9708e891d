// Starts GOV.UK's small enhancements: showing a password, moving to an error, sending a form once.
// Then the notes that were typed and not saved: kept on this device, see drafts.js.
import { initAll } from "./govuk-frontend.min.js";
import { forgetAll, forgetSaved } from "./drafts.js";

initAll();
forgetSaved();
document.querySelector("[data-sign-out]")?.addEventListener("submit", () => forgetAll());
// A search asks only for what was chosen, so that its address can be read.
document.querySelector("[data-tidy]")?.addEventListener("submit", (event) => {
  const empty = [...event.target.elements].filter((field) => field.name && !field.value);
  empty.forEach((field) => (field.disabled = true));
  setTimeout(() => empty.forEach((field) => (field.disabled = false))); // for the way back
});

// Without script each is ticked by itself.
for (const button of document.querySelectorAll("[data-tick-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll("input[type=checkbox]")];
    const ticks = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = ticks;
  });
}
