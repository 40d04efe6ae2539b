export * from './dag/index.ts';
export * from './offload/index.ts';
export * from './quality/index.ts';
export * from './run/index.ts';
