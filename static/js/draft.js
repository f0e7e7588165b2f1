/* What is typed is kept before it is saved: on the server, and on this device while the server can't be reached.
   Files are not kept. Without this script the form works as ever. */

for (const form of document.querySelectorAll("form[data-draft]")) {
  const words = form.dataset;
  const said = form.querySelector("[data-draft-said]");
  const place = `draft ${words.draft} ${location.pathname}`;
  const PAUSE = 1000; // after the last key
  const SMALL = 60_000; // what a browser sends while it leaves the page
  let timer, changed = false, request;

  const texts = () => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const say = (text, bad) => { said.textContent = text; said.classList.toggle("draft-bad", Boolean(bad)); };

  const lost = (sentence) => {
    changed = true;
    delete words.draftKept;
    if (sentence) { say(sentence, true); return; }
    try {
      const kept = texts().filter(([name]) => name !== "csrfmiddlewaretoken");
      localStorage.setItem(place, JSON.stringify({ at: Date.now(), texts: kept }));
      say(words.lost, true);
    } catch { say(words.unkept, true); }
    timer = setTimeout(save, 15_000);
  };

  const save = async (leaving = false) => {
    clearTimeout(timer);
    if (!changed || words.sent) return;
    changed = false;
    const body = new URLSearchParams(texts());
    body.set("draft_do", "save");
    request = new AbortController();
    const keepalive = leaving && body.toString().length < SMALL;
    try {
      const answer = await fetch(location.pathname, {
        method: "POST", body, keepalive, redirect: "manual", signal: request.signal,
      });
      if (answer.status === 413) { lost((await answer.json()).sentence); return; }
      if (!answer.ok) { lost(); return; }
      localStorage.removeItem(place);
      if (changed) return; // more was typed meanwhile
      words.draftKept = "yes"; // leaving the page loses nothing
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      say(words.saved.replace("%time%", time));
    } catch (error) { if (error.name !== "AbortError") lost(); }
  };

  const touch = () => {
    changed = true;
    delete words.draftKept;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", touch);
  form.addEventListener("change", (event) => { if (event.target.type !== "file") touch(); });
  form.addEventListener("submit", () => { clearTimeout(timer); changed = false; request?.abort(); localStorage.removeItem(place); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
  window.addEventListener("pagehide", () => save(true));
  window.addEventListener("online", () => save());

  // What this device kept while the server was out of reach.
  const offer = document.querySelector("[data-draft-local]");
  const kept = JSON.parse(localStorage.getItem(place) ?? "null");
  if (kept && offer) {
    offer.hidden = false;
    offer.querySelector("[data-draft-when]").textContent = new Date(kept.at).toLocaleString();
    offer.querySelector("[data-draft-fill]").addEventListener("click", () => {
      const names = new Set(kept.texts.map(([name]) => name));
      for (const field of form.elements) {
        if (!field.name || field.type === "file" || field.name === "csrfmiddlewaretoken") continue;
        const own = kept.texts.filter(([name]) => name === field.name).map(([, value]) => value);
        if (["checkbox", "radio"].includes(field.type)) field.checked = own.includes(field.value);
        else if (field.multiple) for (const option of field.options) option.selected = own.includes(option.value);
        else if (names.has(field.name)) field.value = own[0];
      }
      form.querySelectorAll("details").forEach((part) => { part.open = true; });
      offer.hidden = true;
      touch();
    });
    offer.querySelector("[data-draft-drop]").addEventListener("click", () => {
      localStorage.removeItem(place);
      offer.hidden = true;
    });
  }
}
