export * from './offload/index.ts';
