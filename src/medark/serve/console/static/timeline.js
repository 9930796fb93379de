// A person's page: to the first row that is marked as evidence.

const marked = document.querySelector(".marked");
const asked = new URLSearchParams(location.search).has("evidence");

if (marked && asked) {
  marked.setAttribute("tabindex", "-1");
  marked.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  marked.focus({ preventScroll: true });
}
