// What flows through a node of the picture stands out while it is pointed at.
const picture = document.querySelector(".map-flow");

function through(node) {
  const key = node?.dataset.node;
  picture.classList.toggle("chosen", Boolean(key));
  for (const path of picture.querySelectorAll("path")) {
    path.classList.toggle("on", Boolean(key) && path.dataset.ends.split(" ").includes(key));
  }
}

if (picture) {
  for (const event of ["pointerover", "focusin"]) picture.addEventListener(event, (told) => through(told.target.closest("[data-node]")));
  for (const event of ["pointerleave", "focusout"]) picture.addEventListener(event, () => through(null));
}
