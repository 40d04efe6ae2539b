export * from './adapters/index.ts';
export * from './queue/index.ts';
