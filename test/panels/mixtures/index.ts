import type { PanelStory } from '../told.ts';
import { collectors } from './collectors.ts';
import { data } from './data.ts';
import { queues } from './queues.ts';
import { scheduled } from './scheduled.ts';
import { services } from './services.ts';

export const mixtures: readonly PanelStory[] = [...scheduled, ...data, ...services, ...queues, ...collectors];
