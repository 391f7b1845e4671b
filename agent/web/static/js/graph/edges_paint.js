// Edges on the canvas: curves through their way points, coloured by what became of the claim.
import { edgeLabel } from "./scene.js";

const LABEL_LINE = 11;
const MOST_DASHED = 300;

/** Adds the parts of an edge that are seen to the current path: it leaves and enters upright, passes rows straight. */
export function traceEdge(pen, points, curved, view) {
  let x = points[0];
  let y = points[1];
  let there = false;
  for (let k = 2; k < points.length; k += 2) {
    const nx = points[k];
    const ny = points[k + 1];
    const out = view && (Math.max(y, ny) + 40 < view.top || Math.min(y, ny) > view.bottom || Math.max(x, nx) < view.left || Math.min(x, nx) > view.right);
    if (out) there = false;
    else {
      if (!there) pen.moveTo(x, y);
      there = true;
      if (!curved || nx === x) pen.lineTo(nx, ny);
      else if (Math.abs(ny - y) < 2) pen.bezierCurveTo(x, y + 34, nx, ny + 34, nx, ny);
      else pen.bezierCurveTo(x, (y + ny) / 2, nx, (y + ny) / 2, nx, ny);
    }
    x = nx;
    y = ny;
  }
}

/** Strokes edges in groups of one colour, which is what makes thousands of them quick. */
export function paintEdges(pen, edges, palette, { scale, alpha = 1, width = 1.3, colour = "", view = null }) {
  const many = edges.length > MOST_DASHED;
  const groups = new Map();
  for (const edge of edges) {
    const key = colour ? (edge.believed ? "" : "dropped") : `${edge.status}${edge.believed ? "" : " dropped"}`;
    const group = groups.get(key);
    if (group) group.push(edge);
    else groups.set(key, [edge]);
  }
  pen.globalAlpha = alpha;
  for (const [key, group] of groups) {
    pen.strokeStyle = colour || palette[key.split(" ")[0]];
    pen.lineWidth = Math.max(width, 0.6 / scale);
    const dropped = key.endsWith("dropped");
    pen.setLineDash(scale < 0.35 || many ? [] : dropped ? [1.5, 4] : key === "unverified" ? [5, 4] : []);
    pen.beginPath();
    for (const edge of group) traceEdge(pen, edge.points, scale > 0.2, view);
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/** Arrow heads and counts, where they can be read. */
export function paintEdgeEnds(pen, edges, palette, { scale, alpha = 1, colour = "", view = null }) {
  if (scale < 0.42) return;
  const seen = (x, y) => !view || (x > view.left - 60 && x < view.right + 10 && y > view.top - 20 && y < view.bottom + 40);
  pen.globalAlpha = alpha;
  for (const edge of edges) {
    if (edge.top < 0) continue;
    const points = edge.points, n = points.length;
    const [x, y] = [points[n - 2], points[n - 1]];
    if (!seen(x, y)) continue;
    const up = points[n - 3] > y ? -1 : 1;
    pen.fillStyle = colour || palette[edge.status];
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x - 3.4, y - 6 * up);
    pen.lineTo(x + 3.4, y - 6 * up);
    pen.fill();
  }
  pen.font = `600 10.5px ${palette.sans}`;
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  pen.strokeStyle = palette.ground;
  pen.textAlign = "left";
  const placed = new Map();
  for (const edge of edges) {
    const text = edgeLabel(edge);
    if (!text || edge.top < 0) continue;
    const points = edge.points, n = points.length;
    const [x, y] = edge.brings ? [points[0], points[1]] : [points[n - 2], points[n - 1]];
    if (!seen(x, y)) continue;
    const near = placed.get(edge.skill) || [];
    const up = near.filter((other) => Math.abs(other - x) < 36).length * LABEL_LINE;
    placed.set(edge.skill, [...near, x]);
    pen.fillStyle = palette[edge.status];
    pen.strokeText(text, x + 5, y - 5 - up);
    pen.fillText(text, x + 5, y - 5 - up);
  }
  pen.globalAlpha = 1;
}
