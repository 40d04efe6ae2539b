export * from './offload/index.ts';
export * from './sql/index.ts';
