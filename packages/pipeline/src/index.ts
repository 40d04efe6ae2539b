export * from './offload/index.ts';
export * from './statistics/index.ts';
