import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promtool } from '@sightglass/test-tools';
import { stringify } from 'yaml';
import type { Recording } from '../model/rule.ts';
import { renderQuery } from '../promql/promql.ts';
import { copiesOf } from './memory.ts';

/** What a series is at a minute: label text such as `{job_name="a"}` and a value; all of them, and no others. */
export type Reading = { readonly [labels: string]: number };

/** A story of recordings: what Prometheus scraped at each step, and what a series is at some minutes. */
export interface Story {
  readonly recordings: readonly Recording[];
  /** Series in promtool's notation, a sample at each step. */
  readonly series: { readonly [series: string]: string };
  readonly reads: readonly (readonly [minute: number, query: string, samples: Reading])[];
  /** How many minutes lie between two samples. Default 1. */
  readonly step?: number;
  /** How many minutes lie between two evaluations. Default: as many as between two samples. */
  readonly every?: number;
  /** Whether something is forgotten in it by the hourly copies, which only the tests of the engine record at this step. Default: no. */
  readonly isByCopies?: boolean;
}

/** Stories by their titles, each as it is or made when it is told. */
export interface Stories {
  readonly [title: string]: Story | (() => Story);
}

export const storyOf = (story: Story | (() => Story)): Story =>
  typeof story === 'function' ? story() : story;

/** What promtool is given: the rule file and the test file. */
export interface PromtoolInput {
  readonly rules: unknown;
  readonly test: unknown;
}

/** A story as promtool reads it. */
export function promtoolInput({ recordings, series, reads, step = 1, every = step }: Story): PromtoolInput {
  const rule = ({ record, expr, staticLabels }: Recording) => ({
    record,
    expr: renderQuery(expr),
    ...(staticLabels === undefined ? {} : { labels: staticLabels }),
  });
  return {
    rules: {
      groups: [
        { name: 'now', interval: `${every}m`, rules: recordings.map(rule) },
        { name: 'hourly', interval: '1h', rules: copiesOf(recordings).map(rule) },
      ].filter(({ rules }) => rules.length > 0),
    },
    test: {
      rule_files: ['rules.yml'],
      evaluation_interval: `${every}m`,
      tests: [
        {
          interval: `${step}m`,
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          promql_expr_test: reads.map(([minute, expr, samples]) => ({
            expr,
            eval_time: `${minute}m`,
            exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels, value })),
          })),
        },
      ],
    },
  };
}

/** Evaluates a story in promtools of both generations; the failure of either is the text that it gives, else an empty text. */
export async function played({ rules, test }: PromtoolInput): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-remembered-'));
  try {
    await writeFile(join(folder, 'rules.yml'), stringify(rules));
    await writeFile(join(folder, 'test.yml'), stringify(test));
    const outcomes = await Promise.all(
      ([2, 3] as const).map((version) => promtool(['test', 'rules', 'test.yml'], { cwd: folder, version })),
    );
    return outcomes.map(({ code, stdout, stderr }) => (code === 0 ? '' : stdout + stderr)).join('');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
