import type { Recording } from '../../../rules/src/engine/model/rule.ts';
import { renderQuery } from '../../../rules/src/engine/promql/promql.ts';
import { countingStories } from '../../../rules/src/engine/remembered/counting.stories.support.ts';
import { copiesOf } from '../../../rules/src/engine/remembered/memory.ts';
import { type Story, storyOf } from '../../../rules/src/engine/remembered/promtool.support.ts';
import { thingStories } from '../../../rules/src/engine/remembered/thing.stories.support.ts';
import { windowStories } from '../../../rules/src/engine/remembered/windows.stories.support.ts';
import type { RuleMutant } from '../../mutation/rules/mutants.ts';
import { ruleMutants } from '../../mutation/rules/mutants.ts';
import { nameOf, type YamlRule } from '../../rules/rule.ts';
import { RuleBook } from '../../rules/rule-book.ts';
import { labelsAt } from '../promtool/labels.ts';
import type { Played } from '../story.ts';
import { type StoryWitness, storyWitness } from './witnesses.ts';

/*
 * The engine writes many rules in one form, of things and counters with other names. Its own stories are told of specimens of these forms, and what
 * they find out counts for every rule of the same text.
 */

/** The mutants of the specimens, and the stories that are told of them; `file` is where the memory keeps them. */
export function specimens(file: string): {
  readonly mutants: readonly RuleMutant[];
  readonly stories: readonly StoryWitness[];
} {
  const rules = new Map<string, YamlRule>();
  const books = new Map<string, RuleBook>();
  const ruleOf = ({ record, expr, staticLabels }: Recording): YamlRule => {
    const rule: YamlRule = {
      record,
      expr: renderQuery(expr),
      ...(staticLabels === undefined ? {} : { labels: staticLabels }),
    };
    const text = JSON.stringify(rule);
    rules.set(text, rules.get(text) ?? rule);
    return rules.get(text)!;
  };
  const bookOf = (recordings: readonly Recording[]): RuleBook => {
    const [now, hourly] = [recordings.map(ruleOf), copiesOf(recordings).map(ruleOf)];
    const key = JSON.stringify([now, hourly].map((each) => each.map(nameOf)));
    const group = { file, interval: '1m' };
    const book =
      books.get(key) ??
      new RuleBook([
        { ...group, name: 'now', rules: now },
        { ...group, name: 'hourly', rules: hourly },
      ]);
    books.set(key, book);
    return book;
  };
  const stories = Object.entries({ ...thingStories, ...countingStories, ...windowStories }).flatMap(
    ([title, told]) => {
      const story = storyOf(told);
      return story.isByCopies ? [] : [storyWitness(playedOf(title, story), bookOf(story.recordings))];
    },
  );
  const mutants = ruleMutants([{ file, name: 'specimens', interval: '1m', rules: [...rules.values()] }]);
  return { mutants, stories };
}

/** A story of the engine as those of the scenarios are. Of what it reads, only recorded series are claims of rules. */
function playedOf(title: string, { recordings, series, reads, step = 1, every = step }: Story): Played {
  const records = new Set(recordings.map(({ record }) => record));
  const pace = { scrape: step * 60, evaluation: every * 60 };
  return {
    story: { alert: undefined, title: `specimen: ${title}`, scripts: [], pace },
    series: Object.entries(series).map(([name, values]) => ({
      series: name.includes('{') ? name : `${name}{}`,
      values,
    })),
    firings: [],
    readings: reads
      .filter(([, query]) => records.has(query))
      .map(([minute, record, samples]) => ({
        record,
        time: minute * 60,
        samples: Object.entries(samples).map(([text, value]) => ({
          labels: labelsAt(text, text.indexOf('{')).labels,
          value,
        })),
      })),
    end: Math.max(...reads.map(([minute]) => minute)) * 60,
    journal: [],
  };
}
