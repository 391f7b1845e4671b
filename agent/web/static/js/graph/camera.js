// Which part of the picture is seen, and how large.

export const LEAST_SCALE = 0.02;
export const MOST_SCALE = 3;
export const LEGIBLE_SCALE = 0.72;

/** A camera over a world; `changed` is called whenever it moves. */
export class Camera {
  constructor(changed) {
    this.x = 0;
    this.y = 0;
    this.scale = 1;
    this.width = 1;
    this.height = 1;
    this.zoomedAt = -Infinity;
    this.changed = changed;
  }
  /** The size of the pane, in CSS pixels. */
  resize(width, height) {
    const [cx, cy] = [this.x + this.width / this.scale / 2, this.y + this.height / this.scale / 2];
    [this.width, this.height] = [Math.max(1, width), Math.max(1, height)];
    this.centre(cx, cy);
  }
  centre(x, y) {
    this.x = x - this.width / this.scale / 2;
    this.y = y - this.height / this.scale / 2;
    this.changed();
  }
  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y -= dy / this.scale;
    this.changed();
  }
  /** Larger by a factor, with the point under (px, py) staying where it is. */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, this.scale * factor));
    this.x += px / this.scale - px / scale;
    this.y += py / this.scale - py / scale;
    this.scale = scale;
    this.zoomedAt = performance.now();
    this.changed();
  }
  toWorld(px, py) {
    return [this.x + px / this.scale, this.y + py / this.scale];
  }
  toPane(x, y) {
    return [(x - this.x) * this.scale, (y - this.y) * this.scale];
  }
  /** The scale at which a box fills the pane. */
  fitting(box, margin = 28) {
    return Math.min((this.width - 2 * margin) / Math.max(1, box.w), (this.height - 2 * margin) / Math.max(1, box.h));
  }
  /** Shows a box whole, between the scales given. */
  fit(box, least = LEAST_SCALE, most = 1.15, margin = 28) {
    this.scale = Math.min(most, Math.max(least, this.fitting(box, margin)));
    this.centre(box.x + box.w / 2, box.y + box.h / 2);
  }
  /** Moves no farther than needed for a box to be seen. */
  reveal(box, margin = 40) {
    const room = margin / this.scale;
    const right = this.x + this.width / this.scale, bottom = this.y + this.height / this.scale;
    let [dx, dy] = [0, 0];
    if (box.x - room < this.x) dx = box.x - room - this.x;
    else if (box.x + box.w + room > right) dx = box.x + box.w + room - right;
    if (box.y - room < this.y) dy = box.y - room - this.y;
    else if (box.y + box.h + room > bottom) dy = box.y + box.h + room - bottom;
    if (dx || dy) {
      this.x += dx;
      this.y += dy;
      this.changed();
    }
  }
}

/** The box around nodes; null for none. */
export function boxAround(nodes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const node of nodes) {
    left = Math.min(left, node.x);
    top = Math.min(top, node.y);
    right = Math.max(right, node.x + node.w);
    bottom = Math.max(bottom, node.y + node.h);
  }
  return right < left ? null : { x: left, y: top, w: right - left, h: bottom - top };
}
