
"use strict";
(() => {
  const all = (what, within = document) => Array.from(within.querySelectorAll(what));
  const one = (id) => document.getElementById(id);

  const said = one("said");
  const copied = (button) => {
    button.textContent = "Copied";
    said.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
      said.textContent = "";
    }, 2000);
  };
  const copyBySelection = (button, code) => {
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    if (document.execCommand("copy")) copied(button);
  };
  all("button.copy").forEach((button) => {
    const code = button.parentElement.querySelector("code");
    button.hidden = false;
    button.setAttribute("aria-label", "Copy " + code.textContent);
    button.addEventListener("click", () => {
      const bySelection = () => copyBySelection(button, code);
      if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(() => copied(button), bySelection);
      else bySelection();
    });
  });

  const filter = one("filter");
  const words = one("words");
  const boxes = all("input[type=checkbox]", filter);
  const findings = all(".finding").map((it) => ({ it, text: it.textContent.toLowerCase() }));
  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter((word) => word);
    const severities = boxes.filter((box) => box.checked).map((box) => box.value);
    let shown = 0;
    findings.forEach(({ it, text }) => {
      const isWanted = wanted.every((word) => text.includes(word));
      it.hidden = !(isWanted ? severities.includes(it.dataset.severity) : false);
      if (!it.hidden) shown += 1;
    });
    all("section.findings").forEach((section) => {
      section.classList.toggle("none", all(".finding:not([hidden])", section).length === 0);
    });
    const total = findings.length + (findings.length === 1 ? " finding" : " findings");
    one("count").textContent = shown === findings.length ? total : shown + " of " + total;
  };
  if (findings.length > 0) {
    filter.hidden = false;
    words.addEventListener("input", apply);
    boxes.forEach((box) => box.addEventListener("change", apply));
    apply();
  }

  const unfold = one("unfold");
  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-pressed") !== "true";
    all("details").forEach((it) => { it.open = open; });
    unfold.setAttribute("aria-pressed", String(open));
    unfold.textContent = open ? "Close all" : "Open all";
  });

  const reveal = () => {
    const target = one(location.hash.slice(1));
    if (!target) return;
    if (target.closest("[hidden], .none")) {
      words.value = "";
      boxes.forEach((box) => { box.checked = true; });
      apply();
    }
    for (let it = target; it; it = it.parentElement) {
      if (it.tagName === "DETAILS") it.open = true;
    }
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  reveal();

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((it) => { it.open = true; });
  });
  addEventListener("afterprint", () => {
    folded.forEach((it) => { it.open = false; });
  });
})();
