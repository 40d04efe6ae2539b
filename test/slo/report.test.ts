import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SmtpSink, startSmtpSink } from '@sightglass/test-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../rules/src/cli/run.ts';
import { collect, type Figures, type Report } from '../../rules/src/engine/slo/report/figures.ts';
import { htmlReport } from '../../rules/src/engine/slo/report/html.ts';
import { markdownReport } from '../../rules/src/engine/slo/report/markdown.ts';
import { periodEnding } from '../../rules/src/engine/slo/report/period.ts';
import { prometheusAt } from '../../rules/src/engine/slo/report/prometheus.ts';
import { shippedSlos } from '../../rules/src/shipped.ts';
import { type Backfilled, startBackfilled } from './backfilled.ts';
import { END, JOB, month, ROUTE, START, STEP } from './month.ts';

/*
 * A month of which every run and every request is known, in a real Prometheus, and what is reported of it. Slices are five minutes apart: a
 * day has 288 of them and 30 days have 8,640.
 */

const SLICES_OF_A_DAY = 288;
const SLICES = 30 * SLICES_OF_A_DAY;
/** Ten a minute. */
const REQUESTS_OF_A_DAY = 288 * 50;
/** Runs and successes that are too old from half past eight on: up to half past eighteen on one day, up to half past twelve on another. */
const TOO_OLD = 119;
const FAILED_TOO_OLD = 47;

interface Expected {
  readonly events: number;
  readonly bad: number;
  readonly windowEvents: number;
  readonly windowBad: number;
  readonly objective: number;
  readonly unit: string;
  readonly level: number;
}

/** What happened in the month, and in the window of each SLO at its end. */
const EXPECTED: { readonly [slo: string]: Expected } = {
  'job-success': {
    ...{ events: 118, bad: 1, unit: 'runs' },
    ...{ windowEvents: 28, windowBad: 1, objective: 0.95, level: 2 },
  },
  'job-availability': {
    ...{ events: 30 * SLICES_OF_A_DAY, bad: TOO_OLD, unit: 'slices' },
    ...{ windowEvents: SLICES, windowBad: TOO_OLD, objective: 0.99, level: 4 },
  },
  'job-duration': {
    ...{ events: 117, bad: 1, unit: 'runs' },
    ...{ windowEvents: 27, windowBad: 1, objective: 0.95, level: 2 },
  },
  'job-freshness': {
    ...{ events: 30 * SLICES_OF_A_DAY, bad: TOO_OLD + FAILED_TOO_OLD, unit: 'slices' },
    ...{ windowEvents: SLICES, windowBad: TOO_OLD + FAILED_TOO_OLD, objective: 0.99, level: 4 },
  },
  'admin-availability': {
    ...{ events: 30 * REQUESTS_OF_A_DAY + 100, bad: 100, unit: 'requests' },
    ...{ windowEvents: 30 * REQUESTS_OF_A_DAY + 100, windowBad: 100, objective: 0.999, level: 0 },
  },
};

const attained = (slo: string): number => {
  const { windowEvents, windowBad } = EXPECTED[slo]!;
  return 1 - windowBad / windowEvents;
};

let server: Backfilled;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sightglass-report-'));
  server = await startBackfilled({
    series: month,
    start: START,
    end: END,
    step: STEP,
    records: [
      'objective:ratio',
      'error_budget_policy:level',
      'good_events:ratio_window',
      'events:increase1d',
      'bad_events:increase1d',
      'window:seconds',
      'reliability:ratio_window',
    ],
  });
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const reported = (period: 'day' | 'week' | 'month'): Promise<Report> =>
  collect(prometheusAt(server.url), periodEnding(period, END), shippedSlos.slos);

const figuresOf = ({ figures }: Report, slo: string): Figures => figures.find((each) => each.slo === slo)!;

/** A command line as somebody types it: its status and what it prints. */
async function typed(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(args, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    folder,
  });
  return { code, out: out.join(''), err: err.join('') };
}

