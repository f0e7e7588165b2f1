/* Files dropped on a record are sent one after another, each with its progress and its answer.
   Without this script the same form sends them all at once. */

for (const form of document.querySelectorAll("form[data-drop]")) {
  const words = form.dataset;
  const input = form.querySelector("input[type=file]");
  const uploads = form.querySelector("[data-uploads]");
  const fill = (text, values) => text.replace(/%(\w+)%/g, (all, name) => values[name] ?? all);
  const queue = [];
  let busy = false;

  form.classList.add("drop-live");
  form.querySelector("[data-drop-send]").hidden = true;

  const add = (files) => {
    for (const file of files) {
      const row = document.createElement("li");
      row.append(Object.assign(document.createElement("strong"), { textContent: file.name }));
      const progress = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
      progress.setAttribute("aria-label", file.name);
      const said = Object.assign(document.createElement("span"), { textContent: words.waiting });
      row.append(progress, said);
      uploads.append(row);
      queue.push({ file, row, progress, said });
    }
    next();
  };

  const end = (item, accepted, sentence, again = false) => {
    item.progress.hidden = true;
    item.row.className = accepted ? "upload-good" : "upload-bad";
    item.said.textContent = sentence;
    if (again) {
      const button = Object.assign(document.createElement("button"), {
        type: "button", className: "btn btn-sm btn-quiet", textContent: words.again,
      });
      button.addEventListener("click", () => { item.row.remove(); add([item.file]); });
      item.row.append(button);
    }
    busy = false;
    next();
  };

  const next = () => {
    if (busy || !queue.length) return;
    const item = queue.shift();
    const size = item.file.size / 1024 / 1024;
    busy = true;
    if (size > Number(words.limit)) {
      end(item, false, fill(words.tooLarge, { name: item.file.name, size: Math.ceil(size), limit: words.limit }));
      return;
    }
    const data = new FormData(form);
    data.delete("files");
    data.append("files", item.file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      item.progress.value = (event.loaded / event.total) * 100;
      item.said.textContent = event.loaded === event.total
        ? words.checking : fill(words.sending, { percent: Math.floor(item.progress.value) });
    });
    request.addEventListener("load", () => {
      const answer = request.response;
      if (!answer || !("accepted" in answer)) { end(item, false, words.refused, true); return; }
      const list = form.parentElement.querySelector("[data-proof-list]");
      const template = document.createElement("template");
      template.innerHTML = answer.list; // our own page's part, escaped by its template
      list.replaceWith(template.content);
      end(item, answer.accepted, answer.sentence);
    });
    request.addEventListener("error", () => end(item, false, words.lost, true));
    request.send(data);
  };

  input.addEventListener("change", () => { add(input.files); input.value = ""; });

  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("drop-over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    form.addEventListener(name, () => form.classList.remove("drop-over"));
  }
  form.addEventListener("drop", (event) => { event.preventDefault(); add(event.dataTransfer.files); });
  window.addEventListener("beforeunload", (event) => { if (busy || queue.length) event.preventDefault(); });
}
