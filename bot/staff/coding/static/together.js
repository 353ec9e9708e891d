// Ticks all answers of the list, or none.
const all = document.querySelector("[data-tick-all]");

if (all) {
  const boxes = [...document.querySelectorAll("[name=answer]")];
  const tell = () => (all.textContent = boxes.every((box) => box.checked) ? "Tick none" : "Tick all");
  all.hidden = false;
  all.addEventListener("click", () => {
    const ticked = !boxes.every((box) => box.checked);
    boxes.forEach((box) => (box.checked = ticked));
    tell();
  });
  boxes.forEach((box) => box.addEventListener("change", tell));
  tell();
}
