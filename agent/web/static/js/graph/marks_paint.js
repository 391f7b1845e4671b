// What is drawn behind and above the graph: lanes, and the numbers of a plan's steps.

/** Faint lines between the lanes. */
export function paintLanes(pen, scene, palette, view, scale) {
  if (scale < 0.2) return;
  pen.fillStyle = palette.line;
  pen.globalAlpha = 0.55;
  for (const [top] of scene.lanes.slice(1)) pen.fillRect(view.left, top - 21, view.right - view.left, 0.8 / scale);
  pen.globalAlpha = 1;
}

/** What each lane holds, at the left of the pane and above everything. */
export function paintLaneNames(pen, scene, palette, camera) {
  const scale = camera.scale;
  if (scale < 0.42 || camera.width < 620) return;
  const size = 11 / scale;
  pen.font = `560 ${size}px ${palette.sans}`;
  pen.textAlign = "left";
  const last = scene.lanes.length - 1;
  scene.lanes.forEach(([top], k) => {
    const words = laneWords(scene.lanes, k, last);
    const [x, y] = [camera.x + 12 / scale, top - 21 + 17 / scale];
    pen.globalAlpha = 0.86;
    pen.fillStyle = palette.ground;
    pen.fillRect(x - 5 / scale, y - 1.15 * size, pen.measureText(words).width + 10 / scale, 1.6 * size);
    pen.globalAlpha = 1;
    pen.fillStyle = palette.faint;
    pen.fillText(words, x, y);
  });
}

function laneWords(lanes, k, last) {
  const level = lanes[k][2];
  if (level < 0) return "found in the world";
  if (level === 0) return "needs nothing made";
  const words = `after ${level} ${level === 1 ? "skill" : "skills"}`;
  return k === last && last > 1 ? `${words}: goals` : words;
}

/** Numbers on the cards of a plan, in the order of its steps; a skill that comes again has several. */
export function paintBadges(pen, badges, palette, scale) {
  if (!badges.length) return;
  const size = Math.max(1, 0.62 / scale);
  pen.font = `680 ${11.5 * size}px ${palette.sans}`;
  pen.textAlign = "center";
  for (const { node, text } of badges) {
    const width = Math.max(19, 9 + 6.6 * text.length) * size;
    const [x, y] = [node.x + 4, node.y - 2];
    pen.fillStyle = palette.accent;
    pen.strokeStyle = palette.ground;
    pen.lineWidth = 2 * size;
    pen.beginPath();
    pen.roundRect(x - 9.5 * size, y - 9.5 * size, width, 19 * size, 9.5 * size);
    pen.stroke();
    pen.fill();
    pen.fillStyle = palette.surface;
    pen.fillText(text, x - 9.5 * size + width / 2, y + 4 * size);
  }
  pen.textAlign = "left";
}
