export * from './dag/index.ts';
export * from './documents/index.ts';
export * from './offload/index.ts';
export * from './quality/index.ts';
export * from './run/index.ts';
export * from './sql/index.ts';
export * from './statistics/index.ts';
