export { type Demo, runDemo } from './demo.ts';
export {
  alertFires,
  type OneAlert,
  phoneRings,
  phoneSaysOver,
  type Scene,
  type Wait,
  wait,
} from './scene.ts';
export { type Samples, scrape } from './scrape.ts';
export { type Parts, SCALE, type Stack, type Start } from './stack.ts';
