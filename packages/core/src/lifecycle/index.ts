export { LIFECYCLE_STATES, Lifecycle, type LifecycleState, showState, type WithState } from './lifecycle.ts';