describe('the figures of a month', () => {
  test('are of every SLO that has happened, and of nothing else', async () => {
    const { figures } = await reported('month');
    expect(figures.map(({ slo, subject }) => [slo, subject])).toEqual(
      Object.keys(EXPECTED).map((slo) => [
        slo,
        slo === 'admin-availability' ? { http_route: ROUTE } : { job_name: JOB },
      ]),
    );
  });

  test.each(Object.keys(EXPECTED))('of %s are those that were counted by hand', async (slo) => {
    const { events, bad, objective, windowEvents, windowBad, unit, level } = EXPECTED[slo]!;
    const found = figuresOf(await reported('month'), slo);
    expect(found).toMatchObject({ unit, objective });
    expect(found.events).toBeCloseTo(events, 6);
    expect(found.bad).toBeCloseTo(bad, 6);
    expect(found.attained).toBeCloseTo(1 - bad / events, 6);
    expect(found.windowAttained).toBeCloseTo(attained(slo), 6);
    expect(found.remaining).toBeCloseTo(1 - windowBad / ((1 - objective) * windowEvents), 6);
    expect(found.level?.number).toBe(level);
  });

  test('of the composites are the product and the mean of the four', async () => {
    const [success, availability, duration, freshness] = [
      ...['job-success', 'job-availability', 'job-duration', 'job-freshness'].map(attained),
    ] as [number, number, number, number];
    const { composites } = await reported('month');
    const reliability = (name: string) => composites.find(({ composite }) => composite === name)?.value;
    expect(reliability('job-reliability')).toBeCloseTo(success * availability * duration * freshness, 6);
    expect(reliability('job-experience')).toBeCloseTo(
      (4 * freshness + 3 * success + 2 * availability + duration) / 10,
      6,
    );
  });

  test('name the days on which the promise suffered, the worst first', async () => {
    const report = await reported('month');
    const days = (slo: string) =>
      figuresOf(report, slo).worstDays.map(({ end, bad }) => [
        new Date((end - 86_400) * 1_000).toISOString().slice(0, 10),
        bad,
      ]);
    expect(days('job-success')).toEqual([['2026-01-30', 1]]);
    expect(days('job-duration')).toEqual([['2026-01-27', 1]]);
    expect(days('job-availability')).toEqual([['2026-01-22', TOO_OLD]]);
    expect(days('job-freshness')).toEqual([
      ['2026-01-22', TOO_OLD],
      ['2026-01-30', FAILED_TOO_OLD],
    ]);
    expect(days('admin-availability')).toEqual([['2026-01-11', 100]]);
  });
});

describe('violations', () => {
  test('are the times in which more was bad than is promised, each until it was well again', async () => {
    const report = await reported('month');
    const times = (slo: string) =>
      figuresOf(report, slo).violations.map(({ start, end }) => (end! - start) / STEP);
    // Slices that are bad one after the other, and the step in which the next good one is seen.
    expect(times('job-availability')).toEqual([TOO_OLD + 1]);
    expect(times('job-freshness')).toEqual([TOO_OLD + 1, FAILED_TOO_OLD + 1]);
    expect(figuresOf(report, 'job-success').violations).toHaveLength(1);
    expect(figuresOf(report, 'admin-availability').violations.length).toBeGreaterThan(0);
    expect(figuresOf(await reported('day'), 'job-success').violations).toEqual([]);
  });

  test('are told in both formats, with the time to recovery', async () => {
    const report = await reported('month');
    const text = 'recovered in 10 h on average';
    expect(markdownReport(report)).toContain(text);
    expect(htmlReport(report)).toContain(text);
  });
});

describe('what is reported is what Prometheus says', () => {
  const asked = async (query: string, time = END): Promise<number> => {
    const parameters = new URLSearchParams({ query, time: String(time) });
    const response = await fetch(`${server.url}/api/v1/query?${parameters}`);
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]!.value[1]);
  };
  const daily = async (record: string, slo: string, days: number): Promise<number> => {
    const ends = Array.from({ length: days }, (_, i) => END - i * 86_400);
    const counts = await Promise.all(ends.map((end) => asked(`slo:${record}:increase1d{slo="${slo}"}`, end)));
    return counts.reduce((sum, count) => sum + count, 0);
  };

  test.each(['day', 'week', 'month'] as const)('in a report of one %s', async (name) => {
    const report = await reported(name);
    const days = { day: 1, week: 7, month: 30 }[name];
    for (const slo of Object.keys(EXPECTED)) {
      const found = figuresOf(report, slo);
      expect(found.remaining).toBe(await asked(`slo:error_budget_remaining:ratio{slo="${slo}"}`));
      expect(found.windowAttained).toBe(await asked(`slo:good_events:ratio_window{slo="${slo}"}`));
      expect(found.level?.number).toBe(await asked(`slo:error_budget_policy:level{slo="${slo}"}`));
      expect(found.days).toHaveLength(days);
      expect(found.bad).toBeCloseTo(await daily('bad_events', slo, days), 6);
      expect(found.events).toBeCloseTo(await daily('events', slo, days), 6);
      expect(found.burnDown.at(-1)?.value).toBe(found.remaining);
    }
  });
});

