// A person's page: to the first row that is marked, where the address alone does not lead there.

const marked = document.getElementById("marked");

if (marked && location.hash !== "#marked") {
  marked.scrollIntoView({ block: "center" });
  marked.focus({ preventScroll: true });
}
