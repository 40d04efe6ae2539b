import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Alert, shippedAlerts } from './index.ts';

/* A share that the section of an alert names is one that its rule compares with, or that a threshold of it has: prose that says a third where the rule has a tenth is found out. */

const WORDS: { readonly [share: string]: number } = {
  'a twentieth': 0.05,
  'a tenth': 0.1,
  'a fifth': 0.2,
  'a quarter': 0.25,
  'a third': 1 / 3,
  'two thirds': 2 / 3,
  'three quarters': 0.75,
  'four fifths': 0.8,
  'seven eighths': 0.875,
  'nine tenths': 0.9,
  half: 0.5,
  'one and a half': 1.5,
};

/** Shares that a section speaks of and its rule does not have, each with what it is. */
const OF_SOMETHING_ELSE: { readonly [alert: string]: { readonly [share: string]: string } } = {
  IcebergOffloadSuccessRateLow: { '95 %': 'the default of a declaration' },
  DatasetCompletenessLow: { 'a tenth': 'from where on DatasetIncomplete says it' },
  ServiceMemoryHigh: { 'nine tenths': 'from where on ServiceMemoryNearLimit says it' },
  SloSourceFreshnessBurnsSlowly: { half: 'of a budget, which is a figure of the SLO' },
  SloJobAvailabilityBurnsFast: { 'a third': 'of a budget, which is a figure of the SLO' },
  SloJobDurationBroken: { '5 %': 'of the runs, which is a figure of the SLO' },
  SloErrorBudgetShrinking: { '50 %': 'a level of the policy', '75 %': 'a level of the policy' },
  SloErrorBudgetSpent: { 'a quarter': 'a level of the policy' },
};

const sectionOf = ({ alert, runbook }: Alert) =>
  readFileSync(new URL(`../runbooks/${runbook}.md`, import.meta.url), 'utf8')
    .split(/^## /m)
    .find((part) => part.startsWith(`${alert}\n`))!
    .slice(alert.length)
    .replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
    .replaceAll(/\s+/g, ' ');

/** Every number that is anywhere in the rule: thresholds of it, and of what it reads. */
function numbersOf(alert: Alert): readonly number[] {
  const found: number[] = [];
  JSON.stringify([alert.expr], (_, value) => {
    if (typeof value === 'number') found.push(value);
    return value;
  });
  return found;
}

const sharesIn = (section: string) => [
  ...[...section.matchAll(/(\d+(?:\.\d+)?) %/g)].map(
    ([said, percent]) => [said, Number(percent) / 100] as const,
  ),
  ...[
    ...section.matchAll(
      new RegExp(
        `\\b(${Object.keys(WORDS).toReversed().join('|')})\\b(?! (?:of )?an? (?:minute|hour|day|interval))`,
        'gi',
      ),
    ),
  ].map(([said]) => [said, WORDS[said.toLowerCase()]!] as const),
];

const told = (shippedAlerts as readonly Alert[])
  .map((alert) => ({ ...alert, shares: sharesIn(sectionOf(alert)) }))
  .filter(({ shares }) => shares.length > 0);

test('sections name shares', () => expect(told.length).toBeGreaterThan(20));

test.each(told)('$alert', (alert) => {
  const numbers = numbersOf(alert);
  const isOf = (share: number) =>
    numbers.some((one) => [one, 1 - one].some((value) => Math.abs(value - share) < 0.001));
  const astray = alert.shares.filter(([, share]) => !isOf(share)).map(([said]) => said);
  expect([...new Set(astray)].sort()).toEqual(Object.keys(OF_SOMETHING_ELSE[alert.alert] ?? {}).sort());
});
