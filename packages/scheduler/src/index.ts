export * from './adapters/index.ts';
export * from './job/index.ts';
export * from './sync/index.ts';
