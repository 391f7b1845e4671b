// The picture in square pieces that are drawn once and then moved: what makes large graphs pan smoothly.

const TILE_PIXELS = 512;
const MOST_TILES = 64;
const BUDGET_MS = 10;
const FIRST_BUDGET_MS = 80;

/** Pieces of a picture at one scale; `paint(pen, rectangle)` draws a part of the world. */
export class Tiles {
  constructor(paint) {
    this.paint = paint;
    this.scale = 0;
    this.kept = new Map();
    this.old = null;
  }
  /** What was drawn is out of date; it is still shown until there is something new. */
  outdate() {
    if (this.kept.size) this.old = { kept: this.kept, scale: this.scale };
    this.kept = new Map();
  }
  /** What was drawn is of no use. */
  clear() {
    this.old = null;
    this.kept = new Map();
  }
  /** Draws what a camera sees; true when pieces are still missing, which the next frames bring. */
  draw(pen, camera, ratio, zooming) {
    const scale = camera.scale * ratio;
    if (scale !== this.scale) {
      this.outdate();
      this.scale = scale;
    }
    const left = Math.round(camera.x * scale), top = Math.round(camera.y * scale);
    const [width, height] = [camera.width * ratio, camera.height * ratio];
    const begin = performance.now();
    const budget = this.old || this.kept.size ? BUDGET_MS : FIRST_BUDGET_MS;
    let missing = false;
    let drawn = 0;
    if (this.old) this.drawOld(pen, left, top);
    for (let j = Math.floor(top / TILE_PIXELS); j * TILE_PIXELS < top + height; j++) {
      for (let i = Math.floor(left / TILE_PIXELS); i * TILE_PIXELS < left + width; i++) {
        const key = `${i} ${j}`;
        let tile = this.kept.get(key);
        if (!tile && !zooming && (!drawn || performance.now() - begin < budget)) {
          tile = this.make(i, j);
          drawn += 1;
        }
        if (tile) {
          this.kept.delete(key);
          this.kept.set(key, tile);
          pen.drawImage(tile, i * TILE_PIXELS - left, j * TILE_PIXELS - top);
        } else missing = true;
      }
    }
    if (!missing) this.old = null;
    while (this.kept.size > MOST_TILES) this.kept.delete(this.kept.keys().next().value);
    return missing;
  }
  /** The pieces of another scale, stretched, until there are new ones. */
  drawOld(pen, left, top) {
    const stretch = this.scale / this.old.scale;
    const size = TILE_PIXELS * stretch;
    for (const [key, tile] of this.old.kept) {
      const [i, j] = key.split(" ").map(Number);
      pen.drawImage(tile, i * size - left, j * size - top, size, size);
    }
  }
  make(i, j) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = TILE_PIXELS;
    const pen = tile.getContext("2d", { alpha: false });
    const size = TILE_PIXELS / this.scale;
    pen.setTransform(this.scale, 0, 0, this.scale, -i * TILE_PIXELS, -j * TILE_PIXELS);
    this.paint(pen, { left: i * size, top: j * size, right: (i + 1) * size, bottom: (j + 1) * size });
    return tile;
  }
}
