import { windowsFor } from '../../engine/model/windows.ts';
import { interval } from './last-known.ts';

/** The window of each layer, and expressions over it. */
export const { windowSeconds, overWindow } = windowsFor(interval, 'layer:offload_window_seconds:selected');
