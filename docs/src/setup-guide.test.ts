import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outputPattern, readGuide } from './setup-guide/guide.ts';
import { openPlace, type Place } from './setup-guide/place.ts';
import { runSession, type Session } from './setup-guide/session.ts';

const chapters = readGuide(readFileSync(new URL('../setup-guide.md', import.meta.url), 'utf8'));
const blocks = chapters.flatMap((chapter) => chapter.blocks);
const pasted = blocks.filter(({ byHand }) => !byHand);

/** The parts of reference system 002 (item 002-D6), and the number of steps that it states for each. */
const PARTS: { readonly [part: string]: number } = {
  'Part 1: Prometheus': 6,
  'Part 2: Grafana': 6,
  'Part 3: Alert rules': 6,
  'Part 4: Alertmanager': 5,
  'Part 5: Slack': 3,
  'Part 6: PagerDuty': 3,
  'Part 7: Runbooks': 3,
  'Part 8: SLOs': 3,
  'Part 9: Verification': 3,
  'Part 10: Handoff': 3,
};

describe('the guide', () => {
  const parts = chapters.filter(({ title }) => title.startsWith('Part '));

  test('has the ten parts of 002-D6 with its numbers of steps', () => {
    expect(Object.fromEntries(parts.map(({ title, steps }) => [title, steps.length]))).toEqual(PARTS);
    const numbers = parts.flatMap(({ steps }) => steps.map((step) => step.split(' ')[0]));
    expect(numbers).toEqual(
      Object.values(PARTS).flatMap((steps, part) =>
        Array.from({ length: steps }, (_, step) => `${part + 1}.${step + 1}`),
      ),
    );
  });

  test('has, beside them, what 002-D6 asks for', () => {
    const others = chapters.map(({ title }) => title).filter((title) => !title.startsWith('Part '));
    expect(others).toEqual([
      'Before you begin',
      'Responding',
      'Maintenance',
      'Retention',
      'When it does not work',
      'Success criteria',
      'When you are done',
    ]);
  });

  test('has commands that are run in each step', () => {
    const steps = parts.flatMap((part) => part.steps);
    expect(steps.filter((step) => !pasted.some(({ title }) => title === step))).toEqual([]);
  });

  test('leaves three blocks to be run by hand, and says so of each', () => {
    expect(blocks.filter(({ byHand }) => byHand).map(({ title }) => title)).toEqual([
      'Before you begin',
      '2.4 Start Grafana',
      '2.5 Verify that panels have data',
    ]);
  });

  test('asks for a secret at the end of a block, so that nothing pasted is taken for it', () => {
    const asking = pasted.filter(({ commands }) => /^secret \w+$/m.test(commands));
    expect(asking).toHaveLength(3);
    for (const { commands } of asking) expect(commands).toMatch(/\nsecret \w+\n$|^secret \w+\n$/);
  });
});

let place: Place;
let session: Session;

beforeAll(async () => {
  place = await openPlace();
  session = await runSession(pasted, {
    folder: place.folder,
    env: place.env,
    typed: Object.values(place.secrets),
  });
});
afterAll(() => place?.close());

describe('pasted into a shell, block by block', () => {
  test.each(pasted.map((block, at) => ({ at, ...block })))('$title', ({ at, shown }) => {
    const outcome = session.outcomes[at];
    expect(outcome, 'a block before this one has failed').toBeDefined();
    expect(outcome!.done, outcome!.output).toBe(true);
    if (shown !== undefined) expect(outcome!.output).toMatch(outputPattern(shown));
  });

  test('nothing that was started is left running', () => expect(session.wasLeftRunning).toBe(false));
});

describe('what was told, while the guide was followed', () => {
  const titles = () =>
    place.slack.received.map(({ channel, attachments }) => `${channel} ${attachments[0]!.title}`);
  const events = () =>
    place.pagerduty.received.map(({ event_action, payload }) => [event_action, payload.class]);

  test('the test message reaches the channel of warnings', () => {
    expect(titles()).toContain('#platform-warnings [FIRING:1] SetupTest: Somebody sets up the monitoring.');
  });

  test('the test page and the simulated alert are triggered and resolved at PagerDuty, each once', () => {
    // A database that refuses every write answers nothing here, which is told of as well; a machine that is busy may have other troubles.
    const meant = ['SetupPage', 'PricingSyncDatabaseUpdateFailures'];
    expect(events().filter(([, alert]) => meant.includes(alert!))).toEqual([
      ['trigger', 'SetupPage'],
      ['resolve', 'SetupPage'],
      ['trigger', 'PricingSyncDatabaseUpdateFailures'],
      ['resolve', 'PricingSyncDatabaseUpdateFailures'],
    ]);
  });

  test('the simulated alert is in the critical channel with a link to its published runbook', () => {
    const message = place.slack.received.find(({ attachments }) =>
      attachments[0]!.title.startsWith('[FIRING:1] PricingSyncDatabaseUpdateFailures'),
    );
    expect(message).toMatchObject({
      channel: '#platform-critical',
      attachments: [{ title_link: 'https://wiki.example.org/runbooks/syncs.md#syncwriteerrors' }],
    });
  });

  test('the heartbeat leaves, and no service refuses what is sent to it', () => {
    expect(place.heartbeat.notifications[0]?.commonLabels.alertname).toBe('Watchdog');
    expect([place.slack.refused, place.pagerduty.refused]).toEqual([[], []]);
  });

  test('secrets are in the folder of secrets alone', () => {
    const monitoring = join(place.folder, 'monitoring');
    const files = readdirSync(monitoring, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    const holding = (secret: string) =>
      files
        .filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(secret))
        .map(({ parentPath, name }) => join(parentPath, name));
    for (const [file, secret] of Object.entries(place.secrets))
      expect(holding(secret)).toEqual([join(monitoring, 'secrets', file)]);
  });
});
