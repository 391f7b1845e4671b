// The canvas: draws only what is seen, in the detail that can be read, once a frame at most.
import { Camera } from "./camera.js";
import { paintEdgeEnds, paintEdges } from "./edges_paint.js";
import { paintNodes, paintPlain } from "./nodes_paint.js";
import { readPalette } from "./palette.js";
import { paintBadges, paintLanes } from "./marks_paint.js";
import { nodesWithin } from "./scene.js";

const OVERVIEW_SCALE = 0.24;
const MOST_OVERVIEW_PIXELS = 16_000_000;
const FEW_EDGES = 600;
const ZOOM_REST = 140;

/** The picture of a scene, on a canvas; `look` says what is dimmed, marked, hidden and how it is coloured. */
export class Picture {
  constructor(canvas, scene, look) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.camera = new Camera(() => this.request());
    this.listeners = [];
    this.overview = null;
    this.frame = 0;
    this.frames = 0;
    this.palette = readPalette();
    this.show(scene, look);
  }
  /** Another scene, or another way to look at this one. */
  show(scene, look = this.look) {
    this.scene = scene;
    this.look = look;
    this.refresh();
  }
  /** What is to be drawn has changed. */
  refresh() {
    this.overview = null;
    this.visibleEdges = this.scene.edges.filter((edge) => !this.look.hidden(edge.skill) && !this.look.hidden(edge.fact));
    this.request();
  }
  /** The theme has changed. */
  recolour() {
    this.palette = readPalette();
    this.refresh();
  }
  /** Calls `listener` after every frame. */
  onFrame(listener) {
    this.listeners.push(listener);
  }
  resize() {
    const box = this.canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    this.ratio = ratio;
    this.canvas.width = Math.max(1, Math.round(box.width * ratio));
    this.canvas.height = Math.max(1, Math.round(box.height * ratio));
    this.camera.resize(box.width, box.height);
    this.draw();
  }
  request() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
  }
  close() {
    cancelAnimationFrame(this.frame);
    this.frame = -1;
  }
  draw() {
    if (this.frame === -1) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { pen, camera, palette } = this;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = palette.ground;
    pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const zoom = camera.scale * this.ratio;
    pen.setTransform(zoom, 0, 0, zoom, -camera.x * zoom, -camera.y * zoom);
    if (camera.scale < OVERVIEW_SCALE && this.scene.nodes.length > FEW_EDGES) this.drawOverview();
    else this.drawDetail();
    this.frames += 1;
    for (const listener of this.listeners) listener();
  }
  drawDetail() {
    const { pen, camera, palette, scene, look } = this;
    const scale = camera.scale;
    const right = camera.x + camera.width / scale, bottom = camera.y + camera.height / scale;
    const seen = [...nodesWithin(scene, camera.x - 20, camera.y - 20, right + 20, bottom + 20)].filter((node) => !look.hidden(node));
    paintLanes(pen, scene, palette, camera);
    const edges = this.edgesAt(seen);
    const plain = look.focused ? edges.filter((edge) => !look.lit(edge)) : edges;
    const lit = look.focused ? edges.filter((edge) => look.lit(edge)) : [];
    paintEdges(pen, plain, palette, { scale, alpha: look.focused ? 0.12 : 0.62 });
    if (!look.focused) paintEdgeEnds(pen, plain, palette, { scale, alpha: 0.95 });
    paintEdges(pen, lit, palette, { scale, width: 2, colour: look.litColour(palette) });
    paintNodes(pen, seen, palette, { ...look, scale });
    paintEdgeEnds(pen, lit, palette, { scale, colour: look.litColour(palette) });
    paintBadges(pen, look.badges, palette, scale);
  }
  edgesAt(seen) {
    if (this.visibleEdges.length <= FEW_EDGES) return this.visibleEdges;
    const edges = new Set();
    for (const node of seen) {
      for (const edge of node.edges) {
        if (!this.look.hidden(edge.skill) && !this.look.hidden(edge.fact)) edges.add(edge);
      }
    }
    return [...edges];
  }
  /** From far away the whole is drawn once and then moved as one image. */
  drawOverview() {
    const { pen, scene, palette, look } = this;
    const wanted = this.camera.scale * this.ratio;
    const zooming = performance.now() - this.camera.zoomedAt < ZOOM_REST;
    const fits = this.overview && Math.abs(this.overview.scale / wanted - 1) < 0.01;
    if (!fits && !(zooming && this.overview)) this.overview = this.makeOverview(wanted);
    else if (!fits) setTimeout(() => this.request(), ZOOM_REST);
    if (this.overview) pen.drawImage(this.overview.image, 0, 0, scene.width, scene.height);
    else paintPlain(pen, scene.nodes.filter((node) => !look.hidden(node)), palette, look);
    if (look.focused) {
      const lit = this.visibleEdges.filter((edge) => look.lit(edge));
      paintEdges(pen, lit, palette, { scale: this.camera.scale, width: 2, colour: look.litColour(palette) });
      paintPlain(pen, scene.nodes.filter((node) => !look.dimmed(node) && !look.hidden(node)), palette, look);
    }
    paintBadges(pen, look.badges, palette, this.camera.scale);
  }
  makeOverview(wanted) {
    const { scene, palette, look } = this;
    const [width, height] = [Math.ceil(scene.width * wanted), Math.ceil(scene.height * wanted)];
    if (width * height > MOST_OVERVIEW_PIXELS || !width || !height) return null;
    const image = document.createElement("canvas");
    [image.width, image.height] = [width, height];
    const pen = image.getContext("2d", { alpha: false });
    pen.fillStyle = palette.ground;
    pen.fillRect(0, 0, width, height);
    pen.setTransform(wanted, 0, 0, wanted, 0, 0);
    const alpha = Math.max(0.05, Math.min(0.4, 600 / this.visibleEdges.length));
    paintEdges(pen, this.visibleEdges, palette, { scale: wanted, alpha: look.focused ? alpha / 3 : alpha });
    paintPlain(pen, scene.nodes.filter((node) => !look.hidden(node)), palette, look);
    return { image, scale: wanted };
  }
}
