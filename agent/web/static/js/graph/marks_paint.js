// What is drawn behind and above the graph: lanes, and the numbers of a plan's steps.

/** Faint bands, one a lane, with what they hold at their left. */
export function paintLanes(pen, scene, palette, camera) {
  const scale = camera.scale;
  if (scale < 0.2) return;
  const left = camera.x, width = camera.width / scale;
  pen.fillStyle = palette.line;
  pen.globalAlpha = 0.55;
  for (const [top] of scene.lanes.slice(1)) pen.fillRect(left, top - 21, width, 0.8 / scale);
  pen.globalAlpha = 1;
  if (scale < 0.42 || camera.width < 620) return;
  pen.font = `560 ${11 / Math.max(scale, 0.7)}px ${palette.sans}`;
  pen.fillStyle = palette.faint;
  pen.textAlign = "left";
  const last = scene.lanes.length - 1;
  scene.lanes.forEach(([top], k) => pen.fillText(laneWords(scene.lanes, k, last), left + 12 / scale, top - 21 + 16 / scale));
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
