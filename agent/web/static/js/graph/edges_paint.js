// Edges on the canvas: curves through their way points, coloured by what became of the claim.
import { edgeLabel } from "./scene.js";

/** Adds an edge to the current path: leaves and enters upright, passes rows straight. */
export function traceEdge(pen, points, curved) {
  let [x, y] = points;
  pen.moveTo(x, y);
  for (let k = 2; k < points.length; k += 2) {
    const [nx, ny] = [points[k], points[k + 1]];
    if (!curved || nx === x) pen.lineTo(nx, ny);
    else if (Math.abs(ny - y) < 2) pen.bezierCurveTo(x, y + 34, nx, ny + 34, nx, ny);
    else {
      const middle = (y + ny) / 2;
      pen.bezierCurveTo(x, middle, nx, middle, nx, ny);
    }
    [x, y] = [nx, ny];
  }
}

/** Strokes edges in groups of one colour, which is what makes thousands of them quick. */
export function paintEdges(pen, edges, palette, { scale, alpha = 1, width = 1.3, colour = "" }) {
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
    pen.setLineDash(scale < 0.35 ? [] : dropped ? [1.5, 4] : key === "unverified" ? [5, 4] : []);
    pen.beginPath();
    for (const edge of group) traceEdge(pen, edge.points, scale > 0.2);
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/** Arrow heads and counts, where they can be read. */
export function paintEdgeEnds(pen, edges, palette, { scale, alpha = 1, colour = "" }) {
  if (scale < 0.42) return;
  pen.globalAlpha = alpha;
  for (const edge of edges) {
    if (edge.top < 0) continue;
    const points = edge.points, n = points.length;
    const [x, y] = [points[n - 2], points[n - 1]];
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
  for (const edge of edges) {
    const text = edgeLabel(edge);
    if (!text || edge.top < 0) continue;
    const points = edge.points, n = points.length;
    const [x, y] = edge.brings ? [points[0], points[1]] : [points[n - 2], points[n - 1]];
    pen.fillStyle = palette[edge.status];
    pen.strokeText(text, x + 5, y - 5);
    pen.fillText(text, x + 5, y - 5);
  }
  pen.globalAlpha = 1;
}
