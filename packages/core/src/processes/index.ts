export { type ServedProcesses, type ServeOptions, serveProcesses } from './serve.ts';
