export { type Asked, type HttpAddress, httpAddress, read } from './read.ts';
