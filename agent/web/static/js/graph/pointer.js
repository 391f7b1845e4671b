// Mouse, touch and keys on the picture.
import { nodeAt } from "./scene.js";

const CLICK_SLACK = 5;
const PAN_STEP = 80;

/** Lets a reader pan, zoom, pinch and choose; returns what undoes it. */
export function steerPicture(picture, { choose, hover, step }) {
  const { canvas, camera } = picture;
  const pointers = new Map();
  let moved = 0;
  let apart = 0;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const under = (event) => {
    const node = nodeAt(picture.scene, ...camera.toWorld(...place(event)), event.pointerType === "touch" ? 10 : 3);
    return node && !picture.look.hidden(node) ? node : null;
  };
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1]));
  };
  const down = (event) => {
    if (event.button) return;
    pointers.set(event.pointerId, place(event));
    if (event.isTrusted) canvas.setPointerCapture(event.pointerId);
    moved = pointers.size > 1 ? CLICK_SLACK : 0;
    if (pointers.size === 2) apart = spread();
  };
  const move = (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) {
      const node = under(event);
      canvas.classList.toggle("over", node !== null);
      hover(node, event);
      return;
    }
    const [x, y] = place(event);
    const [dx, dy] = [x - last[0], y - last[1]];
    moved += Math.abs(dx) + Math.abs(dy);
    pointers.set(event.pointerId, [x, y]);
    if (moved < CLICK_SLACK) return;
    canvas.classList.add("dragging");
    camera.pan(dx / pointers.size, dy / pointers.size);
    if (pointers.size === 2) {
      const now = spread();
      const [a, b] = [...pointers.values()];
      camera.zoom(now / apart, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      apart = now;
    }
  };
  const up = (event) => {
    const held = pointers.delete(event.pointerId);
    canvas.classList.remove("dragging");
    if (held && event.type === "pointerup" && moved < CLICK_SLACK) choose(under(event));
  };
  const wheel = (event) => {
    event.preventDefault();
    const [x, y] = place(event);
    if (event.shiftKey) camera.pan(-(event.deltaX || event.deltaY), 0);
    else camera.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), x, y);
  };
  const leave = () => hover(null);
  const key = (event) => pressKey(event, picture, step, choose);
  const wired = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, pointerleave: leave, keydown: key };
  for (const [name, listener] of Object.entries(wired)) canvas.addEventListener(name, listener);
  canvas.addEventListener("wheel", wheel, { passive: false });
}

function pressKey(event, picture, step, choose) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { camera } = picture;
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const arrow = arrows[event.key];
  if (arrow && event.shiftKey) camera.pan(-arrow[0] * PAN_STEP, -arrow[1] * PAN_STEP);
  else if (arrow) step(arrow[0], arrow[1]);
  else if (event.key === "+" || event.key === "=") camera.zoom(1.25);
  else if (event.key === "-") camera.zoom(0.8);
  else if (event.key === "0") camera.fit({ x: 0, y: 0, w: picture.scene.width, h: picture.scene.height });
  else if (event.key === "Escape") choose(null);
  else return;
  event.preventDefault();
}

/** The node that lies next in a direction, seen from another; null for none. */
export function nextNode(scene, look, from, dx, dy) {
  let best = null;
  let least = Infinity;
  const [x, y] = [from.x + from.w / 2, from.y + from.h / 2];
  for (const node of scene.nodes) {
    if (node === from || look.hidden(node)) continue;
    const [ox, oy] = [node.x + node.w / 2 - x, node.y + node.h / 2 - y];
    const ahead = ox * dx + oy * dy;
    const aside = Math.abs(ox * dy) + Math.abs(oy * dx);
    if (ahead <= 4) continue;
    const far = ahead + 2.2 * aside;
    if (far < least) [best, least] = [node, far];
  }
  return best;
}
