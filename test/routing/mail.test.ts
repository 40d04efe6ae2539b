import { join } from 'node:path';
import type { Mail } from '@sightglass/test-tools';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shippedAlert } from './alerts.ts';
import { postAlerts, type RoutingStack, type SentAlert, startRoutingStack } from './stack.ts';

type Node = DefaultTreeAdapterMap['node'];

let stack: RoutingStack;
beforeAll(async () => {
  // Warnings are mailed as well, by a receiver in Alertmanager's own words that says nothing of how a mail looks.
  stack = await startRoutingStack(300, {}, ({ mail, secretsFolder }) => ({
    receivers: [
      {
        name: 'mail',
        email_configs: [
          {
            to: 'team@example.org',
            from: 'alerts@example.org',
            smarthost: mail.address,
            require_tls: false,
            auth_username: 'alerts',
            auth_password_file: join(secretsFolder, 'smtp_password'),
          },
        ],
      },
    ],
    components: { job: { warning: 'mail' } },
  }));
});
afterAll(() => stack?.stop());

const mailed = (subject: string): Promise<Mail> =>
  stack.mail.waitFor((mail) => mail.subject.startsWith(subject), { what: `a mail "${subject}…"` });

/** The nodes of a page, in order. A page that a browser would have to put right fails. */
function nodesOf(html: string): readonly Node[] {
  const errors: string[] = [];
  const page = parse(html, { onParseError: ({ code, startLine }) => errors.push(`${startLine}: ${code}`) });
  expect(errors).toEqual([]);
  const within = (node: Node): readonly Node[] => [
    node,
    ...('childNodes' in node ? node.childNodes.flatMap(within) : []),
  ];
  return within(page);
}

const element = (nodes: readonly Node[], name: string) => nodes.filter(({ nodeName }) => nodeName === name);

/** What a person reads: a line for each paragraph, heading and row. */
function readIn(html: string): readonly string[] {
  const textOf = (node: Node): string =>
    'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
  const rows = nodesOf(html).filter(
    (node): node is DefaultTreeAdapterMap['element'] =>
      ['h1', 'h2', 'p'].includes(node.nodeName) ||
      (node.nodeName === 'tr' && 'childNodes' in node && element(node.childNodes, 'td').length === 2),
  );
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  return rows.map((node) =>
    node.nodeName === 'tr'
      ? element(node.childNodes, 'td')
          .map((cell) => plain(textOf(cell)))
          .join(': ')
      : plain(textOf(node)),
  );
}

const linksIn = (html: string): { readonly [text: string]: string } =>
  Object.fromEntries(
    element(nodesOf(html), 'a').map((node) => {
      const { attrs, childNodes } = node as DefaultTreeAdapterMap['element'];
      const [text] = childNodes;
      return [
        text !== undefined && 'value' in text ? text.value : '',
        attrs.find(({ name }) => name === 'href')!.value,
      ];
    }),
  );

/** 02:14 at night, as the alert began. */
const NIGHT = Date.UTC(2026, 10, 30, 2, 14);

describe('a mail of a critical alert', () => {
  const { labels, annotations } = shippedAlert('JobFailing', {
    ...{ job_name: 'prices', environment: 'production', owner: 'team-billing' },
  });
  const critical: SentAlert = {
    labels,
    annotations: { ...annotations, dashboard_url: 'http://localhost:3000/d/x?var-job_name=prices&var-a=b' },
  };
  let mail: Mail;
  beforeAll(async () => {
    await postAlerts(stack.alertmanager.url, [critical], true, NIGHT);
    mail = await mailed('[FIRING:1] JobFailing');
  });

  test('says as HTML what is wrong, since when, where, who answers for it, what it means and what to do', () => {
    const { summary, description, impact, action } = critical.annotations;
    expect(readIn(mail.html)).toEqual([
      'Critical, job',
      'JobFailing',
      summary,
      description,
      'When: since 2026-11-30 02:14 UTC',
      'Where: environment production, job_name prices',
      'Owner: team-billing',
      'What it means',
      impact,
      'First thing to do',
      action,
      'Runbook Dashboard',
      'Told to page by Alertmanager, where it can be silenced.',
    ]);
  });

  test('links to the runbook and the dashboard, and loads nothing from anywhere', () => {
    const { runbook_url, dashboard_url } = critical.annotations;
    expect(linksIn(mail.html)).toMatchObject({ Runbook: runbook_url, Dashboard: dashboard_url });
    const nodes = nodesOf(mail.html);
    for (const name of ['script', 'img', 'link', 'style', 'iframe']) expect(element(nodes, name)).toEqual([]);
  });

  test('says the same as text', () => {
    expect(mail.text.trim().split('\n').at(-1)).toBe(
      'JobFailing since 2026-11-30 02:14 UTC, environment production, job_name prices, owner team-billing',
    );
  });

  test('says when it is over, from when to when, and no longer what to do', async () => {
    await postAlerts(stack.alertmanager.url, [critical], false, NIGHT);
    const over = await mailed('[RESOLVED] JobFailing');
    const lines = readIn(over.html);
    expect(lines.slice(0, 2)).toEqual(['Over, job', 'JobFailing']);
    expect(lines[3]).toMatch(/^Over: /);
    expect(lines[4]).toMatch(/^When: from 2026-11-30 02:14 UTC to \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    expect(lines).not.toContain('First thing to do');
    expect(over.text).toMatch(/, owner team-billing$/m);
  });
});

test('a mail of several alerts has each of them, and what is in them is text', async () => {
  const named = (job_name: string): SentAlert => shippedAlert('JobLate', { job_name });
  await stack.send([named('a'), named('<img src=x onerror=alert(1)>')]);
  const mail = await mailed('[FIRING:2] JobLate');
  expect(mail.to).toEqual(['team@example.org']);
  expect(readIn(mail.html)[0]).toBe('Warning, job');
  expect(readIn(mail.html).filter((line) => line.startsWith('Where'))).toEqual([
    'Where: job_name <img src=x onerror=alert(1)>',
    'Where: job_name a',
  ]);
  expect(element(nodesOf(mail.html), 'img')).toEqual([]);
});

test("somebody else's alert, which says little, is a whole mail all the same", async () => {
  await stack.send({ labels: { alertname: 'DiskFull', severity: 'critical' }, annotations: {} });
  const { html } = await mailed('[FIRING:1] DiskFull');
  expect(readIn(html).slice(0, 3)).toEqual(['Critical', 'DiskFull', 'alertname=DiskFull severity=critical']);
  expect(readIn(html).some((line) => /^(Where|Owner|What it means)/.test(line))).toBe(false);
});
