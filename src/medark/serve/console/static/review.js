// Review by keys, and lists narrowed while one types. Without scripts every link, form and choice is there as well.
const typing = (target) => target.closest("input:not([type=radio]), textarea, select");
const columns = [...document.querySelectorAll(".column")];
const form = document.querySelector("form.columns-of");

for (const box of document.querySelectorAll("[data-narrow]")) {
  const rows = [...document.querySelectorAll(box.dataset.narrow)];
  const none = document.getElementById(box.dataset.none);
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase().split(/\s+/);
    const there = rows.filter((row) => (row.hidden = !wanted.every((word) => row.dataset.told.toLowerCase().includes(word))) === false);
    if (none) none.hidden = there.length > 0;
  });
}

function near(step) {
  const there = columns.filter((one) => !one.hidden);
  const at = there.findIndex((one) => one.contains(document.activeElement));
  const to = there[at < 0 ? (step > 0 ? 0 : there.length - 1) : Math.min(Math.max(at + step, 0), there.length - 1)];
  if (!to) return;
  (to.querySelector("summary") ?? to.querySelector("input[type=radio]:checked") ?? to.querySelector("input"))?.focus();
  to.scrollIntoView({ block: "center" });
}

function choose(digit) {
  const column = columns.find((one) => one.contains(document.activeElement));
  if (!column) return;
  if (column.tagName === "DETAILS") column.open = true;
  const radios = [...column.querySelectorAll("input[type=radio]")];
  const radio = digit ? radios.slice(0, -1)[digit - 1] : radios.at(-1);
  if (radio) radio.checked = true, radio.focus();
}

function press(selector) {
  const found = document.querySelector(selector);
  if (found) found.click();
}

document.addEventListener("keydown", (event) => {
  if (!form || event.defaultPrevented || event.altKey || event.isComposing) return;
  const key = event.key;
  if ((event.ctrlKey || event.metaKey) && key === "Enter") return event.preventDefault(), press("button[name=step][value=accept]");
  if (event.ctrlKey || event.metaKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  const act = {
    j: () => near(1), k: () => near(-1), n: () => press("[data-key=next]"), f: () => document.querySelector("[data-narrow]")?.focus(),
    o: () => columns.find((one) => one.contains(document.activeElement))?.querySelector("input[type=text]")?.focus(),
  }[key];
  if (act) event.preventDefault(), act();
  else if (/^[0-9]$/.test(key)) event.preventDefault(), choose(Number(key));
});
