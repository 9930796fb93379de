// The picture of the map: wheel, drag and keys move and zoom it; what flows through a node stands out when it is pointed at.
const view = document.querySelector(".flow-view");
const picture = view?.querySelector(".flow");

if (picture) {
  const whole = picture.getAttribute("viewBox").split(" ").map(Number);
  let [x, y, width, height] = whole;

  const ratio = () => view.clientWidth / Math.max(1, view.clientHeight);
  const heads = picture.querySelector(".heads");
  // What the columns are stays in sight.
  function put() {
    if (!(width > 0 && height > 0)) return;
    picture.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    heads?.setAttribute("transform", `translate(0 ${Math.max(0, y - whole[1])})`);
  }
  const between = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

  function moved(dx, dy) {
    x = between(x + dx, whole[0] - width * 0.4, whole[0] + whole[2] - width * 0.6);
    y = between(y + dy, whole[1] - (whole[3] > height ? 0 : height * 0.4), whole[1] + whole[3] - height * 0.6);
    put();
  }

  function zoomed(by, at = { x: 0.5, y: 0.5 }) {
    const next = between(width / by, whole[2] / 8, Math.max(whole[2], whole[3] * ratio()) * 1.1);
    const tall = next / ratio();
    x += (width - next) * at.x;
    y += (height - tall) * at.y;
    [width, height] = [next, tall];
    moved(0, 0);
  }

  function all() {
    width = Math.max(whole[2], whole[3] * ratio());
    height = width / ratio();
    x = whole[0] + (whole[2] - width) / 2;
    y = whole[1] + (whole[3] - height) / 2;
    put();
  }

  // At first as wide as it is, or as wide as can be read, and hardly larger than the page's text; from its top, or, where
  // one thing is asked for, with that in sight.
  function first() {
    const wide = view.clientWidth;
    if (!wide) return;
    view.style.height = "";
    width = wide >= 900 ? Math.max(whole[2], wide / 1.15) : Math.min(whole[2], wide * 1.25);
    if (wide >= 900) view.style.height = `${Math.min(view.clientHeight, Math.max(280, (whole[3] / width) * wide))}px`;
    height = width / ratio();
    [x, y] = [whole[0] + Math.min(0, (whole[2] - width) / 2), whole[1]];
    const box = picture.querySelector(".focus .box")?.getBBox();
    if (box && box.y + box.height > y + height) [x, y] = [wide >= 900 ? x : box.x - 24, box.y - height / 2];
    else if (!box && whole[3] > height * 1.5) y = whole[1] + (whole[3] - height) / 2;
    moved(0, 0);
  }

  const place = (event) => {
    const box = view.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };

  view.classList.add("live");
  for (const tool of document.querySelectorAll("[data-zoom]")) tool.hidden = false;
  first();
  addEventListener("resize", first);

  // The wheel is the page's until somebody works in the picture.
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !view.contains(document.activeElement)) return;
    event.preventDefault();
    if (event.shiftKey) moved(((event.deltaY || event.deltaX) * width) / view.clientWidth, 0);
    else zoomed(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), place(event));
  }, { passive: false });

  let from = null;
  let far = false;
  view.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    [from, far] = [event, false];
    if (!event.target.closest("a")) view.focus({ preventScroll: true });
  });
  view.addEventListener("pointermove", (event) => {
    if (!from) return;
    if (!far && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) < 5) return;
    if (!far) view.setPointerCapture(event.pointerId), view.classList.add("moving");
    far = true;
    moved(((from.clientX - event.clientX) * width) / view.clientWidth, ((from.clientY - event.clientY) * height) / view.clientHeight);
    from = event;
  });
  for (const end of ["pointerup", "pointercancel"]) view.addEventListener(end, () => {
    from = null;
    view.classList.remove("moving");
  });
  view.addEventListener("click", (event) => far && event.preventDefault(), true);
  view.addEventListener("dragstart", (event) => event.preventDefault());

  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  view.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps[event.key];
    if (step) moved((step[0] * width) / 8, (step[1] * height) / 8);
    else if (event.key === "+" || event.key === "=") zoomed(1.25);
    else if (event.key === "-") zoomed(0.8);
    else if (event.key === "0") all();
    else return;
    event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-zoom] [data-by]")) {
    button.addEventListener("click", () => (button.dataset.by === "0" ? all() : zoomed(button.dataset.by === "1" ? 1.25 : 0.8)));
  }

  const edges = [...picture.querySelectorAll(".edges path")];
  const nodes = [...picture.querySelectorAll(".node")];

  function reached(start, near) {
    const found = new Set([start]);
    for (const key of found) for (const next of near(key)) found.add(next);
    return found;
  }

  function through(node) {
    const key = node?.dataset.node;
    picture.classList.toggle("chosen", Boolean(key));
    if (!key) return;
    const up = reached(key, (one) => edges.filter((edge) => edge.dataset.to === one).map((edge) => edge.dataset.from));
    const down = reached(key, (one) => edges.filter((edge) => edge.dataset.from === one).map((edge) => edge.dataset.to));
    const both = (edge, keys) => keys.has(edge.dataset.from) && keys.has(edge.dataset.to);
    for (const edge of edges) edge.classList.toggle("on", both(edge, up) || both(edge, down));
    for (const one of nodes) one.classList.toggle("on", up.has(one.dataset.node) || down.has(one.dataset.node));
  }

  // A node that the keyboard comes to is brought into sight.
  function seen(node) {
    const box = node?.querySelector(".box")?.getBBox();
    if (!box) return;
    if (box.x < x || box.x + box.width > x + width) moved(box.x + box.width / 2 - (x + width / 2), 0);
    if (box.y < y || box.y + box.height > y + height) moved(0, box.y - (y + height / 2));
  }

  picture.addEventListener("pointerover", (event) => far || through(event.target.closest("[data-node]")));
  picture.addEventListener("pointerleave", () => through(null));
  picture.addEventListener("focusin", (event) => {
    const node = event.target.closest("[data-node]");
    through(node), seen(node);
  });
  picture.addEventListener("focusout", () => through(null));
}
