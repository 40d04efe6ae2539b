export * from './job/index.ts';
