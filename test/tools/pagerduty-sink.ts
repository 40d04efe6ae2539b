import { type Post, type PostSink, startPostSink, type Verdict } from './post-sink.ts';

/** An event of PagerDuty's Events API v2, as far as Alertmanager writes it. */
export interface PagerdutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  readonly dedup_key: string;
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'error' | 'warning' | 'info';
    readonly component?: string;
    readonly class?: string;
    readonly custom_details?: { readonly [name: string]: string };
  };
  readonly links?: readonly { readonly href: string; readonly text?: string }[];
}

/** Where PagerDuty takes events, below its address. */
export const PAGERDUTY_PATH = '/v2/enqueue';

/** Starts a server that takes what PagerDuty's Events API v2 takes, and refuses what it refuses: events without what the API requires. */
export const startPagerdutySink = (): Promise<PostSink<PagerdutyEvent>> => startPostSink(judge);

function judge({ path, body }: Post): Verdict<PagerdutyEvent> {
  if (path !== PAGERDUTY_PATH) return { status: 404, refused: `there is no ${path}` };
  const errors = problems(body as Loose<PagerdutyEvent>);
  if (errors.length === 0) {
    const { dedup_key } = body as PagerdutyEvent;
    const answer = JSON.stringify({ status: 'success', message: 'Event processed', dedup_key });
    return { status: 202, answer, kept: body as PagerdutyEvent };
  }
  const answer = JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors });
  return { status: 400, answer, refused: errors.join('; ') };
}

type Loose<T> = { readonly [K in keyof T]?: unknown };

const isText = (value: unknown, longest: number): boolean =>
  typeof value === 'string' && value.trim() !== '' && value.length <= longest;

/** What the API requires: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ */
function problems({
  routing_key,
  event_action,
  dedup_key,
  payload,
  links = [],
}: Loose<PagerdutyEvent>): string[] {
  const { summary, source, severity } = (payload ?? {}) as Loose<PagerdutyEvent['payload']>;
  const wrong = (isWrong: boolean, what: string) => (isWrong ? [what] : []);
  const isTrigger = event_action === 'trigger';
  const hrefs = (links as readonly Loose<{ href: string }>[]).map(({ href }) => href);
  return [
    ...wrong(!/^[\w-]{32}$/.test(String(routing_key)), 'routing_key is not 32 characters long'),
    ...wrong(
      !['trigger', 'acknowledge', 'resolve'].includes(String(event_action)),
      'event_action is unknown',
    ),
    ...wrong(!isText(dedup_key, 255), 'dedup_key is missing or longer than 255 characters'),
    ...wrong(
      isTrigger && !isText(summary, 1_024),
      'payload.summary is missing or longer than 1024 characters',
    ),
    ...wrong(isTrigger && !isText(source, 1_024), 'payload.source is missing'),
    ...wrong(
      isTrigger && !['critical', 'error', 'warning', 'info'].includes(String(severity)),
      'payload.severity is unknown',
    ),
    ...wrong(!hrefs.every((href) => URL.canParse(String(href))), 'links has an href that is no URL'),
  ];
}
