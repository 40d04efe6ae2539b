export * from './job/index.ts';
export * from './sync/index.ts';
