// Keys and small comforts. Every page works without: nothing here is the only way to anything.

const search = () => document.querySelector("main [data-search]") ?? document.querySelector(".top [data-search]");
const keys = document.getElementById("keys");
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
let going = 0; // until when a letter after `g` is the name of a page

function showKeys() {
  if (keys && !keys.open) keys.showModal();
}

function toSearch() {
  const field = search();
  if (field?.checkVisibility?.() ?? field) {
    field.focus();
    field.select?.();
  } else {
    const people = document.querySelector('.side a[data-key="p"]');
    if (people) location.assign(`${people.href}#to-search`);
  }
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") closeMenus();
  if (typing(event.target) || keys?.open) return;
  if (going > event.timeStamp) {
    going = 0;
    const place = document.querySelector(`.side a[data-key="${CSS.escape(event.key)}"]`);
    if (place) {
      event.preventDefault();
      location.assign(place.href);
      return;
    }
  }
  if (event.key === "g") going = event.timeStamp + 1500;
  else if (event.key === "/") event.preventDefault(), toSearch();
  else if (event.key === "?") event.preventDefault(), showKeys();
}

function closeMenus(but = null) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === but) continue;
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held && !but) menu.querySelector("summary").focus();
  }
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  const menu = event.target.closest("details.menu");
  for (const one of document.querySelectorAll("details.menu[open]")) if (one !== menu) one.open = false;
});
for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", showKeys);
}

// On a narrow screen the navigation is a row: the page that one is on is to be seen in it.
const row = document.querySelector(".side");
const current = row?.querySelector("a[aria-current]");
if (current) row.scrollLeft = current.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;

if (location.hash === "#to-search") search()?.focus();
