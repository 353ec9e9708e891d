// What is selected in a public version goes into the field of words to take out.

const words = document.getElementById("words");
for (const text of document.querySelectorAll(".publishing__text")) {
  text.addEventListener("select", () => {
    const selected = text.value.slice(text.selectionStart, text.selectionEnd).trim();
    if (selected) words.value = selected.slice(0, words.maxLength);
  });
}
