/* One file dropped on a box instead of chosen. Without this script the box holds the browser's own field. */

document.querySelectorAll("[data-drop-one]").forEach((box) => {
  const input = box.querySelector("input[type=file]");
  const chosen = box.querySelector("[data-chosen]");
  box.classList.add("drop-live");
  const tell = () => { if (input.files.length) chosen.textContent = input.files[0].name; };
  input.addEventListener("change", tell);
  ["dragenter", "dragover"].forEach((kind) => box.addEventListener(kind, () => box.classList.add("drop-over")));
  ["dragleave", "drop"].forEach((kind) => box.addEventListener(kind, () => box.classList.remove("drop-over")));
  tell();
});
