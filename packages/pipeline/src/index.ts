export * from './offload/index.ts';
export * from './sql/index.ts';
export * from './quality/index.ts';
