// Results by keys: j and k, or the arrows from the search, go from one to the next. Links stay links.
const results = [...document.querySelectorAll("[data-results] h3 a")];
const box = document.querySelector("main [data-search]");

function go(step, from) {
  const at = results.indexOf(from);
  const next = at < 0 ? (step > 0 ? 0 : -1) : at + step;
  if (next < 0) box?.focus();
  else results[Math.min(next, results.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !results.length) return;
  const typing = event.target.closest("input, textarea, select");
  const down = event.key === "ArrowDown" ? typing === box || results.includes(event.target) : event.key === "j" && !typing;
  const up = event.key === "ArrowUp" ? results.includes(event.target) : event.key === "k" && !typing;
  if (down || up) event.preventDefault(), go(down ? 1 : -1, event.target);
});
