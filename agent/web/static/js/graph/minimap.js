// The whole in small, with the part that is seen; click or drag to go there.
import { make } from "../lib/dom.js";
import { paintPlain } from "./nodes_paint.js";

const MINIMAP_WIDTH = 184;
const MINIMAP_HEIGHT = 132;

/** A small picture of the whole beside the large one; hidden while everything is seen anyway. */
export function makeMinimap(picture) {
  const canvas = make("canvas", { class: "minimap", "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  let still = null;
  let shownScene = null;
  let shownLook = null;

  function redraw() {
    const { scene, camera, look, palette } = picture;
    const whole = camera.width / camera.scale >= scene.width && camera.height / camera.scale >= scene.height;
    canvas.hidden = whole || !scene.width || camera.width < 620;
    if (canvas.hidden) return;
    const scale = Math.min(MINIMAP_WIDTH / scene.width, MINIMAP_HEIGHT / scene.height);
    const [width, height] = [Math.round(scene.width * scale), Math.round(scene.height * scale)];
    if (!still || shownScene !== scene || shownLook !== look.shown || still.palette !== palette) {
      still = drawStill(scene, look, palette, scale, width, height);
      [shownScene, shownLook] = [scene, look.shown];
    }
    if (canvas.width !== width * 2 || canvas.height !== height * 2) {
      [canvas.width, canvas.height] = [width * 2, height * 2];
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(still.image, 0, 0);
    pen.setTransform(2 * scale, 0, 0, 2 * scale, 0, 0);
    pen.strokeStyle = palette.accent;
    pen.lineWidth = 1.5 / scale;
    const [left, top] = [Math.max(2, camera.x), Math.max(2, camera.y)];
    const right = Math.min(scene.width - 2, camera.x + camera.width / camera.scale);
    pen.strokeRect(left, top, right - left, Math.min(scene.height - 2, camera.y + camera.height / camera.scale) - top);
  }

  const go = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const box = canvas.getBoundingClientRect();
    const { scene, camera } = picture;
    camera.centre(((event.clientX - box.left) / box.width) * scene.width, ((event.clientY - box.top) / box.height) * scene.height);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    go(event);
  });
  canvas.addEventListener("pointermove", go);
  picture.onFrame(redraw);
  return canvas;
}

function drawStill(scene, look, palette, scale, width, height) {
  const image = document.createElement("canvas");
  [image.width, image.height] = [width * 2, height * 2];
  const pen = image.getContext("2d");
  pen.fillStyle = palette.surface;
  pen.fillRect(0, 0, image.width, image.height);
  pen.setTransform(2 * scale, 0, 0, 2 * scale, 0, 0);
  paintPlain(pen, scene.nodes.filter((node) => !look.hidden(node)), palette, { ...look, dimmed: () => false });
  return { image, palette };
}
