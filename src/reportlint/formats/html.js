"use strict";
// Lights up the places of a note, or the notes of a place, and hides what the filters leave out.
(function () {
  const notes = new Map([...document.querySelectorAll(".note")].map((note) => [note.id, note]));
  const places = new Map();
  for (const mark of document.querySelectorAll("mark[data-of]"))
    for (const name of mark.dataset.of.split(" ")) places.set(name, [...(places.get(name) || []), mark]);

  let lit = [];
  function light(names) {
    for (const element of lit) element.classList.remove("lit");
    lit = names.flatMap((name) => [notes.get(name), ...(places.get(name) || [])]).filter(Boolean);
    for (const element of lit) element.classList.add("lit");
  }
  function follow(event) {
    const mark = event.target.closest("mark[data-of]");
    const badge = event.target.closest(".badge");
    const note = event.target.closest(".note");
    if (mark) light(mark.dataset.of.split(" "));
    else if (badge) light([badge.hash.slice(1)]);
    else if (note) light([note.id]);
    else light([]);
  }
  document.addEventListener("mouseover", follow);
  document.addEventListener("focusin", follow);

  const form = document.querySelector(".filters");
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  function filter() {
    const severities = new Set([...form.querySelectorAll("input:checked")].map((box) => box.value));
    const rule = form.querySelector("select").value;
    const hidden = new Set();
    for (const [name, note] of notes) {
      note.hidden = !severities.has(note.dataset.severity) || (rule !== "" && rule !== note.dataset.rule);
      if (note.hidden) hidden.add(name);
    }
    for (const mark of document.querySelectorAll("mark[data-of]"))
      mark.classList.toggle("unlit", mark.dataset.of.split(" ").every((name) => hidden.has(name)));
    for (const cell of document.querySelectorAll(".sheet :is(td, th):is(.error, .warning, .info)"))
      cell.classList.toggle("unlit", cell.querySelector("mark:not(.unlit)") === null);
  }
  form.addEventListener("change", filter);
})();
