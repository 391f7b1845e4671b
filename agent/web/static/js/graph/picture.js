// The canvas: draws only what is seen, in the detail that can be read, once a frame at most.
import { Camera } from "./camera.js";
import { paintEdgeEnds, paintEdges } from "./edges_paint.js";
import { paintNodes, paintPlain } from "./nodes_paint.js";
import { readPalette } from "./palette.js";
import { paintBadges, paintLaneNames, paintLanes } from "./marks_paint.js";
import { edgesWithin, nodesWithin } from "./scene.js";
import { Tiles } from "./tiles.js";

const OVERVIEW_SCALE = 0.24;
const MOST_OVERVIEW_PIXELS = 16_000_000;
const FEW_EDGES = 400;
const FEW_NODES = 240;
const ZOOM_REST = 140;

/** The picture of a scene, on a canvas; `look` says what is dimmed, marked, hidden and how it is coloured. */
export class Picture {
  constructor(canvas, scene, look) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.camera = new Camera(() => this.request());
    this.listeners = [];
    this.overview = null;
    this.tiles = new Tiles((pen, view) => this.paintPart(pen, view));
    this.frame = 0;
    this.frames = 0;
    this.palette = readPalette();
    this.show(scene, look);
  }
  /** Another scene, or another way to look at this one. */
  show(scene, look = this.look) {
    this.tiles.clear();
    this.scene = scene;
    this.look = look;
    this.refresh();
  }
  /** What is to be drawn has changed. */
  refresh() {
    this.overview = null;
    this.tiles.outdate();
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
    if (camera.scale < OVERVIEW_SCALE && this.scene.nodes.length > FEW_NODES) this.drawOverview();
    else this.drawDetail();
    this.frames += 1;
    for (const listener of this.listeners) listener();
  }
  /** From near it is drawn in pieces that are kept, so that moving it costs little. */
  drawDetail() {
    const { pen, camera, palette, scene, look } = this;
    const zoom = camera.scale * this.ratio;
    const zooming = performance.now() - camera.zoomedAt < ZOOM_REST;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    const missing = this.tiles.draw(pen, camera, this.ratio, zooming);
    if (zooming) setTimeout(() => this.request(), ZOOM_REST);
    else if (missing) this.request();
    pen.setTransform(zoom, 0, 0, zoom, -camera.x * zoom, -camera.y * zoom);
    if (look.chosen || look.marks) paintNodes(pen, scene.nodes.filter((node) => look.marked(node)), palette, { ...look, scale: camera.scale });
    paintBadges(pen, look.badges, palette, camera.scale);
    paintLaneNames(pen, scene, palette, camera);
  }
  /** Everything that touches a rectangle of the world. */
  paintPart(pen, view) {
    const { palette, scene, look } = this;
    const scale = this.camera.scale;
    pen.fillStyle = palette.ground;
    pen.fillRect(view.left, view.top, view.right - view.left, view.bottom - view.top);
    const nodes = [...nodesWithin(scene, view.left - 40, view.top - 40, view.right + 40, view.bottom + 40)].filter((node) => !look.hidden(node));
    const near = scene.edges.length <= FEW_EDGES ? scene.edges : edgesWithin(scene, view.left, view.top, view.right, view.bottom);
    const edges = near.filter((edge) => !look.hidden(edge.skill) && !look.hidden(edge.fact));
    const plain = look.focused ? edges.filter((edge) => !look.lit(edge)) : edges;
    const lit = look.focused ? edges.filter((edge) => look.lit(edge)) : [];
    const colour = look.litColour(palette);
    paintLanes(pen, scene, palette, view, scale);
    paintEdges(pen, plain, palette, { scale, view, alpha: look.focused ? 0.12 : Math.max(0.16, Math.min(0.62, 200 / plain.length)) });
    if (!look.focused) paintEdgeEnds(pen, plain, palette, { scale, view, alpha: 0.95 });
    paintEdges(pen, lit, palette, { scale, view, width: 2, colour });
    paintNodes(pen, nodes, palette, { ...look, scale });
    paintEdgeEnds(pen, lit, palette, { scale, view, colour });
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
