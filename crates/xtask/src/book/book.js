"use strict";
// Shows the rows that match the form, and keeps the form in the address so that a choice can be linked.
const form = document.getElementById("filters");
const rows = Array.from(document.querySelectorAll("tbody tr"));
const names = ["area", "severity", "role", "tag"];

function apply() {
  const words = form.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const matches =
      words.every((word) => row.dataset.text.includes(word)) &&
      names.every((name) => {
        const value = form.elements[name].value;
        return value === "" || row.dataset[name].split(" ").includes(value);
      });
    row.hidden = !matches;
    shown += matches ? 1 : 0;
  }
  document.getElementById("count").value = shown === 1 ? "1 rule" : shown + " rules";
}

function restore() {
  const chosen = new URLSearchParams(location.hash.slice(1));
  for (const name of ["search", ...names]) {
    form.elements[name].value = chosen.get(name) || "";
  }
  apply();
}

function changed() {
  const chosen = new URLSearchParams();
  for (const name of ["search", ...names]) {
    if (form.elements[name].value !== "") {
      chosen.set(name, form.elements[name].value);
    }
  }
  history.replaceState(null, "", "#" + chosen);
  apply();
}

form.addEventListener("input", changed);
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", restore);
restore();
