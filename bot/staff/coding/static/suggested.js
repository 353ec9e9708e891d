// While themes are looked for, looks how far it is. A name that is typed ticks its theme.
const LOOK_AGAIN = 1500; // milliseconds

const again = document.querySelector("[data-look-again]");
if (again) setTimeout(() => location.reload(), Number(again.dataset.lookAgain) || LOOK_AGAIN);
document.querySelectorAll(".suggested__name").forEach((one) => {
  const [keep, name] = one.querySelectorAll("input");
  name.addEventListener("input", () => (keep.checked = true));
});
