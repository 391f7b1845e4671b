// Skills as cards and facts as pills on the canvas, in three levels of detail.
import { shadeOf } from "./palette.js";

const CARD_PAD = 12;

/** Cards and pills: names and bars where they can be read, else plain boxes. */
export function paintNodes(pen, nodes, palette, look) {
  const { scale } = look;
  if (scale < 0.34) return paintPlain(pen, nodes, palette, look);
  for (const node of nodes) {
    pen.globalAlpha = look.dimmed(node) ? 0.22 : 1;
    if (node.skill) paintCard(pen, node, palette, look);
    else paintPill(pen, node, palette, look);
  }
  pen.globalAlpha = 1;
}

/** Boxes only, all of one colour together. */
export function paintPlain(pen, nodes, palette, look) {
  const groups = new Map();
  for (const node of nodes) {
    const colour = node.skill ? skillColour(node, palette, look) : palette["strong-line"];
    const key = look.dimmed(node) ? `~${colour}` : colour;
    const group = groups.get(key);
    if (group) group.push(node);
    else groups.set(key, [node]);
  }
  for (const [key, group] of groups) {
    const dim = key.startsWith("~");
    pen.globalAlpha = dim ? 0.2 : 0.85;
    pen.fillStyle = dim ? key.slice(1) : key;
    pen.beginPath();
    for (const node of group) pen.rect(node.x, node.y, node.w, node.skill ? node.h : node.h * 0.6);
    pen.fill();
  }
  pen.globalAlpha = 1;
}

function skillColour(node, palette, look) {
  if (look.stateOf(node) !== "admitted") return palette.faint;
  const shade = shadeOf(node, look.colourBy, look.now);
  return shade < 0 ? palette[look.colourBy === "kind" ? node.kind : "faint"] : palette.scale[shade];
}

function paintCard(pen, node, palette, look) {
  const state = look.stateOf(node);
  const shade = shadeOf(node, look.colourBy, look.now);
  const colour = skillColour(node, palette, look);
  pen.beginPath();
  pen.roundRect(node.x, node.y, node.w, node.h, 9);
  pen.fillStyle = state === "admitted" && shade >= 0 ? palette.tints[shade] : palette.raised;
  pen.fill();
  pen.lineWidth = look.marked(node) ? 2.4 : 1.2;
  pen.strokeStyle = look.marked(node) ? palette.focus : colour;
  pen.setLineDash(state === "admitted" ? [] : [4, 3]);
  pen.stroke();
  pen.setLineDash([]);
  paintGlyph(pen, node.kind, node.x + 18, node.y + node.h / 2, palette);
  pen.textAlign = "left";
  pen.font = `620 13px ${palette.sans}`;
  pen.fillStyle = state === "admitted" ? palette.ink : palette.soft;
  pen.fillText(node.label, node.x + 34, node.y + node.h / 2 - 3, node.w - 34 - CARD_PAD);
  if (state === "retired") strikeOut(pen, node, palette);
  paintMastery(pen, node, palette, colour, state);
}

function strikeOut(pen, node, palette) {
  const width = Math.min(pen.measureText(node.label).width, node.w - 34 - CARD_PAD);
  pen.fillStyle = palette.soft;
  pen.fillRect(node.x + 34, node.y + node.h / 2 - 8, width, 1.2);
}

/** Success as a bar, its 95 % interval as a whisker, and the figure beside it. */
function paintMastery(pen, node, palette, colour, state) {
  const [x, y, width] = [node.x + 34, node.y + node.h / 2 + 9, node.w - 34 - 54];
  pen.font = `500 11px ${palette.sans}`;
  pen.fillStyle = palette.soft;
  pen.textAlign = "right";
  const words = state === "retired" ? "retired" : node.rate === null ? "untried" : `${Math.round(100 * node.rate)} %`;
  pen.fillText(words, node.x + node.w - CARD_PAD, y + 6.5);
  pen.textAlign = "left";
  if (node.rate === null || state === "retired") return;
  pen.fillStyle = palette.track;
  pen.fillRect(x, y, width, 5);
  pen.fillStyle = colour;
  pen.fillRect(x, y, width * node.rate, 5);
  pen.fillStyle = palette.interval;
  pen.fillRect(x + width * node.low, y + 2, width * (node.high - node.low), 1);
  pen.fillRect(x + width * node.low - 0.5, y - 0.5, 1, 6);
  pen.fillRect(x + width * node.high - 0.5, y - 0.5, 1, 6);
}

function paintPill(pen, node, palette, look) {
  pen.beginPath();
  pen.roundRect(node.x, node.y, node.w, node.h, node.h / 2);
  pen.fillStyle = palette.surface;
  pen.fill();
  pen.lineWidth = look.marked(node) ? 2.2 : 1;
  pen.strokeStyle = look.marked(node) ? palette.focus : palette.line;
  pen.stroke();
  paintFactGlyph(pen, node, palette);
  pen.font = `450 12px ${palette.sans}`;
  pen.fillStyle = palette.soft;
  pen.textAlign = "left";
  pen.fillText(node.label, node.x + 22, node.y + node.h / 2 + 4.2, node.w - 32);
}

/** find: a ring; act: a square; craft: a diamond; chain: two rings. */
export function paintGlyph(pen, kind, x, y, palette) {
  pen.strokeStyle = palette[kind] || palette.soft;
  pen.lineWidth = 1.8;
  pen.beginPath();
  if (kind === "find") pen.arc(x, y, 6, 0, 7);
  else if (kind === "act") pen.roundRect(x - 5.5, y - 5.5, 11, 11, 2.5);
  else if (kind === "chain") {
    pen.arc(x - 3.5, y, 4, 0, 7);
    pen.moveTo(x + 7.5, y);
    pen.arc(x + 3.5, y, 4, 0, 7);
  } else {
    pen.moveTo(x, y - 7);
    pen.lineTo(x + 7, y);
    pen.lineTo(x, y + 7);
    pen.lineTo(x - 7, y);
    pen.closePath();
  }
  pen.stroke();
}

function paintFactGlyph(pen, node, palette) {
  const [x, y] = [node.x + 13, node.y + node.h / 2];
  pen.beginPath();
  pen.fillStyle = pen.strokeStyle = palette.faint;
  if (node.kind === "place" || node.kind === "known") {
    pen.arc(x, y, 2.8, 0, 7);
    pen.lineWidth = 1.5;
    pen.stroke();
  } else if (node.kind === "event") {
    pen.moveTo(x, y - 3.8);
    pen.lineTo(x + 3.8, y);
    pen.lineTo(x, y + 3.8);
    pen.lineTo(x - 3.8, y);
    pen.fill();
  } else {
    pen.arc(x, y, 2.9, 0, 7);
    pen.fill();
  }
}
