// Draws a moment: tiles with night and sleep, a terminal, or a picture off a sheet.
import { make } from "../lib/dom.js";
import { fromBase64 } from "./tape.js";

const TERMINAL_COLOURS = [
  "#555555", "#cd3c3c", "#3caa3c", "#aa7832", "#5064dc", "#b446b4", "#3caaaa", "#bebebe",
  "#6e6e6e", "#ff963c", "#6eeb6e", "#faf06e", "#8296ff", "#fa82fa", "#78f0f0", "#ffffff",
];
const TERMINAL_CELL = [8, 16];

/** A canvas and the function that draws a moment on it. */
export async function makePicture(head) {
  if (head.kind === "tiles") return tilePicture(head.tiles);
  if (head.kind === "cells") return terminalPicture(head.cells);
  return sheetPicture(head.sheet);
}

function makeCanvas(width, height, kind) {
  const canvas = make("canvas", { class: `replay-canvas ${kind}`, width, height, role: "img" });
  return [canvas, canvas.getContext("2d", { willReadFrequently: kind === "tiles" })];
}

async function tilePicture(set) {
  const { columns, rows, size, lit_rows: lit } = set;
  const textures = await createImageBitmap(new Blob([fromBase64(set.textures)]));
  const [canvas, brush] = makeCanvas(columns * size, rows * size, "tiles");
  brush.imageSmoothingEnabled = false;
  const cells = columns * rows;
  const vignette = makeVignette(columns * size, lit * size);
  const put = (tile, cell) => {
    const [x, y] = [(cell % columns) * size, Math.floor(cell / columns) * size];
    brush.drawImage(textures, 0, tile * size, size, size, x, y, size, size);
  };
  const draw = ({ picture, moment }) => {
    for (let cell = 0; cell < cells; cell++) {
      put(picture[cell], cell);
      if (picture[cells + cell]) put(picture[cells + cell], cell);
    }
    const [light, asleep] = [picture[2 * cells] / 255, picture[2 * cells + 1]];
    if (light > 0.995 && !asleep) return;
    const image = brush.getImageData(0, 0, columns * size, lit * size);
    darken(image.data, light, asleep, vignette, moment);
    brush.putImageData(image, 0, 0);
  };
  return { canvas, draw };
}

/** How much of the night's noise covers each pixel: little in the middle. */
function makeVignette(width, height) {
  const shares = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [across, down] = [(2 * x) / (width - 1) - 1, (2 * y) / (height - 1) - 1];
      shares[y * width + x] = 1 - Math.exp(-2 * (across * across + down * down));
    }
  }
  return shares;
}

/** The game's own night and sleep, in place; the grain of its noise is ours. */
function darken(pixels, light, asleep, vignette, moment) {
  const noisy = light < 0.5 ? 2 * (0.5 - light) : 0;
  let grain = (moment * 2654435761) >>> 0;
  for (let i = 0, p = 0; p < pixels.length; i++, p += 4) {
    let [r, g, b] = [pixels[p], pixels[p + 1], pixels[p + 2]];
    const day = [r, g, b];
    if (noisy) {
      grain = (grain * 1664525 + 1013904223) >>> 0;
      const share = noisy * vignette[i];
      const noise = share * (32 + 95 * (grain / 4294967296));
      r = (1 - share) * r + noise;
      g = (1 - share) * g + noise;
      b = (1 - share) * b + noise;
    }
    let grey = 0.299 * r + 0.587 * g + 0.114 * b;
    r = light * day[0] + (1 - light) * 0.5 * (0.6 * grey + 0.4 * r);
    g = light * day[1] + (1 - light) * (0.5 * (0.6 * grey + 0.4 * g) + 8);
    b = light * day[2] + (1 - light) * (0.5 * (0.6 * grey + 0.4 * b) + 32);
    if (asleep) {
      grey = 0.299 * r + 0.587 * g + 0.114 * b;
      [r, g, b] = [0.5 * grey, 0.5 * grey, 0.5 * grey + 8];
    }
    [pixels[p], pixels[p + 1], pixels[p + 2]] = [r, g, b];
  }
}

function terminalPicture([rows, columns]) {
  const [width, height] = TERMINAL_CELL;
  const scale = 2;
  const [canvas, brush] = makeCanvas(columns * width * scale, rows * height * scale, "cells");
  brush.scale(scale, scale);
  brush.textBaseline = "middle";
  brush.textAlign = "center";
  brush.font = `13px ${getComputedStyle(document.documentElement).getPropertyValue("--mono")}`;
  const draw = ({ picture }) => {
    brush.fillStyle = "#101214";
    brush.fillRect(0, 0, columns * width, rows * height);
    for (let cell = 0; cell < rows * columns; cell++) {
      const code = picture[cell];
      if (code <= 32 || code > 126) continue;
      brush.fillStyle = TERMINAL_COLOURS[picture[rows * columns + cell] & 15];
      const [x, y] = [(cell % columns) * width, Math.floor(cell / columns) * height];
      brush.fillText(String.fromCharCode(code), x + width / 2, y + height / 2);
    }
  };
  return { canvas, draw };
}

function sheetPicture({ columns, side }) {
  const [canvas, brush] = makeCanvas(side, side, "sheet");
  const draw = ({ sheet, place }) => {
    const [x, y] = [(place % columns) * side, Math.floor(place / columns) * side];
    brush.drawImage(sheet, x, y, side, side, 0, 0, side, side);
  };
  return { canvas, draw };
}
