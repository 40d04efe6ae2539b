import type { AlertStory } from './alert-story.ts';
import { burningStories } from './burning.stories.ts';
import { conditionStories } from './conditions.stories.ts';
import { countingStories, policyStories, retentionStories } from './counting.stories.ts';
import { requestStories } from './requests.stories.ts';
import { sourceStories } from './sources.stories.ts';

/** When each SLO alert holds, and when not. */
export const alertStories: readonly AlertStory[] = [
  ...burningStories,
  ...countingStories,
  ...requestStories,
  ...sourceStories,
  ...policyStories,
  ...retentionStories,
  ...conditionStories,
];
