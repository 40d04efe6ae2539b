import { type AlertStory, wakesSomebody } from './alert-story.ts';
import { burningStories } from './burning.stories.ts';
import { conditionStories } from './conditions.stories.ts';
import { countingStories, policyStories, retentionStories } from './counting.stories.ts';
import { requestStories } from './requests.stories.ts';
import { sourceStories } from './sources.stories.ts';

const stories: readonly AlertStory[] = [
  ...burningStories,
  ...countingStories,
  ...requestStories,
  ...sourceStories,
  ...policyStories,
  ...retentionStories,
  ...conditionStories,
];

/** When each SLO alert holds, and when not; of those that wake somebody also where they must not. */
export const alertStories: readonly AlertStory[] = stories.flatMap((story) => [
  story,
  ...(wakesSomebody(story.alert)
    ? [{ ...story, title: `${story.title}: a warning where it must wake nobody`, wakesNobody: true }]
    : []),
]);