describe('sightglass slo-report', () => {
  const ofMonth = () => ['slo-report', '--prometheus', server.url, '--period', 'month', '--at', String(END)];

  test('writes Markdown, with a table that says what was promised and what is left', async () => {
    const { code, out, err } = await typed(...ofMonth());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('# Monthly SLO report\n\nFrom 2026-01-02 00:00 UTC to 2026-02-01 00:00 UTC.');
    expect(out).toContain(
      '| Job success | job_name pricing-sync | 95 % | 99.153 % | 118 runs | 1 | 28.571 % | 2, focus on reliability | 1, recovered in',
    );
    expect(out).toContain('| Job reliability | job_name pricing-sync |');
    expect(out).toContain('- Worst days: 2026-01-30: 1 of 4 runs (75 % good).');
  });

  test('writes one HTML page that loads nothing and runs nothing, with a plot for each SLO', async () => {
    const { code, out } = await typed(...ofMonth(), '--format', 'html', '--out', 'slo.html');
    expect({ code, out }).toEqual({ code: 0, out: 'slo.html\n' });
    const page = readFileSync(join(folder, 'slo.html'), 'utf8');
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:/);
    expect(page.match(/<svg /g)).toHaveLength(Object.keys(EXPECTED).length);
    expect(page.match(/<path class="line" d="M\d/g)).toHaveLength(Object.keys(EXPECTED).length);
    expect(page).toContain('<td>28.571 %</td>');
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  describe('by mail', () => {
    const [user, password] = ['reports', 'a p@ss:word'];
    let sink: SmtpSink;
    beforeAll(async () => {
      sink = await startSmtpSink(user, password);
      writeFileSync(join(folder, 'smtp-password'), `${password}\n`);
    });
    afterAll(() => sink?.stop());
    const week = () => ['slo-report', '--prometheus', server.url, '--at', String(END), '--period', 'week'];

    test('is sent as text and as HTML to everybody who is named (000-B4)', async () => {
      const { code, out, err } = await typed(
        ...week(),
        ...['--mail-to', 'team@example.org,boss@example.org', '--mail-to', 'sre@example.org'],
        ...['--mail-from', 'reports@example.org', '--smtp', `smtp://${user}@${sink.address}`],
        ...['--smtp-password-file', 'smtp-password'],
      );
      expect({ code, out, err }).toEqual({
        code: 0,
        out: 'sent to team@example.org, boss@example.org, sre@example.org\n',
        err: '',
      });
      const mail = sink.received.at(-1)!;
      expect(mail).toMatchObject({
        from: 'reports@example.org',
        to: ['team@example.org', 'boss@example.org', 'sre@example.org'],
        subject: expect.stringMatching(/^Weekly SLO report, 2026-02-01: 2 of 5 broken$/),
      });
      expect(mail.text.trim()).toBe((await typed(...week())).out.trim());
      expect(mail.html).toContain('<h1>Weekly SLO report</h1>');
      expect(mail.html).not.toMatch(/<script|<link|<img/);
    });

    test('says in its subject that nothing was measured, which is no promise kept', async () => {
      const { code, err } = await typed(
        ...['slo-report', '--prometheus', server.url, '--at', '2020-01-01T00:00Z'],
        ...['--mail-to', 'team@example.org', '--smtp', `smtp://${user}@${sink.address}`],
        ...['--smtp-password-file', 'smtp-password'],
      );
      expect(code).toBe(1);
      expect(err).toContain('has no series of SLOs');
      expect(sink.received.at(-1)!.subject).toBe('Weekly SLO report, 2020-01-01: nothing was measured');
    });

    test('is written too where a file is named', async () => {
      const { code, out } = await typed(
        ...[...week(), '--mail-to', 'team@example.org', '--smtp', `smtp://${user}@${sink.address}`],
        ...['--smtp-password-file', 'smtp-password', '--out', 'week.md'],
      );
      expect({ code, out }).toEqual({ code: 0, out: 'sent to team@example.org\nweek.md\n' });
    });

    test('that the server does not take is said, without the password', async () => {
      writeFileSync(join(folder, 'wrong-password'), 'wrong');
      const { code, err } = await typed(
        ...[...week(), '--mail-to', 'team@example.org', '--smtp', `smtp://${user}@${sink.address}`],
        ...['--smtp-password-file', 'wrong-password'],
      );
      expect(code).toBe(1);
      expect(err).toContain(`${sink.address} does not take the mail: `);
      expect(err).not.toContain('wrong-password');
    });

    test.each([
      [['--mail-to', 'a@example.org'], 'go together'],
      [['--smtp', 'smtp://localhost'], 'go together'],
      [['--mail-to', 'nobody', '--smtp', 'smtp://localhost'], '"nobody" is no address'],
      [['--mail-to', 'a@example.org', '--smtp', 'localhost:25'], '--smtp must be a mail server'],
      [['--mail-to', 'a@example.org', '--smtp', 'smtp://u:secret@localhost'], 'must not have a password'],
      [['--mail-to', 'a@example.org', '--smtp', 'smtp://u@localhost'], 'names a user, and no password'],
    ])('refuses %j', async (args, message) => {
      const { code, err } = await typed(...week(), ...args);
      expect(code).toBe(2);
      expect(err).toContain(message);
      expect(err).not.toContain('secret@');
    });
  });

  test('says that there is nothing where no SLO had an event, and looks at the selected part only', async () => {
    const before = await typed('slo-report', '--prometheus', server.url, '--at', '2020-01-01T00:00Z');
    expect(before.code).toBe(1);
    expect(before.err).toContain('has no series of SLOs in this period: are the rules loaded there');
    expect(before.out).toContain('Prometheus has no series of SLOs in this period.');
    const elsewhere = await typed(...ofMonth(), '--selector', 'namespace=elsewhere');
    expect(elsewhere.out).toContain('Prometheus has no series of SLOs in this period.');
  });

  test.each([
    [[], 'slo-report needs --prometheus URL'],
    [['--prometheus', 'localhost:9090'], 'slo-report needs --prometheus URL'],
    [['--prometheus', 'http://localhost:1', '--period', 'year'], '--period must be day, week, month'],
    [['--prometheus', 'http://localhost:1', '--format', 'pdf'], '--format must be md, html'],
    [['--prometheus', 'http://localhost:1', '--at', 'yesterday'], '--at must be a time'],
    [['--prometheus', 'http://localhost:1', '--selector', 'prod'], '--selector must be LABEL=VALUE'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await typed('slo-report', ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('says which Prometheus can not be read, and why', async () => {
    const closed = await typed('slo-report', '--prometheus', 'http://127.0.0.1:1');
    expect(closed.code).toBe(1);
    expect(closed.err).toContain('http://127.0.0.1:1 can not be read: ');
    // Something that answers, and is no Prometheus.
    const other = createServer((_, response) => response.writeHead(404).end('<html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const wrong = await typed('slo-report', '--prometheus', url);
    other.close();
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain(`${url} can not be read: it answers 404`);
  });
});

test('the names of jobs are text in every format, whatever they are', async () => {
  const { period, figures } = await reported('day');
  const hostile = '<img src=x onerror=alert(1)>|"\'';
  const report: Report = {
    period,
    figures: figures.map((each) => ({
      ...each,
      subject: { job_name: hostile },
      estate: { environment: hostile },
    })),
    composites: [{ composite: 'job-reliability', subject: { job_name: hostile }, estate: {}, value: 1 }],
  };
  expect(htmlReport(report)).not.toContain('<img');
  expect(markdownReport(report)).toContain('\\|');
});
